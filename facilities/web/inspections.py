"""The lists and the plan of the year, and the page of one inspection with its checklist."""

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.access.actor import Actor
from core.access.engine import can, fields_readable, visible, visible_one
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import Key
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock.calendar import Calendar
from core.documents.models import Document
from core.documents.selectors import documents_of, withdrawable
from core.errors import Invalid, Stale
from core.ids import new_id
from core.lifecycle.engine import available, perform
from core.web import drafts
from core.web.fields import VietnameseDateField
from core.web.pages import act_under_url, act_url
from core.web.paging import list_page
from facilities.enums import InspectionKind, InspectionState, Verdict
from facilities.guards.inspections import anchor
from facilities.inputs.inspections import Answers, item_field, note_field
from facilities.models import Finding, Inspection, InspectionMember
from facilities.selectors import inspections as selectors
from facilities.selectors import oversight
from facilities.web.oversight import (
    OFFICE,
    READERS,
    SEVERITY_TONES,
    TONES,
    inspection_row,
    next_box,
    plan_url,
    tabs,
)

I = InspectionState  # noqa: E741
ORDER = (Key("planned_on", descending=True), Key("id", descending=True))
ANY = [("", gettext_lazy("Tất cả"))]
TITLES = {
    I.PLANNED: gettext_lazy("Đến cơ sở kiểm tra"),
    I.UNDERWAY: gettext_lazy("Ghi bảng kiểm, thiếu sót rồi kết luận"),
    I.REPLY: gettext_lazy("Chờ cơ sở giải trình"),
    I.REMEDY: gettext_lazy("Cơ sở khắc phục rồi báo lại"),
    I.RECHECK: gettext_lazy("Kiểm tra lại việc khắc phục"),
}
HOUSE_TITLES = {
    **TITLES,
    I.PLANNED: gettext_lazy("Đoàn kiểm tra sẽ đến"),
    I.UNDERWAY: gettext_lazy("Đoàn đang kiểm tra, chưa kết luận"),
    I.REPLY: gettext_lazy("Giải trình từng thiếu sót"),
    I.REMEDY: gettext_lazy("Khắc phục rồi báo lại"),
    I.RECHECK: gettext_lazy("Chờ đoàn kiểm tra lại"),
}
# Deeds with a place of their own on the page.
_ELSEWHERE = frozenset({"answer"})


class FilterForm(forms.Form):
    trang_thai = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False,
        choices=[("", gettext_lazy("Chưa kết thúc")), ("all", gettext_lazy("Tất cả")), *InspectionState.choices],
    )  # fmt: skip
    loai = forms.ChoiceField(label=gettext_lazy("Loại"), required=False, choices=[*ANY, *InspectionKind.choices])
    tu = VietnameseDateField(label=gettext_lazy("Từ ngày"), required=False)
    den = VietnameseDateField(label=gettext_lazy("Đến ngày"), required=False)
    co_so = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def narrow(self, rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
        self.is_valid()
        data = self.cleaned_data
        state, facility = data.get("trang_thai", ""), data.get("co_so")
        if not state and facility is None:
            rows = rows.exclude(state__in=selectors.ENDED)
        elif state and state != "all":
            rows = rows.filter(state=state)
        wanted = {"kind": data.get("loai"), "planned_on__gte": data.get("tu"), "planned_on__lte": data.get("den")}
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        return rows.filter(facility=facility) if facility is not None else rows


@route("roles", roles=READERS)
@require_safe
def inspection_list(request: HttpRequest) -> HttpResponse:
    """GET /kiem-tra/: what is not ended, the latest day first; filters by state, kind and days."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    form = FilterForm(request.GET, auto_id="loc_%s")
    found = list_page(request, form.narrow(selectors.inspections(by)), ORDER)
    calendar = Calendar()
    context = {
        "form": form, "rows": [inspection_row(row, calendar) for row in found.rows], "tabs": tabs(by, "inspections"),
        "prev_url": found.previous, "next_url": found.next, "filtered": any(request.GET.values()),
        "house": not by.has(*OFFICE),
    }  # fmt: skip
    return render(request, "facilities/oversight/inspections.html", context)


@route("roles", roles=OFFICE)
@require_safe
def inspection_year(request: HttpRequest) -> HttpResponse:
    """GET /kiem-tra/ke-hoach/?nam=2026: which facility when, by whom; and who is not in the plan."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    this, asked = timezone.localdate().year, request.GET.get("nam", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= this + 10 else this
    plan, calendar = selectors.year_plan(by, year), Calendar()
    back, may_plan = f"{request.path}?{urlencode({'nam': year})}", by.has(Role.LICENSING)
    context = {
        "plan": plan, "tabs": tabs(by, "year"), "may_plan": may_plan and year >= this,
        "months": [
            {"first": date(year, number, 1), "rows": [inspection_row(row, calendar) for row in rows]}
            for number, rows in enumerate(plan.months, start=1)
            if rows
        ],
        "without": [{"facility": one, "url": plan_url(one, back)} for one in plan.without],
        "years": [
            {"label": str(one), "url": f"{request.path}?{urlencode({'nam': one})}", "current": one == year}
            for one in range(this - 2, this + 2)
        ],
    }  # fmt: skip
    return render(request, "facilities/oversight/year.html", context)


@route("record", "facilities.Inspection")
@require_http_methods(["GET", "HEAD", "POST"])
def inspection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /kiem-tra/<uuid>/; POST saves what was changed in the checklist."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = selectors.inspection(by, pk)
    return _save(request, by, row) if request.method == "POST" else _show(request, by, row)


def draft_key(pk: UUID) -> str:
    return f"facilities.Inspection:{pk}:answer"


def _changed(form: Answers, post: QueryDict) -> QueryDict:
    """What this person changed since the page was loaded: the rest may have been answered by a colleague meanwhile."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        now, was = (post.get(key, "").replace("\r\n", "\n") for key in (name, f"_was_{name}"))
        if name in post and now != was:
            data[name] = now
    return data


def _save(request: HttpRequest, by: Actor, row: Inspection) -> HttpResponse:
    post, blank = request.POST, Answers(record=row, by=by)
    data, version = _changed(blank, post), post.get("version", "")
    here = f"{reverse('inspection', args=[row.pk])}#{post.get('do', '')[:80]}"
    if not data:
        drafts.forget(by, draft_key(row.pk))
        messages.info(request, _("Không có gì mới để lưu."))
        return redirect(here)
    number = int(version) if version.isascii() and version.isdigit() else None
    try:
        perform((Inspection, row.pk), "answer", by=by, version=number, key=post.get("key", "")[:100], data=data)
    except Invalid:
        form = Answers(data, record=row, by=by)
        form.is_valid()
        return _show(request, by, row, form=form, status=422)
    except Stale as stale:
        said = _("%(who)s vừa ghi thêm. Phần anh/chị gõ còn nguyên bên dưới; xem lại rồi lưu.") % {
            "who": stale.changed_by or _("Có người")
        }
        fresh = selectors.inspection(by, row.pk)
        form = Answers(initial={**Answers.initial_of(fresh), **data.dict()}, record=fresh, by=by)
        return _show(request, by, fresh, form=form, said=said, status=409)
    drafts.forget(by, draft_key(row.pk))
    messages.success(request, _("Đã lưu."))
    return redirect(here)


def _show(
    request: HttpRequest, by: Actor, row: Inspection, form: Answers | None = None, said: str = "", status: int = 200
) -> HttpResponse:
    with unit_of_work():
        back = reverse("inspection", args=[row.pk])
        reads = "summary" in fields_readable(by, row)
        possible = {one.spec.name: one for one in available(by, row)}
        editable = possible["answer"].status == "ready"
        stored = Answers.initial_of(row) if reads else {}
        kept = drafts.find(by, draft_key(row.pk)) if editable and form is None else None
        if editable and form is None:
            typed = drafts.typed(Answers(record=row, by=by).fields, kept.fields) if kept else {}
            form = Answers(initial={**stored, **typed}, record=row, by=by)
        found = selectors.findings(by, row) if reads else []
        add_finding = _add_url(by, row, back)
        titles = TITLES if by.has(*OFFICE) else HOUSE_TITLES
        context = {
            "row": row, "tone": TONES.get(I(row.state), ""), "reads": reads, "said": said, "once": str(new_id()),
            "box": next_box(by, row, back, titles, _ELSEWHERE), "form": form if editable else None,
            "editable": editable, "draft_key": draft_key(row.pk), "kept": kept, "back": reverse("inspection_list"),
            "sections": _sections(row, form if editable else None, stored, add_finding) if reads else [],
            "counts": _counts(row) if reads else {}, "findings": [_finding(by, row, one, back) for one in found],
            "team": _team(by, row), "papers": _papers(by, row, back), "add_finding": add_finding,
            "add_paper": _paper_url(by, row, back), "house": not by.has(*OFFICE),
            "print_url": reverse("print_inspection", args=[row.pk]) if reads and row.concluded_at else "",
            "rechecks": list(visible(by, Inspection).filter(follows=row).order_by("planned_on")),
            "former": visible_one(by, Inspection, row.follows_id).first() if row.follows_id else None,
            "recheck_url": _recheck_url(by, row, back),
        }  # fmt: skip
        return render(request, "facilities/oversight/inspection.html", context, status=status)


def _sections(row: Inspection, form: Answers | None, stored: dict[str, Any], add: str) -> list[dict[str, Any]]:
    """The items by section; with fields where they are answered, as text elsewhere. `add` leads to a new finding."""
    found = {finding.code for finding in oversight.open_findings(row)}
    if form is not None:
        form.use_required_attribute = False
        for field in form.fields.values():
            if isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "row"
                field.required = True
    shown: list[dict[str, Any]] = []
    for name, items in groupby(oversight.asked(row), key=lambda pair: pair[0].section):
        lines = []
        for item, answer in items:
            line = {
                "anchor": anchor(item.code), "item": item, "answer": answer, "unmet": answer.verdict == Verdict.UNMET,
                "field": form[item_field(item.code)] if form is not None else None,
                "note": form[note_field(item.code)] if form is not None else None,
                "find": f"{add}&{urlencode({'code': item.code})}"
                if add and answer.verdict == Verdict.UNMET and item.code not in found else "",
                "was": [(f"_was_{key(item.code)}", stored.get(key(item.code), "")) for key in (item_field, note_field)],
            }  # fmt: skip
            lines.append(line)
        shown.append({"name": name, "anchor": f"phan-{len(shown) + 1}", "items": lines})
    return shown


def _counts(row: Inspection) -> dict[str, int]:
    answers = list(row.answers.values_list("verdict", flat=True))
    return {
        "all": len(answers), "answered": sum(bool(verdict) for verdict in answers),
        "unmet": sum(verdict == Verdict.UNMET for verdict in answers),
    }  # fmt: skip


def _finding(by: Actor, row: Inspection, finding: Finding, back: str) -> dict[str, Any]:
    buttons = [
        {"label": one.spec.label, "url": f"{act_url('facilities.Finding', finding.pk, one.spec.name)}?next={back}"}
        for one in available(by, finding)
        if one.status == "ready"
    ]
    late = finding.is_open and row.state == I.REMEDY and finding.remedy_by < timezone.localdate()
    return {
        "row": finding, "tone": SEVERITY_TONES.get(finding.severity, ""), "buttons": buttons, "late": late,
        "replied": bool(finding.reply) or finding.contested,
    }  # fmt: skip


def _team(by: Actor, row: Inspection) -> list[str]:
    members = visible(by, InspectionMember).filter(inspection=row).exclude(user=row.lead_id)
    return list(members.order_by("user__full_name").values_list("user__full_name", flat=True))


def _papers(by: Actor, row: Inspection, back: str) -> list[Document]:
    filed = list(documents_of(by, row))
    log_read(by, Document, [one.pk for one in filed], "view", root_id=row.pk, purpose="inspection")
    names = {finding.pk: finding.text for finding in row.findings.all()}
    for paper in filed:
        paper.about = names.get(paper.subject_id, "")  # type: ignore[attr-defined]
        paper.withdraw_url = ""  # type: ignore[attr-defined]
    for paper in withdrawable(by, filed):
        paper.withdraw_url = f"{act_url('documents.Document', paper.pk, 'withdraw')}?next={back}"  # type: ignore[attr-defined]
    return filed


def _add_url(by: Actor, row: Inspection, back: str) -> str:
    in_team = bool(oversight.team_of(row) & set(by.identities))
    if row.state != I.UNDERWAY or not in_team or not can(by, "finding.add", row):
        return ""
    return f"{act_under_url(row, 'facilities.Finding', 'add')}?next={back}"


def _paper_url(by: Actor, row: Inspection, back: str) -> str:
    if row.state in (I.PLANNED, I.CLOSED, I.CANCELLED) or not can(by, "document.evidence", row):
        return ""
    if row.state == I.UNDERWAY and not oversight.team_of(row) & set(by.identities):
        return ""
    return f"{act_under_url(row, 'documents.Document', 'evidence')}?next={back}"


def _recheck_url(by: Actor, row: Inspection, back: str) -> str:
    """A follow-up inspection of its own, once this one is concluded."""
    if row.concluded_at is None or not can(by, "inspection.plan", row.facility):
        return ""
    return plan_url(row.facility, back, kind=InspectionKind.RECHECK.value, follows=str(row.pk))
