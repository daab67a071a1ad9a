"""Who reads a paper: whoever may take a named action on its root (the app that owns the root names it), and whoever
may add papers there, its own. Who withdraws one: whoever may "document.withdraw" on the root, and whoever added it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

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
        return _papers(actor, role, {label: [action] for label, action in _roots.items()})

    return Scope("of_readable_root", build)


def own_of_open_root() -> Scope:
    """What one has added oneself, while one may add or read more there."""

    def build(actor: Actor, role: str) -> Q | None:
        found = _papers(actor, role, {label: [action, "document.upload"] for label, action in _roots.items()})
        return None if found is None else found & Q(uploaded_by__in=actor.identities)

    return Scope("own_of_open_root", build)


def of_withdrawing_root() -> Scope:
    def build(actor: Actor, role: str) -> Q | None:
        return _papers(actor, role, dict.fromkeys(_roots, ["document.withdraw"]))

    return Scope("of_withdrawing_root", build)


def _papers(actor: Actor, role: str, actions: Mapping[str, Iterable[str]]) -> Q | None:
    """Papers, not withdrawn, of the roots on which the actor may take one of the actions in this role."""
    total: Q | None = None
    for label, names in actions.items():
        model = engine.model_of(label)
        for name in names:
            condition = engine.reach(actor, model, name, role)
            if condition is not None:
                roots: Any = model._default_manager.filter(condition).values("pk")
                roots.reached_by = (condition, "pk")  # for `engine.of_one`
                part = Q(root_model=label, root_id__in=roots, withdrawn_at__isnull=True)
                total = part if total is None else total | part
    return total


_READ, _OWN, _WITHDRAW = of_readable_root(), own_of_open_root(), of_withdrawing_root()
_HANDING_IN = (Role.INTAKE, Role.WORKER, Role.SUPERVISOR, Role.FACILITY)
engine.declare(
    "documents.Document",
    {
        "view": {role: [_READ, _OWN] if role in _HANDING_IN else [_READ] for role in Role if role != Role.SYSTEM},
        "withdraw": {role: [_OWN] for role in _HANDING_IN} | {Role.SUPERVISOR: [_OWN, _WITHDRAW]},
    },
    fields={"view": [field.name for field in Document._meta.concrete_fields]},
)
