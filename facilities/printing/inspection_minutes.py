"""Biên bản kiểm tra: the checklist with what was found, each finding beside the facility's word."""

from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.documents.printing import contracts
from core.places.models import Province
from core.web.display import vndate
from facilities.enums import InspectionState, LicenceEffect
from facilities.models import Inspection
from facilities.selectors import inspections as selectors
from facilities.selectors import oversight


def inspection_minutes(row: Inspection, by: Actor) -> contracts.InspectionMinutes:
    """`row` was fetched for `by` with "read:answers". A hidden address stays out, whoever prints."""
    facility, unit = row.facility, row.by_unit
    members = row.team.exclude(user=row.lead_id).order_by("user__full_name").values_list("user__full_name", flat=True)
    return contracts.InspectionMinutes(
        letterhead=contracts.Letterhead(
            parent_body=unit.parent.name if unit.parent else "", issuing_body=unit.name, number=row.number,
            place=_province(row), issued_on=timezone.localdate(row.concluded_at) if row.concluded_at else None,
        ),
        inspection_number=row.number, kind=row.get_kind_display(), facility=facility.unit.name,
        facility_address=_("được giữ kín") if facility.hidden_address else facility.address,
        facility_head=facility.head_name, subject=row.subject, begun=_moment(row.begun_at),
        ended=_moment(row.concluded_at), leader=row.lead.full_name if row.lead else "", members=tuple(members),
        sections=_sections(row), findings=_findings(row, by), summary=row.summary,
        licence_effect=row.get_licence_effect_display() if row.licence_effect != LicenceEffect.NONE else _("không"),
        right_of_reply=_reply(row),
    )  # fmt: skip


def _province(row: Inspection) -> str:
    commune = row.by_unit.commune
    if commune is not None:
        return commune.province.name
    return Province.objects.filter(pk=settings.DH_PROVINCE_CODE).values_list("name", flat=True).first() or ""


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    return _("%(hour)s giờ %(minute)s phút, ngày %(day)s") % {
        "hour": f"{local:%H}", "minute": f"{local:%M}", "day": f"{local:%d/%m/%Y}",
    }  # fmt: skip


def _sections(row: Inspection) -> tuple[contracts.InspectedSection, ...]:
    made = []
    for name, pairs in groupby(oversight.asked(row), key=lambda pair: pair[0].section):
        items = tuple(
            contracts.InspectedItem(item.text, str(answer.get_verdict_display()), answer.note) for item, answer in pairs
        )
        made.append(contracts.InspectedSection(name, items))
    return tuple(made)


def _findings(row: Inspection, by: Actor) -> tuple[contracts.InspectionFinding, ...]:
    made = []
    for finding in selectors.findings(by, row):
        if finding.dropped:
            continue
        said = finding.reply
        if finding.contested:
            said = _("Không đồng ý: %(why)s") % {"why": finding.reply}
        made.append(
            contracts.InspectionFinding(finding.text, str(finding.get_severity_display()), finding.remedy_by, said)
        )
    return tuple(made)


def _reply(row: Inspection) -> str:
    if row.state == InspectionState.REPLY and row.due_at is not None:
        return _("đến hết ngày %(day)s") % {"day": vndate(timezone.localdate(row.due_at))}
    return ""
