"""Who reads a paper: whoever may take a named action on its root. The app that owns the root names it."""

from django.db.models import Q

from core.access import engine
from core.access.actor import Actor
from core.access.scopes import Scope
from core.accounts.enums import Role
from core.documents.models import Document

_roots: dict[str, str] = {}


def papers_of(label: str, action: str) -> None:
    """Open the papers under `label` ("casework.Case") to whoever may take `action` ("read:narrative") on the root."""
    if label in _roots:
        raise ValueError(f"{label} has named its readers already")
    _roots[label] = action


def of_readable_root() -> Scope:
    def build(actor: Actor, role: str) -> Q | None:
        total: Q | None = None
        for label, action in _roots.items():
            model = engine.model_of(label)
            condition = engine.reach(actor, model, action)
            if condition is not None:
                roots = model._default_manager.filter(condition).values("pk")
                part = Q(root_model=label, root_id__in=roots)
                total = part if total is None else total | part
        return total

    return Scope("of_readable_root", build)


_SCOPE = of_readable_root()
engine.declare(
    "documents.Document",
    {"view": {role: [_SCOPE] for role in Role if role != Role.SYSTEM}},
    fields={"view": [field.name for field in Document._meta.concrete_fields]},
)
