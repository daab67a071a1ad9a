"""Printed papers of a case as PDF, for whoever may read its narrative. Each print stands in the read log."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET

from casework import printing
from casework.models import Case, ServicePlan
from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.documents.printing import PrintError, render
from core.errors import Invalid

NARRATIVE = "read:narrative"
FIELD_CLASS = "print"
_CASES = Case.objects.select_related(
    "person__commune__province", "commune", "owner_unit__parent", "owner_unit__commune__province",
    "registered_unit__parent", "registered_unit__commune__province", "registered_by", "worker", "closure_code",
)  # fmt: skip


@route("record", "casework.Case", NARRATIVE)
@require_GET
def intake_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/phieu-tiep-nhan/<case>/"""

    def collect(actor: Actor) -> tuple[str, object]:
        case = _case(actor, pk)
        _log(actor, case, case)
        return f"phieu-tiep-nhan-{case.number}", printing.intake_sheet(case, actor)

    return _pdf(request, "intake_sheet", collect)


@route("record", "casework.ServicePlan")
@require_GET
def service_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/ke-hoach/<plan>/: the plan and the case's narrative must both be readable."""

    def collect(actor: Actor) -> tuple[str, object]:
        plan = fetch(actor, ServicePlan, pk, within=ServicePlan.objects.select_related("author"))
        plan.case = _case(actor, plan.case_id)
        _log(actor, plan, plan.case)
        return f"ke-hoach-{plan.case.number}-{plan.number}", printing.service_plan(plan, actor)

    return _pdf(request, "service_plan", collect)


@route("record", "casework.Case", NARRATIVE)
@require_GET
def closure_decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/quyet-dinh-ket-thuc/<case>/: Blocked (409) while the case is not closed."""

    def collect(actor: Actor) -> tuple[str, object]:
        case = _case(actor, pk)
        paper = printing.closure_decision(case, actor)
        _log(actor, case, case)
        return f"quyet-dinh-{case.number}", paper

    return _pdf(request, "closure_decision", collect)


def _case(actor: Actor, pk: Any) -> Case:
    return fetch(actor, Case, pk, NARRATIVE, within=_CASES.all())


def _log(actor: Actor, row: Model, case: Case) -> None:
    log_read(actor, type(row), [row.pk], FIELD_CLASS, root_id=case.pk)


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
    # The number of the case and no name: file names end up in lists of recent documents.
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
