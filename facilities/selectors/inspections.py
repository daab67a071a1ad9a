"""Inspections, findings and incidents as a person sees them: everything starts at `visible()`."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from core.access.actor import Actor
from core.access.engine import can, fetch, visible
from facilities.enums import IncidentState, InspectionState
from facilities.models import Facility, Finding, Incident, Inspection

_NAMES = ("facility__unit", "by_unit", "lead")
ENDED = [InspectionState.CLOSED.value, InspectionState.CANCELLED.value]


def inspections(by: Actor) -> QuerySet[Inspection]:
    """What the actor may know of, the latest day first; an unannounced one is not known to the facility before it has
    begun."""
    return visible(by, Inspection).select_related(*_NAMES).order_by("-planned_on", "-id")


def inspection(by: Actor, pk: Any) -> Inspection:
    """One inspection, or NotVisible."""
    return fetch(by, Inspection, pk, within=Inspection.objects.select_related(*_NAMES, "planned_by", "concluded_by"))


def findings(by: Actor, row: Inspection) -> list[Finding]:
    return list(visible(by, Finding).filter(inspection=row).order_by("remedy_by", "id"))


def incidents(by: Actor) -> QuerySet[Incident]:
    """What the actor may know of, what waits first, then the latest; without the story."""
    rows = visible(by, Incident).select_related("facility__unit", "reviewer", "reported_by")
    rows = rows.defer("story", "measures", "conclusion", "no_inspection")
    return rows.order_by(F("due_at").asc(nulls_last=True), "-occurred_at", "-id")


def incident(by: Actor, pk: Any) -> Incident:
    """One incident, or NotVisible; who reads its story says `can(by, "read:narrative", row)`."""
    rows = Incident.objects.select_related("facility__unit", "reviewer", "reported_by")
    return fetch(by, Incident, pk, within=rows.defer("story", "measures", "conclusion", "no_inspection"))


def story_of(by: Actor, row: Incident) -> Incident | None:
    """The same with its sealed text where the actor may read it, else None. Whoever shows it logs the read first."""
    return Incident.objects.get(pk=row.pk) if can(by, "read:narrative", row) else None


def caused_by(by: Actor, row: Incident) -> list[Inspection]:
    """The inspections that follow from an incident; the facility learns of them when they are concluded."""
    return list(visible(by, Inspection, "read:answers").filter(incident=row).select_related(*_NAMES))


@dataclass
class YearPlan:
    """`months` has twelve lists; `without` are facilities at work for which the year has nothing."""

    year: int
    months: list[list[Inspection]] = field(default_factory=list)
    without: list[Facility] = field(default_factory=list)
    done: int = 0
    total: int = 0


def year_plan(by: Actor, year: int) -> YearPlan:
    """Which facility when, by whom; cancelled ones are not counted."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = inspections(by).filter(planned_on__range=(first, last)).exclude(state=InspectionState.CANCELLED)
    by_month: dict[int, list[Inspection]] = defaultdict(list)
    seen: set[UUID] = set()
    plan = YearPlan(year)
    for row in rows.order_by("planned_on", "id"):
        by_month[row.planned_on.month].append(row)
        seen.add(row.facility_id)
        plan.total += 1
        plan.done += row.concluded_at is not None
    plan.months = [by_month[month] for month in range(1, 13)]
    at_work = visible(by, Facility).select_related("unit", "commune").defer("safe_address")
    at_work = at_work.filter(unit__is_active=True, closed_on__isnull=True).exclude(pk__in=seen)
    plan.without = list(at_work.order_by("unit__name_folded", "id"))
    return plan


def open_counts(by: Actor) -> tuple[int, int]:
    """(inspections, incidents) that are not ended, as far as the actor knows of them."""
    running = visible(by, Inspection).exclude(state__in=ENDED).count()
    return running, visible(by, Incident).exclude(state=IncidentState.CLOSED).count()
