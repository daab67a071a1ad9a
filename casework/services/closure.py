"""Closing, what follows a closure, and opening again (NĐ 335/2026/NĐ-CP Đ.26)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.guards import closure as guards
from casework.guards.cases import no_other_live_case
from casework.inputs import progress as inputs
from casework.models import Case, FollowUp, ServicePlan
from casework.services import tasks
from casework.states.plan import PRE_ACTIVE, GoalState, PlanState
from core.clock import due, parameters
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.lifecycle.numbers import next_number
from core.worklist import services


@action(
    Case, "request_close", label=_("Đề nghị kết thúc"), form=inputs.RequestClose, guards=[guards.closure_ready],
    order=75,
)  # fmt: skip
def request_close(case: Case, act: Act) -> None:
    """The file is frozen until another person has looked at it."""
    case.closure_code = act.data["reason"]
    case.client_told_on = act.data.get("client_told_on")
    case.closure_statement = act.note
    case.save(update_fields=["closure_code", "client_told_on", "closure_statement"])
    act.facts["code"] = case.closure_reason
    tasks.enter_state(case, act)


@action(
    Case, "return_close", label=_("Chưa kết thúc, trả lại"), form=inputs.Note, order=20,
    notify=lambda case, act: [case.worker_id],
)  # fmt: skip
def return_close(case: Case, act: Act) -> None:
    """Back to where it was, with a comment."""
    case.closure_code = None
    case.save(update_fields=["closure_code"])
    tasks.enter_state(case, act)


@action(
    Case, "close", label=_("Duyệt kết thúc"), form=inputs.OptionalNote, tone="main", order=10,
    separation=[guards.closer_is_another], guards=[guards.closable], notify=lambda case, act: [case.worker_id],
)  # fmt: skip
def close(case: Case, act: Act) -> None:
    """Decision numbered, plans ended, everything else of the case cancelled, visits at 3 and 6 months planned."""
    assert act.event is not None
    for plan in ServicePlan.objects.filter(case=case, state__in=[*PRE_ACTIVE, PlanState.ACTIVE]).order_by("number"):
        judged = plan.state == PlanState.ACTIVE and plan.kind == "service"
        dropped = plan.goals.exclude(state=GoalState.DROPPED).exists()
        follow(plan, "complete" if judged and dropped else "cancel", act, reason="case_closed")
    services.close_items(event=act.event, root_id=case.pk, outcome="cancelled")
    case.decision_number = next_number("QĐ", act.at)
    case.decision_on = timezone.localdate()
    case.save(update_fields=["decision_number", "decision_on"])
    act.facts["code"] = case.closure_reason
    if case.closure_code is not None and not case.closure_code.person_gone:
        _plan_follow_ups(case, act)


def _plan_follow_ups(case: Case, act: Act) -> None:
    for months in parameters.value("due.followup"):
        FollowUp.objects.create(case=case, episode=case.episode, due_on=due.add_months(timezone.localdate(), months))
    _next_follow_up(case, act)


def _next_follow_up(case: Case, act: Act) -> None:
    following = case.follow_ups.filter(done_on__isnull=True).first()
    if following is not None:
        tasks.for_worker("case.follow_up", case, act, due_at=tasks.end_of_day(following.due_on))


@action(
    Case, "follow_up", label=_("Ghi theo dõi sau kết thúc"), form=inputs.FollowUpForm, guards=[guards.follow_up_open],
    tone="main", order=10,
)  # fmt: skip
def follow_up(case: Case, act: Act) -> None:
    """One visit or call after the closure; then the next, or done."""
    assert act.event is not None
    row = case.follow_ups.filter(done_on__isnull=True).order_by("due_on")[0]
    row.done_on, row.result, row.note = act.data["done_on"], act.data["result"], act.note
    row.version += 1
    row.save()
    act.facts["result"] = row.result
    services.close_items(event=act.event, codes=["case.follow_up"], root_id=case.pk)
    _next_follow_up(case, act)


def _prepare_reopen(case: Case, act: Act) -> None:
    if act.data.get("worker"):
        case.worker = act.data["worker"]


@action(
    Case, "reopen", label=_("Mở lại hồ sơ"), form=inputs.Reopen, prepare=_prepare_reopen, order=30,
    guards=[guards.within_reopen_window, no_other_live_case], notify=lambda case, act: [case.worker_id],
)  # fmt: skip
def reopen(case: Case, act: Act) -> None:
    """A new episode of the same file, with its worker back; the visits still planned are dropped."""
    assert act.event is not None
    case.closure_code, case.closure_statement, case.client_told_on = None, "", None
    case.decision_number, case.decision_on, case.review_due = "", None, None
    case.save()
    case.follow_ups.filter(done_on__isnull=True).delete()
    services.close_items(event=act.event, root_id=case.pk, outcome="cancelled")
    tasks.enter_state(case, act)
