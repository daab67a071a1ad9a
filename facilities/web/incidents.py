"""The queue of incidents and the page of one. The story is opened for those who may read it, and logged."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.access.actor import Actor
from core.access.engine import can, visible
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import Key
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock.calendar import Calendar
from core.web.paging import list_page
from facilities.enums import IncidentKind, IncidentState, InspectionKind
from facilities.models import Facility, Incident
from facilities.selectors import inspections as selectors
from facilities.web.oversight import (
    INCIDENT_TONES,
    TOLD,
    incident_row,
    inspection_row,
    next_box,
    plan_url,
    report_url,
    tabs,
)

N = IncidentState
ORDER = (Key("due_at", nullable=True), Key("occurred_at", descending=True), Key("id", descending=True))
TITLES = {
    N.REPORTED: gettext_lazy("Chờ chuyên viên nhận xem xét"),
    N.REVIEW: gettext_lazy("Đang xem xét, chờ kết luận"),
    N.CLOSED: gettext_lazy("Đã kết luận"),
}


class FilterForm(forms.Form):
    trang_thai = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False,
        choices=[("", gettext_lazy("Chưa kết luận")), ("all", gettext_lazy("Tất cả")), *IncidentState.choices],
    )  # fmt: skip
    loai = forms.ChoiceField(
        label=gettext_lazy("Loại"), required=False, choices=[("", gettext_lazy("Tất cả")), *IncidentKind.choices]
    )
    co_so = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def narrow(self, rows: QuerySet[Incident]) -> QuerySet[Incident]:
        self.is_valid()
        data = self.cleaned_data
        state, facility = data.get("trang_thai", ""), data.get("co_so")
        if not state and facility is None:
            rows = rows.exclude(state=N.CLOSED)
        elif state and state != "all":
            rows = rows.filter(state=state)
        rows = rows.filter(kind=data["loai"]) if data.get("loai") else rows
        return rows.filter(facility=facility) if facility is not None else rows


@route("roles", roles=TOLD)
@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """GET /su-viec/: what waits first, by its deadline."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    form = FilterForm(request.GET, auto_id="loc_%s")
    with unit_of_work():
        found = list_page(request, form.narrow(selectors.incidents(by)), ORDER)
        log_read(by, Incident, [row.pk for row in found.rows], "view", purpose="incident")
        calendar = Calendar()
        context = {
            "form": form, "rows": [incident_row(row, calendar) for row in found.rows], "tabs": tabs(by, "incidents"),
            "prev_url": found.previous, "next_url": found.next, "filtered": any(request.GET.values()),
            "houses": _houses(by, request.path),
        }  # fmt: skip
        return render(request, "facilities/oversight/incidents.html", context)


def _houses(by: Actor, back: str) -> list[dict[str, Any]]:
    """The facilities of this manager, each with the way to report."""
    if not by.has(Role.FACILITY):
        return []
    rows = visible(by, Facility, "incident.report").select_related("unit").defer("safe_address")
    return [{"name": row.unit.name, "url": report_url(row, back)} for row in rows.order_by("unit__name_folded")]


@route("record", "facilities.Incident")
@require_safe
def incident(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /su-viec/<uuid>/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row = selectors.incident(by, pk)
        log_read(by, Incident, [pk], "view", root_id=row.facility_id, purpose="incident")
        if can(by, "read:narrative", row):
            log_read(by, Incident, [pk], "read:narrative", root_id=row.facility_id, purpose="incident")
        told = selectors.story_of(by, row)
        back, calendar = reverse("incident", args=[row.pk]), Calendar()
        visits = selectors.caused_by(by, row)
        may_plan = row.state != N.CLOSED and can(by, "inspection.plan", row.facility)
        context = {
            "row": row, "told": told, "tone": INCIDENT_TONES.get(N(row.state), ""), "back": reverse("incident_list"),
            "box": next_box(by, row, back, TITLES, frozenset()), "death": row.kind == IncidentKind.DEATH,
            "inspections": [inspection_row(visit, calendar) for visit in visits],
            "plan_url": plan_url(row.facility, back, kind=InspectionKind.INCIDENT.value, incident=str(row.pk))
            if may_plan else "",
        }  # fmt: skip
        return render(request, "facilities/oversight/incident.html", context)
