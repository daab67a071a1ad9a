"""The applicant's page of one application: the one next thing, the checklist made for it, where it stands, what was
found and answered. Readers of the authority's side are led to the dossier."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accreditation.enums import APPLICATION_OPEN, GIVES_LICENCE, ApplicationState
from accreditation.models import Application, ApplicationPaper, Licence
from accreditation.selectors import asked, dossier, history, pages, terms
from accreditation.selectors.procedures import appointment, procedure
from accreditation.web import answers, printed
from accreditation.web.shown import FOR_APPLICANT, TONES, Box, box, steps
from core.access.actor import Actor
from core.access.engine import can, fetch, visible
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.ids import new_id
from core.lifecycle.engine import Possibility, available
from core.web.pages import act_under_url, act_url, page_url

S = ApplicationState
SENDING = (S.DRAFT, S.RETURNED)
EVIDENCE = (S.RETURNED, S.CORRECTION)
_ROWS = Application.objects.select_related("facility__unit", "facility__commune", "to_unit", "officer", "licence")


@route("record", "accreditation.Application")
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /ho-so/<uuid>/; POST keeps the answers to what was found."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = fetch(by, Application, pk, within=_ROWS)
    if can(by, "read:appraisal", row):
        return redirect("dossier", pk)
    if request.method == "POST":
        kept = answers.keep(request, by, row)
        if kept is None:
            return redirect(f"{reverse('application', args=[pk])}#thieu-sot")
        return _show(request, by, fetch(by, Application, pk, within=_ROWS), kept)
    return _show(request, by, row)


def _show(request: HttpRequest, by: Actor, row: Application, typed: answers.Typed | None = None) -> HttpResponse:
    with unit_of_work():
        inside = can(by, "read:dossier", row)
        log_read(by, Application, [row.pk], "view", root_id=row.pk)
        back = reverse("application", args=[row.pk])
        context: dict[str, Any] = {
            "row": row, "tone": TONES.get(S(row.state), ""), "inside": inside, "back": back,
            "days": terms.days(row), "appointment": appointment(row), "remaining": due.remaining_of(row),
            "provisional": terms.warnings(row),
            "procedure": procedure(row.kind), "steps": steps(row, *pages.visits_of(row)),
            "facility_url": page_url(row.facility), "open": row.state in APPLICATION_OPEN,
        }  # fmt: skip
        if inside:
            log_read(by, Application, [row.pk], "read:dossier", root_id=row.pk)
            context.update(_dossier(by, row, back, typed))
        return render(request, "accreditation/application.html", context, status=typed.status if typed else 200)


def _dossier(by: Actor, row: Application, back: str, typed: answers.Typed | None) -> dict[str, Any]:
    possible = {one.spec.name: one for one in available(by, row)}
    found = pages.defects_of(row)
    may_answer = _ready(possible, "evidence") and row.state in EVIDENCE
    entries = dossier.checklist(row)
    log_read(by, ApplicationPaper, [one.paper.pk for one in entries if one.paper], "view", root_id=row.pk)
    waiting = [item for item in found if item.settled_at is None] if may_answer else []
    files = dossier.papers(row)
    return {
        "box": _box(row, possible, back), "asked": asked.told(row), "edit_url": _edit_url(row, possible, back),
        "papers": [_paper(row, one, back, by) for one in entries],
        "required": sum(one.component.required for one in entries),
        "ready": sum(one.ok and one.component.required for one in entries),
        "norms": _self_check(row),
        "answering": answers.lines(by, row, waiting, files, typed, back) if waiting else None, "typed": typed,
        "defects": [item for item in found if item not in waiting],
        "conditions_files": files.get(dossier.CONDITIONS),
        "decisions": [{"row": one, "papers": printed.of_decision(one)} for one in pages.decisions_of(by, row)],
        "prints": printed.of_application(row),
        "licences": [{"row": one, "url": page_url(one)} for one in visible(by, Licence).filter(application=row)],
        "lines": history.lines(row.pk, inside=False), "once": str(new_id()),
        "upload_url": act_under_url(row, ApplicationPaper._meta.label, "upload") if _may_upload(by, row) else "",
    }  # fmt: skip


def _self_check(row: Application) -> dict[str, Any] | None:
    """The numeric conditions, while the facility can still do something about them; their sum says nothing more."""
    if row.kind not in GIVES_LICENCE or row.state not in (*SENDING, S.CORRECTION):
        return None
    rows = [one for one in dossier.self_check(row) if one.applies and one.metric != "staffing"]
    return {"rows": rows, "met": sum(one.met is True for one in rows)}


def _ready(possible: dict[str, Possibility], name: str) -> bool:
    return name in possible and possible[name].status == "ready"


def _may_upload(by: Actor, row: Application) -> bool:
    states = (*SENDING, S.CORRECTION, S.CONDITIONAL)
    return row.state in states and can(by, "applicationpaper.upload", row)


def _edit_url(row: Application, possible: dict[str, Possibility], back: str) -> str:
    if not _ready(possible, "edit"):
        return ""
    return f"{act_url(Application._meta.label, row.pk, 'edit')}?{urlencode({'next': f'{back}#de-nghi'})}"


def _box(row: Application, possible: dict[str, Possibility], back: str) -> Box:
    """The one next thing. What lies with the authority is said, not offered."""
    wanted = {S.CORRECTION: ("fixed",), S.CONDITIONAL: ("evidence",), S.REFUSED: ("appeal",), S.LAPSED: ("copy",)}
    state = S(row.state)
    hide = {"edit", *({"evidence"} if state in EVIDENCE else ())}
    together = {
        "not_answered": (_("Còn %(n)d mục chưa trả lời."), f"{back}#thieu-sot"),
        "no_evidence": (_("Còn %(n)d mục chưa nộp ảnh, giấy chứng minh đã sửa."), f"{back}#thieu-sot"),
    }
    made = box(
        row, possible.values(), FOR_APPLICANT[state], back, wanted=wanted.get(state, ("submit",)), hide=hide,
        told=False, together=together,
    )  # fmt: skip
    made.note = _note(row)
    return made


def _note(row: Application) -> str:
    state = S(row.state)
    if state == S.CORRECTION and row.fix_by:
        return _("Cơ quan chờ đến hết ngày %(day)s; thời gian này không tính vào hạn giải quyết.") % {
            "day": f"{row.fix_by:%d/%m/%Y}"
        }
    if state == S.CONDITIONAL and row.conditions_by:
        return _("Làm xong trước ngày %(day)s: %(what)s") % {
            "day": f"{row.conditions_by:%d/%m/%Y}", "what": row.conditions,
        }  # fmt: skip
    last = terms.appeal_until(row) if state == S.REFUSED else None
    if last is not None:
        return _("Lý do ở mục Quyết định. Khiếu nại được đến hết ngày %(day)s.") % {"day": f"{last:%d/%m/%Y}"}
    if state == S.RETURNED:
        return _("Đây là danh sách đầy đủ. Nộp lại thì thời hạn giải quyết tính lại từ đầu.")
    if state in (S.SUBMITTED, S.UNDER_REVIEW, S.SITE_VISIT, S.DECISION):
        return _("Lúc này cơ sở không phải làm gì. Có gì cần, trang này và mục Thông báo sẽ nói.")
    return ""


def _paper(row: Application, entry: dossier.Entry, back: str, by: Actor) -> dict[str, Any]:
    component, paper = entry.component, entry.paper
    state = "ok" if paper is not None and entry.ok else "none"
    if entry.problem and paper is not None:
        state = "expired"
    # What the officer thinks of a paper reaches the applicant with the one complete list, not before.
    told = paper if paper is not None and paper.verdict and row.state == S.RETURNED else None
    verdict = told.get_verdict_display() if told is not None else ""
    if told is not None and told.verdict == "defect":
        state = "bad"
    return {
        "component": component, "paper": paper, "problem": entry.problem, "state": state, "verdict": verdict,
        "note": told.verdict_note if told is not None else "",
        "asks_issued": component.valid_months is not None, "asks_expiry": component.has_expiry,
        "open_url": reverse("document", args=[paper.document_id]) if paper is not None else "",
        "template_url": printed.template(row, component),
        "next": f"{back}#giay-{component.code}",
    }  # fmt: skip
