"""Explicit shares of single records, kept in django-guardian's direct-foreign-key tables with an end and a basis.

guardian knows no expiry, so its own readers (`has_perm`, `get_objects_for_user`) are banned outside this module (a lint
says so) and every read here asks for `expires_at > now`. A share with a unit goes to the unit's auth group.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.shortcuts import assign_perm

from core.access.actor import Actor
from core.accounts.models import Unit, User
from core.prepared import Prepared


class Basis(models.TextChoices):
    REFERRAL = "referral", _("Chuyển tuyến")
    HELP = "help", _("Nhờ đồng nghiệp hỗ trợ")
    EMERGENCY = "emergency", _("Xem khẩn cấp")


class Dated(models.Model):
    """What guardian's rows lack: until when, on what ground, from which record."""

    expires_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=20, choices=Basis.choices, default=Basis.HELP)
    source_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class UserGrant(Dated, UserObjectPermissionBase):
    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class GroupGrant(Dated, GroupObjectPermissionBase):
    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True


def grant_models(label: str) -> tuple[type[Any], type[Any]]:
    """The user and group tables of a model ("casework.Case"): `<Model>UserGrant`, `<Model>GroupGrant` in its app."""
    app, name = label.split(".")
    return apps.get_model(app, f"{name}UserGrant"), apps.get_model(app, f"{name}GroupGrant")


def share(
    obj: models.Model,
    to: User | Unit,
    until: datetime,
    basis: str,
    source_id: UUID | None = None,
    permission: str = "view",
) -> None:
    """Share one record with a person or a unit until a moment; sharing again moves the end."""
    holder = to.group if isinstance(to, Unit) else to
    row: Any = assign_perm(f"{permission}_{obj._meta.model_name}", holder, obj)
    type(row)._default_manager.filter(pk=row.pk).update(expires_at=until, basis=basis, source_id=source_id)


def unshare(obj: models.Model, source_id: UUID) -> None:
    """End at once every share of the record that came from one source (a referral, a request for help)."""
    for table in grant_models(obj._meta.label):
        table._default_manager.filter(content_object_id=obj.pk, source_id=source_id).delete()


def limit(obj: models.Model, source_id: UUID, until: datetime) -> None:
    """Move the end of the shares that came from one source."""
    for table in grant_models(obj._meta.label):
        table._default_manager.filter(content_object_id=obj.pk, source_id=source_id).update(expires_at=until)


def shared_ids(actor: Actor, role: str, label: str, permission: str = "view") -> list[UUID]:
    """Keys of the records shared now with the actor as a person or with a unit where it holds the role. One query."""
    if actor.user is None or not label:
        return []
    found = _live(label, permission)(now=timezone.now(), user=actor.user.id, units=actor.units(role))
    return [row[0] for row in found]


@cache
def _live(label: str, permission: str) -> Prepared:
    users, groups = grant_models(label)
    codename = f"{permission}_{label.split('.')[1].lower()}"

    def build(now: datetime, user: UUID, units: list[UUID]) -> models.QuerySet[Any, Any]:
        live = Q(expires_at__gt=now, permission__codename=codename)
        mine = users._default_manager.filter(live, user_id=user).values_list("content_object_id")
        ours = groups._default_manager.filter(live, group__unit__in=units).values_list("content_object_id")
        return mine.union(ours, all=True)

    return Prepared(build)
