"""The emergency night: act first, be reviewed after."""

import pytest
from django.utils import timezone

from casework.models import ServicePlan, WorkEntry
from core.errors import Blocked, Denied
from core.worklist.models import Notice, WorkItem
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def items(case):
    return {row.kind: row for row in WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True)}


def test_a_child_at_night_by_an_intake_officer(world):
    story = Story(world).emergency()
    case = story.case
    assert (case.state, case.track, case.risk) == ("active", "emergency", "emergency")
    # The officer works no cases: the centre's supervisor answers for it from the first minute.
    assert case.worker in (world.user("supervisor"), world.user("supervisor2"))
    duties = items(case)
    assert set(duties) == {"case.safety_plan", "case.child_measure", "case.emergency_assess", "case.review_emergency"}
    hours = (duties["case.safety_plan"].due_at - timezone.now()).total_seconds() / 3600
    assert 71.9 < hours <= 72
    hours = (duties["case.child_measure"].due_at - timezone.now()).total_seconds() / 3600
    assert 11.9 < hours <= 12


def test_a_worker_who_opens_it_is_its_worker_and_plans_at_once(world):
    story = Story(world).emergency(by="worker")
    assert story.case.worker == world.user("worker")
    plan = story.make("worker", ServicePlan, "safety_plan", summary="Đưa về nhà dì.", who="Cô Lan ở cùng.")
    assert (plan.state, plan.kind) == ("active", "safety")
    assert "case.safety_plan" not in items(story.case) and "plan.review_safety" in items(story.case)
    story.do("supervisor", "review_safety", plan, note="Đã xem, giữ người ở cùng.")
    assert "plan.review_safety" not in items(story.case)
    with pytest.raises(Blocked):
        story.do("supervisor", "review_safety", plan, note="Xem lại.")
    with pytest.raises(Blocked):
        story.make("worker", ServicePlan, "safety_plan", summary="Lần nữa.", who="Ai đó.")
    story.make("worker", WorkEntry, "add", kind="visit", text="Đã đưa cháu đi khám.")
    assert "case.child_measure" not in items(story.case)


def test_confirmed_by_another_supervisor(world):
    story = Story(world).emergency(by="worker")
    story.do("supervisor", "review_emergency", confirmed="yes", note="Đúng.")
    assert (story.case.state, story.case.track) == ("active", "emergency")
    with pytest.raises(Blocked):
        story.do("supervisor2", "review_emergency", confirmed="no", note="Xem lại lần nữa.")


def test_a_false_alarm_goes_back_to_the_standard_track(world):
    story = Story(world).emergency(by="worker")
    story.do("supervisor", "review_emergency", confirmed="no", note="Cháu chơi trốn tìm.")
    assert (story.case.state, story.case.track) == ("assessment", "standard")
    assert set(items(story.case)) == {"case.assess"}


def test_an_opener_who_also_supervises_does_not_review_itself(world):
    from core.accounts.enums import Role
    from core.accounts.services import assign

    assign(world.user("worker"), Role.SUPERVISOR, world.units["centre"])
    story = Story(world).emergency(by="worker")
    with pytest.raises(Denied):
        story.do("worker", "review_emergency", confirmed="yes", note="Đúng.")


@pytest.mark.parametrize("start", ["register", "in_assessment", "in_planning"])
def test_a_case_under_way_becomes_an_emergency(world, start):
    story = Story(world)
    getattr(story, start)()
    by = "intake" if start == "register" else "worker"
    story.do(by, "emergency_open", dangers=["life"], note="Bị đánh.")
    assert (story.case.state, story.case.dangers) == ("active", ["life"])
    assert story.case.worker is not None
    assert "case.assess" not in items(story.case) and "case.review_emergency" in items(story.case)


def test_a_held_case_that_turns_dangerous_is_not_on_hold_any_more(world):
    story = Story(world).running()
    story.hold()
    story.do("worker", "raise_emergency", dangers=["violence"], note="Người cha quay lại.")
    assert (story.case.state, story.case.resume_by, story.case.hold_reason) == ("active", None, "")
    assert "case.resume" not in items(story.case)
    assert not WorkItem.objects.filter(root_id=story.case.pk, closed_at=None, paused_at__isnull=False).exists()


def test_the_first_service_plan_supersedes_the_safety_plan(world):
    story = Story(world).emergency(by="worker", child=False)
    safety = story.make("worker", ServicePlan, "safety_plan", summary="Ở cùng dì.", who="Dì.")
    story.assess(risk="high")
    plan = story.draft_plan()
    story.submit(plan)
    with pytest.raises(Blocked) as refused:
        story.approve(plan)
    assert refused.value.reasons[0].code == "no_conference"
    story.conference()
    story.approve(plan)
    story.agree(plan)
    safety.refresh_from_db()
    assert (safety.state, plan.state, story.case.state) == ("superseded", "active", "active")
    assert Notice.objects.count() == 0  # told by the outbox, after the commit
