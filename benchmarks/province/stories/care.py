"""Plans and services."""

from benchmarks.province.playing import Player, story
from benchmarks.province.stories.moves import (
    OVER_CAP,
    add_goal,
    agree,
    assess,
    assessed,
    conference,
    draft_plan,
    entry,
    judge,
    planned,
    register,
    screen_in,
    serve,
    submit,
)
from casework.models import Case, PlanComment, ServicePlan
from core.lifecycle.models import Proposal


@story(40, kind="adult", ago=(0, 6))
def plan_drafted(p: Player) -> None:
    case = assessed(p)
    p.wait(2)
    draft_plan(p, case)


@story(50, kind="old", ago=(0, 2))
def plan_submitted(p: Player) -> None:
    case = assessed(p)
    p.wait(2)
    plan = draft_plan(p, case, "papers", "clinic")
    p.wait(2)
    submit(p, plan)


@story(15, kind="adult", ago=(0, 4))
def plan_recalled(p: Player) -> None:
    case = assessed(p)
    p.wait(2)
    plan = draft_plan(p, case, "clinic")
    submit(p, plan)
    p.do("worker", plan, "recall")


def _returned(p: Player) -> tuple[Case, ServicePlan]:
    case = assessed(p)
    p.wait(2)
    plan = draft_plan(p, case)
    submit(p, plan)
    p.wait(1)
    goal = plan.goals.order_by("order")[0]
    comment = {f"goal_{goal.pk.hex}": "Đo bằng gì, khi nào coi là đạt?"}
    p.do("supervisor", plan, "return", note="Cần rõ ai làm, khi nào xong", **comment)
    return case, plan


@story(25, kind="adult", ago=(0, 5))
def plan_returned(p: Player) -> None:
    _returned(p)


@story(25, kind="old", ago=(0, 3))
def plan_answered(p: Player) -> None:
    """The comments are answered; it waits for approval again."""
    _case, plan = _returned(p)
    p.wait(2)
    for comment in PlanComment.objects.filter(plan=plan, answered_at__isnull=True).order_by("id"):
        p.do("worker", comment, "answer", answer="Đã sửa trong kế hoạch")
    p.do("worker", plan, "submit")


@story(30, kind="adult", ago=(0, 5))
def plan_approved(p: Player) -> None:
    case = assessed(p)
    plan = draft_plan(p, case, "clinic")
    submit(p, plan)
    p.wait(1)
    p.do("supervisor", plan, "approve")


@story(15, kind="old", ago=(0, 5))
def plan_not_agreed(p: Player) -> None:
    case = assessed(p)
    plan = draft_plan(p, case, "clinic")
    submit(p, plan)
    p.wait(1)
    p.do("supervisor", plan, "approve")
    p.wait(2)
    p.do("worker", plan, "not_agreed", note="Muốn được chăm sóc tại nhà")


@story(10, kind="adult", ago=(0, 8))
def plan_cancelled(p: Player) -> None:
    case = assessed(p)
    plan = draft_plan(p, case, "papers")
    p.wait(1)
    p.do("supervisor", plan, "cancel", note="Gia đình xin làm lại từ đầu")


@story(200, kind="adult", ago=(1, 25))
def plan_agreed(p: Player) -> None:
    planned(p)


@story(250, kind="old", ago=(1, 25))
def plan_runs(p: Player) -> None:
    case, _plan = planned(p, "clinic", "papers")
    serve(p, case)


@story(120, kind="child", ago=(1, 25))
def child_protected(p: Player) -> None:
    """The commune's chair approves (NĐ 56/2017/NĐ-CP Đ.28)."""
    case, _plan = planned(p, "school", approver="chair", programme="child_protection")
    p.wait(10)
    entry(p, case, "visit", "Cháu đến lớp đủ buổi.", contacted="reached")
    counselling = entry(p, case, "counselling", "Buổi tham vấn: nói được về chuyện đã xảy ra.", confidential=True)
    p.do(
        "worker", counselling, "correct", kind="counselling", text="Buổi tham vấn thứ hai: đã ngủ được.",
        confidential=True, minutes=45,
    )  # fmt: skip


@story(20, kind="adult", ago=(1, 20))
def plan_revised(p: Player) -> None:
    """A new version in force, the old one superseded; one goal begun, one dropped."""
    case, plan = planned(p, "clinic", "papers")
    serve(p, case)
    goal = plan.goals.order_by("order")[1]
    p.do("worker", goal, "begin")
    p.do("worker", goal, "drop", note="Gia đình đã tự làm")
    revised = p.do("worker", ServicePlan, "revise", parent=case, reason="due", note="")
    add_goal(p, revised, "allowance")
    p.wait(1)
    conference(p, case)
    submit(p, revised)
    p.wait(1)
    p.do("supervisor2", revised, "approve")
    agree(p, revised)


@story(10, kind="old", ago=(1, 15))
def review_asks_for_more(p: Player) -> None:
    """The review asks for a new assessment, then for a new plan."""
    case, _plan = planned(p, "clinic")
    p.wait(20)
    p.do("worker", case, "review", reason="due", outcome="reassess", note="Sức khỏe thay đổi nhiều")
    p.wait(3)
    assess(p, case, 2)
    p.do("worker", case, "review", reason="due", outcome="replan", note="Kế hoạch cũ không còn phù hợp")


@story(10, kind="adult", ago=(0, 15))
def plan_completed(p: Player) -> None:
    """Every goal judged; two persons end the plan."""
    case, plan = planned(p, "clinic", "papers", "allowance")
    p.wait(15)
    judge(p, case, "achieve", "achieve_partly", "not_achieve")
    proposal = p.do("worker", plan, "complete")
    p.wait(1)
    p.do("supervisor", proposal, "confirm")


@story(8, kind="adult", ago=(0, 3))
def completion_proposed(p: Player) -> None:
    case, plan = planned(p, "clinic")
    p.wait(15)
    judge(p, case)
    p.do("worker", plan, "complete")


@story(5, kind="old", ago=(0, 9))
def completion_refused(p: Player) -> None:
    case, plan = planned(p, "clinic")
    p.wait(15)
    judge(p, case, "achieve_partly")
    proposal = p.do("worker", plan, "complete")
    p.wait(1)
    p.do("supervisor", proposal, "refuse", note="Còn một việc chưa xong")


@story(5, kind="old", ago=(0, 9))
def completion_forgotten(p: Player) -> None:
    """Nobody answers: the clock lets the proposal lapse."""
    case, plan = planned(p, "clinic")
    p.wait(15)
    judge(p, case, "not_achieve")
    proposal = p.do("worker", plan, "complete")
    p.wait(8)
    p.do("clock", Proposal.objects.get(pk=proposal.pk), "lapse")


@story(40, kind="old", ago=(0, 20))
def on_hold(p: Player) -> None:
    case, _plan = planned(p, "clinic")
    p.wait(9)
    p.do("worker", case, "hold", reason="hospital", note="Gia đình báo", resume_by=p.day(25))


@story(20, kind="adult", ago=(0, 9))
def held_and_resumed(p: Player) -> None:
    """A pause while the assessment is due: the deadline moves by it."""
    case = register(p)
    screen_in(p, case)
    p.wait(2)
    p.do("worker", case, "hold", reason="away", note="Về quê có việc", resume_by=p.day(20))
    p.wait(9)
    p.do("worker", case, "resume", note="")


@story(12, kind="adult", ago=(0, 3))
def handed_over(p: Player) -> None:
    """A new worker is named and has not answered."""
    case, _plan = planned(p, "clinic")
    p.wait(5)
    p.do(
        "supervisor", case, "reassign", worker=str(p.cast.values["worker2"]), over_cap=OVER_CAP,
        note="Nghỉ chế độ; gia đình đã biết",
    )  # fmt: skip


@story(12, kind="adult", ago=(1, 20))
def handover_accepted(p: Player) -> None:
    handed_over_case(p)
    p.wait(1)
    p.do("worker2", Case.objects.get(pk=p.last), "accept_handover", note="")


@story(6, kind="old", ago=(0, 3))
def handover_declined(p: Player) -> None:
    handed_over_case(p)
    p.wait(1)
    p.do("worker2", Case.objects.get(pk=p.last), "decline_handover", note="Đang quá nhiều ca ở xa")


def handed_over_case(p: Player) -> None:
    case = register(p)
    screen_in(p, case)
    p.wait(2)
    p.do(
        "supervisor", case, "reassign", worker=str(p.cast.values["worker2"]), over_cap=OVER_CAP,
        note="Chuyển địa bàn phụ trách",
    )  # fmt: skip
    p.last = case.pk
