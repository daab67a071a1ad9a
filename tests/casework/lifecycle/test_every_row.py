"""Every row of the reference raced by two: one wins, the other is told. On both engines, really committed."""

import pytest

from casework.models import Person
from core.audit import chain
from core.lifecycle.actions import actions_of
from core.lifecycle.engine import Outcome
from core.lifecycle.fsm import NEW, edges
from tests.factories.referrals import authorise
from tests.factories.world import build_world
from tests.spec import reading
from tests.spec.reading import Row
from tests.sweeps import mine

from . import ways
from .contest import Mark, attempt, decide, together


@pytest.fixture
def province(committed):
    """One for all the rows of a machine: emptying the database after each race would cost minutes."""
    world = build_world()
    authorise(world, capacity=None)
    return world


def reached(machine: str) -> set[str]:
    """The states to which rows of now lead, one after the other, from nothing."""
    found, moves = {NEW}, [row for row in reading.rows(machine) if row.issue == "2" and not row.prior_column]
    while further := {row.target for row in moves if row.source in found} - found:
        found |= further
    return found


def rows(machine: str) -> list[Row]:
    there = reached(machine)
    return [row for row in reading.rows(machine) if row.issue == "2" and row.source in there]


@pytest.mark.parametrize("machine", reading.MACHINES)
def test_each_row_has_one_winner(province, subtests, machine):
    for row in (row for number, row in enumerate(rows(machine)) if mine(number)):
        with subtests.test(machine=machine, move=row.transition, source=row.source, target=row.target):
            decide(ways.build(province, machine, row))
    assert chain.verify()[1] == []


def test_a_row_that_nobody_says_how_to_race_fails(province):
    for unknown in (
        Row("teleport", "intake", "closed", frozenset({"supervisor"}), "-", "-", "2", None),
        Row("void", "limbo", "void", frozenset({"supervisor"}), "-", "-", "2", None),
    ):
        with pytest.raises(LookupError):
            ways.build(province, "case", unknown)


def test_a_move_that_two_may_win_is_found_out(province):
    """The judge itself: what both win, and what nobody does, is no race won."""
    story = ways.ReferralStory(province).in_planning()
    row = Row("add", "new", "planned", frozenset({"social_worker"}), "-", "-", "2", None)
    contest = ways.build(province, "goal", row)
    goal = {"domain": "health", "text": "Khỏe hơn", "measure": "Khám", "due_on": ways.day(90)}
    plan = story.draft_plan()
    contest.attempts = [attempt(province, ways.Goal, "add", "worker", parent=plan, **goal) for _number in range(2)]
    with pytest.raises(AssertionError, match="2 winners"):
        decide(contest)
    contest.attempts = [attempt(province, ways.Goal, "add", "worker", parent=plan) for _number in range(2)]
    with pytest.raises(AssertionError, match="0 winners"):
        decide(contest)


def test_the_rows_left_out_are_not_in_the_code():
    """Rows of later, and those whose source only a row of later leads to: nothing can bring a record there."""
    for machine in reading.MACHINES:
        taken = {row.edge for row in rows(machine)}
        left_out = [row for row in reading.rows(machine) if row.edge not in taken]
        if machine not in ways.MODELS:
            assert {row.transition for row in left_out}.isdisjoint(actions_of(Person))
            continue
        back = {(row.transition, row.source) for row in reading.rows(machine) if row.prior_column}
        found = edges(ways.MODELS[machine])
        entered = {target for name, source, target in found if source != target and (name, source) not in back}
        for row in left_out:
            assert row.edge not in found or row.source not in entered, row.edge


def test_two_who_add_at_once_both_add(province):
    """Goals and referrals may be many; nothing is lost, and no place and no number is given twice."""
    story = ways.ReferralStory(province).in_planning()
    plan = story.draft_plan()
    data = {"domain": "health", "text": "Khỏe hơn", "measure": "Khám", "due_on": ways.day(90)}
    mark = Mark.now()
    results = together([attempt(province, ways.Goal, "add", "worker", parent=plan, **data) for _number in range(3)])
    assert len({result.result["id"] for result in results}) == len(mark.events()) == 3
    assert sorted(plan.goals.values_list("order", flat=True)) == [1, 2, 3, 4]
    drafts = [attempt(province, ways.Referral, "draft", "worker", parent=story.case, need="Cần chỗ.") for _ in range(3)]
    results = together(drafts)
    assert len({result.result["number"] for result in results}) == 3


def test_one_proposal_is_open_at_a_time(province):
    """A two-person action asked for twice at once waits for confirmation once."""
    story = ways.ReferralStory(province).running()
    plan = story.active_plan()
    story.judge_goals()
    mark = Mark.now()
    results = together([attempt(province, plan, "complete", "worker") for _number in range(2)])
    assert len([result for result in results if isinstance(result, Outcome)]) == 1
    assert [event.verb for event in mark.events()] == ["proposal.propose"]
