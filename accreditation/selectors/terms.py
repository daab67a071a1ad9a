"""How the legal clock of a file stands, in working days."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from accreditation.models import Application
from core.clock import parameters
from core.clock.calendar import Calendar, CalendarWarning
from core.clock.due import local_date


class Days(NamedTuple):
    """`left` is negative when overdue; `used` + `left` = `total` while the clock runs from a day of work."""

    used: int
    left: int
    total: int
    paused: bool


def days(application: Application, now: datetime | None = None, calendar: Calendar | None = None) -> Days | None:
    """Working days used and left of the term that runs (or ran until the decision); None before submission and while a
    returned file waits for the applicant: its term begins anew with the answer."""
    if application.legal_days is None:
        return None
    total = application.legal_days + application.extended_days
    if application.days_used is not None:
        return Days(application.days_used, total - application.days_used, total, False)
    started = application.clock_started_at
    if started is None or application.state not in (*application.SAME_CLOCK, *application.PAUSES):
        return None
    calendar = calendar or Calendar()
    paused = application.paused_at is not None
    # A pause begins and ends on counted days (core.clock.due.resume); today counts as it is.
    end = calendar.counting_date(application.paused_at) if application.paused_at else local_date(now or timezone.now())
    gone = calendar.working_days_between(calendar.counting_date(started), end) - application.paused_days
    used = max(0, gone)
    return Days(used, total - used, total, paused)


def warnings(application: Application, calendar: Calendar | None = None) -> list[CalendarWarning]:
    """What the days off of the running term were not announced for; none where no legal clock runs."""
    started, end = application.clock_started_at, application.due_at
    if started is None or end is None or application.state not in (*application.SAME_CLOCK, *application.PAUSES):
        return []
    return (calendar or Calendar()).warnings(local_date(started), local_date(end))


def appeal_until(application: Application) -> date | None:
    """The last day for an appeal against the refusal (parameter `application.appeal_window`)."""
    if application.decided_at is None:
        return None
    decided = local_date(application.decided_at)
    return decided + timedelta(days=parameters.calendar_days("application.appeal_window", decided))
