"""Which printed papers (PDF) and forms a page offers, and the draft of a decision for whoever is about to sign it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accreditation.enums import GIVES_LICENCE, ApplicationState, DecisionKind
from accreditation.models import Application, Decision, Licence, ProcedureComponent, Registration, SiteVisit
from accreditation.printing import decision as paper
from accreditation.printing import heading
from accreditation.selectors import dossier, procedures
from accreditation.web import prints
from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.audit.reads import log_read

S, K = ApplicationState, DecisionKind
DRAFTS = (K.APPROVE, K.CONDITIONAL, K.REFUSE)
_ROWS = Application.objects.select_related(
    "facility__unit", "to_unit__parent", "to_unit__commune__province", "recommended_by"
)


def _paper(label: Any, name: str, pk: Any, query: str = "") -> dict[str, Any]:
    return {"label": label, "url": f"{reverse(name, args=[pk])}{query}"}


def of_licence(row: Licence) -> list[dict[str, Any]]:
    return [_paper(_("Giấy phép có mã QR"), "print_licence", row.pk)]


def of_decision(row: Decision) -> list[dict[str, Any]]:
    return [_paper(_("Bản in quyết định"), "print_decision", row.pk)]


def of_visit(row: SiteVisit) -> list[dict[str, Any]]:
    label = _("Biên bản thẩm định") if row.held_at else _("Biên bản trống để ghi tay")
    return [_paper(label, "print_visit", row.pk)]


def of_application(row: Application) -> list[dict[str, Any]]:
    """The letters that the file has now, for whoever reads the dossier."""
    found = []
    if row.submitted_at is not None and row.state not in (S.DRAFT, S.RETURNED):
        found.append(_paper(_("Giấy tiếp nhận và hẹn trả kết quả"), "print_receipt", row.pk))
    if row.state in (S.RETURNED, S.CORRECTION) and dossier.to_answer(row):
        found.append(_paper(_("Phiếu yêu cầu bổ sung, khắc phục"), "print_defects", row.pk))
    letter = apology(row)
    found += [letter] if letter else []
    for one in Registration.objects.filter(application=row).only("pk", "number"):
        found.append(_paper(_("Giấy chứng nhận %(n)s") % {"n": one.number}, "print_registration", one.pk))
    return found


def apology(row: Application) -> dict[str, Any] | None:
    """The letter of apology of a file that is late, where it was written."""
    if row.apologised_at is None or row.promised_on is None:
        return None
    return _paper(_("Thư xin lỗi, hẹn lại"), "print_apology", row.pk)


def template(row: Application, component: ProcedureComponent) -> str:
    """Where the form of a paper is downloaded, filled in for this application; "" where the paper has none."""
    return reverse("application_form", args=[row.pk, component.code]) if component.template else ""


def drafts_of(row: Application) -> list[dict[str, Any]]:
    """Drafts of the decisions that a head may come to, the one that the officer proposes first."""
    kinds = [kind for kind in DRAFTS if kind != K.CONDITIONAL or row.kind in GIVES_LICENCE]
    kinds.sort(key=lambda kind: kind.value != row.recommendation)
    words = _("Dự thảo: %(what)s")
    return [
        _paper(words % {"what": str(kind.label).lower()}, "decision_draft", row.pk, f"?loai={kind.value}")
        for kind in kinds
    ]


@route("record", "accreditation.Application", "read:appraisal")
@require_GET
def decision_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /in/du-thao-quyet-dinh/<application>/?loai=approve|conditional|refuse: as it would stand, without number and
    day. Nothing is kept."""
    wanted = request.GET.get("loai", "")
    kind = DecisionKind(wanted) if wanted in [one.value for one in DRAFTS] else K.APPROVE

    def collect(actor: Actor) -> tuple[str, object]:
        row = fetch(actor, Application, pk, "read:appraisal", within=_ROWS)
        log_read(actor, Application, [pk], prints.FIELD_CLASS, root_id=pk)
        drawn = paper.decision_paper(_draft(row, kind, actor))
        head, signature = heading.head_of(row.to_unit), heading.signed_by(None, row.to_unit)
        return f"du-thao-{row.number}", replace(drawn, letterhead=head, signature=signature)

    return prints._pdf(request, "decision", collect)


def _draft(row: Application, kind: DecisionKind, actor: Actor) -> Decision:
    procedure = procedures.procedure(row.kind, procedures.day_of(row))
    asked, today = row.asked, timezone.localdate()
    facts = {name: asked[name] for name in ("groups", "capacity") if asked.get(name)}
    if kind == K.CONDITIONAL:
        facts["conditions"] = "; ".join(item.text for item in dossier.unmet(row)) or "…"
    return Decision(
        application=row, kind=kind, unit=row.to_unit, number="", signed_by=actor.user, signed_on=today,
        effective_on=today,
        basis=procedure.article if procedure else "", reasons="…" if kind == K.REFUSE else "",
        facts=facts if kind != K.REFUSE else {},
    )  # fmt: skip
