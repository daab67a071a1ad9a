"""How a referral ends: read and closed, taken back, consent withdrawn, too late; and what lower apps ask for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.enums import ProviderKind
from casework.models import Case, PlanAction, ServicePlan
from casework.states.case import RUNNING as CASE_RUNNING
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from referrals import inputs
from referrals.enums import OPEN, RECEIVER_SEES, NextStep, ReferralState
from referrals.guards import answering as guards
from referrals.guards.sending import not_handed_over
from referrals.models import Referral
from referrals.selectors.loads import next_targets, still_open
from referrals.services import effects, items

R = ReferralState
_AFTER = {NextStep.DONE: effects.Status.DONE, NextStep.DROP: effects.Status.DROPPED}


@action(Referral, "close", label=_("Đã xem, khép lại"), form=inputs.Close, tone="main", order=10)
def close(referral: Referral, act: Act) -> None:
    """The sender has read the answer and says what comes next; "another provider" makes the next draft at once."""
    act.facts["next_step"] = referral.next_step
    items.enter_state(referral, act)
    effects.sync_action(referral, act, _AFTER.get(NextStep(referral.next_step), effects.Status.PLANNED))
    if referral.next_step == NextStep.ANOTHER and referral.case.state in CASE_RUNNING:
        _draft_next(referral, act)


def _draft_next(referral: Referral, act: Act) -> None:
    """The same need, addressed to whoever has room; a consent names its recipient, so it is asked for anew."""
    same_need = Referral.objects.filter(case=referral.case_id, plan_action=referral.plan_action_id, state__in=OPEN)
    if referral.plan_action_id is not None and same_need.exists():
        return
    fresh = [target for target in next_targets(referral) if not target.declined and target.free != 0]
    follow(
        Referral, "draft", act,
        fields={
            "case": referral.case, "plan_action": referral.plan_action, "service_type": referral.service_type,
            "group": referral.group, "emergency": referral.emergency, "need": referral.need,
            "sections": referral.sections, "to_unit": fresh[0].unit if fresh and not referral.to_body_id else None,
        },
    )  # fmt: skip


@action(Referral, "withdraw", label=_("Rút lại"), form=inputs.Withdraw, guards=[not_handed_over], tone="stop", order=60)
def withdraw(referral: Referral, act: Act) -> None:
    """The receiver no longer sees it."""
    _taken_back(referral, act)


@action(
    Referral, "consent_revoked", label=_("Người được trợ giúp rút sự đồng ý"), form=inputs.Revoked,
    guards=[not_handed_over], tone="stop", order=65,
)  # fmt: skip
def consent_revoked(referral: Referral, act: Act) -> None:
    """Access ends in this transaction; the supervisor is told (Luật 91/2025/QH15 Đ.4)."""
    _taken_back(referral, act)
    items.tell(items.supervisors(referral), referral, act, root=referral.case)


def _taken_back(referral: Referral, act: Act) -> None:
    effects.cut_access(referral)
    effects.sync_action(referral, act, effects.Status.PLANNED)
    items.enter_state(referral, act)
    if act.source in RECEIVER_SEES:
        items.tell(items.receiver_people(referral), referral, act)


@action(Referral, "expire", label=_("Quá hạn"), internal=True, guards=[not_handed_over, guards.took_too_long])
def expire(referral: Referral, act: Act) -> None:
    """Nobody answered or began in time; both supervisors are told, the sender looks for another."""
    effects.settle_clock(referral, act)
    effects.cut_access(referral)
    effects.sync_action(referral, act, effects.Status.PLANNED)
    items.enter_state(referral, act)
    items.tell([*items.supervisors(referral), *items.sender_people(referral)], referral, act, root=referral.case)
    items.tell(items.receiver_supervisors(referral), referral, act)


@action(Referral, "relink", label=_("Nối với việc trong kế hoạch mới"), internal=True, states=[s.value for s in OPEN])
def relink(referral: Referral, act: Act) -> None:
    """A new version of the plan is in force: what runs belongs to the same action of it."""
    act.facts.update(of=referral.plan_action_id, to=act.data["plan_action"].pk)
    referral.plan_action = act.data["plan_action"]


def follow_plan(plan: ServicePlan, act: Act) -> list[Any]:
    """For each action of an agreed plan that another provides: the referral that runs for the former version goes on,
    else a draft is made. Returns the referrals."""
    made = []
    actions = PlanAction.objects.filter(goal__plan=plan, provider=ProviderKind.OTHER).select_related("goal")
    for wanted in actions.exclude(status__in=[effects.Status.DONE, effects.Status.DROPPED]):
        if Referral.objects.filter(plan_action=wanted).exclude(state=R.WITHDRAWN).exists():
            continue
        former = _of_former_version(plan.case, wanted)
        if former is not None:
            row = follow(former, "relink", act, plan_action=wanted)
            effects.sync_action(row, act, effects.Status.PLANNED)
        else:
            row = follow(Referral, "draft", act, fields={"case": plan.case, "plan_action": wanted})
        made.append(row)
    return made


def _of_former_version(case: Case, wanted: PlanAction) -> Referral | None:
    if wanted.goal.copied_from_id is None:
        return None
    return (
        still_open(case)
        .filter(plan_action__goal=wanted.goal.copied_from_id, plan_action__text=wanted.text)
        .order_by("-accepted_at", "-sent_at", "id")
        .first()
    )


def withdraw_open(case: Case, act: Act, reason: str = "death") -> list[Any]:
    """Take back all that is open, as when the client has died."""
    return [follow(row, "withdraw", act, reason=reason) for row in still_open(case)]
