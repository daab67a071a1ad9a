"""guardian's backend, taught that shares end. Django's own permissions play no part: rights are in the rule tables."""

from typing import Any

from django.db.models import Model
from guardian.backends import ObjectPermissionBackend

from core.access.actor import Actor
from core.access.grants import shared_ids


class GrantBackend(ObjectPermissionBackend):
    """Answers `has_perm(perm, obj)` from unexpired shares only, so that library code that asks is not misled."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        if obj is None or not user_obj.is_authenticated or not user_obj.is_active:
            return False
        permission = perm.rsplit(".", 1)[-1].split("_", 1)[0]
        actor = Actor.of(user_obj)
        return any(obj.pk in shared_ids(actor, role, obj._meta.label, permission) for role in actor.roles)

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return (
            {f"{obj._meta.app_label}.view_{obj._meta.model_name}"}
            if obj and self.has_perm(user_obj, "view_", obj)
            else set()
        )
