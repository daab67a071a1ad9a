"""The work items of a case: what each state asks of whom. Opened and closed by the event that moves the case."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.selectors import staff
from casework.states.case import CaseState
from core.accounts.enums import Role
from core.clock import due, parameters
from core.clock.calendar import Calendar
from core.lifecycle.actions import Act
from core.worklist import kinds, services
from core.worklist.models import RISK_RANK

kinds.register("case.screen", _("Sàng lọc"), _("Sàng lọc"), action="screen_in", waiting=True)
kinds.register("case.complete_intake", _("Bổ sung thông tin tiếp nhận"), _("Bổ sung"), action="complete_intake")
kinds.register("case.assess", _("Hoàn thành đánh giá"), _("Đánh giá"), tab="danh-gia")
kinds.register("case.plan", _("Lập kế hoạch trợ giúp"), _("Lập kế hoạch"), tab="ke-hoach")
kinds.register("case.place", _("Tìm nơi nhận"), _("Chuyển tuyến"), tab="chuyen-tuyen")
kinds.register("case.review", _("Rà soát kế hoạch"), _("Rà soát"), action="review")
kinds.register("case.resume", _("Tiếp tục ca đang tạm dừng"), _("Tiếp tục"), action="resume")
kinds.register("case.close_review", _("Duyệt kết thúc ca"), _("Xem và duyệt"), action="close", waiting=True)
kinds.register("case.follow_up", _("Theo dõi sau kết thúc"), _("Ghi theo dõi"), action="follow_up")
kinds.register("case.safety_plan", _("Lập kế hoạch an toàn"), _("Lập kế hoạch"), tab="ke-hoach")
kinds.register("case.child_measure", _("Biện pháp bảo vệ khẩn cấp cho trẻ"), _("Ghi biện pháp"), tab="ghi-viec")
kinds.register(
    "case.review_emergency", _("Xem lại việc mở khẩn cấp"), _("Xem lại"), action="review_emergency", waiting=True
)
kinds.register("case.emergency_assess", _("Đánh giá ca khẩn cấp"), _("Đánh giá"), tab="danh-gia")
kinds.register("case.handover", _("Nhận bàn giao ca"), _("Nhận ca"), action="accept_handover", waiting=True)
kinds.register("case.hand_again", _("Giao lại ca bị từ chối nhận"), _("Giao lại"), action="reassign")
kinds.register("case.rework", _("Đánh giá lại"), _("Đánh giá"), tab="danh-gia")
kinds.register("case.takeover_assess", _("Đánh giá ca tiếp quản"), _("Đánh giá"), tab="danh-gia")

STATE_ITEM = {
    CaseState.INTAKE: "case.screen",
    CaseState.ASSESSMENT: "case.assess",
    CaseState.PLANNING: "case.plan",
    CaseState.REFERRAL: "case.place",
    CaseState.CLOSURE_REVIEW: "case.close_review",
}
STATE_CODES = [*STATE_ITEM.values(), "case.complete_intake", "case.rework"]


def risk_of(case: Case) -> int:
    return RISK_RANK.get(case.risk, 0)


def enter_state(case: Case, act: Act) -> None:
    """Close what the former state asked, open what the new one asks."""
    assert act.event is not None
    services.close_items(event=act.event, codes=STATE_CODES, root_id=case.pk)
    code = STATE_ITEM.get(case.state)
    if code == "case.screen":
        for_supervisor(code, case, act, unit=case.to_unit, due_at=case.due_at)
    elif code == "case.close_review":
        for_supervisor(code, case, act, due_at=case.due_at)
    elif code is not None:
        for_worker(code, case, act, due_at=case.due_at)


def for_worker(code: str, case: Case, act: Act, due_at: datetime | None = None, hours: bool = False) -> None:
    services.open_item(code, case, event=act.event, user=case.worker, due_at=due_at, hours=hours, risk=risk_of(case))


def for_supervisor(
    code: str, case: Case, act: Act, unit: Any = None, due_at: datetime | None = None, but_not: Any = None
) -> None:
    """On the desk of the supervisors of the unit, or above it when they are away."""
    where = staff.nearest_supervision(unit or case.owner_unit, but_not)
    services.open_item(code, case, event=act.event, unit=where, role=Role.SUPERVISOR, due_at=due_at, risk=risk_of(case))


def by_parameter(code: str, act: Act) -> datetime:
    """When a term given by a parameter ends, counted from the act."""
    return due.end_of(act.effective_at or act.at, parameters.term(code))


def end_of_day(day: Any) -> datetime:
    """The end of office of a date (parameter `office.closes_at`)."""
    return Calendar().end_of_office(day)
