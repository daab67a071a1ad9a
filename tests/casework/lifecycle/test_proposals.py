"""Two-person actions: who proposes does not decide, and until it is confirmed nothing has happened."""

import pytest

from casework.models import Case, ServicePlan
from core.accounts.enums import Role
from core.accounts.services import assign
from core.errors import Blocked, Denied, NotVisible
from core.lifecycle.engine import available, perform, system_perform
from core.worklist.models import WorkItem
from tests.factories.cases import Story, take_over

pytestmark = pytest.mark.django_db


def decide(world, by, proposal, name, **data):
    proposal.refresh_from_db()
    return perform(proposal, name, by=world.actor(by), version=proposal.version, data=data)


def test_a_running_case_is_taken_over_by_two(world):
    proposal = take_over(world)
    assert (proposal.state, Case.objects.count()) == ("open", 0)
    assert WorkItem.objects.get(subject_id=proposal.pk).role == Role.SUPERVISOR
    decide(world, "supervisor", proposal, "confirm")
    proposal.refresh_from_db()
    case = Case.objects.get(pk=proposal.result_id)
    assert (case.state, case.old_number, case.worker) == ("active", "12/HS-2024", world.user("worker"))
    assert (proposal.state, proposal.decided_by) == ("confirmed", world.user("supervisor"))
    assert set(WorkItem.objects.filter(closed_at=None).values_list("kind", flat=True)) == {"case.takeover_assess"}
    with pytest.raises(Blocked):
        decide(world, "supervisor2", proposal, "confirm")


def test_the_proposer_does_not_confirm_even_with_both_duties(world):
    assign(world.user("steward"), Role.SUPERVISOR, world.units["centre"])
    proposal = take_over(world)
    with pytest.raises(Denied):
        decide(world, "steward", proposal, "confirm")
    with pytest.raises(Denied):
        decide(world, "steward", proposal, "refuse", note="Thôi.")
    assert Case.objects.count() == 0


def test_another_units_supervisor_does_not_see_it(world):
    proposal = take_over(world)
    with pytest.raises(NotVisible):
        decide(world, "sibling_supervisor", proposal, "confirm")


def test_refused_and_lapsed(world):
    first, second = take_over(world, old_number="1"), take_over(world, old_number="2")
    decide(world, "supervisor", first, "refuse", note="Không phải ca của trung tâm.")
    system_perform(second, "lapse")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, Case.objects.count()) == ("refused", "lapsed", 0)
    assert not WorkItem.objects.filter(closed_at=None).exists()


def test_a_plan_is_completed_by_two(world):
    story = Story(world).running()
    plan = story.active_plan()
    with pytest.raises(Blocked):
        story.do("worker", "complete", plan)
    story.judge_goals()
    proposal = perform(plan, "complete", by=world.actor("worker"), version=1 + plan_version(plan)).record
    plan.refresh_from_db()
    assert plan.state == "active"
    decide(world, "supervisor", proposal, "confirm")
    plan.refresh_from_db()
    assert plan.state == "completed"


def plan_version(plan):
    return ServicePlan.objects.values_list("version", flat=True).get(pk=plan.pk) - 1


def test_the_guards_hold_again_at_confirmation(world):
    """Between proposal and confirmation the person got a case: the second is refused and nothing changes."""
    story = Story(world).register()
    person = story.case.person
    story.do("supervisor", "void", note="Nhập nhầm.")
    proposal = take_over(world, person=person.pk)
    story.register(person=person.pk)
    with pytest.raises(Blocked):
        decide(world, "supervisor", proposal, "confirm")
    proposal.refresh_from_db()
    assert proposal.state == "open"


def _said(world, who, row, name):
    row.refresh_from_db()
    one = next(one for one in available(world.actor(who), row) if one.spec.name == name)
    return one.status, [reason.code for reason in one.reasons]


def test_what_waits_for_its_second_person_is_not_offered_again(world):
    story = Story(world).running()
    story.judge_goals()
    plan = story.active_plan()
    assert _said(world, "worker", plan, "complete") == ("ready", [])
    proposal = story.do("worker", "complete", plan).record
    assert _said(world, "worker", plan, "complete") == ("missing", ["proposed"])
    with pytest.raises(Blocked, match="proposed"):
        story.do("worker", "complete", plan)
    decide(world, "supervisor", proposal, "refuse", note="Chưa.")
    assert _said(world, "worker", plan, "complete") == ("ready", [])


def test_who_opens_a_proposal_is_told_what_has_come_in_its_way(world):
    story = Story(world).running()
    story.judge_goals()
    plan = story.active_plan()
    proposal = story.do("worker", "complete", plan).record
    assert _said(world, "supervisor", proposal, "confirm") == ("ready", [])
    story.do("supervisor", "cancel", plan, note="Lập lại.")
    assert _said(world, "supervisor", proposal, "confirm") == ("missing", ["wrong_state"])
    with pytest.raises(Blocked, match="wrong_state"):
        decide(world, "supervisor", proposal, "confirm")
