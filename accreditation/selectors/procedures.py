"""The procedures of the law on a day: who decides, in how many days, and which papers this application needs."""

from datetime import date, datetime

from django.utils import timezone

from accreditation.enums import LIVING, Change
from accreditation.models import Application, Licence, Procedure, ProcedureComponent
from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.clock import parameters
from core.clock.calendar import Calendar
from core.clock.due import local_date
from facilities.models import Facility


def procedure(code: str, on: date | None = None) -> Procedure | None:
    """The procedure as it stands on that day, today by default; of two rows the later one holds."""
    day = on or timezone.localdate()
    return Procedure.objects.filter(Procedure.on(day), code=code).order_by("-valid_from").first()


def procedures(on: date | None = None) -> list[Procedure]:
    """Every procedure of that day, in the order of the list."""
    day = on or timezone.localdate()
    found: dict[str, Procedure] = {}
    for row in Procedure.objects.filter(Procedure.on(day)).order_by("valid_from"):
        found[row.code] = row
    return sorted(found.values(), key=lambda row: (row.order, row.code))


def day_of(application: Application) -> date:
    """The day whose law holds for it: that of its last submission while the authority has it, else today."""
    from accreditation.enums import ApplicationState as S

    if application.submitted_at is None or application.state in (S.DRAFT, S.RETURNED):
        return timezone.localdate()
    return local_date(application.submitted_at)


def facts(application: Application) -> set[str]:
    """The facts on which a component may hang (`ProcedureComponent.when`)."""
    asked = application.asked
    found = {code for code in asked.get("changes", []) if code in Change.values}
    if asked.get("foreign") or application.facility.foreign_founder:
        found.add("foreign")
    if asked.get("rented"):
        found.add("rented")
    return found


def components(application: Application, on: date | None = None) -> list[ProcedureComponent]:
    """The papers that this application needs, by the law of that day (by default the day that holds for it)."""
    day, known = on or day_of(application), facts(application)
    rows = ProcedureComponent.objects.filter(ProcedureComponent.on(day), procedure=application.kind)
    found: dict[str, ProcedureComponent] = {}
    for row in rows.order_by("valid_from"):
        found[row.code] = row
    wanted = [row for row in found.values() if not row.when or row.when in known]
    return sorted(wanted, key=lambda row: (row.order, row.code))


def living_licence(facility: Facility) -> Licence | None:
    """The licence by which the facility works, suspended or not; at most one lives (database constraint)."""
    return Licence.objects.filter(facility=facility, state__in=LIVING).first()


def competent_unit(facility: Facility, kind: str, on: date | None = None) -> Unit | None:
    """Who decides. What is about a licence goes to where that licence was given; else the procedure says: the commune
    where the facility lies, or the department above it (in its province where it stands under none)."""
    from accreditation.enums import ABOUT_LICENCE

    if kind in ABOUT_LICENCE:
        licence = living_licence(facility)
        if licence is not None:
            return licence.to_unit
    row = procedure(kind, on)
    if row is None:
        return None
    units = Unit.objects.filter(kind=row.competent, is_active=True)
    if row.competent == UnitKind.COMMUNE:
        return units.filter(commune=facility.commune_id).first() if facility.commune_id else None
    above: Unit | None = facility.unit
    while above is not None:
        if above.kind == row.competent and above.is_active:
            return above
        above = above.parent
    if facility.commune is not None:
        there = units.filter(commune__province=facility.commune.province_id).first()
        if there is not None:
            return there
    only = list(units[:2])
    return only[0] if len(only) == 1 else None


def appointment(application: Application, calendar: Calendar | None = None) -> date | None:
    """The day on which the result is promised: the end of the legal term from receipt (and the days of
    `application.appointment_days`), or the day promised in a letter of apology; None before it was submitted."""
    if application.submitted_at is None or application.legal_days is None:
        return None
    if application.promised_on is not None:
        return application.promised_on
    return appointment_from(application.submitted_at, application.legal_days + application.extended_days, calendar)


def appointment_from(received: datetime, days: int, calendar: Calendar | None = None) -> date:
    """The end of a term of that many working days from receipt (outside hours: from the next working day)."""
    more = parameters.days("application.appointment_days", local_date(received))
    return (calendar or Calendar()).add_working_days(received, days + more)
