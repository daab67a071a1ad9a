"""What several verbs bring about: the clock of the row, the share of the case, the plan action, the new owner."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import Case, PlanAction
from casework.states.case import OPEN as CASE_OPEN
from core.access import grants
from core.clock import due, parameters
from core.clock.models import Clock
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.worklist import services
from core.worklist.models import WorkItem
from referrals.enums import OPEN, RUNNING, ReferralState
from referrals.models import Referral
from referrals.selectors.loads import answer_code

R = ReferralState
CLOCK = tuple(field.name for field in Clock._meta.fields)
Status = PlanAction.Status


# --- the clock ---
def keep_clock(referral: Referral, act: Act) -> None:
    """Before an answer: how the receiver's clock stood when it was paused."""
    act.data["clock"] = {name: getattr(referral, name) for name in CLOCK}


def settle_clock(referral: Referral, act: Act) -> None:
    """The emergency's hours instead of days, each state counted from its own beginning; an answered question lets the
    receiver's clock go on. (The engine starts clocks by state alone.)"""
    if referral.state == R.INFO_REQUESTED or referral.state not in Referral.CLOCKS:
        return
    if "clock" in act.data:
        for name, value in act.data["clock"].items():
            setattr(referral, name, value)
        due.resume(referral, act.at)
    else:
        awaited = referral.state in (R.SENT, R.ACCEPTED)
        code = answer_code(referral) if awaited else Referral.CLOCKS[R(referral.state)]
        due.start(referral, parameters.term(code), act.effective_at or act.at)
    referral.save(update_fields=CLOCK)


# --- what the receiver may read ---
def _midnight_after(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def open_file(referral: Referral) -> None:
    """The case is shared with the receiving unit for as long as the consent says."""
    if referral.to_unit is not None:
        until = _midnight_after(referral.consent_until)
        grants.share(referral.case, referral.to_unit, until, grants.Basis.REFERRAL, referral.pk)


def cut_access(referral: Referral) -> None:
    """At once. Another referral to the same unit that still runs keeps its own share."""
    grants.unshare(referral.case, referral.pk)
    if referral.to_unit_id is None:
        return
    others = Referral.objects.filter(case=referral.case_id, to_unit=referral.to_unit_id, state__in=RUNNING)
    for other in others.exclude(pk=referral.pk):
        open_file(other)


# --- the plan action ---
def sync_action(referral: Referral, act: Act, otherwise: str) -> None:
    """The plan action follows its referrals: running, waiting for an answer, else as said."""
    if referral.plan_action_id is None:
        return
    states = set(Referral.objects.filter(plan_action=referral.plan_action_id).values_list("state", flat=True))
    if states & {state.value for state in RUNNING}:
        status = Status.RUNNING
    elif states & {state.value for state in OPEN if state != R.DRAFT}:
        status = Status.WAITING
    else:
        status = Status(otherwise)
    if PlanAction.objects.filter(pk=referral.plan_action_id).exclude(status=status).exists():
        follow((PlanAction, referral.plan_action_id), "mark", act, status=status)


# --- the owner, when the file itself is transferred ---
@action(
    Case, "change_owner", label=_("Chuyển giao đơn vị phụ trách"), internal=True,
    states=[state.value for state in CASE_OPEN],
)  # fmt: skip
def change_owner(case: Case, act: Act) -> None:
    """The receiving unit answers for the case from now on, with all that is open in it."""
    former_unit, former_worker = case.owner_unit_id, case.worker_id
    case.owner_unit = case.to_unit = act.data["unit"]
    case.worker = act.data["worker"]
    case.handover_to = case.handover_from = case.handover_at = None
    act.facts.update(unit=case.owner_unit_id, worker=case.worker_id, from_unit=former_unit, of=former_worker)
    services.reassign_items(case.pk, former_worker, act.data["worker"])
    WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True, unit=former_unit).update(unit=act.data["unit"])


def hand_over(referral: Referral, act: Act) -> None:
    """The file changes hands; who sent it goes on reading it for the days of `transfer.sender_read`."""
    sender = referral.sent_by
    referral.case = follow(
        referral.case, "change_owner", act, unit=referral.to_unit, worker=act.data["worker"], reason="transfer"
    )
    if sender is not None:
        until = _midnight_after(timezone.localdate() + timedelta(days=parameters.calendar_days("transfer.sender_read")))
        grants.share(referral.case, sender, until, grants.Basis.REFERRAL, referral.pk)
