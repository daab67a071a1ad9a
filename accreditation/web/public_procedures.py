"""The procedures of recognition as the law has them, what each asks for, and the forms to fill in."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.http import quote_etag
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accreditation.models import Application, Procedure, ProcedureComponent
from accreditation.printing import forms
from accreditation.selectors import procedures as rules
from accreditation.selectors.public_register import reference_stamp
from accreditation.web.public_pages import SELDOM, has_it, kept, not_here, same_for_all
from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import NotVisible
from facilities.models import StaffMember

DOSSIER = "read:dossier"
# When a paper is asked for that not every application needs.
WHEN: dict[str, str | Promise] = {
    "foreign": _("khi người sáng lập là tổ chức, cá nhân nước ngoài"), "rented": _("khi thuê, mượn đất, nhà"),
    "name": _("khi đổi tên"), "address": _("khi đổi địa chỉ"), "head": _("khi đổi người đứng đầu"),
    "kind": _("khi đổi loại hình"), "task": _("khi đổi nhiệm vụ"), "area": _("khi đổi diện tích, cơ sở vật chất"),
    "groups": _("khi đổi nhóm đối tượng"), "capacity": _("khi đổi quy mô"),
}  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """One paper of a dossier in words; `form` is the name of the form that is offered for it."""

    row: ProcedureComponent
    when: str | Promise
    form: str


@route("public")
@same_for_all
def procedures(request: HttpRequest) -> HttpResponse:
    """GET /cong-khai/thu-tuc/"""
    page = "accreditation/public/procedures.html"
    return kept(request, reference_stamp(), page, lambda: {"rows": rules.procedures()}, SELDOM)


@route("public")
@same_for_all
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """GET /cong-khai/thu-tuc/<code>/: as the law has it today."""
    row = rules.procedure(code)
    if row is None:
        return not_here(request)
    page = "accreditation/public/procedure.html"
    return kept(request, f"{code}{reference_stamp()}", page, lambda: _procedure(row), SELDOM)


def _procedure(row: Procedure) -> dict[str, object]:
    papers = _papers(row.code, timezone.localdate())
    articles = dict.fromkeys([row.article, *(paper.row.article for paper in papers)])
    return {"row": row, "papers": papers, "articles": list(articles)}


def _papers(code: str, day: date) -> list[Paper]:
    rows = ProcedureComponent.objects.filter(ProcedureComponent.on(day), procedure=code).order_by("valid_from")
    latest = {row.code: row for row in rows}
    known = forms.names()
    return [
        Paper(row, WHEN.get(row.when, row.when), row.template if row.template in known else "")
        for row in sorted(latest.values(), key=lambda row: (row.order, row.code))
    ]


@route("public")
@same_for_all
def blank_form(request: HttpRequest, template: str) -> HttpResponse:
    """GET /cong-khai/mau/<template>/: the form with dots to write on; 404 unless a dossier names it."""
    if not forms.offered(template):
        return not_here(request)
    content, tag = _blank(template)
    headers = {"Cache-Control": f"public, max-age={SELDOM}", "ETag": tag}
    if has_it(request, tag):
        return HttpResponseNotModified(headers=headers)
    return _file(content, forms.file_name(template), headers)


@cache
def _blank(template: str) -> tuple[bytes, str]:
    """Made once in each process: a blank form depends on nothing but its source."""
    content = forms.form(template)
    text = "\n".join(f"{line.kind} {line.text}" for line in forms.source(template))
    return content, quote_etag(hashlib.sha256(text.encode()).hexdigest()[:32])


@route("record", "accreditation.Application", DOSSIER)
@require_safe
def own_form(request: HttpRequest, pk: UUID, component: str) -> HttpResponse:
    """GET /mau/<application>/<component>/: the form of that paper, filled in with what is known. For the applicant, and
    for whoever reads the dossier; people are named to whom they may be. It stands in the read log like any print."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Application.objects.select_related("facility__unit", "facility__commune__province", "to_unit", "licence")
    # Papers are Vietnamese whatever language the reader's pages have.
    with translation.override("vi"), unit_of_work():
        application = fetch(actor, Application, pk, DOSSIER, within=rows)
        template = {row.code: row.template for row in rules.components(application)}.get(component, "")
        if template not in forms.names():
            raise NotVisible
        log_read(actor, Application, [application.pk], "print", root_id=application.pk)
        named = visible(actor, StaffMember).filter(facility=application.facility_id).exists()
        content = forms.form(template, application, staff=named)
    return _file(content, forms.file_name(template, application), {"Cache-Control": "no-store"})


def _file(content: bytes, name: str, headers: dict[str, str]) -> HttpResponse:
    shown = {**headers, "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=forms.DOCX, headers=shown)
