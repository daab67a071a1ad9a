"""The register of licences, and the page of one: what it allows, where it stands, what was decided about it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accreditation.enums import ApplicationState, LicenceState
from accreditation.models import Application, Decision, Licence
from accreditation.selectors import history, lists
from accreditation.selectors import licences as reads
from accreditation.selectors.asked import group_names
from accreditation.selectors.licences import Phase
from accreditation.web import printed
from accreditation.web.shown import LICENCE_ICONS, LICENCE_TONES, TONES, Box, box
from core.access.actor import Actor
from core.access.engine import can, visible
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import Key
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.lifecycle.actions import find
from core.lifecycle.engine import available
from core.lifecycle.models import Proposal
from core.web.pages import page_url
from core.web.paging import list_page

L, S = LicenceState, ApplicationState
READERS = (Role.FACILITY, Role.LICENSING, Role.HEAD, Role.COMMUNE, Role.AUDITOR, Role.LEADER, Role.STEWARD)
ORDER = (Key("issued_on", descending=True), Key("id", descending=True))
PHASE_TONES = {Phase.RENEWAL_DUE: "warn", Phase.GRACE: "warn", Phase.EXPIRED: "danger"}
IN_FORCE = (L.ACTIVE, L.RESTRICTED, L.SUSPENDED)
TITLES = {
    L.ISSUED: gettext_lazy("Đã cấp, chờ đến ngày hiệu lực"),
    L.ACTIVE: gettext_lazy("Đang hiệu lực"),
    L.RESTRICTED: gettext_lazy("Chỉ được nhận trong phạm vi đã thu hẹp"),
    L.SUSPENDED: gettext_lazy("Đang bị tạm đình chỉ: không nhận thêm người"),
    L.REVOKED: gettext_lazy("Đã bị thu hồi"),
    L.SURRENDERED: gettext_lazy("Cơ sở đã trả lại"),
    L.SUPERSEDED: gettext_lazy("Đã thay bằng giấy phép khác"),
}


class FilterForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Tìm tên cơ sở, số giấy phép"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    tinh_trang = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False,
        choices=[("", gettext_lazy("Tất cả")), *LicenceState.choices],
    )  # fmt: skip


@route("roles", roles=READERS)
@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """GET /giay-phep/?q=&tinh_trang=: a facility's manager sees those of its own facilities."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    form = FilterForm(request.GET or None, auto_id="loc_%s")
    given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    with unit_of_work():
        rows = reads.licences(by, given.get("q", ""))
        if given.get("tinh_trang"):
            rows = rows.filter(state=given["tinh_trang"])
        if by.roles == {Role.FACILITY.value}:
            rows = rows.filter(facility__unit__in=by.units(Role.FACILITY))
        found = list_page(request, rows, ORDER)
        log_read(by, Licence, [row.pk for row in found.rows], "view")
        phases = lists.phases(found.rows)
        context = {
            "form": form, "rows": [_line(row, phases[row.pk]) for row in found.rows], "prev_url": found.previous,
            "next_url": found.next, "filtered": any(given.values()), "clear_url": request.path,
            "lists_url": reverse("register_lists") if by.has(Role.LICENSING, Role.HEAD) else "",
        }  # fmt: skip
        return render(request, "accreditation/licences.html", context)


def _line(row: Licence, phase: Phase) -> dict[str, Any]:
    return {"row": row, "url": page_url(row), **standing(row, phase)}


def standing(row: Licence, phase: Phase) -> dict[str, Any]:
    """The state as word, shape and colour; beside it where the term stands, while the licence is in force."""
    state = L(row.state)
    told = phase if state in IN_FORCE and phase != Phase.OPEN_ENDED else None
    return {
        "tone": LICENCE_TONES.get(state, ""), "icon": LICENCE_ICONS[state], "phase": told.label if told else "",
        "phase_tone": PHASE_TONES.get(phase, "") if told else "",
    }  # fmt: skip


@route("record", "accreditation.Licence")
@require_safe
def licence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /giay-phep/<uuid>/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row = reads.licence(by, pk)
        inside = can(by, "read:decisions", row)
        log_read(by, Licence, [pk], "view", root_id=pk)
        if inside:
            log_read(by, Licence, [pk], "read:decisions", root_id=pk)
        back = reverse("licence", args=[pk])
        phase = reads.phase_of(row)
        context = {
            "row": row, "box": _box(by, row, back, inside), "inside": inside, **standing(row, phase),
            "title": TITLES[L(row.state)], "groups": group_names([one.code for one in row.groups.all()]),
            "limits": group_names(row.limit_groups), "ends": reads.end_of(row) if row.ends_on else None,
            "residents": reads.residents(row.facility) if inside else None,
            "decisions": _decisions(by, row) if inside else [], "applications": _applications(by, row),
            "proposals": _proposals(by, row) if inside else [], "papers": printed.of_licence(row),
            "lines": history.lines(row.pk, inside=inside and not _outsider(by, row)) if inside else [],
            "facility_url": page_url(row.facility), "others": _others(by, row),
        }  # fmt: skip
        return render(request, "accreditation/licence.html", context)


def _outsider(by: Actor, row: Licence) -> bool:
    """Somebody of the facility itself: its own licence, not the authority's desk."""
    return row.facility.unit_id in by.units(Role.FACILITY)


def _box(by: Actor, row: Licence, back: str, inside: bool) -> Box:
    made = box(row, available(by, row), TITLES[L(row.state)], back, wanted=("reply_suspension", "suspend"), told=False)
    if row.state == L.SUSPENDED and row.mend_by:
        made.note = _("Cơ sở phải khắc phục trước ngày %(day)s.") % {"day": f"{row.mend_by:%d/%m/%Y}"}
    elif row.state == L.RESTRICTED and inside:  # what an inspection found is between the two
        made.note = row.limit_reason
    elif row.state == L.ISSUED:
        made.note = _("Có hiệu lực từ ngày %(day)s.") % {"day": f"{row.starts_on:%d/%m/%Y}"}
    return made


def _decisions(by: Actor, row: Licence) -> list[dict[str, Any]]:
    found = visible(by, Decision).filter(licence=row).select_related("signed_by", "unit")
    return [{"row": one, "papers": printed.of_decision(one)} for one in found]


def _applications(by: Actor, row: Licence) -> list[dict[str, Any]]:
    """The applications about this licence and the one that gave it, for those who read them."""
    rows = visible(by, Application)
    about = rows.filter(issued=row) | rows.filter(licence=row)
    return [
        {"row": one, "url": page_url(one), "tone": TONES.get(S(one.state), "")}
        for one in about.distinct().order_by("-created_at", "-id")
    ]


def _proposals(by: Actor, row: Licence) -> list[dict[str, Any]]:
    found = visible(by, Proposal).filter(model=Licence._meta.label, subject_id=row.pk, state="open")
    return [
        {"label": find(Licence, one.action).label, "url": page_url(one), "row": one, "remaining": due.remaining_of(one)}
        for one in found.select_related("proposed_by")
    ]


def _others(by: Actor, row: Licence) -> list[dict[str, Any]]:
    """Its forerunner and its successor."""
    found: list[tuple[Any, Licence]] = []
    later = visible(by, Licence).filter(predecessor=row).first()
    if row.predecessor is not None:
        found.append((_("Thay cho giấy phép"), row.predecessor))
    if later is not None:
        found.append((_("Đã thay bằng giấy phép"), later))
    return [{"label": label, "row": one, "url": page_url(one)} for label, one in found]
