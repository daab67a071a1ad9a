"""The work items and notices of a referral. Items of the sender belong to the case, those of the receiver to the
referral itself: the receiver may not know the case."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from casework.selectors import staff
from core.accounts.enums import Role
from core.clock import due
from core.clock.parameters import term
from core.lifecycle.actions import Act
from core.outbox.messages import queue_notices
from core.worklist import kinds, services
from core.worklist.models import RISK_RANK, RiskLevel
from referrals.enums import DeclineCode, ReferralKind, ReferralState
from referrals.models import Referral
from referrals.selectors.loads import answer_code

R = ReferralState

kinds.register("referral.finish", _("Hoàn tất và gửi chuyển tuyến"), _("Soạn tiếp"), action="send")
kinds.register("referral.approve", _("Duyệt chuyển tuyến"), _("Xem và duyệt"), action="approve", waiting=True)
kinds.register(
    "referral.review_sent", _("Xem lại chuyển tuyến khẩn cấp"), _("Xem lại"), action="review_sent", waiting=True
)
kinds.register("referral.respond", _("Trả lời chuyển tuyến đến"), _("Trả lời"), action="accept", waiting=True)
kinds.register("referral.record_answer", _("Hỏi và ghi câu trả lời của nơi nhận"), _("Ghi trả lời"), action="accept")
kinds.register("referral.answer", _("Trả lời câu hỏi của nơi nhận"), _("Trả lời"), action="answer", waiting=True)
kinds.register("referral.begin", _("Bắt đầu phục vụ người đã nhận"), _("Bắt đầu"), action="start")
kinds.register("referral.no_show", _("Người được chuyển tuyến nhiều lần không đến"), _("Xem"), tab="chuyen-tuyen")
kinds.register("referral.report", _("Báo kết quả phục vụ"), _("Báo kết quả"), action="complete")
kinds.register("referral.read", _("Xem kết quả nơi nhận báo lại"), _("Xem"), action="close")
kinds.register("referral.dropped", _("Dịch vụ dừng giữa chừng"), _("Xem"), action="close")
kinds.register("referral.next", _("Tìm nơi nhận khác"), _("Chọn nơi khác"), action="close")
kinds.register("referral.reassess", _("Đánh giá lại: nơi nhận nói không đúng diện"), _("Xem"), action="close")
kinds.register("referral.talk", _("Gặp lại người được trợ giúp: không muốn đến nơi nhận"), _("Xem"), action="close")
kinds.register("referral.unsafe", _("Nơi nhận báo không an toàn"), _("Xem"), tab="chuyen-tuyen")
kinds.register("referral.wait", _("Chuyển tuyến bị báo không an toàn"), _("Xem"), action="close")

_CODES = [
    f"referral.{name}"
    for name in (
        "finish", "approve", "respond", "record_answer", "answer", "begin", "no_show", "report", "read", "dropped",
        "next", "reassess", "talk", "unsafe", "wait",
    )
]  # fmt: skip
_AFTER_DECLINE = {
    DeclineCode.FULL: "referral.next",
    DeclineCode.INELIGIBLE: "referral.reassess",
    DeclineCode.CLIENT_REFUSED: "referral.talk",
    DeclineCode.UNSAFE: "referral.wait",
}
_SENDERS = {R.DRAFT: "referral.finish", R.INFO_REQUESTED: "referral.answer", R.EXPIRED: "referral.next"}
_RECEIVERS = {R.SENT: "referral.respond", R.ACCEPTED: "referral.begin", R.IN_SERVICE: "referral.report"}


def sender_of(referral: Referral) -> Any:
    """The worker who answers for it on the sending side: the case's, or who sent it once the case was handed over."""
    handed_over = referral.kind == ReferralKind.TRANSFER and referral.accepted_at is not None
    return referral.sent_by if handed_over else referral.case.worker


def enter_state(referral: Referral, act: Act) -> None:
    """Close what the former state asked, open what the new one asks."""
    assert act.event is not None
    services.close_items(event=act.event, codes=_CODES, subject_id=referral.pk)
    state = R(referral.state)
    if state == R.PENDING_APPROVAL:
        for_supervisor("referral.approve", referral, act, referral.due_at)
    elif state == R.COMPLETED:
        for_sender("referral.dropped" if act.action == "drop_out" else "referral.read", referral, act)
    elif state == R.DECLINED:
        for_sender(_AFTER_DECLINE[DeclineCode(referral.decline_code)], referral, act)
        if referral.decline_code == DeclineCode.UNSAFE:
            for_supervisor("referral.unsafe", referral, act, referral.due_at)
    elif state in _SENDERS:
        for_sender(_SENDERS[state], referral, act)
    elif state in _RECEIVERS:
        for_receiver(_RECEIVERS[state], referral, act)


def for_sender(code: str, referral: Referral, act: Act) -> None:
    due_at = referral.due_at
    if referral.state == R.INFO_REQUESTED:
        due_at = due.end_of(act.at, term(answer_code(referral)))
    services.open_item(
        code, referral, event=act.event, root=referral.case, user=sender_of(referral), due_at=due_at,
        hours=referral.emergency, risk=_risk(referral),
    )  # fmt: skip


def for_receiver(code: str, referral: Referral, act: Act) -> None:
    """On the desk of the facility's managers, or of the workers where there are none; for an outside body the sender
    asks and records."""
    if referral.to_unit is None:
        for_sender("referral.record_answer" if code == "referral.respond" else code, referral, act)
        return
    role = Role.FACILITY if staff.holders(Role.FACILITY, referral.to_unit).exists() else Role.WORKER
    services.open_item(
        code, referral, event=act.event, unit=referral.to_unit, role=role, due_at=referral.due_at,
        hours=referral.clock_hours is not None, risk=RISK_RANK[RiskLevel.EMERGENCY] if referral.emergency else 0,
    )  # fmt: skip


def for_supervisor(code: str, referral: Referral, act: Act, due_at: Any) -> None:
    where = staff.nearest_supervision(referral.from_unit, referral.sent_by_id)
    services.open_item(
        code, referral, event=act.event, root=referral.case, unit=where, role=Role.SUPERVISOR, due_at=due_at,
        risk=_risk(referral),
    )  # fmt: skip


def _risk(referral: Referral) -> int:
    return RISK_RANK.get(RiskLevel.EMERGENCY if referral.emergency else referral.case.risk, 0)


def sender_people(referral: Referral) -> list[UUID]:
    sender = sender_of(referral)
    return [sender.pk] if sender is not None else []


def receiver_people(referral: Referral) -> list[UUID]:
    if referral.to_unit is None:
        return []
    managers = list(staff.holders(Role.FACILITY, referral.to_unit).values_list("pk", flat=True))
    return managers or list(staff.workers_of(referral.to_unit).values_list("pk", flat=True))


def supervisors(referral: Referral) -> list[UUID]:
    return staff.supervisors_of(referral.from_unit)


def receiver_supervisors(referral: Referral) -> list[UUID]:
    """In a facility its head is the supervisor (lifecycles.md, "SV")."""
    if referral.to_unit is None:
        return []
    return [*receiver_people(referral), *staff.supervisors_of(referral.to_unit)]


def tell(users: Iterable[UUID], referral: Referral, act: Act, root: Model | None = None) -> None:
    """Queue a notice; the receiver's leads to the referral, the sender's (`root` = the case) to the case."""
    assert act.event is not None
    told = {user for user in users if user != act.by.id}
    if told:
        queue_notices(act.event, root or referral, told)
