"""Every open case has a next date, also one that ran before it was assessed and planned."""

import pytest

from casework.models import Case
from casework.selectors.invariants import state_has_due_date
from core.lifecycle.engine import perform
from core.worklist.models import WorkItem
from tests.factories.cases import Story, take_over

pytestmark = pytest.mark.django_db


def open_kinds(case):
    return set(WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True).values_list("kind", flat=True))


@pytest.fixture
def taken_over(world):
    proposal = take_over(world)
    outcome = perform(proposal, "confirm", by=world.actor("supervisor"), version=proposal.version)
    proposal.refresh_from_db()
    assert outcome.record is not None
    return Story(world, Case.objects.get(pk=proposal.result_id))


def test_a_case_taken_over_asks_for_its_plan_once_it_is_assessed_then_for_its_review(taken_over):
    assert "case.takeover_assess" in open_kinds(taken_over.case)
    taken_over.assess()
    assert open_kinds(taken_over.case) == {"case.plan"}
    assert not state_has_due_date().exists()
    plan = taken_over.draft_plan()
    taken_over.submit(plan)
    taken_over.approve(plan)
    assert "case.plan" in open_kinds(taken_over.case)
    taken_over.agree(plan)
    assert taken_over.case.review_due is not None
    assert open_kinds(taken_over.case) == {"case.review"}
    assert not state_has_due_date().exists()


def test_an_assessment_anew_asks_for_no_second_plan(world):
    story = Story(world).running()
    before = open_kinds(story.case)
    story.assess()
    assert open_kinds(story.case) == before


def test_a_review_that_was_set_stays_when_a_new_plan_is_agreed(world):
    story = Story(world).running()
    due = story.case.review_due
    plan = story.make("worker", type(story.active_plan()), "revise", reason="request")
    story.fill_plan(plan)
    story.submit(plan)
    story.approve(plan)
    story.agree(plan)
    assert story.case.review_due == due and "case.plan" not in open_kinds(story.case)
