"""Deadlines: when something falls due, how much is left, pauses, and computing again when the calendar changes.

All functions take a `Calendar`; leave it out and one is made for the call. The functions that take a record change its
columns in memory and leave saving to the service.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from .calendar import Calendar
from .models import Clock
from .parameters import Term

Kind = Literal["none", "paused", "overdue", "today", "soon", "later"]
Moved = Callable[[Any, datetime], None]
SOON = 3  # working days; where lists begin to warn
BATCH = 500


@dataclass(frozen=True)
class Remaining:
    """How a deadline stands. `amount` counts whole `unit`s left or gone; 0 where less than one."""

    kind: Kind
    amount: int = 0
    unit: Literal["wd", "hour", "minute", ""] = ""


def local_date(at: datetime) -> date:
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def add_months(on: date, months: int) -> date:
    """The same day of a later month, or its last day where there is none (BLDS 2015 Đ.148.2)."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def due_at(
    start: date | datetime,
    *,
    days: int | None = None,
    hours: int | None = None,
    calendar_days: int | None = None,
    months: int | None = None,
    calendar: Calendar | None = None,
) -> datetime:
    """When a term that starts at `start` ends; give exactly one length.

    Working days, days and months end with the office hours of the last day; one in days or months whose last day is off
    ends on the next working day (BLDS 2015 Đ.148.5). Hours run day and night and need a datetime.
    """
    return end_of(start, Term(days, hours, calendar_days, months), calendar=calendar)


def end_of(
    start: date | datetime,
    term: Term,
    *,
    paused_days: int = 0,
    paused_seconds: int = 0,
    calendar: Calendar | None = None,
) -> datetime:
    """`due_at` for a `Term`, with the pauses taken so far."""
    calendar = calendar or Calendar()
    if term.hours is not None:
        if not isinstance(start, datetime):
            raise ValueError("a term in hours needs a time of day")
        return start + timedelta(hours=term.hours, seconds=paused_seconds)
    if term.days is not None:
        return calendar.end_of_office(calendar.add_working_days(start, term.days + paused_days))
    first = local_date(start) if isinstance(start, datetime) else start
    last = (
        add_months(first, term.months) if term.months is not None else first + timedelta(days=term.calendar_days or 0)
    )
    return calendar.end_of_office(calendar.next_working_day(last + timedelta(days=paused_days)))


def start(record: Clock, term: Term, at: datetime, calendar: Calendar | None = None) -> None:
    """Start the clock of a record afresh at `at`."""
    record.clock_started_at = at
    record.clock_days, record.clock_hours = term.days, term.hours
    record.clock_calendar_days, record.clock_months = term.calendar_days, term.months
    record.paused_at, record.paused_days, record.paused_seconds = None, 0, 0
    record.due_at = end_of(at, term, calendar=calendar)


def stop(record: Clock) -> None:
    """Nothing is due any more."""
    record.due_at = record.clock_started_at = record.paused_at = None
    record.clock_days = record.clock_hours = record.clock_calendar_days = record.clock_months = None
    record.paused_days = record.paused_seconds = 0


def term_of(record: Clock) -> Term | None:
    """The length the record's clock was started with; None where no clock runs."""
    lengths = (record.clock_days, record.clock_hours, record.clock_calendar_days, record.clock_months)
    return None if all(length is None for length in lengths) else Term(*lengths)


def pause(record: Clock, at: datetime) -> None:
    """Stop counting; a second pause changes nothing."""
    if record.due_at is not None and record.paused_at is None:
        record.paused_at = at


def resume(record: Clock, at: datetime, calendar: Calendar | None = None) -> None:
    """Count again, the deadline later by the pause: whole working days, whole days, or seconds, as the clock counts. An
    end before the beginning, which machines with different clocks can write, makes a pause of nothing."""
    if record.paused_at is None:
        return
    at = max(at, record.paused_at)
    calendar = calendar or Calendar()
    term = term_of(record)
    if term is None:
        record.due_at = record.due_at and record.due_at + (at - record.paused_at)
    elif term.days is not None:
        first, last = calendar.counting_date(record.paused_at), calendar.counting_date(at)
        record.paused_days += calendar.working_days_between(first, last)
    elif term.hours is not None:
        record.paused_seconds += int((at - record.paused_at).total_seconds())
    else:
        record.paused_days += (local_date(at) - local_date(record.paused_at)).days
    record.paused_at = None
    _compute(record, calendar)


def _compute(record: Clock, calendar: Calendar) -> None:
    term = term_of(record)
    if term is not None and record.clock_started_at is not None:
        record.due_at = end_of(
            record.clock_started_at,
            term,
            paused_days=record.paused_days,
            paused_seconds=record.paused_seconds,
            calendar=calendar,
        )


def remaining(
    due: datetime | None,
    now: datetime,
    paused: bool = False,
    *,
    hours: bool = False,
    calendar: Calendar | None = None,
) -> Remaining:
    """How the deadline stands at `now`; `hours` for a clock that counts hours."""
    if due is None:
        return Remaining("none")
    if paused:
        return Remaining("paused")
    calendar = calendar or Calendar()
    last, today = local_date(due), local_date(now)
    left = calendar.working_days_between(today, last)
    kind: Kind = "overdue" if now > due else "today" if last == today else "soon" if left <= SOON else "later"
    if not hours:
        return Remaining(kind, abs(left), "wd")
    minutes = int(abs((due - now).total_seconds()) // 60)
    return Remaining(kind, minutes // 60, "hour") if minutes >= 60 else Remaining(kind, minutes, "minute")


def remaining_of(record: Clock, now: datetime | None = None, calendar: Calendar | None = None) -> Remaining:
    """How the clock of a record stands, now by default."""
    return remaining(
        record.due_at,
        now or timezone.now(),
        record.paused_at is not None,
        hours=record.clock_hours is not None,
        calendar=calendar,
    )


def where(kind: Kind, now: datetime, calendar: Calendar | None = None) -> Q:
    """The rows whose clock stands so at `now`: the same answer as `remaining`, for a queryset."""
    if kind == "none":
        return Q(due_at__isnull=True)
    if kind == "paused":
        return Q(due_at__isnull=False, paused_at__isnull=False)
    calendar = calendar or Calendar()
    today = local_date(now)
    running = Q(paused_at__isnull=True)
    if kind == "overdue":
        return running & Q(due_at__lt=now)
    tomorrow = _midnight(today + timedelta(days=1))
    if kind == "today":
        return running & Q(due_at__gte=now, due_at__lt=tomorrow)
    # `soon` ends before the fourth working day from now, so that days off after the third still count as soon.
    end = today
    for _step in range(SOON + 1):
        end = calendar.next_working_day(end + timedelta(days=1))
    if kind == "soon":
        return running & Q(due_at__gte=tomorrow, due_at__lt=_midnight(end))
    return running & Q(due_at__gte=_midnight(end))


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=timezone.get_default_timezone())


def recompute(rows: type[Model] | QuerySet, calendar: Calendar | None = None, moved: Moved | None = None) -> int:
    """Compute every deadline again after a change of the calendar; how many moved. Each is told to `moved` with what it
    was before.

    `rows` is a model with the columns of `Clock`, or a queryset of it. Clocks in hours do not depend on the calendar.
    Read in batches by key, and nothing is written for rows that stay.
    """
    queryset = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    queryset = queryset.filter(due_at__isnull=False, clock_started_at__isnull=False, clock_hours__isnull=True)
    calendar = calendar or Calendar()
    count, last = 0, None
    while True:
        with transaction.atomic():
            page = queryset.order_by("pk") if last is None else queryset.filter(pk__gt=last).order_by("pk")
            # Locked, so that a transition of the same moment is not written over.
            batch = list(page.select_for_update(of=("self",))[:BATCH])
            if not batch:
                return count
            last = batch[-1].pk
            count += _move(queryset.model, batch, calendar, moved)


def _move(model: type[Model], batch: list, calendar: Calendar, moved: Moved | None) -> int:
    changed = []
    for record in batch:
        before = record.due_at
        _compute(record, calendar)
        if record.due_at != before:
            changed.append(record)
            if moved is not None:
                moved(record, before)
    model._default_manager.bulk_update(changed, ["due_at"])
    return len(changed)
