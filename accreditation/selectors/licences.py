"""Reads of licences: what one allows on a day, where it stands in time, whom it concerns."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.enums import (
    APPLICATION_OPEN,
    LIVING,
    ApplicationKind,
    ApplicationState,
    LicenceState,
)  # fmt: skip
from accreditation.models import Application, Licence
from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.clock import parameters
from core.folding import fold
from core.hooks import ask
from facilities.enums import OccupancyKind
from facilities.models import Facility, Occupancy

ADMITS = (LicenceState.ACTIVE, LicenceState.RESTRICTED)


class Phase(models.TextChoices):
    """Where a licence in force stands in time; derived from dates, never stored."""

    OPEN_ENDED = "open_ended", _("Không ghi thời hạn")
    RUNNING = "running", _("Còn thời hạn")
    RENEWAL_DUE = "renewal_due", _("Đến lúc nộp hồ sơ gia hạn")
    GRACE = "grace", _("Hết thời hạn, đang xét gia hạn")
    EXPIRED = "expired", _("Đã hết thời hạn")


@dataclass(frozen=True)
class Scope:
    """What a licence allows: group codes, how many at once (None: not limited), and the first day without it."""

    groups: tuple[str, ...]
    capacity: int | None
    until: date | None


def scope_of(licence: Licence, on: date | None = None, until: date | None = None) -> Scope | None:
    """What the licence allows on the day by its present state, None where it allows nothing. `until` replaces the end
    of the term (days of grace)."""
    day = on or timezone.localdate()
    end = until or end_of(licence, day)
    if licence.state not in ADMITS or day < licence.starts_on or (end is not None and end <= day):
        return None
    groups = set(licence.groups.values_list("code", flat=True))
    capacity = licence.capacity
    if licence.state == LicenceState.RESTRICTED:
        groups &= set(licence.limit_groups) or groups
        limits = [number for number in (capacity, licence.limit_capacity) if number is not None]
        capacity = min(limits) if limits else None
    return Scope(tuple(sorted(groups)), capacity, end) if groups else None


def may_admit(licence: Licence, group: str, on: date | None = None) -> bool:
    """Whether the licence covers the group on the day."""
    scope = scope_of(licence, on)
    return scope is not None and group in scope.groups


def renewal_pending(licence: Licence) -> Application | None:
    """A renewal that was handed in before the last day and is not decided."""
    if licence.ends_on is None:
        return None
    pending = [state for state in APPLICATION_OPEN if state not in (ApplicationState.DRAFT, ApplicationState.APPEAL)]
    for row in Application.objects.filter(facility=licence.facility_id, kind=ApplicationKind.RENEW, state__in=pending):
        if row.first_submitted_at and timezone.localdate(row.first_submitted_at) < licence.ends_on:
            return row
    return None


def end_of(licence: Licence, on: date | None = None) -> date | None:
    """The first day on which it no longer holds: the end of its term, later by the days of grace (`licence.grace`)
    while a renewal handed in in time is being looked at; None without a term."""
    if licence.ends_on is None or renewal_pending(licence) is None:
        return licence.ends_on
    return licence.ends_on + timedelta(days=parameters.calendar_days("licence.grace", on))


def phase_of(licence: Licence, on: date | None = None) -> Phase:
    """Renewal is due `licence.renewal_notice` days before the end of a term."""
    day = on or timezone.localdate()
    if licence.ends_on is None:
        return Phase.OPEN_ENDED
    if day >= licence.ends_on:
        end = end_of(licence, day)
        return Phase.GRACE if end is not None and day < end else Phase.EXPIRED
    notice = timedelta(days=parameters.calendar_days("licence.renewal_notice", day))
    return Phase.RENEWAL_DUE if day >= licence.ends_on - notice else Phase.RUNNING


def residents(facility: Facility) -> int:
    """How many people live there: stays with a bed, and those whom the owner of the stays knows without one."""
    now = timezone.now()
    here = Occupancy.objects.filter(facility=facility, kind=OccupancyKind.STAY, begins__lte=now)
    with_bed = here.filter(models.Q(ends__isnull=True) | models.Q(ends__gt=now)).count()
    return with_bed + sum(int(number) for number in ask("licence.residents", facility))


def living(facility: Facility) -> Licence | None:
    """The licence in force (or suspended) of a facility."""
    return Licence.objects.filter(facility=facility, state__in=LIVING).first()


def licences(by: Actor, text: str = "", **filters: Any) -> QuerySet[Licence]:
    """Licences, newest first; `text` is looked for in the facility's name without accents and in the number."""
    rows = visible(by, Licence).select_related("facility__unit", "to_unit").order_by("-issued_on", "-id")
    if text:
        folded = models.Q(facility__unit__name_folded__contains=fold(text))
        rows = rows.filter(folded | models.Q(number__icontains=text.strip()))
    return rows.filter(**filters)


def licence(by: Actor, pk: Any) -> Licence:
    """One licence with its groups, or NotVisible."""
    rows = Licence.objects.select_related("facility__unit", "to_unit").prefetch_related("groups")
    return fetch(by, Licence, pk, within=rows)
