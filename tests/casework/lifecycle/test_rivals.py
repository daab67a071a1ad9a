"""Two who want different things of the same record, at once: one of them gets it, the other is told."""

from collections.abc import Callable
from typing import Any

import pytest

from casework.models import PlanAction
from core.audit import chain
from core.errors import Blocked, Denied, NotVisible, Stale
from core.lifecycle.engine import Outcome
from referrals.models import Referral
from tests.factories.cases import day
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import build_world
from tests.spec import reading

from . import ways
from .contest import Contest, Mark, attempt, decide, together

DANGER = {"dangers": ["life"], "note": "Nguy hiểm."}
HOLD = {"reason": "hospital", "resume_by": day(5), "note": "Nằm viện."}
CLOSE = {"reason": "k", "client_told_on": day(0), "note": "Đã chuyển đi."}
SIGNED = {"signature": "client", "signed_on": day(0)}
FULL = {"reason": "full", "note": "Hết chỗ."}
BACK = {"reason": "not_needed"}
NOTE = {"note": "Ghi chú."}

Move = tuple[str, str, dict[str, Any]]

# machine, source, then of each rival: who, what, with what typed; the states that may come of it
RIVALS: list[tuple[str, str, Move, Move, set[str]]] = [
    ("case", "intake", ("supervisor", "void", NOTE), ("supervisor2", "screen_out", {"reason": "withdrew", **NOTE}),
     {"void", "screened_out"}),
    ("case", "intake", ("supervisor", "void", NOTE), ("intake", "emergency_open", DANGER), {"void", "active"}),
    ("case", "active", ("worker", "request_close", CLOSE), ("supervisor", "hold", HOLD),
     {"closure_review", "on_hold"}),
    ("case", "active", ("worker", "raise_emergency", DANGER), ("supervisor", "hold", HOLD), {"active", "on_hold"}),
    ("case", "on_hold", ("worker", "request_close", CLOSE), ("supervisor", "resume", {}),
     {"closure_review", "assessment"}),
    ("case", "closure_review", ("supervisor", "close", {}), ("supervisor2", "return_close", NOTE),
     {"closed", "active"}),
    ("case", "closed", ("supervisor", "reopen", NOTE),
     ("worker", "follow_up", {"done_on": day(0), "result": "stable", **NOTE}), {"assessment", "closed"}),
    ("plan", "draft", ("worker", "submit", {}), ("supervisor", "cancel", NOTE), {"submitted", "cancelled"}),
    ("plan", "submitted", ("supervisor", "approve", {}), ("supervisor2", "return", NOTE), {"approved", "returned"}),
    ("plan", "submitted", ("supervisor", "approve", {}), ("worker", "recall", {}), {"approved", "draft"}),
    ("plan", "approved", ("worker", "agree", SIGNED), ("worker", "not_agreed", NOTE), {"active", "returned"}),
    ("plan", "approved", ("worker", "agree", SIGNED), ("supervisor", "cancel", NOTE), {"active", "cancelled"}),
    ("goal", "in_progress", ("worker", "achieve", NOTE), ("worker", "drop", NOTE), {"achieved", "dropped"}),
    ("referral", "draft", ("worker", "send", {}), ("worker", "withdraw", BACK), {"sent", "withdrawn"}),
    ("referral", "pending_approval", ("supervisor", "approve", {}), ("supervisor2", "return", NOTE),
     {"sent", "draft"}),
    ("referral", "sent", ("public_worker", "accept", {}), ("manager", "decline", FULL), {"accepted", "declined"}),
    ("referral", "sent", ("worker", "withdraw", BACK), ("manager", "accept", {}), {"withdrawn", "accepted"}),
    ("referral", "sent", ("worker", "consent_revoked", NOTE), ("manager", "accept", {}), {"withdrawn", "accepted"}),
    ("referral", "sent", ("manager", "ask", NOTE), ("public_worker", "accept", {}), {"info_requested", "accepted"}),
    ("referral", "info_requested", ("worker", "answer", NOTE), ("manager", "decline", FULL), {"sent", "declined"}),
    ("referral", "accepted", ("manager", "start", {}), ("worker", "withdraw", BACK), {"in_service", "withdrawn"}),
    ("referral", "in_service", ("manager", "complete", {"outcome": "achieved", **NOTE}),
     ("public_worker", "drop_out", {"reason": "moved", "tries": 1, **NOTE}), {"completed"}),
]  # fmt: skip
# Against the clock, which names no version and acts on what it finds: the deadline has passed, somebody answers now.
LATE: list[tuple[str, Move, set[str]]] = [
    ("sent", ("manager", "accept", {}), {"accepted", "expired"}),
    ("sent", ("manager", "decline", FULL), {"declined", "expired"}),
    ("sent", ("worker", "withdraw", BACK), {"withdrawn", "expired"}),
    ("info_requested", ("worker", "answer", NOTE), {"sent", "expired"}),
    ("accepted", ("manager", "start", {}), {"in_service", "expired"}),
]


@pytest.fixture
def province(committed):
    world = build_world()
    for unit in ("public", "private"):
        authorise(world, unit, capacity=None)
    return world


def record_in(world, machine: str, state: str, *names: str) -> Any:
    """In that state, with what each of the moves needs besides; the first row that starts there shows the way."""
    story = ReferralStory(world)
    record = ways.SOURCES[machine, state](story, next(row for row in reading.rows(machine) if row.source == state))
    for name in names:
        ways.STEPS[machine, name].ready(story, record)
    return record


def of(row: Any, *moves: Move) -> set[str]:
    return {f"{row._meta.model_name}.{name}" for _who, name, _data in moves}


def test_different_wishes_have_one_winner(province, subtests):
    for machine, state, first, second, ends in RIVALS:
        with subtests.test(machine=machine, source=state, rivals=f"{first[1]} and {second[1]}"):
            row = record_in(province, machine, state, *[name for _who, name, _data in (first, second)])
            tries = [attempt(province, row, name, who, **data) for who, name, data in (first, second)]
            # What was taken back is hidden from the receiver.
            loses = (Stale, NotVisible) if "withdrawn" in ends else (Stale,)
            decide(Contest(tries, of(row, first, second), ends, row=row, loses=loses))
    assert chain.verify()[1] == []


def test_the_clock_and_a_late_answer_have_one_winner(province, subtests):
    for state, move, ends in LATE:
        with subtests.test(source=state, rival=move[1]):
            who, name, data = move
            row = record_in(province, "referral", state, name, "expire")
            tries = [attempt(province, row, name, who, **data), attempt(province, row, "expire", "system")]
            decide(Contest(tries, {*of(row, move), "referral.expire"}, ends, row=row, loses=(Stale, Blocked)))
    assert chain.verify()[1] == []


def test_a_handover_is_answered_once(province):
    story = ReferralStory(province).in_assessment()
    ways._handed_over(story, story.case)
    names = ("accept_handover", "decline_handover")
    tries = [attempt(province, story.case, name, "colleague", note="Tôi trả lời.") for name in names]
    verbs = {f"case.{name}" for name in names}
    # Once answered, the case is no longer handed to the other, who may not see it any more.
    decide(Contest(tries, verbs, {"assessment"}, row=story.case, loses=(Denied, NotVisible)))


def test_a_proposal_is_decided_once(province):
    """Confirmed by one, refused by another: the plan is completed or it is not, and the proposal says the same."""
    story = ReferralStory(province).running()
    plan = story.active_plan()
    story.judge_goals()
    proposal = story.do("worker", "complete", plan).record
    tries = [
        attempt(province, proposal, "confirm", "supervisor"),
        attempt(province, proposal, "refuse", "supervisor2", note="Chưa xong."),
    ]
    decide(Contest(tries, {"proposal.confirm", "proposal.refuse"}, {"confirmed", "refused"}, row=proposal))
    plan.refresh_from_db()
    assert (plan.state, proposal.state) in {("completed", "confirmed"), ("active", "refused")}


def approved(world) -> tuple[ReferralStory, Any]:
    story = ReferralStory(world).in_planning()
    plan = story.draft_plan()
    story.submit(plan)
    story.approve(plan)
    return story, plan


@pytest.mark.parametrize(("who", "name", "data"), [("supervisor", "hold", HOLD), ("supervisor", "return", NOTE)])
def test_a_plan_is_not_agreed_while_its_case_leaves_planning(province, who, name, data):
    """Two records, one case: the plan starts the case, or the case leaves planning and the plan stays approved."""
    story, plan = approved(province)
    results = together([
        attempt(province, plan, "agree", "worker", **SIGNED), attempt(province, story.case, name, who, **data),
    ])  # fmt: skip
    assert len([result for result in results if isinstance(result, Outcome)]) == 1
    plan.refresh_from_db()
    story.case.refresh_from_db()
    left = {"hold": "on_hold", "return": "assessment"}[name]
    assert (plan.state, story.case.state) in {("active", "active"), ("approved", left)}
    assert chain.verify()[1] == []


def asked_twice(world) -> tuple[Referral, Referral]:
    """Two homes are asked for the same action of the plan."""
    story = ReferralStory(world).running(provider="other")
    first = story.case.referrals.get()
    action = PlanAction.objects.get(goal__plan=story.active_plan())
    story.do("worker", "withdraw", first, **BACK)
    return tuple(story.sent(unit=unit, plan_action=action.pk) for unit in ("public", "private"))  # type: ignore


def test_of_two_homes_asked_for_one_need_one_accepts(province):
    rows = asked_twice(province)
    mark = Mark.now()
    results = together([
        attempt(province, rows[0], "accept", "manager"), attempt(province, rows[1], "accept", "private_manager"),
    ])  # fmt: skip
    assert len([result for result in results if isinstance(result, Outcome)]) == 1
    for row in rows:
        row.refresh_from_db()
    assert sorted(row.state for row in rows) == ["accepted", "withdrawn"]
    verbs = [event.verb for event in mark.events()]
    assert (verbs.count("referral.accept"), verbs.count("referral.withdraw"), verbs.count("case.placed")) == (1, 1, 1)


def test_case_and_its_records_do_not_lock_each_other_out(province):
    """What locks the case and what locks a record of it wait for each other in one order: nobody gets an error."""
    steps: list[Callable[[], Any]] = []
    for _number in range(3):
        story = ReferralStory(province).running(provider="own+other")
        plan, goal = story.active_plan(), story.active_plan().goals.get()
        referral = story.sent(unit="public")
        steps += [
            attempt(province, story.case, "review", "worker", reason="due", outcome="replan", note="Rà soát."),
            attempt(province, goal, "begin", "worker"),
            attempt(province, referral, "accept", "manager"),
            attempt(province, plan, "cancel", "supervisor", note="Lập lại."),
        ]
    results = together(steps)
    assert len([result for result in results if isinstance(result, Outcome)]) >= 3
    assert chain.verify()[1] == []
