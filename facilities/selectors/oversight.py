"""Facts that the rules of inspections and incidents ask for: who inspects, who is of the house, what is asked there.
No access rules here; what a person sees stands in `inspections` and `incidents`."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.access.actor import Actor
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment, Unit, User
from core.clock import parameters
from core.clock.calendar import Calendar
from core.clock.due import local_date
from facilities.enums import CareModel, IncidentState, InspectionState
from facilities.models import (
    Bed,
    ChecklistItem,
    Facility,
    FacilityModel,
    Finding,
    Incident,
    Inspection,
    InspectionAnswer,
    StaffMember,
)

# Whoever decides on the licence, audits or runs the machines does not inspect.
_DO_NOT_INSPECT = (Role.HEAD, Role.AUDITOR, Role.SYSADMIN)
_LODGING = (CareModel.RESIDENTIAL, CareModel.COMPREHENSIVE, CareModel.SHELTER)


def _held(today: date, **conditions: object) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(RoleAssignment.current(today), user=OuterRef("pk"), **conditions)


def holders(role: str, unit: Unit | UUID | None) -> QuerySet[User]:
    """Active users who hold the role at the unit today."""
    return User.objects.filter(Exists(_held(timezone.localdate(), role=role, unit=unit)), is_active=True)


def nearest_holders(role: str, unit: Unit | None) -> list[UUID]:
    """Keys of those who hold the role at the unit, else at the nearest unit above that has somebody."""
    at = unit
    while at is not None:
        found = list(holders(role, at).values_list("pk", flat=True))
        if found:
            return found
        at = at.parent
    return []


def office_of(unit: Unit) -> Unit | None:
    """The nearest unit, from this one upwards, that has a licensing officer."""
    at: Unit | None = unit
    while at is not None:
        if holders(Role.LICENSING, at).exists():
            return at
        at = at.parent
    return None


def inspecting_unit(by: Actor | None) -> UUID | None:
    """Where the actor is a licensing officer."""
    units = by.units(Role.LICENSING) if by is not None else []
    return units[0] if units else None


def inspectors(unit: UUID | None) -> QuerySet[User]:
    """Who may go: the staff of the inspecting unit, but whoever decides, audits or runs the machines."""
    if unit is None:
        return User.objects.none()
    today = timezone.localdate()
    staff = Exists(_held(today, unit=unit)) & ~Exists(_held(today, role__in=_DO_NOT_INSPECT))
    return User.objects.filter(staff, is_active=True).order_by("full_name", "pk")


def of_the_house(facility: Facility, users: Iterable[UUID | None]) -> list[User]:
    """Those of the users who work in the facility now: by a duty in its unit or by its list of staff."""
    keys = [key for key in users if key is not None]
    today = timezone.localdate()
    duty = Exists(_held(today, unit=facility.unit_id))
    listed = StaffMember.objects.filter(facility=facility, user=OuterRef("pk"))
    staff = Exists(listed.filter(Q(left_on__isnull=True) | Q(left_on__gt=today)))
    return list(User.objects.filter(duty | staff, pk__in=keys).order_by("full_name"))


def team_of(inspection: Inspection) -> set[UUID]:
    return set(inspection.team.values_list("user_id", flat=True))


def team_min() -> int:
    return int(parameters.value("inspection.team_min"))


def lodges(facility: Facility, on: date) -> bool:
    """Whether people sleep there: by the models it works by, or because it keeps a bed."""
    if FacilityModel.objects.filter(facility=facility, code__in=_LODGING).exists():
        return True
    kept = Bed.objects.filter(facility=facility, opened_on__lte=on)
    return kept.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on)).exists()


def checklist(facility: Facility, on: date) -> list[ChecklistItem]:
    """What is asked of this facility in an inspection on that day, in the order of the form."""
    items = ChecklistItem.objects.filter(ChecklistItem.on(on), use=ChecklistItem.Use.INSPECTION)
    items = items.filter(legal_kind__in=["", facility.legal_kind])
    if not lodges(facility, on):
        items = items.filter(residential_only=False)
    return list(items.order_by("order", "code"))


def asked(inspection: Inspection) -> list[tuple[ChecklistItem, InspectionAnswer]]:
    """The checklist as it was laid down when the inspection began, each item with its answer; empty before."""
    if inspection.begun_at is None:
        return []
    answers = {answer.code: answer for answer in inspection.answers.all()}
    day = local_date(inspection.begun_at)
    items = ChecklistItem.objects.filter(ChecklistItem.on(day), use=ChecklistItem.Use.INSPECTION, code__in=answers)
    return [(item, answers[item.code]) for item in items.order_by("order", "code")]


def open_findings(inspection: Inspection) -> list[Finding]:
    """What must be mended and is not confirmed as mended, in the order of the days set."""
    if inspection._state.adding:
        return []
    return list(Finding.objects.filter(inspection=inspection, mended_on__isnull=True, dropped=False))


def end_of_day(day: date) -> datetime:
    """Until when a thing of that day is in time; a day off counts until the next day of work."""
    calendar = Calendar()
    return calendar.end_of_office(calendar.next_working_day(day))


def start_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def inspected(incident: Incident) -> bool:
    """Whether somebody goes or went to look because of the incident."""
    return incident.inspections.exclude(state=InspectionState.CANCELLED).exists()


# --- what the clock asks for ---
def unanswered(now: datetime) -> QuerySet[Inspection]:
    """The days for the facility's reply are over."""
    return Inspection.objects.filter(state=InspectionState.REPLY, due_at__lt=now).order_by("due_at", "pk")


def overdue_remedies(now: datetime) -> QuerySet[Inspection]:
    """Something should be mended by now and the facility has said nothing."""
    rows = Inspection.objects.filter(state=InspectionState.REMEDY, due_at__lt=now)
    return rows.select_related("facility", "lead").order_by("due_at", "pk")


def unannounced_today(today: date) -> QuerySet[Inspection]:
    rows = Inspection.objects.filter(state=InspectionState.PLANNED, announced=False, planned_on__lte=today)
    return rows.select_related("lead").order_by("planned_on", "pk")


def running_incidents() -> QuerySet[Incident]:
    return Incident.objects.exclude(state=IncidentState.CLOSED)
