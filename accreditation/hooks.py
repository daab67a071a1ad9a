"""What lower apps ask of recognition, and the papers of its records."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accreditation.enums import ApplicationState
from accreditation.models import Application, ApplicationPaper, Licence
from accreditation.selectors.licences import living
from accreditation.services import licence_items
from core.clock import due, parameters
from core.documents.access import papers_of
from core.documents.models import Document
from core.errors import Reason
from core.hooks import provide
from core.lifecycle.actions import Act
from facilities.models import Facility, Inspection

# The dossier is read by whoever reads the application; what was photographed on site by the authority alone.
papers_of("accreditation.Application", "read:dossier")
papers_of("accreditation.SiteVisit", "view")


@provide("document.kept")
def dossier_stays(document: Document) -> Iterable[Reason]:
    """What was handed in stays; another paper takes its place."""
    rows = ApplicationPaper.objects.filter(document=document).exclude(application__state=ApplicationState.DRAFT)
    if rows.exists():
        yield Reason("in_dossier", _("Giấy tờ đã nộp trong hồ sơ, không rút được. Nộp bản khác thay vào."))


@provide("describe.accreditation.Application")
def applications_described(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    for row in Application.objects.filter(pk__in=list(keys)).select_related("facility__unit"):
        yield row.pk, row.number, f"{row.get_kind_display()} · {row.facility}"


@provide("authority.blockers")
def licence_says(facility: Facility) -> Iterable[Reason]:
    held = living(facility)
    if held is not None:
        text = _("Phạm vi được nhận theo giấy phép %(number)s.") % {"number": held.number}
        yield Reason("has_licence", text, f"/giay-phep/{held.pk}/")


@provide("describe.accreditation.Licence")
def licences_described(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    for row in Licence.objects.filter(pk__in=list(keys)):
        yield row.pk, row.number, row.facility_name


@provide("inspection.effect")
def inspected(inspection: Inspection, act: Act) -> None:
    """An inspection proposes to restrict, suspend or revoke: the officer takes it up with the licence, which moves by
    its own machine only. A public facility has none; its head is told."""
    held = living(inspection.facility)
    if held is not None:
        until = due.end_of(act.at, parameters.term("due.inspection_recheck"))
        licence_items.for_officer(licence_items.INSPECTED, held, act, until)
