"""The dated `facilities.Authority` follows the licence, in the transaction that moves the licence."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accreditation.models import Licence
from accreditation.selectors.licences import Scope, scope_of
from core.lifecycle.actions import Act
from core.lifecycle.engine import follow
from facilities.models import Authority, Facility


def open_for(licence: Licence, act: Act, reason: str = "") -> None:
    """From today (or from the licence's first day, where nothing stood since) the facility may do what the licence
    says now; what else would hold from then on ends."""
    today = timezone.localdate(act.at)
    scope = scope_of(licence, today)
    if scope is None:
        stop(licence, act, reason or licence.number)
        return
    start = _first_day(licence, today)
    for row in _holding(licence.facility_id, start):
        if row.valid_from >= start:  # what began earlier is cut short by the new one
            _stop(row, act, start, reason or licence.number)
    _link(licence, _set(licence, scope, start, act))


def stop(licence: Licence, act: Act, reason: str) -> None:
    """From today on nobody is sent to the facility or taken in by it."""
    stop_all(licence.facility, act, reason)


def stop_all(facility: Facility, act: Act, reason: str) -> None:
    today = timezone.localdate(act.at)
    for row in _holding(facility.pk, today):
        _stop(row, act, today, reason)


def is_behind(licence: Licence, on: date) -> bool:
    """Whether the authority ends on another day than the licence, because a renewal was handed in or decided upon."""
    scope = scope_of(licence, on)
    last = _holding(licence.facility_id, on).first()
    if scope is None or last is None:
        return (scope is None) != (last is None)
    return last.ends != scope.until


def _first_day(licence: Licence, today: date) -> date:
    """The day printed on the licence, if nothing was recorded for the facility from then on."""
    start = licence.starts_on
    if start < today and not Authority.objects.filter(facility=licence.facility_id, valid_from__gte=start).exists():
        earlier = Authority.objects.filter(Authority.on(start), facility=licence.facility_id)
        if not earlier.exists():
            return start
    return today


def _holding(facility: Any, day: date) -> Any:
    """What holds on the day or later, last first."""
    running = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    rows = Authority.objects.filter(running, Q(stopped_on__isnull=True) | Q(stopped_on__gt=day), facility=facility)
    return rows.order_by("-valid_from")


def _stop(row: Authority, act: Act, day: date, reason: str) -> None:
    if row.ends is None or row.ends > row.valid_from:  # else it never held
        follow(row, "stop", act, stopped_on=day, stop_reason=reason[:300])


def _set(licence: Licence, scope: Scope, start: date, act: Act) -> Authority:
    return follow(
        Authority, "set", act, fields={"facility": licence.facility}, groups=list(scope.groups),
        capacity=scope.capacity, valid_from=start, valid_to=scope.until, paper_number=licence.number,
        paper_date=licence.issued_on, paper_issuer=licence.issuer,
    )  # fmt: skip


def _link(licence: Licence, authority: Authority) -> None:
    licence.authority = authority
    licence.save(update_fields=["authority"])
