"""From assessment to services: the middle of a case, holds and reviews."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import HoldReason
from casework.guards import cases as guards
from casework.inputs import progress as inputs
from casework.models import Case, PlanAction, ServicePlan
from casework.selectors import staff
from casework.services import tasks
from casework.states.plan import PRE_ACTIVE, PlanState
from core.clock import due, parameters
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.worklist import services


@action(
    Case, "assess_done", label=_("Xong đánh giá, sang lập kế hoạch"), tone="main", order=10,
    guards=[guards.locked_assessment, guards.high_risk_by_supervisor], form=inputs.OptionalNote,
)  # fmt: skip
def assess_done(case: Case, act: Act) -> None:
    """The locked assessment of this episode is the ground of the plan."""
    tasks.enter_state(case, act)


@action(
    Case, "return", label=_("Trả về đánh giá"), form=inputs.ReturnToAssessment, order=40,
    notify=lambda case, act: [case.worker_id],
)  # fmt: skip
def return_(case: Case, act: Act) -> None:
    """Back to assessment; a plan that was submitted goes back with it."""
    tasks.enter_state(case, act)
    submitted = ServicePlan.objects.filter(case=case, state=PlanState.SUBMITTED).first()
    if submitted is not None:
        follow(submitted, "return", act, note=act.note, comments=[])


def waits_for_provider(plan: ServicePlan) -> bool:
    """Whether some action of the plan needs another provider that has not accepted yet."""
    return PlanAction.objects.filter(
        goal__plan=plan, provider="other", status__in=[PlanAction.Status.PLANNED, PlanAction.Status.WAITING]
    ).exists()


@action(Case, "start", label=_("Bắt đầu thực hiện"), internal=True, guards=[guards.agreed_plan])
def start(case: Case, act: Act) -> None:
    """With the client's agreement; the first review falls due."""
    set_review(case, act, first_review(case))
    tasks.enter_state(case, act)


def first_review(case: Case) -> Any:
    return due.add_months(timezone.localdate(), parameters.months("review.first_quarter"))


def next_review(case: Case) -> Any:
    """Monthly in the first quarter, then quarterly (settings; the law names no interval, domain.md §1)."""
    opened = timezone.localtime(case.opened_at).date() if case.opened_at else timezone.localdate()
    early = timezone.localdate() < due.add_months(opened, parameters.months("review.first_period"))
    code = "review.first_quarter" if early else "review.after"
    return due.add_months(timezone.localdate(), parameters.months(code))


def set_review(case: Case, act: Act, day: Any) -> None:
    case.review_due = day
    case.save(update_fields=["review_due"])
    tasks.for_worker("case.review", case, act, due_at=tasks.end_of_day(day))


@action(
    Case, "placed", label=_("Đã có nơi nhận, bắt đầu dịch vụ"), form=inputs.OptionalNote, tone="main", order=15,
    guards=[guards.provider_there],
)  # fmt: skip
def placed(case: Case, act: Act) -> None:
    """A provider accepted, or own services begin."""
    tasks.enter_state(case, act)


@action(
    Case, "refer", label=_("Tìm nơi nhận khác"), form=inputs.Note, guards=[guards.nothing_runs_elsewhere], order=35,
)  # fmt: skip
def refer(case: Case, act: Act) -> None:
    """The provider was lost, or a new need has none, and nothing runs."""
    tasks.enter_state(case, act)


@action(
    Case, "replan", label=_("Lập lại kế hoạch"), form=inputs.Note, order=36,
    guards=[guards.plan_in_preparation_absent],
)  # fmt: skip
def replan(case: Case, act: Act) -> None:
    """Nobody can take it: a new version is drawn from the plan in force."""
    tasks.enter_state(case, act)
    active = ServicePlan.objects.filter(case=case, kind="service", state=PlanState.ACTIVE).first()
    if active is not None:
        follow(ServicePlan, "revise", act, fields={"case": case, "revises": active}, reason="replan")


@action(
    Case, "review", label=_("Rà soát"), form=inputs.Review, order=25,
)  # fmt: skip
def review(case: Case, act: Act) -> None:
    """Progress is judged; from it a new assessment, a new plan version, or the old one in force until the next."""
    act.facts["outcome"] = act.data["outcome"]
    set_review(case, act, act.data.get("next_review") or next_review(case))
    if act.data["outcome"] == "reassess":
        tasks.for_worker("case.rework", case, act, due_at=tasks.by_parameter("due.assessment", act))
    if act.data["outcome"] == "replan" and not ServicePlan.objects.filter(case=case, state__in=PRE_ACTIVE).exists():
        active = ServicePlan.objects.filter(case=case, kind="service", state=PlanState.ACTIVE).first()
        if active is not None:
            follow(ServicePlan, "revise", act, fields={"case": case, "revises": active}, reason=act.reason)


def _tell_if_missing(case: Case, act: Act) -> list[Any]:
    return staff.supervisors_of(case.owner_unit) if act.data["reason"] == HoldReason.MISSING else []


@action(
    Case, "hold", label=_("Tạm dừng"), form=inputs.Hold, guards=[guards.long_hold_by_supervisor],
    notify=_tell_if_missing, order=70,
)  # fmt: skip
def hold(case: Case, act: Act) -> None:
    """Clocks stand still until the day named; a missing person alerts the supervisor."""
    services.pause_items(case.pk, act.at)
    tasks.for_worker("case.resume", case, act, due_at=tasks.end_of_day(act.data["resume_by"]))


@action(Case, "resume", label=_("Tiếp tục"), form=inputs.OptionalNote, tone="main", order=10)
def resume(case: Case, act: Act) -> None:
    """Back to the state before the hold; what was paused is due later by the pause."""
    assert act.event is not None
    services.close_items(event=act.event, codes=["case.resume"], root_id=case.pk)
    code = tasks.STATE_ITEM.get(case.state)
    due_dates: dict[str, Any] = {code: case.due_at} if code else {}
    if case.review_due and case.review_due < timezone.localdate():
        case.review_due = timezone.localdate() + timedelta(days=7)
        case.save(update_fields=["review_due"])
        due_dates["case.review"] = tasks.end_of_day(case.review_due)
    services.resume_items(case.pk, due_dates)


@action(Case, "edit_safety_note", label=_("Ghi an toàn khi đến nhà"), form=inputs.SafetyNote, order=80)
def edit_safety_note(case: Case, act: Act) -> None:
    """Who visits reads this first."""
    case.safety_note = act.data["safety_note"]
