"""The clock and applications: reminders and lapse of what waits for the applicant, the alarm of what is late."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accreditation.enums import WITH_APPLICANT, WITH_AUTHORITY
from accreditation.guards import appraising
from accreditation.models import Application
from accreditation.services import application_items as items
from accreditation.services.applying import freeze_days
from accreditation.services.visits import cancel_open_visit
from core.clock import due, parameters
from core.errors import Reason
from core.lifecycle.actions import Act, action

Reasons = Iterable[Reason]


def _step() -> timedelta:
    """Between two reminders, and between the last and the lapse: the sixty days in equal parts."""
    whole = parameters.calendar_days("application.lapse")
    return timedelta(days=whole) / (reminders() + 1)


def reminders() -> int:
    return int(parameters.value("application.reminders"))


def next_reminder(application: Application) -> datetime | None:
    """When the next reminder is due; None when all were sent."""
    since = application.reminded_at or application.waiting_since
    return None if since is None or application.reminded >= reminders() else since + _step()


def lapses_at(application: Application) -> datetime | None:
    """When it lapses: sixty days without an answer, and never sooner after the last reminder than they lie apart."""
    since = application.waiting_since
    if since is None or application.reminded < reminders():
        return None
    whole = since + timedelta(days=parameters.calendar_days("application.lapse"))
    return max(whole, application.reminded_at + _step()) if application.reminded_at else whole


def _reminder_due(application: Application, act: Act) -> Reasons:
    at = next_reminder(application)
    if at is None or at > act.at:
        yield Reason("not_due", _now("Chưa đến lúc nhắc."))


def _waited_in_vain(application: Application, act: Act) -> Reasons:
    at = lapses_at(application)
    if at is None or at > act.at:
        yield Reason("not_due", _now("Chưa hết thời gian chờ, hoặc chưa nhắc đủ số lần."))


@action(
    Application, "remind", label=_("Nhắc cơ sở trả lời"), internal=True, states=list(WITH_APPLICANT),
    guards=[_reminder_due],
)  # fmt: skip
def remind(application: Application, act: Act) -> None:
    application.reminded, application.reminded_at = application.reminded + 1, act.at
    act.facts["count"] = application.reminded
    items.tell(items.managers(application), application, act)


@action(
    Application, "lapse", label=_("Hết thời gian chờ"), internal=True, guards=[_waited_in_vain], prepare=freeze_days
)  # fmt: skip
def lapse(application: Application, act: Act) -> None:
    """It may be copied to a new one."""
    cancel_open_visit(application, act)
    items.enter_state(application, act)
    items.tell(items.managers(application), application, act)
    if application.first_submitted_at is not None:
        items.tell(items.desk(application), application, act)


def _not_told_yet(application: Application, act: Act) -> Reasons:
    if application.escalated_at is not None:
        yield Reason("told", _now("Đã báo quá hạn."))


@action(
    Application, "overdue", label=_("Quá hạn giải quyết"), internal=True, states=list(WITH_AUTHORITY),
    guards=[appraising.is_late, _not_told_yet],
)  # fmt: skip
def overdue(application: Application, act: Act) -> None:
    """It goes up to the head; the officer owes the applicant a letter of apology."""
    application.escalated_at = act.at
    items.for_heads("application.overdue", application, act, items.next_day(act))
    items.for_officer("application.apologise", application, act, items.next_day(act))
    items.tell([*items.heads(application), *items.desk(application)], application, act)


# --- whom the jobs look at ---
def _waiting(limit: int) -> Iterable[Application]:
    rows = Application.objects.filter(state__in=WITH_APPLICANT, waiting_since__lte=timezone.now() - _step())
    return rows.order_by("waiting_since", "id")[:limit]


def to_remind(limit: int = 500) -> list[Application]:
    """Applications whose applicant is to be reminded now."""
    now = timezone.now()
    return [row for row in _waiting(limit) if (at := next_reminder(row)) is not None and at <= now]


def to_lapse(limit: int = 500) -> list[Application]:
    now = timezone.now()
    return [row for row in _waiting(limit) if (at := lapses_at(row)) is not None and at <= now]


def to_escalate(limit: int = 500) -> list[Application]:
    """Applications whose term has run out and whose head has not been told."""
    rows = Application.objects.filter(due.where("overdue", timezone.now()), state__in=WITH_AUTHORITY)
    return list(rows.filter(escalated_at__isnull=True).order_by("due_at", "id")[:limit])
