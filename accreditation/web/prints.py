"""Printed papers of recognition as PDF, for whoever may read what is on them. Each print stands in the read log."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_GET

from accreditation.models import Application, Decision, Licence, Registration, SiteVisit
from accreditation.printing import decision, letters
from accreditation.printing import licence as licences
from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.documents.printing import PrintError, render
from core.errors import Invalid

DOSSIER = "read:dossier"
FIELD_CLASS = "print"
_UNIT = ("to_unit__parent", "to_unit__commune__province")
_LICENCES = Licence.objects.select_related(
    *_UNIT, "facility__unit", "facility__commune", "application", "predecessor", "issued_by"
)
_APPLICATIONS = Application.objects.select_related(*_UNIT, "facility__unit", "officer", "decided_by")


@route("record", "accreditation.Licence")
@require_GET
def licence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/giay-phep/<licence>/: what stands on it is public."""
    base = request.build_absolute_uri("/")

    def collect(actor: Actor) -> tuple[str, object]:
        row = fetch(actor, Licence, pk, within=_LICENCES.all())
        _log(actor, row, row)
        return f"giay-phep-{row.code}", licences.licence_paper(row, base)

    return _pdf(request, "licence", collect)


@route("record", "accreditation.Registration")
@require_GET
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/giay-chung-nhan-dang-ky/<registration>/"""
    rows = Registration.objects.select_related(
        "facility__unit", "application__to_unit__parent", "application__to_unit__commune__province",
        "application__decided_by",
    )  # fmt: skip

    def collect(actor: Actor) -> tuple[str, object]:
        row = fetch(actor, Registration, pk, within=rows)
        _log(actor, row, row.facility)
        return f"giay-chung-nhan-{_plain(row.number)}", licences.registration_paper(row)

    return _pdf(request, "registration", collect)


@route("record", "accreditation.Decision")
@require_GET
def decision_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/quyet-dinh/<decision>/"""
    rows = Decision.objects.select_related(
        "unit__parent", "unit__commune__province", "signed_by", "application__facility__unit",
        "licence__facility__unit",
    )  # fmt: skip

    def collect(actor: Actor) -> tuple[str, object]:
        row = fetch(actor, Decision, pk, within=rows)
        _log(actor, row, row.root)
        return f"quyet-dinh-{_plain(row.number)}", decision.decision_paper(row)

    return _pdf(request, "decision", collect)


def _of_application(
    template: str, name: str, made: Callable[[Application], object]
) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """A letter about an application: for whoever reads the dossier."""

    @route("record", "accreditation.Application", DOSSIER)
    @require_GET
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        def collect(actor: Actor) -> tuple[str, object]:
            row = fetch(actor, Application, pk, DOSSIER, within=_APPLICATIONS.all())
            data = made(row)
            _log(actor, row, row)
            return f"{name}-{row.number}", data

        return _pdf(request, template, collect)

    return view


# The slip with the day of appointment, the one list of defects, the apology: Blocked (409) where there is none.
receipt = _of_application("application_receipt", "giay-tiep-nhan", letters.receipt)
defects = _of_application("application_defects", "yeu-cau-bo-sung", letters.defects_letter)
apology = _of_application("apology_letter", "phieu-xin-loi", letters.apology)


@route("record", "accreditation.SiteVisit")
@require_GET
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/bien-ban-tham-dinh/<visit>/: filled in, or blank to be filled in on site."""
    rows = SiteVisit.objects.select_related(
        "lead", "application__facility__unit", "application__to_unit__parent",
        "application__to_unit__commune__province",
    )  # fmt: skip

    def collect(actor: Actor) -> tuple[str, object]:
        row = fetch(actor, SiteVisit, pk, within=rows)
        _log(actor, row, row.application)
        return f"bien-ban-tham-dinh-{row.application.number}", letters.visit_minutes(row)

    return _pdf(request, "visit_minutes", collect)


def _plain(number: str) -> str:
    """A number as part of a file's name: letters and digits only."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in number)


def _log(actor: Actor, row: Model, root: Model) -> None:
    log_read(actor, type(row), [row.pk], FIELD_CLASS, root_id=root.pk)


def _pdf(request: HttpRequest, template: str, collect: Callable[[Actor], tuple[str, object]]) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    # Papers are Vietnamese whatever language the reader's pages have.
    with translation.override("vi"):
        with unit_of_work():
            name, data = collect(actor)
        try:
            content = render(template, data)
        except PrintError as error:
            raise Invalid({"__all__": [str(error)]}) from None
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("in/giay-phep/<uuid:pk>/", licence, name="print_licence"),
    path("in/giay-chung-nhan-dang-ky/<uuid:pk>/", registration, name="print_registration"),
    path("in/quyet-dinh/<uuid:pk>/", decision_letter, name="print_decision"),
    path("in/giay-tiep-nhan/<uuid:pk>/", receipt, name="print_receipt"),
    path("in/yeu-cau-bo-sung/<uuid:pk>/", defects, name="print_defects"),
    path("in/phieu-xin-loi/<uuid:pk>/", apology, name="print_apology"),
    path("in/bien-ban-tham-dinh/<uuid:pk>/", visit, name="print_visit"),
]
