"""When the calendar changes (a decree of days off, a swapped Saturday) the deadlines that run over it move, and with
them the work items that bear the same deadline."""

import hashlib
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from core.catalogue.models import ReferenceFile
from core.clock import due
from core.clock.calendar import Calendar
from core.clock.models import CalendarDay, Clock
from core.outbox.schedule import every
from core.worklist.models import WorkItem

MARK = "clock: deadlines computed"


def _state() -> str:
    """A digest of the days as they stand, wherever they came from."""
    days = CalendarDay.objects.order_by("date").values_list("date", "effect")
    return hashlib.sha256("".join(f"{day}{effect}" for day, effect in days).encode()).hexdigest()


def clocks() -> list[type[Model]]:
    return [model for model in apps.get_models() if issubclass(model, Clock)]


def _follow(record: Any, before: datetime) -> None:
    items = WorkItem.objects.filter(subject_id=record.pk, closed_at__isnull=True, due_at=before)
    items.update(due_at=record.due_at)


@every(3600, "clock.follow_calendar")
def follow_calendar() -> int:
    """Deadlines that moved. Nothing is read where the calendar is the one they were computed with."""
    state = _state()
    mark = ReferenceFile.objects.filter(name=MARK).first()
    if mark is not None and mark.sha256 == state:
        return 0
    calendar = Calendar()
    moved = sum(due.recompute(model, calendar, _follow) for model in clocks())
    ReferenceFile.objects.update_or_create(name=MARK, defaults={"sha256": state, "loaded_at": timezone.now()})
    return moved
