"""The form of a visit on site, made for a telephone with a bad connection: one section after the other, each kept by
itself and drafted while it is filled in; photos; at the end the minutes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accreditation.models import Application, SiteVisit
from accreditation.selectors import dossier
from accreditation.web.dossier import ROWS, draft_key, ready, sections
from accreditation.web.shown import FOR_OFFICE, S
from accreditation.web.taking import Refused, form_of, take
from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.documents.models import Document
from core.documents.selectors import documents_of
from core.ids import new_id
from core.lifecycle.engine import available
from core.web import drafts
from core.web.pages import mended

ANSWER, PHOTO, RECORD = "answer_conditions", "visit_photo", "record_visit"
SIGN_OFF = ("met_whom", "held_at", "note")


def section_key(row: Application, number: Any) -> str:
    return f"{draft_key(row, 'thuc-dia')}:{number}"


@route("record", "accreditation.Application", "read:appraisal")
@require_http_methods(["GET", "HEAD", "POST"])
def site_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /tham-dinh/<uuid>/thuc-dia/; POST do=answer_conditions (with section), visit_photo or record_visit."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = fetch(by, Application, pk, "read:appraisal", within=ROWS)
    if request.method != "POST":
        return _show(request, by, row)
    name, here = request.POST.get("do", ""), reverse("site_visit", args=[pk])
    section = request.POST.get("section", "")
    if name not in (ANSWER, PHOTO, RECORD) or (name == ANSWER and not section.isdigit()):
        return render(request, "400.html", {"reasons": []}, status=400)
    if name == ANSWER:
        done = take(request, row, name, section_key(row, section), _("Đã lưu phần %(n)s.") % {"n": section})
        leads_to = f"{here}#phan-{int(section) + 1}"
    elif name == PHOTO:
        done, leads_to = take(request, row, name), f"{here}#anh"
    else:
        done, leads_to = take(request, row, name, draft_key(row, name)), f"{reverse('dossier', args=[pk])}#thuc-dia"
    if not isinstance(done, Refused):
        return redirect(leads_to)
    return _show(request, by, fetch(by, Application, pk, "read:appraisal", within=ROWS), done, section)


def _show(
    request: HttpRequest, by: Actor, row: Application, refused: Refused | None = None, section: str = ""
) -> HttpResponse:
    with unit_of_work():
        visit = visible(by, SiteVisit).filter(application=row, held_at__isnull=True, cancelled_at__isnull=True)
        open_visit = visit.select_related("lead").prefetch_related("team__user").first()
        possible = {one.spec.name: one for one in available(by, row)}
        if row.state != S.SITE_VISIT or open_visit is None:
            return redirect(f"{reverse('dossier', args=[row.pk])}#thuc-dia")
        for kind in ("view", "read:appraisal"):
            log_read(by, Application, [row.pk], kind, root_id=row.pk)
        log_read(by, SiteVisit, [open_visit.pk], "view", root_id=row.pk)
        photos = list(documents_of(by, open_visit))
        log_read(by, Document, [photo.pk for photo in photos], "view", root_id=open_visit.pk)
        found = dossier.appraisal(row)
        blocked = [one for name, one in possible.items() if name in (ANSWER, RECORD) and one.reasons]
        context: dict[str, Any] = {
            "row": row, "visit": open_visit, "team": ", ".join(str(one.user) for one in open_visit.team.all()),
            "here": reverse("site_visit", args=[row.pk]), "title": FOR_OFFICE[S.SITE_VISIT], "refused": refused,
            "sections": _sections(by, row, found, refused, section) if ready(possible, ANSWER) else [],
            "answered": sum(one.answer is not None for one in found), "count": len(found),
            "photos": [{"row": one, "url": reverse("document", args=[one.pk])} for one in photos],
            "photo_form": _form(by, row, refused, PHOTO)[0] if ready(possible, PHOTO) else None,
            "once": str(new_id()), "blocked": [reason for one in blocked for reason in mended(one.reasons, row)],
        }  # fmt: skip
        if ready(possible, RECORD):
            form, kept = _form(by, row, refused, RECORD)
            context["record"] = {
                "form": form, "fields": [form[name] for name in SIGN_OFF], "draft_key": draft_key(row, RECORD),
                "saved_at": kept.saved_at if kept else None, "draft_version": kept.version if kept else "",
            }  # fmt: skip
        return render(request, "accreditation/site_visit.html", context, status=refused.status if refused else 200)


def _form(by: Actor, row: Application, refused: Refused | None, name: str) -> tuple[Any, drafts.Kept | None]:
    if refused is not None and refused.name == name:
        return refused.form, None
    return form_of(row, name, by, draft_key(row, name))


def _sections(
    by: Actor, row: Application, found: list[dossier.Condition], refused: Refused | None, sent: str
) -> list[dict[str, Any]]:
    """Each section with its own draft; the one that was sent and refused with what was typed."""
    form, _kept = form_of(row, ANSWER, by)
    typed = refused.form if refused is not None and refused.name == ANSWER else None
    made = sections(found, form)
    for number, one in enumerate(made, 1):
        again = typed is not None and sent == str(number)
        kept = None if again else drafts.find(by, section_key(row, number))
        if again:
            one["items"] = next(each for each in sections(found, typed) if each["label"] == one["label"])["items"]
        elif kept is not None:
            names = {bound.name for item in one["items"] for bound in (item["verdict"], item["measured"], item["note"])}
            said = drafts.typed(form.fields, kept.fields)
            form.initial.update({name: said[name] for name in names if name in said})
        one.update(
            number=number, done=all(item["answer"] is not None for item in one["items"]), again=again,
            key=f"{new_id()}", draft_key=section_key(row, number), saved_at=kept.saved_at if kept else None,
            draft_version=kept.version if kept else "",
        )  # fmt: skip
    return made
