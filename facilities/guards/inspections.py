"""Guards of an inspection: who may go, when it may begin, what it must have before it is concluded."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.clock.due import local_date
from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.enums import InspectionState, LicenceEffect, Verdict
from facilities.models import Finding, Inspection
from facilities.selectors import oversight

Reasons = Iterable[Reason]
I = InspectionState  # noqa: E741


# --- separation of duties ---
def nobody_of_the_house(inspection: Inspection, act: Act) -> Reasons:
    """Whoever works in a facility does not inspect it, nor acts for its inspectors."""
    if oversight.of_the_house(inspection.facility, [act.by.id]):
        yield Reason("of_the_house", _("Người của cơ sở không tham gia kiểm tra chính cơ sở ấy."))


def by_the_team(inspection: Inspection, act: Act) -> Reasons:
    """What is seen on the spot is written by whoever was there."""
    if not oversight.team_of(inspection) & set(act.by.identities):
        yield Reason("not_in_team", _("Việc này do người trong đoàn kiểm tra làm."))


def finding_by_the_team(finding: Finding, act: Act) -> Reasons:
    yield from by_the_team(finding.inspection, act)


def finding_nobody_of_the_house(finding: Finding, act: Act) -> Reasons:
    yield from nobody_of_the_house(finding.inspection, act)


# --- the team and the day ---
def team_may_go(inspection: Inspection, act: Act) -> Reasons:
    """At least as many as the parameter says; nobody of the facility. The form of `plan` and `edit` names the team,
    later it is the one that was written down."""
    if "team" in act.data:
        keys = {user.pk for user in act.data["team"]}
    elif inspection._state.adding:
        return
    else:
        keys = oversight.team_of(inspection)
    least = oversight.team_min()
    if len(keys) < least:
        yield Reason("team_too_small", _("Đoàn kiểm tra có ít nhất %(n)d người.") % {"n": least})
    for user in oversight.of_the_house(inspection.facility, keys):
        words = {"name": user.full_name}
        yield Reason("of_the_house", _("%(name)s là người của cơ sở, không được vào đoàn kiểm tra.") % words)


def facility_is_open(inspection: Inspection, act: Act) -> Reasons:
    closed = inspection.facility.closed_on
    if closed is not None and closed <= timezone.localdate():
        yield Reason("facility_closed", _("Cơ sở đã thôi hoạt động từ ngày %(day)s.") % {"day": f"{closed:%d/%m/%Y}"})


def day_not_past(inspection: Inspection, act: Act) -> Reasons:
    day = act.data.get("planned_on")
    if day is not None and day < timezone.localdate():
        yield Reason("day_past", _("Ngày kiểm tra đã qua. Chọn từ hôm nay trở đi."))


def belongs_together(inspection: Inspection, act: Act) -> Reasons:
    """An incident or a former inspection that is named is one of this facility."""
    incident, former = act.data.get("incident"), act.data.get("follows")
    if incident is not None and incident.facility_id != inspection.facility_id:
        yield Reason("other_facility", _("Sự việc này xảy ra ở cơ sở khác."))
    if former is not None and former.facility_id != inspection.facility_id:
        yield Reason("other_facility", _("Cuộc kiểm tra trước là của cơ sở khác."))


def day_has_come(inspection: Inspection, act: Act) -> Reasons:
    begun = local_date(act.effective_at or act.at)
    if begun < inspection.planned_on:
        words = {"day": f"{inspection.planned_on:%d/%m/%Y}"}
        yield Reason(
            "too_early",
            _("Lịch kiểm tra là ngày %(day)s. Đổi lịch nếu đi sớm hơn.") % words,
            f"/lam/facilities/inspection/{inspection.pk}/edit/",
        )


# --- the end of the visit ---
def every_item_answered(inspection: Inspection, act: Act) -> Reasons:
    missing = [item for item, answer in oversight.asked(inspection) if not answer.verdict]
    for item in missing[:5]:
        yield Reason("unanswered", _("Chưa trả lời: %(item)s.") % {"item": item.text}, f"#{anchor(item.code)}")
    if len(missing) > 5:
        yield Reason("unanswered", _("Còn %(n)d mục nữa chưa trả lời.") % {"n": len(missing) - 5})


def every_failing_found(inspection: Inspection, act: Act) -> Reasons:
    """What does not meet the requirement becomes a finding, with a day until which it must be mended."""
    found = {finding.code for finding in oversight.open_findings(inspection)}
    for item, answer in oversight.asked(inspection):
        if answer.verdict == Verdict.UNMET and item.code not in found:
            words = {"item": item.text}
            yield Reason("no_finding", _("Chưa ghi thiếu sót và hạn khắc phục: %(item)s.") % words, "#thieu-sot")


def effect_has_ground(inspection: Inspection, act: Act) -> Reasons:
    wanted = act.data.get("licence_effect") or LicenceEffect.NONE
    if wanted != LicenceEffect.NONE and not oversight.open_findings(inspection):
        yield Reason("no_ground", _("Không có thiếu sót nào thì không đề nghị gì đối với giấy phép."))


def something_open(inspection: Inspection, act: Act) -> Reasons:
    if not oversight.open_findings(inspection):
        yield Reason("nothing_open", _("Mọi thiếu sót đã khắc phục hoặc đã bỏ: kết thúc bằng kiểm tra lại."))


def reply_days_over(inspection: Inspection, act: Act) -> Reasons:
    if inspection.due_at is None or act.at <= inspection.due_at:
        yield Reason("not_over", _("Chưa hết hạn giải trình của cơ sở."))


# --- findings ---
def visit_is_on(finding: Finding, act: Act) -> Reasons:
    if finding.inspection.state != I.UNDERWAY:
        yield Reason("wrong_state", _("Chỉ ghi thiếu sót khi đang kiểm tra."))


def may_be_dropped(finding: Finding, act: Act) -> Reasons:
    """During the visit as a mistake; afterwards because the facility's reply was right."""
    if finding.inspection.state not in (I.UNDERWAY, I.REMEDY, I.RECHECK):
        yield Reason("wrong_state", _("Lúc này không bỏ được thiếu sót."))
    if not finding.is_open:
        yield Reason("not_open", _("Thiếu sót này đã khép lại."))


def is_still_open(finding: Finding, act: Act) -> Reasons:
    if not finding.is_open:
        yield Reason("not_open", _("Thiếu sót này đã khép lại."))


def mended_later_than_found(finding: Finding, act: Act) -> Reasons:
    day = act.data.get("remedy_by")
    if day is not None and day < timezone.localdate():
        yield Reason("day_past", _("Hạn khắc phục đã qua. Chọn từ hôm nay trở đi."))


# --- pictures and papers ---
def visit_is_the_teams(document: Any, act: Act) -> Reasons:
    """While the visit is on only the team adds; afterwards the facility too."""
    if document.inspection.state == I.UNDERWAY:
        yield from by_the_team(document.inspection, act)


def takes_evidence(document: Any, act: Act) -> Reasons:
    if document.inspection.state in (I.PLANNED, I.CLOSED, I.CANCELLED):
        yield Reason("wrong_state", _("Lúc này cuộc kiểm tra không nhận ảnh, giấy tờ."))


def anchor(code: str) -> str:
    """The place of an item on the page of the inspection."""
    return f"muc-{code.replace('.', '-')}"
