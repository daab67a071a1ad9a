"""One record in every state of every machine, made by walking there."""

from typing import Any

from casework.models import Goal, ServicePlan
from tests.factories.cases import Story
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import World

# Reached only through rows of a later issue (tests/spec/README.md).
UNREACHED = {("case", "waitlisted"), ("referral", "waitlisted")}


def every_state(world: World) -> dict[tuple[str, str], Any]:
    authorise(world)
    found: dict[tuple[str, str], Any] = {}
    for row in (*_cases(world), *_plans(world), *_assessments(world), *_goals(world)):
        found[_machine(row), row.state] = row
    for row in _referrals(world):
        found["referral", row.state] = row
    return found


def _machine(row: Any) -> str:
    return "plan" if isinstance(row, ServicePlan) else row._meta.model_name


def _cases(world: World) -> list[Any]:
    stories = [Story(world) for _number in range(10)]
    (intake, assessment, planning, referral, active, held, review, closed, out, void) = stories
    intake.register()
    assessment.in_assessment()
    planning.in_planning()
    referral.running(provider="own+other")
    active.running()
    held.in_assessment().hold()
    review.running().judge_goals()
    review.request_close()
    closed.closed()
    out.register().do("supervisor", "screen_out", reason="ineligible", note="Hướng dẫn.")
    void.register().do("supervisor", "void", note="Nhập nhầm.")
    return [story.case for story in stories]


def _plans(world: World) -> list[Any]:
    plans = []
    for steps in ([], ["submit"], ["submit", "return"], ["submit", "approve"], ["submit", "approve", "agree"]):
        story = Story(world).in_planning()
        plan = story.draft_plan()
        for step in steps:
            if step == "return":
                story.do("supervisor", "return", plan, note="Viết lại.")
            else:
                getattr(story, step)(plan)
        plan.refresh_from_db()
        plans.append(plan)
    cancelled = Story(world).in_planning()
    plan = cancelled.draft_plan()
    cancelled.do("supervisor", "cancel", plan, note="Lập lại.")
    closed = Story(world).closed()
    revised = Story(world).running()
    new = revised.make("worker", ServicePlan, "revise", reason="request")
    revised.do("worker", "edit", new, client_view="Đồng ý.", summary="")
    revised.submit(new)
    revised.approve(new)
    revised.agree(new)
    return [*plans, plan, *ServicePlan.objects.filter(case__in=[closed.case, revised.case])]


def _assessments(world: World) -> list[Any]:
    drafting, twice = Story(world).in_assessment(), Story(world).in_planning()
    draft = drafting.draft_assessment()
    twice.assess()
    return [draft, *twice.case.assessments.all()]


def _goals(world: World) -> list[Any]:
    goals = []
    for verb in ("", "begin", "achieve", "achieve_partly", "not_achieve", "drop"):
        story = Story(world).running()
        goal = Goal.objects.get(plan__case=story.case)
        if verb:
            story.do("worker", verb, goal, note="Đã xem.")
        goals.append(goal)
    return goals


def _referrals(world: World) -> list[Any]:
    rows = []
    for state in (
        "draft", "pending_approval", "sent", "info_requested", "accepted", "in_service", "completed", "closed",
        "declined", "expired", "withdrawn",
    ):  # fmt: skip
        story = ReferralStory(world)
        story.running(provider="own+other")
        rows.append(_referral(story, state))
    return rows


def _referral(story: ReferralStory, state: str) -> Any:
    if state == "draft":
        return story.draft_referral()
    if state == "pending_approval":
        return story.sent(basis="statutory", override_reason="Theo quyết định.")
    if state == "expired":
        return story.expired()
    if state in ("accepted", "in_service"):
        return getattr(story, state)()
    if state in ("completed", "closed"):
        row = story.in_service()
        story.do("manager", "complete", row, outcome="achieved", note="Đã xong.")
        if state == "closed":
            story.do("worker", "close", row, next_step="done")
        return row
    row = story.sent()
    if state == "info_requested":
        story.do("manager", "ask", row, note="Có đi lại được không?")
    elif state == "declined":
        story.do("manager", "decline", row, reason="full", note="Hết chỗ.")
    elif state == "withdrawn":
        story.do("worker", "withdraw", row, reason="not_needed")
    return row
