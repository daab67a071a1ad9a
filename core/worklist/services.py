"""Opening and closing work items, inside the transaction of the event that does it."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Case, DateTimeField, F, Value, When
from django.utils import timezone

from core.accounts.models import Unit, User
from core.worklist.kinds import kind as known_kind
from core.worklist.models import WorkItem

if TYPE_CHECKING:
    from core.audit.models import Event


def open_item(
    code: str,
    subject: models.Model,
    *,
    event: "Event | None",
    root: models.Model | None = None,
    user: User | None = None,
    unit: Unit | None = None,
    role: str = "",
    due_at: datetime | None = None,
    hours: bool = False,
    risk: int = 0,
) -> WorkItem:
    """Open an item, or move the open one of this kind and subject to its new owner and due date."""
    known_kind(code)
    top = root or subject
    values = {
        "subject_model": subject._meta.label, "root_model": top._meta.label, "root_id": top.pk, "user": user,
        "unit": unit, "role": role, "due_at": due_at, "hours": hours, "risk": risk, "paused_at": None,
    }  # fmt: skip
    item = WorkItem.objects.filter(kind=code, subject_id=subject.pk, closed_at__isnull=True).first()
    if item is None:
        return WorkItem.objects.create(
            kind=code, subject_id=subject.pk, opened_at=timezone.now(), opened_by=event.id if event else None, **values
        )
    for name, value in values.items():
        setattr(item, name, value)
    item.save()
    return item


def close_items(
    *, event: "Event", codes: list[str] | None = None, subject_id: UUID | None = None, root_id: UUID | None = None,
    outcome: str = "done",
) -> int:  # fmt: skip
    """Close the open items of a subject or of a whole root; returns how many."""
    rows = WorkItem.objects.filter(closed_at__isnull=True)
    if codes is not None:
        rows = rows.filter(kind__in=codes)
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    if root_id is not None:
        rows = rows.filter(root_id=root_id)
    if subject_id is None and root_id is None:
        raise ValueError("close_items needs a subject or a root")
    return rows.update(closed_at=timezone.now(), closed_by=event.id, closed_by_user_id=event.actor_id, outcome=outcome)


def pause_items(root_id: UUID, at: datetime, codes: list[str] | None = None) -> None:
    rows = WorkItem.objects.filter(root_id=root_id, closed_at__isnull=True, paused_at__isnull=True)
    if codes is not None:
        rows = rows.filter(kind__in=codes)
    rows.update(paused_at=at)


def resume_items(root_id: UUID, due: dict[str, datetime | None]) -> None:
    """End the pause; `due` gives the new due date by kind."""
    rows = WorkItem.objects.filter(root_id=root_id, closed_at__isnull=True, paused_at__isnull=False)
    later = [When(kind=code, then=Value(at, output_field=DateTimeField())) for code, at in due.items()]
    rows.update(paused_at=None, due_at=Case(*later, default=F("due_at")))


def reassign_items(root_id: UUID, old: UUID | None, new: User, codes: list[str] | None = None) -> None:
    """Open items of the old worker pass to the new one."""
    rows = WorkItem.objects.filter(root_id=root_id, closed_at__isnull=True).filter(user=old)
    if codes is not None:
        rows = rows.filter(kind__in=codes)
    rows.update(user=new)
