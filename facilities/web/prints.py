"""Printed papers of inspections as PDF. Each print stands in the read log."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.documents.printing import PrintError, render
from core.errors import Blocked, Invalid, Reason
from facilities.models import Inspection
from facilities.printing.inspection_minutes import inspection_minutes

READ = "read:answers"
_ROWS = Inspection.objects.select_related("facility__unit", "by_unit__parent", "by_unit__commune__province", "lead")


@route("record", "facilities.Inspection", READ)
@require_GET
def print_inspection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/bien-ban-kiem-tra/<inspection>/: Blocked (409) before the conclusion."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with translation.override("vi"):
        with unit_of_work():
            row = fetch(actor, Inspection, pk, READ, within=_ROWS.all())
            if row.concluded_at is None:
                raise Blocked([Reason("not_concluded", _("Chưa kết luận, chưa có biên bản để in."))])
            data = inspection_minutes(row, actor)
            log_read(actor, Inspection, [row.pk], "print", root_id=row.facility_id, purpose="inspection")
        try:
            content = render("inspection_minutes", data)
        except PrintError as error:
            raise Invalid({"__all__": [str(error)]}) from None
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bien-ban-{row.number}.pdf"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
