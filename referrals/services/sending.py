"""The sender's verbs: draft, edit, send, approval, answer."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from core.clock import due, parameters
from core.lifecycle.actions import Act, action
from core.lifecycle.numbers import next_number
from core.worklist import services
from referrals import inputs
from referrals.enums import ReferralState, age_band
from referrals.guards import sending as guards
from referrals.models import Referral
from referrals.services import effects, items, packets

R = ReferralState
SERIES = "CT"
COLUMNS = (
    "kind", "plan_action", "to_unit", "to_body", "service_type", "group", "emergency", "need", "sections", "basis",
    "consent_on", "consent_by", "consent_until", "override_reason",
)  # fmt: skip


def fill(referral: Referral, data: dict[str, Any]) -> None:
    """What was typed; the group and the service of case and plan action where nothing was."""
    for name in COLUMNS:
        if name in data:
            setattr(referral, name, data[name])
    if referral.service_type is None and referral.plan_action is not None:
        referral.service_type = referral.plan_action.service_type
    referral.group = referral.group or referral.case.group
    describe(referral)


def describe(referral: Referral) -> None:
    """Sex and band of age: all of the person that is read before acceptance."""
    person = referral.case.person
    referral.sex, referral.age_band = person.sex, age_band(person.age())


def _prepare_draft(referral: Referral, act: Act) -> None:
    referral.number = next_number(SERIES, act.at)
    referral.from_unit = referral.case.owner_unit
    fill(referral, act.data)


@action(
    Referral, "draft", label=_("Lập chuyển tuyến"), form=inputs.Draft, creates=True, parent=Case,
    guards=[guards.case_is_running], prepare=_prepare_draft, tone="main", order=10,
)  # fmt: skip
def draft(referral: Referral, act: Act) -> None:
    """A draft is seen by the sending side only."""
    act.facts["kind"] = referral.kind
    if referral.plan_action_id:
        act.facts["plan_action"] = referral.plan_action_id
    effects.settle_clock(referral, act)
    items.enter_state(referral, act)


@action(Referral, "edit", label=_("Sửa chuyển tuyến"), form=inputs.Draft, states=[R.DRAFT], order=20)
def edit(referral: Referral, act: Act) -> None:
    fill(referral, act.data)


def _prepare_send(referral: Referral, act: Act) -> None:
    grounds = guards.approval_grounds(referral)
    act.data["needs_approval"] = bool(grounds) and not guards.is_emergency(referral)
    act.facts["grounds"] = grounds
    describe(referral)
    referral.packet = packets.freeze(referral.case, referral.sections)


@action(
    Referral, "send", label=_("Gửi chuyển tuyến"), form=inputs.OptionalNote, guards=guards.SENDABLE,
    prepare=_prepare_send, tone="main", order=10,
)  # fmt: skip
def send(referral: Referral, act: Act) -> None:
    """The packet is frozen; the receiver sees the need and a band of age. Without consent, at high risk or out of the
    province a supervisor looks first; in an emergency within a working day after."""
    act.facts.update(
        to_unit=referral.to_unit_id, to_body=referral.to_body_id, sections=referral.sections, basis=referral.basis,
        until=referral.consent_until, emergency=referral.emergency,
    )  # fmt: skip
    effects.settle_clock(referral, act)
    items.enter_state(referral, act)
    effects.sync_action(referral, act, effects.Status.WAITING)
    if referral.state == R.PENDING_APPROVAL:
        return
    if act.facts["grounds"]:
        until = due.end_of(act.at, parameters.term("due.emergency_review"))
        items.for_supervisor("referral.review_sent", referral, act, until)
        items.tell(items.supervisors(referral), referral, act, root=referral.case)
    items.tell(items.receiver_people(referral), referral, act)


@action(
    Referral, "approve", label=_("Duyệt, gửi đi"), form=inputs.OptionalNote, separation=[guards.approver_is_another],
    guards=guards.SENDABLE, tone="main", order=10,
)  # fmt: skip
def approve(referral: Referral, act: Act) -> None:
    """Sent now; what was sendable then must be so still."""
    effects.settle_clock(referral, act)
    items.enter_state(referral, act)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)
    items.tell(items.receiver_people(referral), referral, act)


@action(
    Referral, "return", label=_("Trả lại để sửa"), form=inputs.Note, separation=[guards.approver_is_another], order=30,
)  # fmt: skip
def return_(referral: Referral, act: Act) -> None:
    """A draft again, with what is to be mended."""
    effects.settle_clock(referral, act)
    items.enter_state(referral, act)
    effects.sync_action(referral, act, effects.Status.PLANNED)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)


@action(
    Referral, "review_sent", label=_("Đã xem lại việc gửi khẩn cấp"), form=inputs.OptionalNote,
    states=[state for state in R if state not in (R.DRAFT, R.PENDING_APPROVAL)],
    separation=[guards.approver_is_another], guards=[guards.not_yet_reviewed], order=15,
)  # fmt: skip
def review_sent(referral: Referral, act: Act) -> None:
    """A supervisor looks, after the fact, at what an emergency sent without approval."""
    assert act.event is not None
    referral.reviewed_by, referral.reviewed_at = act.by.user, act.at
    services.close_items(event=act.event, codes=["referral.review_sent"], subject_id=referral.pk)


@action(
    Referral, "answer", label=_("Trả lời câu hỏi"), form=inputs.Answer, guards=[guards.answer_names_nobody],
    prepare=effects.keep_clock, tone="main", order=10,
)  # fmt: skip
def answer(referral: Referral, act: Act) -> None:
    """The receiver's clock goes on from where it stood."""
    effects.settle_clock(referral, act)
    items.enter_state(referral, act)
    items.tell(items.receiver_people(referral), referral, act)
