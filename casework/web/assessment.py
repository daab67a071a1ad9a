"""One assessment: the nine domains on one page, saved as often as one likes, then locked."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.enums import Domain, Severity
from casework.inputs.files import Answers
from casework.models import Assessment
from casework.selectors.scores import finding, scores
from casework.states.assessment import AssessmentState
from casework.web.case_page import open_frame
from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import Blocked, Invalid, Stale
from core.ids import new_id
from core.lifecycle.engine import available, perform
from core.web import drafts
from core.web.pages import mended
from core.worklist.models import RiskLevel

LOCK = "lock"
_FIRST, _LATER = ("severity", "need"), ("strength", "resource", "priority")
_ROWS = Assessment.objects.select_related("author", "tool", "copied_from").prefetch_related("findings")


@route("record", "casework.Assessment")
@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /danh-gia/<uuid>/; POST saves what was typed (button "lock": and locks it when nothing is missing)."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = fetch(by, Assessment, pk, within=_ROWS)
    if request.method == "POST":
        return _save(request, by, row)
    return _show(request, by, row)


def draft_key(pk: UUID) -> str:
    return f"casework.Assessment:{pk}:answer"


def _save(request: HttpRequest, by: Actor, row: Assessment) -> HttpResponse:
    post = request.POST
    version = post.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() else None
    try:
        outcome = perform(
            (Assessment, row.pk), "answer", by=by, version=number, key=post.get("key", "")[:100], data=post
        )
    except Invalid:
        form = Answers(post, record=row, by=by)
        form.is_valid()
        return _show(request, by, row, form=form, status=422)
    except Stale as stale:
        said = _("%(who)s vừa sửa bản này. Chữ của anh/chị còn nguyên bên dưới; đọc lại rồi lưu.") % {
            "who": stale.changed_by or _("Có người")
        }
        return _show(
            request, by, row, form=Answers(initial=_typed(row, by, post), record=row, by=by), said=said, status=409
        )
    drafts.forget(by, draft_key(row.pk))
    if post.get("do") != LOCK:
        messages.success(request, _("Đã lưu."))
        return redirect("assessment", row.pk)
    saved = fetch(by, Assessment, row.pk, within=_ROWS)
    try:
        perform((Assessment, row.pk), LOCK, by=by, version=int(outcome.result["version"]))
    except Blocked:
        said = _("Đã lưu, chưa khóa được. Xem các mục còn thiếu.")
        return _show(request, by, saved, said=said, status=409)
    messages.success(request, _("Đã khóa đánh giá bản %(number)s.") % {"number": row.number})
    return redirect("case", row.case_id)


def _typed(row: Assessment, by: Actor, post: Any) -> dict[str, Any]:
    return drafts.typed(Answers(record=row, by=by).fields, post)


def _show(
    request: HttpRequest, by: Actor, row: Assessment, form: Answers | None = None, said: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    with unit_of_work():
        frame = open_frame(by, row.case_id)
        row.case = frame.row
        log_read(by, Assessment, [row.pk], "view", root_id=row.case_id)
        before = _before(row, frame.versions)
        possible = {one.spec.name: one for one in available(by, row)}
        editable = row.state == AssessmentState.DRAFT and possible["answer"].status == "ready"
        lock = possible.get(LOCK)
        reasons = lock.reasons if lock and lock.status == "missing" else ()
        drawn = scores(row, before)
        kept = drafts.find(by, draft_key(row.pk)) if editable and form is None else None
        if editable and form is None:
            initial = {
                **Answers.initial_of(row),
                **(drafts.typed(Answers(record=row, by=by).fields, kept.fields) if kept else {}),
            }
            form = Answers(initial=initial, record=row, by=by)
        context = {
            "row": row, "case": frame.row, "who": frame.who, "before": before, "said": said, "scores": drawn,
            "finding": finding(drawn), "form": form if editable else None, "draft_key": draft_key(row.pk),
            "kept": kept, "once": str(new_id()), "missing": mended(reasons, row),
            "sections": _sections(row, form) if editable and form is not None else _read(row), "editable": editable,
            "blocked": [
                {"label": one.spec.label, "reasons": one.reasons}
                for one in possible.values()
                if one.status == "not_you"
            ],
            "risks": dict(RiskLevel.choices),
        }  # fmt: skip
        return render(request, "casework/assessment/page.html", context, status=status)


def _before(row: Assessment, versions: list[Assessment]) -> Assessment | None:
    older = [one for one in versions if one.number < row.number and one.state != AssessmentState.DRAFT]
    return older[0] if older else None


def _dress(form: Answers) -> None:
    """Choices side by side; only what may stay empty when it is locked is called optional."""
    form.use_required_attribute = False
    for field in form.fields.values():
        if isinstance(field.widget, forms.RadioSelect):
            field.widget.attrs["class"] = "row"
            field.required = True


def _sections(row: Assessment, form: Answers) -> list[dict[str, Any]]:
    """The fields of each domain in their order; those that are often empty are folded away until they are not."""
    _dress(form)
    return [
        {
            "code": domain["code"], "label": Domain(domain["code"]).label,
            "items": [{"code": item["code"], "field": form[f"item_{item['code']}"]} for item in domain["items"]],
            "fields": [form[f"{domain['code']}_{name}"] for name in _FIRST],
            "more": [form[f"{domain['code']}_{name}"] for name in _LATER],
            "open": any(_filled(form[f"{domain['code']}_{name}"]) for name in _LATER),
        }
        for domain in row.tool.domains
    ]  # fmt: skip


def _filled(bound: Any) -> bool:
    return bool(bound.value()) or (bound.form.is_bound and bool(bound.errors))


def _read(row: Assessment) -> list[dict[str, Any]]:
    """The same, as text."""
    found = {one.domain: one for one in row.findings.all()}
    shown = []
    for domain in row.tool.domains:
        one = found.get(domain["code"])
        answers = [
            {"code": item["code"], "text": item["text"], "answer": _answer(item, row.answers)}
            for item in domain["items"]
        ]
        severity = Severity(one.severity).label if one is not None and one.severity is not None else ""
        shown.append(
            {
                "code": domain["code"],
                "label": Domain(domain["code"]).label,
                "answers": answers,
                "found": one,
                "severity": severity,
            }
        )
    return shown


def _answer(item: dict[str, Any], answers: dict[str, str]) -> str:
    given = str(answers.get(item["code"], ""))
    return next((option["text"] for option in item["options"] if str(option["value"]) == given), "")
