"""The receiver's verbs. For an outside body the sending worker asks there and records what it answers."""

from django.utils.translation import gettext_lazy as _

from casework.states.case import CaseState
from core.clock import parameters
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from referrals import inputs
from referrals.enums import WITH_RECEIVER, WITH_SENDER, ReferralKind, ReferralState
from referrals.guards import answering as guards
from referrals.guards.sending import not_handed_over
from referrals.models import Referral
from referrals.services import effects, items

R = ReferralState


@action(Referral, "ask", label=_("Hỏi thêm nơi gửi"), form=inputs.Ask, order=30)
def ask(referral: Referral, act: Act) -> None:
    """The receiver's clock stands still until the sender has answered."""
    items.enter_state(referral, act)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)


@action(
    Referral, "accept", label=_("Nhận"), form=inputs.Accept, separation=[guards.receiver_is_another],
    guards=[guards.authority_live, guards.has_room, guards.still_shared], tone="main", order=10,
)  # fmt: skip
def accept(referral: Referral, act: Act) -> None:
    """The packet opens; whoever else was asked for the same need is told that it is no longer wanted; the case goes
    on."""
    effects.settle_clock(referral, act)
    _withdraw_siblings(referral, act)
    effects.sync_action(referral, act, effects.Status.RUNNING)
    if referral.case.state == CaseState.REFERRAL:
        referral.case = follow(referral.case, "placed", act)
    if referral.kind == ReferralKind.TRANSFER:
        effects.hand_over(referral, act)
    else:
        effects.open_file(referral)
    items.enter_state(referral, act)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)


def _withdraw_siblings(referral: Referral, act: Act) -> None:
    if referral.plan_action_id is None:
        return
    waiting = Referral.objects.filter(plan_action=referral.plan_action_id, state__in=[*WITH_SENDER, *WITH_RECEIVER])
    for sibling in waiting.exclude(pk=referral.pk).order_by("id"):
        follow(sibling, "withdraw", act, reason="sibling_accepted")


@action(
    Referral, "decline", label=_("Không nhận"), form=inputs.Decline, guards=[not_handed_over], tone="stop", order=40
)
def decline(referral: Referral, act: Act) -> None:
    """Each code has its consequence for the sender: full, find another; ineligible, assess again; refused, talk with
    the client; unsafe, the supervisor decides."""
    referral.decline_note = act.note
    referral.save(update_fields=["decline_note"])
    effects.settle_clock(referral, act)
    effects.cut_access(referral)
    effects.sync_action(referral, act, effects.Status.PLANNED)
    items.enter_state(referral, act)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)


@action(Referral, "no_show", label=_("Ghi: hẹn mà không đến"), form=inputs.NoShow, states=[R.ACCEPTED], order=30)
def no_show(referral: Referral, act: Act) -> None:
    """At the second time (parameter `referral.no_shows`) the sender's supervisor has to look."""
    referral.no_shows += 1
    act.facts["count"] = referral.no_shows
    items.tell(items.sender_people(referral), referral, act, root=referral.case)
    if referral.no_shows >= parameters.held("referral.no_shows").number("times"):
        items.for_supervisor("referral.no_show", referral, act, referral.due_at)


@action(Referral, "start", label=_("Bắt đầu phục vụ"), form=inputs.Start, tone="main", order=10)
def start(referral: Referral, act: Act) -> None:
    """The first contact."""
    effects.settle_clock(referral, act)
    effects.sync_action(referral, act, effects.Status.RUNNING)
    items.enter_state(referral, act)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)


@action(Referral, "complete", label=_("Báo đã xong"), form=inputs.Complete, tone="main", order=10)
def complete(referral: Referral, act: Act) -> None:
    """The outcome goes back to the sender; the receiver keeps the packet and sees nothing new of the case."""
    act.facts["outcome"] = referral.outcome
    _finished(referral, act, effects.Status.DONE)


@action(Referral, "drop_out", label=_("Dừng giữa chừng"), form=inputs.DropOutForm, order=40)
def drop_out(referral: Referral, act: Act) -> None:
    """Completed in part; the sender's worker has to look after the client."""
    act.facts.update(outcome=referral.outcome, tries=act.data["tries"])
    _finished(referral, act, effects.Status.PLANNED)


def _finished(referral: Referral, act: Act, status: str) -> None:
    effects.settle_clock(referral, act)
    if referral.kind != ReferralKind.TRANSFER:
        effects.cut_access(referral)
    effects.sync_action(referral, act, status)
    items.enter_state(referral, act)
    items.tell(items.sender_people(referral), referral, act, root=referral.case)
