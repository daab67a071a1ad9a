"""Goals, what is done for them, and the answers to comments."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.inputs import files as inputs
from casework.models import Goal, PlanAction, PlanComment, ServicePlan
from casework.states.plan import EDITABLE, PlanState
from core.errors import Reason
from core.lifecycle.actions import Act, action


def _plan_of(row: Any) -> ServicePlan:
    return row.goal.plan if isinstance(row, PlanAction) else row.plan


def plan_editable(row: Any, act: Act):
    """Goals are written while the plan is a draft or returned."""
    if act.by.is_system or act.cause is not None:
        return
    if _plan_of(row).state not in EDITABLE:
        yield Reason("plan_locked", _now("Kế hoạch đã trình hoặc đã duyệt, không sửa được. Thu hồi hoặc lập bản mới."))


def plan_running(row: Any, act: Act):
    """Results are judged while the plan runs; a cancelled plan drops its goals."""
    if act.cause is None and _plan_of(row).state != PlanState.ACTIVE:
        yield Reason("plan_not_active", _now("Kế hoạch chưa bắt đầu thực hiện."))


def _prepare_goal(goal: Goal, act: Act) -> None:
    if act.cause is not None:
        return
    for name in ("domain", "text", "measure", "due_on"):
        setattr(goal, name, act.data[name])
    goal.order = (goal.plan.goals.aggregate(last=Max("order"))["last"] or 0) + 1


@action(
    Goal, "add", label=_("Thêm mục tiêu"), creates=True, parent=ServicePlan, form=inputs.GoalForm,
    prepare=_prepare_goal, guards=[plan_editable], order=20,
)  # fmt: skip
def add(goal: Goal, act: Act) -> None:
    act.facts["domain"] = goal.domain


@action(Goal, "edit", label=_("Sửa mục tiêu"), form=inputs.GoalForm, guards=[plan_editable], order=20)
def edit(goal: Goal, act: Act) -> None:
    for name in ("domain", "text", "measure", "due_on"):
        setattr(goal, name, act.data[name])


@action(Goal, "begin", label=_("Bắt đầu"), guards=[plan_running], order=30)
def begin(goal: Goal, act: Act) -> None:
    """Work on the goal has begun."""


def _judge(goal: Goal, act: Act) -> None:
    goal.judgement = act.data.get("note", "")


for _name, _label, _tone in (
    ("achieve", _("Đạt"), "main"),
    ("achieve_partly", _("Đạt một phần"), ""),
    ("not_achieve", _("Không đạt"), ""),
    ("drop", _("Bỏ mục tiêu"), "stop"),
):
    action(
        Goal, _name, label=_label, form=inputs.Judgement, guards=[plan_running], prepare=_judge, tone=_tone, order=40
    )(lambda goal, act: None)


@action(
    PlanAction, "add", label=_("Thêm việc"), creates=True, parent=Goal, form=inputs.PlanActionForm,
    guards=[plan_editable], order=20,
)  # fmt: skip
def add_action(row: PlanAction, act: Act) -> None:
    _write(row, act)


@action(PlanAction, "edit", label=_("Sửa việc"), form=inputs.PlanActionForm, guards=[plan_editable], order=20)
def edit_action(row: PlanAction, act: Act) -> None:
    _write(row, act)


def _write(row: PlanAction, act: Act) -> None:
    for name, value in act.data.items():
        setattr(row, name, value)


@action(PlanAction, "mark", label=_("Ghi tình trạng"), form=inputs.MarkAction, guards=[plan_running], order=30)
def mark(row: PlanAction, act: Act) -> None:
    """How far a thing to be done has come; referrals mark theirs themselves."""
    row.status = act.data["status"]
    act.facts["status"] = row.status


@action(PlanComment, "answer", label=_("Trả lời góp ý"), form=inputs.Answer, order=20)
def answer(comment: PlanComment, act: Act) -> None:
    comment.answer, comment.answered_at = act.data["answer"], act.at
