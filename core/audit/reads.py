"""The read log: written by whoever is about to show sensitive fields, before it shows them (trust.md §4)."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.utils import timezone

from core.access.actor import Actor
from core.audit.models import ReadLog


def log_read(
    by: Actor,
    model: type[models.Model],
    ids: Iterable[UUID],
    field_class: str = "view",
    root_id: UUID | None = None,
    purpose: str = "case_work",
    denied: bool = False,
) -> None:
    """Note that `by` is about to read these rows. Must run in the same transaction as the read it announces."""
    keys = [str(key) for key in ids]
    if not keys:
        return
    ReadLog.objects.create(
        at=timezone.now(), actor_id=by.id, unit_id=by.home.unit_id if by.home else None, model=model._meta.label,
        root_id=root_id, ids=keys, field_class=field_class, purpose=purpose, route=by.route[:100], denied=denied,
    )  # fmt: skip
