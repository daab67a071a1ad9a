"""What the days bring to a licence: its first day, reminders before the last, grace while a renewal is looked at."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.enums import LIVING, LicenceState
from accreditation.models import Licence
from accreditation.selectors.licences import ADMITS, renewal_pending
from accreditation.services import authority
from accreditation.services import licence_items as items
from core.clock import parameters
from core.errors import Reason
from core.lifecycle.actions import Act, action


def to_activate(today: date) -> QuerySet[Licence]:
    """Issued licences whose first day has come."""
    return Licence.objects.filter(state=LicenceState.ISSUED, starts_on__lte=today).order_by("starts_on", "id")


def to_remind(today: date) -> list[Licence]:
    """Licences that end soon, where the step at hand was not told yet."""
    steps = parameters.value("licence.reminders", today)
    last = today + timedelta(days=max(steps, default=0))
    soon = Licence.objects.filter(state__in=LIVING, ends_on__gt=today, ends_on__lte=last)
    return [row for row in soon.order_by("ends_on", "id") if step_of(row, today) is not None]


def step_of(licence: Licence, today: date) -> int | None:
    """The reminder to give today, by its days before the end (`licence.reminders`: 90, 60, 30); None where the last one
    given stands, or a renewal was handed in."""
    if licence.ends_on is None or licence.ends_on <= today:
        return None
    left = (licence.ends_on - today).days
    step = min((step for step in parameters.value("licence.reminders", today) if left <= step), default=None)
    if step is None or (licence.reminded is not None and licence.reminded <= step):
        return None
    return None if renewal_pending(licence) is not None else step


def to_follow(today: date) -> list[Licence]:
    """Licences with a term whose authority ends on another day than they do: a renewal was handed in, or refused."""
    rows = Licence.objects.filter(state__in=ADMITS, ends_on__isnull=False, starts_on__lte=today)
    return [row for row in rows.select_related("facility").order_by("id") if authority.is_behind(row, today)]


def _step_at_hand(licence: Licence, act: Act) -> Iterable[Reason]:
    if step_of(licence, timezone.localdate(act.at)) is None:
        yield Reason("reminded", _("Chưa đến lúc nhắc, hoặc đã nhắc."))


def _behind(licence: Licence, act: Act) -> Iterable[Reason]:
    if not authority.is_behind(licence, timezone.localdate(act.at)):
        yield Reason("in_step", _("Phạm vi được nhận đã theo thời hạn giấy phép."))


@action(
    Licence, "remind", label=_("Nhắc giấy phép sắp hết thời hạn"), internal=True, states=list(LIVING),
    guards=[_step_at_hand], notify=items.concerned,
)  # fmt: skip
def remind(licence: Licence, act: Act) -> None:
    assert licence.ends_on is not None
    licence.reminded = step_of(licence, timezone.localdate(act.at))
    act.facts.update(days=licence.reminded, ends_on=licence.ends_on)
    items.for_facility(items.RENEW, licence, act, items.end_of_day(licence.ends_on - timedelta(days=1)))


@action(
    Licence, "follow_term", label=_("Phạm vi được nhận theo thời hạn giấy phép"), internal=True, states=list(ADMITS),
    guards=[_behind],
)  # fmt: skip
def follow_term(licence: Licence, act: Act) -> None:
    """Grace begins with a renewal handed in in time, and ends when it is refused or withdrawn."""
    authority.open_for(licence, act)
    act.facts["until"] = licence.authority.valid_to if licence.authority else None
