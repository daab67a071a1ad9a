"""The authority's page of one application: the dossier beside its checklist, the conditions beside the numbers of the
law, the list of defects that comes of both, the visit, the recommendation, and what a head needs to decide."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.forms import RadioSelect
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accreditation.enums import ApplicationState
from accreditation.models import Application, ApplicationPaper, Licence, SiteVisit
from accreditation.selectors import asked, dossier, history, pages, people, terms
from accreditation.selectors.procedures import appointment, procedure
from accreditation.web import printed
from accreditation.web.shown import FOR_OFFICE, TONES, Box, box, steps
from accreditation.web.taking import Refused, form_of, take
from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.errors import Reason
from core.ids import new_id
from core.lifecycle.engine import Possibility, available
from core.web.pages import act_url, page_url

S = ApplicationState
ROWS = Application.objects.select_related(
    "facility__unit", "facility__commune", "to_unit", "officer", "former_officer", "recommended_by", "submitted_by",
    "decided_by", "licence",
)  # fmt: skip
# What is filled in on this page; anything else has its own.
HERE = {"declare_interest": "loi-ich", "check_papers": "kiem", "answer_conditions": "dieu-kien"}
WANTED = {
    S.SUBMITTED: ("take",), S.UNDER_REVIEW: ("recommend",), S.SITE_VISIT: ("record_visit", "recommend"),
    S.DECISION: ("approve",), S.CONDITIONAL: ("met",),
}  # fmt: skip


def draft_key(row: Application, name: str) -> str:
    """The same as that of the action's own page: what is typed here is found there."""
    return f"{Application._meta.label}:{row.pk}:{name}"


@route("record", "accreditation.Application", "read:appraisal")
@require_http_methods(["GET", "HEAD", "POST"])
def dossier_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /tham-dinh/<uuid>/; POST do=declare_interest|check_papers|answer_conditions."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = fetch(by, Application, pk, "read:appraisal", within=ROWS)
    if request.method != "POST":
        return _show(request, by, row)
    name = request.POST.get("do", "")
    if name not in HERE:
        return render(request, "400.html", {"reasons": []}, status=400)
    done = take(request, row, name, draft_key(row, name))
    if not isinstance(done, Refused):
        return redirect(f"{reverse('dossier', args=[pk])}#{HERE[name]}")
    return _show(request, by, fetch(by, Application, pk, "read:appraisal", within=ROWS), done)


def _show(request: HttpRequest, by: Actor, row: Application, refused: Refused | None = None) -> HttpResponse:
    with unit_of_work():
        for kind in ("view", "read:dossier", "read:appraisal"):
            log_read(by, Application, [row.pk], kind, root_id=row.pk)
        back = reverse("dossier", args=[row.pk])
        possible = {one.spec.name: one for one in available(by, row)}
        entries = dossier.checklist(row)
        log_read(by, ApplicationPaper, [one.paper.pk for one in entries if one.paper], "view", root_id=row.pk)
        files, interest = dossier.papers(row), _interest(by, row, possible)
        drafts = printed.drafts_of(row) if row.state == S.DECISION else []
        context: dict[str, Any] = {
            "row": row, "tone": TONES.get(S(row.state), ""), "back": back, "days": terms.days(row),
            "provisional": terms.warnings(row),
            "remaining": due.remaining_of(row), "appointment": appointment(row), "procedure": procedure(row.kind),
            "steps": steps(row, *pages.visits_of(row)), "facility_url": page_url(row.facility),
            "asked": asked.told(row), "papers": [_paper(one) for one in entries],
            "box": _box(by, row, possible, back, interest["form"] is not None), "interest": interest,
            "checking": _checking(by, row, possible, entries, refused),
            "appraisal": _appraisal(by, row, possible, refused), "faults": _faults(row, possible, back, entries),
            "defects": _defects(row, files), "visits": _visits(by, row), "visit_url": _visit_url(row, possible),
            "conditions_file": _file_url(files.get(dossier.CONDITIONS)), "refused": refused,
            "decisions": [{"row": one, "papers": printed.of_decision(one)} for one in pages.decisions_of(by, row)],
            "prints": printed.of_application(row), "once": str(new_id()), "drafts": drafts,
            "licences": [{"row": one, "url": page_url(one)} for one in visible(by, Licence).filter(application=row)],
            "lines": history.lines(row.pk, inside=True), "self_check": dossier.self_check(row),
        }  # fmt: skip
        return render(request, "accreditation/dossier.html", context, status=refused.status if refused else 200)


def ready(possible: Mapping[str, Possibility], name: str) -> bool:
    return name in possible and possible[name].status == "ready"


def _box(by: Actor, row: Application, possible: Mapping[str, Possibility], back: str, asks: bool) -> Box:
    """`asks`: this person must declare first; the form for it stands below and has the one main button."""
    state = S(row.state)
    places = {
        "record_visit": reverse("site_visit", args=[row.pk]), "return": f"{back}#danh-sach",
        "require_fix": f"{back}#danh-sach",
    }  # fmt: skip
    together = {
        "not_checked": (_("Còn %(n)d giấy tờ chưa xem."), f"{back}#kiem"),
        "condition_open": (_("Còn %(n)d điều kiện chưa ghi kết quả."), f"{back}#dieu-kien"),
    }
    wanted: tuple[str, ...] = WANTED.get(state, ())
    if state == S.UNDER_REVIEW and by.has(Role.LICENSING) and dossier.unanswered(row) and ready(possible, "visit"):
        wanted = ("visit", *wanted)
    made = box(
        row, possible.values(), FOR_OFFICE[state], back, wanted=wanted, hide=HERE, places=places, told=False,
        together=together, fold_stops=False, most=6, mend=_("Xem mục còn thiếu"),
    )  # fmt: skip
    made.note = _note(row)
    for reasons in (made.missing, *(one["reasons"] for one in made.blocked)):
        reasons[:] = [_here(reason, row, back) for reason in reasons]
    for action in made.actions:
        action["url"] = _here(Reason("", "", action["url"]), row, back).fix
    if asks:
        made.actions = [action for action in made.actions if not action["main"]]
    return made


def _here(reason: Reason, row: Application, back: str) -> Reason:
    """What is filled in on this page is mended on this page."""
    for name, anchor in {**HERE, "return": "danh-sach"}.items():
        if reason.fix == act_url(Application._meta.label, row.pk, name):
            return Reason(reason.code, reason.text, f"{back}#{anchor}")
    return reason


def _note(row: Application) -> str:
    if row.state == S.CORRECTION and row.fix_by:
        return _("Chờ đến hết ngày %(day)s; hạn giải quyết tạm dừng tính.") % {"day": f"{row.fix_by:%d/%m/%Y}"}
    if row.state == S.CONDITIONAL and row.conditions_by:
        return _("Cơ sở phải làm xong trước ngày %(day)s.") % {"day": f"{row.conditions_by:%d/%m/%Y}"}
    if row.state == S.DECISION and row.recommendation:
        words = {"what": row.get_recommendation_display(), "who": row.recommended_by or ""}
        return _("%(who)s: %(what)s. Báo cáo thẩm định ở bên dưới.") % words
    return ""


def _paper(entry: dossier.Entry) -> dict[str, Any]:
    paper = entry.paper
    return {
        "component": entry.component, "paper": paper, "problem": entry.problem,
        "open_url": reverse("document", args=[paper.document_id]) if paper is not None else "",
    }  # fmt: skip


def _interest(by: Actor, row: Application, possible: Mapping[str, Possibility]) -> dict[str, Any]:
    """The officer's own declaration; heads and auditors read all of them."""
    rows = row.declarations.select_related("user").order_by("at")
    if not by.has(Role.HEAD, Role.COMMUNE, Role.AUDITOR):
        rows = rows.filter(user__in=by.identities)
    mine = people.declared(row, by.id)
    asks = ready(possible, "declare_interest") and mine is None
    return {"rows": list(rows), "form": form_of(row, "declare_interest", by)[0] if asks else None}


def _checking(
    by: Actor, row: Application, possible: Mapping[str, Possibility], entries: list[dossier.Entry],
    refused: Refused | None,
) -> dict[str, Any]:  # fmt: skip
    """The checklist: a verdict and a note for each paper, to be filled in where this person may."""
    form: Any = None
    kept = None
    if ready(possible, "check_papers") and any(one.paper for one in entries):
        form, kept = form_of(row, "check_papers", by, draft_key(row, "check_papers"))
        if refused is not None and refused.name == "check_papers" and refused.form is not None:
            form, kept = refused.form, None
    names = dressed(form).fields if form is not None else {}
    lines = [
        {
            **_paper(one),
            "verdict": form[f"paper_{one.component.code}"] if f"paper_{one.component.code}" in names else None,
            "note": form[f"paper_{one.component.code}_note"] if f"paper_{one.component.code}_note" in names else None,
        }
        for one in entries
    ]
    return {"form": form, "lines": lines, **draft_of(row, "check_papers", kept)}


def dressed(form: Any) -> Any:
    """Choices side by side; nothing is called optional, because part of it is filled in now and the rest later."""
    for field in form.fields.values():
        if isinstance(field.widget, RadioSelect):
            field.widget.attrs["class"] = "row"
    return form


def draft_of(row: Application, name: str, kept: Any) -> dict[str, Any]:
    return {
        "draft_key": draft_key(row, name), "saved_at": kept.saved_at if kept else None,
        "draft_version": kept.version if kept else "",
    }  # fmt: skip


def _appraisal(
    by: Actor, row: Application, possible: Mapping[str, Possibility], refused: Refused | None
) -> dict[str, Any]:
    """The conditions of the law, each with what the register measures beside the norm, and the officer's verdict."""
    form: Any = None
    kept = None
    if ready(possible, "answer_conditions"):
        form, kept = form_of(row, "answer_conditions", by, draft_key(row, "answer_conditions"))
        if refused is not None and refused.name == "answer_conditions" and refused.form is not None:
            form, kept = refused.form, None
    found = dossier.appraisal(row)
    if form is not None:
        dressed(form)
    return {
        "form": form, "sections": sections(found, form), "count": len(found),
        "answered": sum(one.answer is not None for one in found),
        "settled": form["settled"] if form is not None and form.fields["settled"].choices else None,
        **draft_of(row, "answer_conditions", kept),
    }  # fmt: skip


def sections(found: list[dossier.Condition], form: Any) -> list[dict[str, Any]]:
    """The conditions by their section, in order, with the fields of the form where there is one."""
    made: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        name = f"condition_{one.item.code}"
        has = form is not None and name in form.fields
        made.setdefault(one.item.section, []).append({
            "item": one.item, "answer": one.answer, "norms": one.norms, "verdict": form[name] if has else None,
            "measured": form[f"{name}_measured"] if has else None, "note": form[f"{name}_note"] if has else None,
        })  # fmt: skip
    return [{"label": label, "items": items, "anchor": f"phan-{n}"} for n, (label, items) in enumerate(made.items(), 1)]


def _faults(
    row: Application, possible: Mapping[str, Possibility], back: str, entries: list[dossier.Entry]
) -> dict[str, Any] | None:
    """The one complete list that comes of the verdicts, before it is sent."""
    doing = [name for name in ("return", "require_fix") if ready(possible, name)]
    if not doing:
        return None
    lines = [f"{one.component.name}: {one.paper.verdict_note}" for one in dossier.faulty(row) if one.paper is not None]
    lines += [one.problem for one in entries if one.problem and one.paper is None]
    given = dossier.answers(row)
    lines += [f"{item.text}: {given[item.code].note}" for item in dossier.unmet(row)]
    urls = {name: f"{act_url(Application._meta.label, row.pk, name)}?{urlencode({'next': back})}" for name in doing}
    return {"lines": lines, "return_url": urls.get("return", ""), "fix_url": urls.get("require_fix", ""),
            "unchecked": len(dossier.unchecked(row))}  # fmt: skip


def _file_url(paper: ApplicationPaper | None) -> str:
    return reverse("document", args=[paper.document_id]) if paper is not None else ""


def _defects(row: Application, files: Mapping[str, ApplicationPaper]) -> list[dict[str, Any]]:
    return [{"row": one, "file_url": _file_url(files.get(f"{dossier.ITEM}{one.pk}"))} for one in pages.defects_of(row)]


def _visits(by: Actor, row: Application) -> list[dict[str, Any]]:
    found = visible(by, SiteVisit).filter(application=row).select_related("lead").prefetch_related("team__user")
    log_read(by, SiteVisit, [one.pk for one in found], "view", root_id=row.pk)
    return [
        {"row": one, "team": ", ".join(str(m.user) for m in one.team.all()), "papers": printed.of_visit(one)}
        for one in found
    ]


def _visit_url(row: Application, possible: Mapping[str, Possibility]) -> str:
    open_form = ready(possible, "record_visit") or (row.state == S.SITE_VISIT and ready(possible, "answer_conditions"))
    return reverse("site_visit", args=[row.pk]) if open_form else ""
