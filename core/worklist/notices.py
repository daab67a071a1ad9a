"""Reading one's notices, and saying what they are about."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from core.access.actor import Actor
from core.lifecycle.actions import actions_of, lifecycle_models
from core.worklist.models import Notice


def mine(actor: Actor) -> QuerySet[Notice]:
    """The notices of this person, and of nobody else (a deputy does not read the mail of whom it stands in for)."""
    return Notice.objects.filter(user_id=actor.id) if actor.id else Notice.objects.none()


def unread(actor: Actor) -> QuerySet[Notice]:
    return mine(actor).filter(read_at__isnull=True)


def mark_read(actor: Actor, ids: Iterable[UUID] | None = None) -> int:
    """Mark these notices, or all, as read; ids of others are passed over. Returns how many were unread."""
    rows = unread(actor)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=timezone.now())


def text(kind: str) -> str:
    """What happened, in words: the label of the action whose event ("case.screen_in") it was; "" if it is no more."""
    model_name, _dot, action = kind.partition(".")
    for model in lifecycle_models():
        if model._meta.model_name == model_name:
            spec = actions_of(model).get(action)
            return str(spec.label) if spec else ""
    return ""
