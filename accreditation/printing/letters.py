"""What an applicant gets while its file is looked at: receipt with the appointment, one list of defects, the minutes of
the visit, and the apology when it is late."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import ApplicationState
from accreditation.models import Application, SiteVisit
from accreditation.printing import heading
from accreditation.selectors import dossier, procedures
from core.audit.models import Event
from core.clock.due import local_date
from core.documents.printing.contracts import Day
from core.documents.printing.recognition import (
    ApologyLetter,
    ApplicationReceipt,
    DefectsLetter,
    ListedDefect,
    ListedPaper,
    VisitedCondition,
    VisitMinutes,
)
from core.errors import Blocked, Reason
from core.web.display import vnnum


def _procedure(application: Application) -> str:
    found = procedures.procedure(application.kind, procedures.day_of(application))
    return found.name if found is not None else str(application.get_kind_display())


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    words = {"hour": f"{local:%H}", "minute": f"{local:%M}", "day": f"{local:%d/%m/%Y}"}
    return _("%(hour)s giờ %(minute)s phút, ngày %(day)s") % words


def _nothing(code: str, text: str, application: Application) -> Blocked:
    return Blocked([Reason(code, text, f"/ho-so/{application.pk}/")])


def receipt(row: Application) -> ApplicationReceipt:
    """Raises Blocked before the file was handed in."""
    if row.submitted_at is None or row.state in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        raise _nothing("not_submitted", _("Hồ sơ chưa nộp nên chưa có giấy tiếp nhận."), row)
    found = procedures.procedure(row.kind, procedures.day_of(row))
    total = (row.legal_days or 0) + row.extended_days
    return ApplicationReceipt(
        letterhead=heading.head_of(row.to_unit, row.receipt_number, local_date(row.submitted_at)), number=row.number,
        facility=row.facility.unit.name, signed_name=row.signed_name, phone=row.facility.phone,
        procedure=_procedure(row), papers=_papers(row), round=vnnum(row.round),
        days=_("%(n)s ngày làm việc") % {"n": vnnum(total)}, received=_moment(row.submitted_at),
        result_on=procedures.appointment(row), result=found.result if found is not None else "",
        receiver=row.officer.full_name if row.officer else "", submitter=row.signed_name,
    )  # fmt: skip


def _papers(row: Application) -> tuple[ListedPaper, ...]:
    listed = []
    for entry in dossier.checklist(row):
        paper = entry.paper
        if paper is None:
            continue
        note = _("hết hạn ngày %(day)s") % {"day": f"{paper.expires_on:%d/%m/%Y}"} if paper.expires_on else ""
        listed.append(ListedPaper(entry.component.name, vnnum(paper.pages) if paper.pages else "", note))
    return tuple(listed)


def defects_letter(row: Application) -> DefectsLetter:
    """The list that the applicant must answer now. Raises Blocked when there is none."""
    rows = dossier.to_answer(row)
    if row.state not in (ApplicationState.RETURNED, ApplicationState.CORRECTION) or not rows:
        raise _nothing("no_defects", _("Hồ sơ không có danh sách phải bổ sung."), row)
    on_site = row.state == ApplicationState.CORRECTION
    names = {item.code: item.name for item in procedures.components(row)}
    names.update({item.code: item.text for item in dossier.conditions(row)})
    clock = (
        _("Thời gian khắc phục không tính vào thời hạn giải quyết.") if on_site
        else _("Thời hạn giải quyết được tính lại từ đầu khi hồ sơ được nộp lại đầy đủ.")
    )  # fmt: skip
    return DefectsLetter(
        letterhead=heading.head_of(row.to_unit, "", local_date(row.waiting_since) if row.waiting_since else None),
        heading=_("Thông báo yêu cầu khắc phục") if on_site else _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
        number=row.number, facility=row.facility.unit.name, procedure=_procedure(row),
        defects=tuple(
            ListedDefect(
                names.get(item.component) or names.get(item.condition) or _("Nội dung khác"), item.text,
                item.late_reason,
            )
            for item in rows
        ),
        until=_until(row), clock=clock, signature=heading.written_by(row.officer),
    )  # fmt: skip


def _until(row: Application) -> Day:
    """The day set for mending; else the one on which the file lapses."""
    if row.fix_by is not None:
        return row.fix_by
    return local_date(row.due_at) if row.due_at is not None else None


def visit_minutes(row: SiteVisit) -> VisitMinutes:
    """The form that the team filled in; blank where it is to be filled in by hand."""
    application = row.application
    facility = application.facility
    members = row.team.exclude(user=row.lead_id).order_by("user__sort_name").values_list("user__full_name", flat=True)
    return VisitMinutes(
        letterhead=heading.head_of(application.to_unit, "", local_date(row.held_at) if row.held_at else None),
        number=application.number, facility=facility.unit.name,
        facility_address=_("được giữ kín") if facility.hidden_address else str(
            application.asked.get("address") or facility.address
        ),
        met_whom=row.met_whom, procedure=_procedure(application), planned_on=row.planned_on, held=_moment(row.held_at),
        leader=row.lead.full_name, members=tuple(members), conditions=_conditions(row), note=row.note,
    )  # fmt: skip


def _conditions(row: SiteVisit) -> tuple[VisitedCondition, ...]:
    made = []
    for condition in dossier.appraisal(row.application):
        answer = condition.answer
        if answer is None:
            made.append(VisitedCondition(text=condition.item.text))
            continue
        measured = vnnum(answer.measured) if answer.measured is not None else ""
        made.append(VisitedCondition(condition.item.text, str(answer.get_verdict_display()), measured, answer.note))
    return tuple(made)


def apology(row: Application) -> ApologyLetter:
    """Raises Blocked before a head has promised another day."""
    if row.apologised_at is None or row.promised_on is None or row.submitted_at is None:
        raise _nothing("no_apology", _("Chưa có thư xin lỗi cho hồ sơ này."), row)
    before = procedures.appointment_from(row.submitted_at, (row.legal_days or 0) + row.extended_days)
    return ApologyLetter(
        letterhead=heading.head_of(row.to_unit, "", local_date(row.apologised_at)), number=row.number,
        facility=row.facility.unit.name, signed_name=row.signed_name, procedure=_lower(_procedure(row)),
        received=local_date(row.submitted_at), promised_before=before, promised_now=row.promised_on,
        reason=_why_late(row), signature=heading.signed_by(None, row.to_unit),
    )  # fmt: skip


def _why_late(row: Application) -> str:
    """What the officer wrote when it apologised; the applicant reads it in the letter."""
    told = Event.objects.filter(subject_id=row.pk, verb="application.apologise").order_by("-seq").first()
    return told.note if told is not None else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
