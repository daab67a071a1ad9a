"""Service and safety plans, from draft to completion (lifecycles.md e)."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from casework.enums import PlanKind
from casework.guards import plans as guards
from casework.inputs import files as inputs
from casework.models import Assessment, Case, Goal, PlanAction, PlanComment, ServicePlan
from casework.selectors import staff
from casework.services import tasks
from casework.services.progress import first_review, set_review, waits_for_provider
from casework.states.assessment import AssessmentState
from casework.states.case import CaseState
from casework.states.plan import GOAL_OPEN, PlanState
from core import hooks
from core.accounts.enums import Role
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.worklist import kinds, services
from core.worklist.models import RISK_RANK

kinds.register("plan.approve", _("Duyệt kế hoạch"), _("Xem và duyệt"), action="approve", waiting=True)
kinds.register("plan.rework", _("Bổ sung kế hoạch bị trả lại"), _("Bổ sung"), tab="ke-hoach")
kinds.register("plan.agree", _("Lấy ý kiến, chữ ký cho kế hoạch"), _("Ghi đồng ý"), action="agree")
kinds.register("plan.review_safety", _("Xem kế hoạch an toàn"), _("Xem"), action="review_safety", waiting=True)
SAFETY_CODE = "plan.review_safety"
PLAN_CODES = ["plan.approve", "plan.rework", "plan.agree"]


def _open(code: str, plan: ServicePlan, act: Act, **owner: Any) -> None:
    services.open_item(code, plan, root=plan.case, event=act.event, risk=RISK_RANK.get(plan.case.risk, 0), **owner)


def number_plan(plan: ServicePlan, act: Act) -> None:
    last = ServicePlan.objects.filter(case=plan.case).aggregate(last=Max("number"))["last"] or 0
    plan.number, plan.episode = last + 1, plan.case.episode
    plan.assessment = Assessment.objects.filter(case=plan.case, state=AssessmentState.LOCKED).first()


@action(
    ServicePlan, "draft", label=_("Lập kế hoạch"), creates=True, parent=Case, prepare=number_plan, order=20,
    guards=[guards.case_open, guards.no_plan_in_preparation],
)  # fmt: skip
def draft(plan: ServicePlan, act: Act) -> None:
    """An empty plan; the needs of the assessment stand beside it on the page."""


def _prepare_revise(plan: ServicePlan, act: Act) -> None:
    number_plan(plan, act)
    if plan.revises is None:
        plan.revises = ServicePlan.objects.get(case=plan.case, kind=PlanKind.SERVICE, state=PlanState.ACTIVE)
    plan.reason = act.reason[:20]
    plan.client_view = ""


@action(
    ServicePlan, "revise", label=_("Lập bản kế hoạch mới"), creates=True, parent=Case, form=inputs.Revise,
    prepare=_prepare_revise, order=30,
    guards=[guards.case_open, guards.active_plan_there, guards.no_plan_in_preparation],
)  # fmt: skip
def revise(plan: ServicePlan, act: Act) -> None:
    """Open goals and their open actions are copied; the old version stays in force until the new one is agreed."""
    old = plan.revises
    assert old is not None
    for goal in old.goals.filter(state__in=GOAL_OPEN).prefetch_related("actions"):
        fields = {
            "plan": plan, "order": goal.order, "domain": goal.domain, "text": goal.text, "measure": goal.measure,
            "due_on": goal.due_on, "copied_from": goal,
        }  # fmt: skip
        copy = follow(Goal, "add", act, fields=fields)
        for row in goal.actions.exclude(status__in=[PlanAction.Status.DONE, PlanAction.Status.DROPPED]):
            row.pk, row._state.adding, row.goal, row.version = None, True, copy, 1
            row.id = PlanAction._meta.pk.get_default()
            row.save(force_insert=True)


def _prepare_safety(plan: ServicePlan, act: Act) -> None:
    number_plan(plan, act)
    plan.kind = PlanKind.SAFETY
    plan.summary = f"{act.data['summary']}\n{act.data['who']}"
    plan.client_view = act.data.get("client_view") or ""


@action(
    ServicePlan, "safety_plan", label=_("Lập kế hoạch an toàn"), creates=True, parent=Case, form=inputs.SafetyPlan,
    prepare=_prepare_safety, guards=[guards.emergency_track], tone="main", order=10,
    notify=lambda plan, act: staff.supervisors_of(plan.case.owner_unit),
)  # fmt: skip
def safety_plan(plan: ServicePlan, act: Act) -> None:
    """In force at once; a supervisor looks at it after."""
    assert act.event is not None
    services.close_items(event=act.event, codes=["case.safety_plan"], root_id=plan.case_id)
    unit = staff.nearest_supervision(plan.case.owner_unit, act.by.id)
    due = tasks.by_parameter("due.emergency_review", act)
    _open(SAFETY_CODE, plan, act, unit=unit, role=Role.SUPERVISOR, due_at=due)


@action(
    ServicePlan,
    "review_safety",
    label=_("Đã xem kế hoạch an toàn"),
    form=inputs.SafetyReview,
    states=["active"],
    separation=[guards.approver_is_another],
    guards=[guards.safety_unreviewed],
    tone="main",
    order=15,
    notify=lambda plan, act: [plan.author_id],
)
def review_safety(plan: ServicePlan, act: Act) -> None:
    """The supervisor's look at what was done first and is reviewed after (lifecycles.md, `safety_plan`)."""
    assert act.event is not None
    services.close_items(event=act.event, codes=[SAFETY_CODE], subject_id=plan.pk)


@action(
    ServicePlan, "edit", label=_("Ghi ý kiến, tóm tắt"), form=inputs.EditPlan, states=["draft", "returned"], order=25
)
def edit(plan: ServicePlan, act: Act) -> None:
    """The client's own view, and a summary."""
    plan.client_view, plan.summary = act.data["client_view"], act.data["summary"]


@action(
    ServicePlan, "submit", label=_("Trình duyệt"), form=inputs.LockAssessment, tone="main", order=10,
    guards=[
        guards.case_open, guards.locked_assessment, guards.goals_complete, guards.client_view_noted,
        guards.comments_answered,
    ],
)  # fmt: skip
def submit(plan: ServicePlan, act: Act) -> None:
    """To the supervisor's desk (or the commune's chair for child protection)."""
    assert act.event is not None
    plan.assessment = Assessment.objects.filter(case=plan.case, state=AssessmentState.LOCKED).first()
    plan.save(update_fields=["assessment"])
    services.close_items(event=act.event, codes=PLAN_CODES, subject_id=plan.pk)
    unit, role = staff.approving_unit(plan.case, act.by.id)
    _open("plan.approve", plan, act, unit=unit, role=role, due_at=_approval_due(plan, act))


def _approval_due(plan: ServicePlan, act: Act) -> Any:
    code = "due.child_plan" if plan.case.programme == "child_protection" else "due.proposal"
    return tasks.by_parameter(code, act)


@action(
    ServicePlan, "return", label=_("Trả lại kèm góp ý"), form=inputs.PlanReturn, order=20,
    notify=lambda plan, act: [plan.submitted_by_id],
)  # fmt: skip
def return_(plan: ServicePlan, act: Act) -> None:
    """Each comment stands at its goal until it is answered."""
    assert act.event is not None and act.by.user is not None
    if act.note:
        PlanComment.objects.create(plan=plan, text=act.note, by=act.by.user)
    for goal, text in act.data.get("comments", []):
        PlanComment.objects.create(plan=plan, goal=goal, text=text, by=act.by.user)
    services.close_items(event=act.event, codes=PLAN_CODES, subject_id=plan.pk)
    _open("plan.rework", plan, act, user=plan.case.worker, due_at=plan.case.due_at)


@action(ServicePlan, "recall", label=_("Thu hồi để sửa"), order=40)
def recall(plan: ServicePlan, act: Act) -> None:
    assert act.event is not None
    services.close_items(event=act.event, codes=PLAN_CODES, subject_id=plan.pk, outcome="recalled")


@action(
    ServicePlan, "approve", label=_("Duyệt"), form=inputs.LockAssessment, tone="main", order=10,
    separation=[guards.approver_is_another], guards=[guards.conference_held],
    notify=lambda plan, act: [plan.submitted_by_id],
)  # fmt: skip
def approve(plan: ServicePlan, act: Act) -> None:
    """Approved by another person than its author; the client's agreement is next."""
    assert act.event is not None
    services.close_items(event=act.event, codes=PLAN_CODES, subject_id=plan.pk)
    _open("plan.agree", plan, act, user=plan.case.worker, due_at=plan.case.due_at)


def _supersede(plan: ServicePlan, act: Act) -> None:
    """The version in force gives way before this one becomes ACTIVE; a safety plan gives way to the service plan."""
    for old in ServicePlan.objects.filter(case=plan.case, state=PlanState.ACTIVE).exclude(pk=plan.pk):
        follow(old, "supersede", act)


@action(
    ServicePlan, "agree", label=_("Ghi đồng ý, bắt đầu thực hiện"), form=inputs.Agree, tone="main", order=10,
    guards=[guards.case_takes_plan, guards.signature_or_override], prepare=_supersede,
)  # fmt: skip
def agree(plan: ServicePlan, act: Act) -> None:
    """The plan runs: drafts of referrals are made, and the case starts in the same transaction."""
    assert act.event is not None
    services.close_items(event=act.event, codes=PLAN_CODES, subject_id=plan.pk)
    act.facts["signature"] = plan.signature
    hooks.ask("plan.agreed", plan, act)
    if plan.case.state == CaseState.PLANNING:
        follow(plan.case, "start", act, waits_for_provider=waits_for_provider(plan))
        return
    # A case that ran before its plan: the plan is no longer asked for, its first review is.
    services.close_items(event=act.event, codes=["case.plan"], root_id=plan.case_id)
    if plan.case.review_due is None:
        set_review(plan.case, act, first_review(plan.case))


@action(
    ServicePlan, "not_agreed", label=_("Người được trợ giúp không đồng ý"), form=inputs.Wishes, order=30,
)  # fmt: skip
def not_agreed(plan: ServicePlan, act: Act) -> None:
    """Redrafted after the client's wishes."""
    assert act.event is not None and act.by.user is not None
    PlanComment.objects.create(plan=plan, text=act.note, by=act.by.user)
    services.close_items(event=act.event, codes=PLAN_CODES, subject_id=plan.pk)
    _open("plan.rework", plan, act, user=plan.case.worker, due_at=plan.case.due_at)


@action(
    ServicePlan, "complete", label=_("Hoàn thành kế hoạch"), form=inputs.LockAssessment,
    guards=[guards.every_goal_judged], confirm_by=Role.SUPERVISOR,
    confirm_unit=lambda plan, data: plan.case.owner_unit, order=50,
)  # fmt: skip
def complete(plan: ServicePlan, act: Act) -> None:
    """Every goal judged; the next is a new plan or the closure of the case."""
    PlanAction.objects.filter(goal__plan=plan, status=PlanAction.Status.RUNNING).update(status=PlanAction.Status.DONE)


@action(ServicePlan, "supersede", label=_("Có bản mới"), internal=True)
def supersede(plan: ServicePlan, act: Act) -> None:
    """A newer version was agreed; what was still to be looked at in this one no longer is."""
    assert act.event is not None
    services.close_items(event=act.event, codes=[SAFETY_CODE], subject_id=plan.pk, outcome="cancelled")


@action(ServicePlan, "cancel", label=_("Hủy kế hoạch"), form=inputs.Reasoned, tone="stop", order=90)
def cancel(plan: ServicePlan, act: Act) -> None:
    """Its tasks are cancelled with it."""
    assert act.event is not None
    services.close_items(event=act.event, codes=[*PLAN_CODES, SAFETY_CODE], subject_id=plan.pk)
    for goal in plan.goals.filter(state__in=GOAL_OPEN):
        follow(goal, "drop", act, note="")
