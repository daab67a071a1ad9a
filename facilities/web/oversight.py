"""What the pages of inspections and incidents share, and the part of a facility's page that shows both."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.access.engine import can
from core.accounts.enums import Role
from core.clock import due
from core.clock.calendar import Calendar
from core.ids import new_id
from core.lifecycle.engine import Possibility, available
from core.web.pages import act_under_url, act_url, mended, register_page
from facilities.enums import IncidentState, InspectionState
from facilities.models import Facility, Incident, Inspection
from facilities.selectors import inspections as selectors

I, N = InspectionState, IncidentState  # noqa: E741
TONES = {
    I.PLANNED: "info", I.UNDERWAY: "info", I.REPLY: "warn", I.REMEDY: "warn", I.RECHECK: "warn", I.CLOSED: "ok",
}  # fmt: skip
INCIDENT_TONES = {N.REPORTED: "danger", N.REVIEW: "warn", N.CLOSED: "ok"}
SEVERITY_TONES = {"minor": "", "major": "warn", "danger": "danger"}
READERS = (Role.LICENSING, Role.HEAD, Role.AUDITOR, Role.FACILITY)
TOLD = (Role.LICENSING, Role.HEAD, Role.AUDITOR, Role.FACILITY, Role.SUPERVISOR)
OFFICE = (Role.LICENSING, Role.HEAD, Role.AUDITOR)
SHOWN = 5  # rows of each kind on a facility's page

register_page("facilities.Inspection", lambda row: f"/kiem-tra/{row.pk}/", lambda row: row.number)
register_page("facilities.Incident", lambda row: f"/su-viec/{row.pk}/", lambda row: row.number)


def tabs(by: Actor, current: str) -> list[dict[str, Any]]:
    """The ways between the three lists."""
    lists: list[tuple[str, str, str, tuple[Role, ...]]] = [
        ("inspection_list", _("Các cuộc kiểm tra"), "inspections", READERS),
        ("inspection_year", _("Kế hoạch năm"), "year", OFFICE),
        ("incident_list", _("Sự việc"), "incidents", TOLD),
    ]
    return [
        {"label": label, "url": reverse(route), "current": name == current}
        for route, label, name, roles in lists
        if by.has(*roles)
    ]


def inspection_row(row: Inspection, calendar: Calendar) -> dict[str, Any]:
    return {
        "row": row, "url": reverse("inspection", args=[row.pk]), "tone": TONES.get(I(row.state), ""),
        "remaining": due.remaining_of(row, calendar=calendar),
    }  # fmt: skip


def incident_row(row: Incident, calendar: Calendar) -> dict[str, Any]:
    return {
        "row": row, "url": reverse("incident", args=[row.pk]), "tone": INCIDENT_TONES.get(N(row.state), ""),
        "remaining": due.remaining_of(row, calendar=calendar),
    }  # fmt: skip


def plan_url(facility: Facility, back: str = "", **given: str) -> str:
    """The form that plans an inspection of the facility, with what is known already."""
    return _with(act_under_url(facility, "facilities.Inspection", "plan"), back, given)


def report_url(facility: Facility, back: str = "") -> str:
    return _with(act_under_url(facility, "facilities.Incident", "report"), back, {})


def _with(url: str, back: str, given: dict[str, str]) -> str:
    query = {**({"next": back} if back else {}), **given}
    return f"{url}?{urlencode(query)}" if query else url


def next_box(by: Actor, row: Any, back: str, titles: dict[Any, Any], hide: frozenset[str]) -> dict[str, Any]:
    """Context of the box of the next step (components.md): what can be done, what is missing for the main thing."""
    shown = [one for one in available(by, row) if one.spec.name not in hide and one.status != "wrong_state"]
    main = next((one for one in shown if one.spec.tone == "main" and one.status in ("ready", "missing")), None)
    return {
        "title": titles.get(row.state, row.get_state_display()),
        "due": due.remaining_of(row), "due_at": row.due_at, "note": "",
        "missing": mended(main.reasons, row) if main is not None and main.status == "missing" else [],
        "met_text": "",
        "actions": [_button(one, row, back) for one in shown if one.status == "ready"],
        "blocked": [
            {"label": one.spec.label, "reasons": mended(one.reasons, row)}
            for one in shown
            if one.status != "ready" and one is not main
        ],
    }  # fmt: skip


def _button(one: Possibility, row: Any, back: str) -> dict[str, Any]:
    spec = one.spec
    url = act_url(row._meta.label, row.pk, spec.name)
    shown: dict[str, Any] = {"label": spec.label, "main": spec.tone == "main", "stop": spec.tone == "stop"}
    if spec.name in ("begin", "take"):  # their form asks for nothing that must be filled
        fields = {"key": str(new_id()), "version": row.version, "next": back}
        return {**shown, "url": url, "post": True, "fields": fields}
    return {**shown, "url": f"{url}?{urlencode({'next': back})}"}


def may_make(by: Actor, parent: Model, right: str) -> bool:
    return can(by, right, parent)


def oversight_tab(by: Actor, facility: Facility) -> dict[str, Any]:
    """Context of `facilities/oversight/_tab.html` on a facility's page: what this person may know, the latest first."""
    calendar, back = Calendar(), f"/co-so/{facility.unit_id}/"
    visits = list(selectors.inspections(by).filter(facility=facility)[: SHOWN + 1])
    told = list(selectors.incidents(by).filter(facility=facility).order_by("-occurred_at", "-id")[: SHOWN + 1])
    query = f"?{urlencode({'co_so': facility.pk})}"
    return {
        "inspections": [inspection_row(row, calendar) for row in visits[:SHOWN]],
        "incidents": [incident_row(row, calendar) for row in told[:SHOWN]],
        "plan_url": plan_url(facility) if may_make(by, facility, "inspection.plan") else "",
        "report_url": report_url(facility) if may_make(by, facility, "incident.report") else "",
        "all_inspections": reverse("inspection_list") + query if len(visits) > SHOWN else "",
        "all_incidents": reverse("incident_list") + query if len(told) > SHOWN else "",
        "reads_inspections": by.has(*READERS), "reads_incidents": by.has(*TOLD), "back": back,
    }  # fmt: skip
