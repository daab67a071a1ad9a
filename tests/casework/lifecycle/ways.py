"""How each row of the reference is raced: the way to its source state, who takes it there, and what is typed.

A row of tests/spec that stands in none of these tables cannot be raced, and its test fails: whoever adds a move adds
its race.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from casework.models import Assessment, Case, Goal, ServicePlan
from core.catalogue.models import ClientGroup
from core.errors import Blocked, Denied, DomainError, NotVisible, Stale
from core.lifecycle.engine import Outcome
from referrals.models import Referral
from tests.factories.cases import GROUP, INTAKE, day, take_over
from tests.factories.referrals import ReferralStory
from tests.factories.world import World
from tests.spec.reading import Row

from .contest import Contest, attempt

MODELS = {
    "case": Case, "plan": ServicePlan, "assessment": Assessment, "goal": Goal, "referral": Referral,
}  # fmt: skip
LONG_AGO = "2026-01-05T10:00:00+07:00"
SUPERVISORS = ("supervisor", "supervisor2")
WORKER = ("worker", "worker")
RECEIVERS = ("manager", "public_worker")
Source = Callable[[ReferralStory, Row], Any]


def nothing(story: ReferralStory, record: Any) -> None:
    """The source state is enough."""


@dataclass(frozen=True)
class Step:
    """Who takes it, what is missing in the source state, what is typed, and how the second may be refused."""

    by: tuple[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    ready: Callable[[ReferralStory, Any], None] = nothing
    typed: Callable[[ReferralStory, Row], dict[str, Any]] = lambda story, row: {}
    loses: tuple[type[DomainError], ...] = (Stale,)


# --- the ways to a state ---
def _case(way: Callable[[ReferralStory], Any]) -> Source:
    def go(story: ReferralStory, row: Row) -> Case:
        way(story)
        assert story.case is not None
        return story.case

    return go


def _plan(*steps: str) -> Source:
    def go(story: ReferralStory, row: Row) -> ServicePlan:
        story.in_planning()
        plan = story.draft_plan()
        for step in steps:
            if step == "return":
                story.do("supervisor", "return", plan, note="Viết lại.")
                for comment in plan.comments.all():
                    story.do("worker", "answer", comment, answer="Đã sửa.")
            else:
                getattr(story, step)(plan)
        return plan

    return go


def _running_goal(story: ReferralStory, row: Row) -> Goal:
    return story.running().active_plan().goals.get()


def _begun_goal(story: ReferralStory, row: Row) -> Goal:
    goal = _running_goal(story, row)
    story.do("worker", "begin", goal)
    return goal


def _to_review(story: ReferralStory) -> None:
    story.running().judge_goals()
    story.request_close()


def _emergency(story: ReferralStory, row: Row) -> Any:
    return story.emergency(by="worker").case


def _draft_referral(story: ReferralStory, row: Row) -> Referral:
    story.running(provider="own+other")
    ground = {"basis": "statutory", "override_reason": "Theo quyết định."} if row.target == "pending_approval" else {}
    return story.draft_referral(**ground)


def _awaiting_approval(story: ReferralStory, row: Row) -> Referral:
    story.running(provider="own+other")
    story.assess(risk="high")  # a supervisor looks first, though there is consent
    return story.sent()


def _referral(reach: str, *steps: tuple[str, str, dict[str, Any]]) -> Source:
    def go(story: ReferralStory, row: Row) -> Referral:
        story.running(provider="own+other")
        referral = getattr(story, reach)()
        for by, name, data in steps:
            story.do(by, name, referral, **data)
        return referral

    return go


SOURCES: dict[tuple[str, ...], Source] = {
    ("case", "intake"): _case(lambda s: s.register()),
    ("case", "assessment"): _case(lambda s: s.in_assessment()),
    ("case", "planning"): _case(lambda s: s.in_planning()),
    ("case", "referral"): _case(lambda s: s.running(provider="own+other")),
    ("case", "active"): _case(lambda s: s.running()),
    ("case", "active", "review_emergency"): _emergency,
    ("case", "on_hold"): _case(lambda s: s.in_assessment().hold()),
    ("case", "closure_review"): _case(_to_review),
    ("case", "closed"): _case(lambda s: s.closed()),
    ("case", "screened_out"): _case(
        lambda s: s.register().do("supervisor", "screen_out", reason="ineligible", note="Hướng dẫn.")
    ),
    ("plan", "draft"): _plan(),
    ("plan", "submitted"): _plan("submit"),
    ("plan", "returned"): _plan("submit", "return"),
    ("plan", "approved"): _plan("submit", "approve"),
    ("plan", "active"): lambda story, row: story.running().active_plan(),
    ("goal", "planned"): _running_goal,
    ("goal", "in_progress"): _begun_goal,
    ("assessment", "draft"): lambda story, row: story.in_assessment().draft_assessment(),
    ("referral", "draft"): _draft_referral,
    ("referral", "pending_approval"): _awaiting_approval,
    ("referral", "sent"): _referral("sent"),
    ("referral", "info_requested"): _referral("sent", ("manager", "ask", {"note": "Có đi lại được không?"})),
    ("referral", "accepted"): _referral("accepted"),
    ("referral", "in_service"): _referral("in_service"),
    ("referral", "completed"): _referral(
        "in_service", ("manager", "complete", {"outcome": "achieved", "note": "Đã xong."})
    ),
    ("referral", "declined"): _referral("sent", ("manager", "decline", {"reason": "full", "note": "Hết chỗ."})),
    ("referral", "expired"): _referral("expired"),
}


# --- what is missing in the state ---
def _settle(story: ReferralStory, case: Case) -> None:
    story.judge_goals()
    for referral in case.referrals.filter(state="draft"):
        story.do("worker", "withdraw", referral, reason="not_needed")


def _handed_over(story: ReferralStory, case: Case) -> None:
    story.do("supervisor", "reassign", worker=story.world.user("colleague").pk, over_cap="Không còn ai.", note="Nhận.")


def _answered(story: ReferralStory, assessment: Assessment) -> None:
    story.do("worker", "answer", assessment, **story.answers(assessment))


def _late(story: ReferralStory, referral: Referral) -> None:
    """The deadline is moved into the past; everything else is left to the clock."""
    late = "paused_at" if referral.state == "info_requested" else "due_at"
    Referral.objects.filter(pk=referral.pk).update(**{late: LONG_AGO})


def _screened(story: ReferralStory, row: Row) -> dict[str, Any]:
    return {"group": ClientGroup.objects.on().get(code=GROUP).pk, "worker": story.world.user("worker").pk}


STEPS: dict[tuple[str, ...], Step] = {
    ("case", "screen_in"): Step(SUPERVISORS, {"over_cap": "Không còn ai."}, typed=_screened),
    ("case", "ask_more"): Step(SUPERVISORS),
    ("case", "screen_out"): Step(SUPERVISORS, {"reason": "withdrew"}),
    ("case", "reconsider"): Step(("supervisor2", "supervisor2")),
    ("case", "void"): Step(SUPERVISORS),
    ("case", "emergency_open", "intake"): Step(("intake", "intake"), {"dangers": ["life"]}),
    ("case", "emergency_open"): Step(("worker", "intake"), {"dangers": ["life"]}),
    ("case", "raise_emergency"): Step(WORKER, {"dangers": ["life"]}),
    ("case", "review_emergency"): Step(
        SUPERVISORS, typed=lambda story, row: {"confirmed": "yes" if row.is_loop else "no"}
    ),
    ("case", "assess_done"): Step(("worker", "supervisor"), ready=lambda story, case: story.assess()),
    ("case", "return"): Step(SUPERVISORS),
    ("case", "placed"): Step(WORKER),
    ("case", "refer"): Step(WORKER),
    ("case", "replan"): Step(WORKER),
    ("case", "review"): Step(WORKER, {"reason": "due", "outcome": "replan"}),
    ("case", "hold"): Step(("worker", "supervisor"), {"reason": "missing", "resume_by": day(7)}),
    ("case", "resume"): Step(("worker", "supervisor")),
    ("case", "request_close"): Step(WORKER, {"reason": "k", "client_told_on": day(0)}, ready=_settle),
    ("case", "return_close"): Step(SUPERVISORS),
    ("case", "close"): Step(SUPERVISORS),
    ("case", "follow_up"): Step(WORKER, {"done_on": day(0), "result": "stable"}),
    ("case", "reopen"): Step(SUPERVISORS),
    ("case", "reassign"): Step(
        SUPERVISORS, {"over_cap": "Không còn ai."},
        typed=lambda story, row: {"worker": story.world.user("colleague").pk},
    ),
    # Once answered, the case is no longer handed to them: the right is gone, and after a refusal the sight of it too.
    ("case", "accept_handover"): Step(("colleague", "colleague"), ready=_handed_over, loses=(Denied,)),
    ("case", "decline_handover"): Step(("colleague", "colleague"), ready=_handed_over, loses=(NotVisible,)),
    ("plan", "submit"): Step(WORKER),
    ("plan", "return"): Step(SUPERVISORS),
    ("plan", "recall"): Step(WORKER),
    ("plan", "approve"): Step(SUPERVISORS),
    ("plan", "agree"): Step(WORKER, {"signature": "client", "signed_on": day(0)}),
    ("plan", "not_agreed"): Step(WORKER),
    ("plan", "cancel"): Step(SUPERVISORS),
    **{("goal", name): Step(WORKER) for name in ("begin", "achieve", "achieve_partly", "not_achieve", "drop")},
    ("assessment", "lock"): Step(WORKER, ready=_answered),
    ("referral", "send"): Step(WORKER),
    ("referral", "approve"): Step(SUPERVISORS),
    ("referral", "return"): Step(SUPERVISORS),
    ("referral", "ask"): Step(RECEIVERS),
    ("referral", "answer"): Step(WORKER),
    ("referral", "accept"): Step(RECEIVERS),
    ("referral", "decline"): Step(("manager", "manager"), {"reason": "full"}),
    ("referral", "start"): Step(RECEIVERS),
    ("referral", "complete"): Step(RECEIVERS, {"outcome": "achieved"}),
    ("referral", "drop_out"): Step(RECEIVERS, {"reason": "moved", "tries": 1}),
    ("referral", "close"): Step(WORKER, {"next_step": "another"}),
    ("referral", "withdraw"): Step(WORKER, {"reason": "not_needed"}),
    ("referral", "consent_revoked"): Step(WORKER),
    ("referral", "expire"): Step(("system", "system"), ready=_late, loses=(Blocked,)),
}  # fmt: skip


# --- what comes into being, and what only another move brings about ---
def _known_person(story: ReferralStory) -> Any:
    """Somebody on file without a live case: only one may be opened."""
    assert story.register().case is not None
    story.do("supervisor", "void", note="Nhầm.")
    return story.case.person.pk  # type: ignore[union-attr]


def _register(story: ReferralStory, row: Row) -> Contest:
    data = {**INTAKE, "person": _known_person(story)}
    tries = [attempt(story.world, Case, "register", who, **data) for who in ("intake", "commune_intake")]
    return Contest(tries, {"case.register"}, {row.target}, loses=(Blocked,))


def _emergency_new(story: ReferralStory, row: Row) -> Contest:
    data = {"person": _known_person(story), "dangers": ["life"], "found_at": "Chợ đêm"}
    tries = [attempt(story.world, Case, "emergency_open", who, **data) for who in ("intake", "worker")]
    return Contest(tries, {"case.emergency_open"}, {row.target}, loses=(Blocked,))


def _take_over(story: ReferralStory, row: Row) -> Contest:
    """Proposed by one, and confirmed by two others at once."""
    proposal = take_over(story.world)

    def made(won: Outcome) -> Case:
        proposal.refresh_from_db()
        return Case.objects.get(pk=proposal.result_id)

    tries = [attempt(story.world, proposal, "confirm", who) for who in SUPERVISORS]
    return Contest(tries, {"case.take_over"}, {row.target}, found=made)


def _under_case(model: type, way: Callable[[ReferralStory], Any], **data: Any) -> Callable[..., Contest]:
    def build(story: ReferralStory, row: Row) -> Contest:
        way(story)
        tries = [attempt(story.world, model, row.transition, "worker", parent=story.case, **data) for _ in WORKER]
        return Contest(tries, {f"{model.__name__.lower()}.{row.transition}"}, {row.target}, loses=(Blocked,))

    return build


def _pressed_twice(story: ReferralStory, row: Row, model: type, parent: Any, **data: Any) -> Contest:
    """There may be many of these; one who presses twice sends one key, and makes one."""
    tries = [
        attempt(story.world, model, row.transition, "worker", parent=parent, key=f"{parent.pk}", **data) for _ in WORKER
    ]
    return Contest(tries, {f"{model.__name__.lower()}.{row.transition}"}, {row.target})


def _goal(story: ReferralStory, row: Row) -> Contest:
    plan = story.in_planning().draft_plan()
    data = {"domain": "health", "text": "Khỏe hơn", "measure": "Khám", "due_on": day(90)}
    return _pressed_twice(story, row, Goal, plan, **data)


def _referral_new(story: ReferralStory, row: Row) -> Contest:
    return _pressed_twice(story, row, Referral, story.running().case, need="Cần chỗ ở.")


def _start(story: ReferralStory, row: Row) -> Contest:
    """The client's agreement to the plan starts the case."""
    story.in_planning()
    plan = story.draft_plan(provider="own+other" if row.target == "referral" else "own")
    story.submit(plan)
    story.approve(plan)
    data = {"signature": "client", "signed_on": day(0)}
    tries = [attempt(story.world, plan, "agree", who, **data) for who in WORKER]
    return Contest(tries, {"case.start"}, {row.target}, row=story.case)


def _supersede_plan(story: ReferralStory, row: Row) -> Contest:
    old = story.running().active_plan()
    new = story.make("worker", ServicePlan, "revise", reason="request")
    story.do("worker", "edit", new, client_view="Đồng ý.", summary="")
    story.submit(new)
    story.approve(new)
    data = {"signature": "client", "signed_on": day(0)}
    tries = [attempt(story.world, new, "agree", who, **data) for who in WORKER]
    return Contest(tries, {"serviceplan.supersede"}, {row.target}, row=old)


def _supersede_assessment(story: ReferralStory, row: Row) -> Contest:
    story.in_assessment()
    old = story.assess()
    new = story.draft_assessment()
    _answered(story, new)
    tries = [attempt(story.world, new, "lock", who) for who in WORKER]
    return Contest(tries, {"assessment.supersede"}, {row.target}, row=old)


def _complete_plan(story: ReferralStory, row: Row) -> Contest:
    """Proposed by its worker, and confirmed by two supervisors at once."""
    plan = story.running().active_plan()
    story.judge_goals()
    proposal = story.do("worker", "complete", plan).record
    tries = [attempt(story.world, proposal, "confirm", who) for who in SUPERVISORS]
    return Contest(tries, {"serviceplan.complete"}, {row.target}, row=plan)


SPECIAL: dict[tuple[str, ...], Callable[[ReferralStory, Row], Contest]] = {
    ("case", "register"): _register,
    ("case", "take_over"): _take_over,
    ("case", "emergency_open", "new"): _emergency_new,
    ("case", "start"): _start,
    ("plan", "draft"): _under_case(ServicePlan, lambda story: story.in_planning()),
    ("plan", "safety_plan"): _under_case(
        ServicePlan, lambda story: story.emergency(by="worker"), summary="Ở cùng dì.", who="Dì."
    ),
    ("plan", "revise"): _under_case(ServicePlan, lambda story: story.running(), reason="request"),
    ("plan", "complete"): _complete_plan,
    ("plan", "supersede"): _supersede_plan,
    ("assessment", "draft"): _under_case(Assessment, lambda story: story.in_assessment()),
    ("assessment", "supersede"): _supersede_assessment,
    ("goal", "add"): _goal,
    ("referral", "draft"): _referral_new,
}


def _found(table: dict[tuple[str, ...], Any], machine: str, first: str, second: str) -> Any:
    """The particular entry before the general one."""
    return table.get((machine, first, second)) or table.get((machine, first))


def build(world: World, machine: str, row: Row) -> Contest:
    """The record in the row's source state and two who want the same of it; LookupError where nobody said how."""
    story = ReferralStory(world)
    if special := _found(SPECIAL, machine, row.transition, row.source):
        return special(story, row)
    source = _found(SOURCES, machine, row.source, row.transition)
    step = _found(STEPS, machine, row.transition, row.source)
    if source is None or step is None:
        raise LookupError(f"{machine}.csv: nobody says how {row.transition} is raced from {row.source}")
    record = source(story, row)
    step.ready(story, record)
    record.refresh_from_db()
    assert record.state == row.source, f"the way to {row.source} ends in {record.state}"
    target = getattr(record, row.prior_column) if row.prior_column else row.target
    data = {"note": "Ghi chú.", **step.data, **step.typed(story, row)}
    tries = [attempt(world, record, row.transition, who, **data) for who in step.by]
    verb = f"{record._meta.model_name}.{row.transition}"
    return Contest(tries, {verb}, {target}, row=record, loses=step.loses)
