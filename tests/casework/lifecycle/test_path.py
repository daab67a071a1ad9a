"""The whole path of one person, step by step, through `perform()` and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import Assessment, Case, FollowUp, Goal, PlanAction, PlanComment, ServicePlan, WorkEntry
from core.accounts.enums import Role
from core.audit import chain
from core.audit.models import Event
from core.worklist.models import WorkItem
from tests.factories.cases import Story, day

pytestmark = pytest.mark.django_db


def open_items(case):
    return set(WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True).values_list("kind", flat=True))


def test_from_the_first_call_to_the_closed_file_and_back(world):
    story = Story(world).register()
    case = story.case
    assert (case.state, case.worker, case.owner_unit) == ("intake", None, world.units["centre"])
    assert case.number.startswith("HS-2026-") and case.due_at is not None
    screening = WorkItem.objects.get(root_id=case.pk)
    assert (screening.kind, screening.role, screening.unit) == ("case.screen", Role.SUPERVISOR, world.units["centre"])

    story.screen_in()
    assert (case.state, case.worker, case.group.code) == ("assessment", world.user("worker"), "k6")
    assert open_items(case) == {"case.assess"}

    assessment = story.assess()
    assert (assessment.state, assessment.number, case.risk) == ("locked", 1, "medium")
    story.do("worker", "assess_done")
    assert case.state == "planning" and open_items(case) == {"case.plan"}

    plan = story.draft_plan(goals=2)
    story.submit(plan)
    assert "plan.approve" in open_items(case)
    goal = plan.goals.first()
    story.do("supervisor", "return", plan, note="Viết rõ hơn.", **{f"goal_{goal.pk.hex}": "Đo bằng gì?"})
    assert plan.state == "returned" and PlanComment.objects.filter(plan=plan, answered_at=None).count() == 2
    for comment in PlanComment.objects.filter(plan=plan):
        story.do("worker", "answer", comment, answer="Đã sửa.")
    story.submit(plan)
    story.approve(plan)
    assert plan.approved_by == world.user("supervisor")
    story.agree(plan)
    assert (plan.state, case.state) == ("active", "active")
    assert case.review_due is not None and "case.review" in open_items(case)

    row = PlanAction.objects.filter(goal__plan=plan).first()
    story.make("worker", WorkEntry, "add", kind="service", text="Đưa đi khám.", plan_action=row.pk, quantity="1")
    row.refresh_from_db()
    row.goal.refresh_from_db()
    assert (row.status, row.goal.state) == ("running", "in_progress")
    # What was done for it is told of the thing itself too, not only of the entry.
    last = Event.objects.filter(subject_id=row.pk).latest("seq")
    assert (last.verb, last.version) == ("planaction.mark", row.version) and last.cause_id is not None

    story.do("worker", "review", reason="due", note="Tiến triển tốt.", outcome="keep")
    assert case.state == "active" and case.review_due > timezone.localdate()

    story.judge_goals()
    assert set(Goal.objects.filter(plan=plan).values_list("state", flat=True)) == {"achieved"}
    story.request_close()
    assert (case.state, case.review_from, case.closure_reason) == ("closure_review", "active", "c")
    story.do("supervisor", "close")
    plan.refresh_from_db()
    assert (case.state, plan.state) == ("closed", "completed")
    assert case.decision_number.startswith("QĐ-2026-")
    assert FollowUp.objects.filter(case=case).count() == 2 and open_items(case) == {"case.follow_up"}

    story.do("worker", "follow_up", done_on=day(0), result="stable", note="Sống tốt.")
    assert FollowUp.objects.filter(case=case, done_on__isnull=True).count() == 1
    story.do("supervisor", "reopen", note="Gia đình lại khó khăn.")
    assert (case.state, case.episode, case.worker) == ("assessment", 2, world.user("worker"))
    assert not FollowUp.objects.filter(case=case, done_on__isnull=True).exists()
    assert open_items(case) == {"case.assess"}

    assert chain.verify()[1] == []


def test_a_second_assessment_copies_and_supersedes_the_first(world):
    story = Story(world).running()
    first = Assessment.objects.get(case=story.case)
    second = story.draft_assessment()
    assert second.answers == first.answers and second.findings.count() == first.findings.count()
    story.do("worker", "answer", second, **story.answers(second, "high"))
    story.do("worker", "lock", second)
    first.refresh_from_db()
    assert (first.state, second.state, story.case.risk) == ("superseded", "locked", "high")


def test_a_new_version_copies_open_goals_and_the_old_stays_in_force(world):
    story = Story(world).running()
    old = story.active_plan()
    new = story.make("worker", ServicePlan, "revise", reason="request")
    old.refresh_from_db()
    assert (old.state, new.state, new.revises) == ("active", "draft", old)
    assert new.goals.count() == old.goals.count() == 1
    assert PlanAction.objects.filter(goal__plan=new).count() == PlanAction.objects.filter(goal__plan=old).count() == 1
    story.do("worker", "edit", new, client_view="Đồng ý.", summary="")
    story.submit(new)
    story.approve(new)
    story.agree(new)
    old.refresh_from_db()
    assert (old.state, new.state) == ("superseded", "active")


def test_a_plan_that_needs_another_provider_waits_in_referral(world):
    story = Story(world).running(provider="own+other")
    assert story.case.state == "referral" and story.case.due_at is not None
    story.do("worker", "placed")
    assert story.case.state == "active"
    story.do("worker", "refer", note="Nơi nhận đóng cửa.")
    assert story.case.state == "referral"
    story.do("worker", "replan", note="Không nơi nào nhận.")
    assert story.case.state == "planning"
    assert ServicePlan.objects.filter(case=story.case, state="draft").count() == 1


def test_recall_not_agreed_and_cancel(world):
    story = Story(world).in_planning()
    plan = story.draft_plan()
    story.submit(plan)
    story.do("worker", "recall", plan)
    assert plan.state == "draft"
    story.submit(plan)
    story.approve(plan)
    story.do("worker", "not_agreed", plan, note="Muốn ở nhà.")
    assert (plan.state, plan.approved_by) == ("returned", None)
    story.do("supervisor", "cancel", plan, note="Lập lại từ đầu.")
    assert plan.state == "cancelled"
    assert set(plan.goals.values_list("state", flat=True)) == {"dropped"}


def test_sending_back_to_assessment_takes_the_plan_along(world):
    story = Story(world).in_planning()
    plan = story.draft_plan()
    story.submit(plan)
    story.do("supervisor", "return", note="Đánh giá lại nhà ở.")
    plan.refresh_from_db()
    assert (story.case.state, plan.state) == ("assessment", "returned")


def test_asking_for_more_stops_the_clock_and_completing_starts_it(world):
    story = Story(world).register()
    due = story.case.due_at
    story.do("supervisor", "ask_more", note="Thiếu địa chỉ.")
    assert story.case.state == "intake" and story.case.paused_at is not None
    item = WorkItem.objects.get(kind="case.complete_intake", root_id=story.case.pk)
    assert item.user == world.user("intake")
    story.do("intake", "complete_intake", note="Đã hỏi lại.")
    assert story.case.paused_at is None and story.case.due_at >= due
    assert open_items(story.case) == {"case.screen"}


def test_a_hold_remembers_where_it_came_from(world):
    story = Story(world).in_assessment()
    due = story.case.due_at
    story.hold()
    assert (story.case.state, story.case.held_from) == ("on_hold", "assessment")
    assert story.case.paused_at is not None
    story.do("worker", "resume")
    assert (story.case.state, story.case.paused_at) == ("assessment", None)
    assert story.case.due_at >= due
    assert open_items(story.case) == {"case.assess"}


def test_a_closure_that_is_sent_back_returns_to_where_it_was(world):
    story = Story(world).in_assessment()
    story.hold()
    story.request_close(reason="g")
    assert (story.case.state, story.case.review_from) == ("closure_review", "on_hold")
    story.do("supervisor", "return_close", note="Chưa gặp gia đình.")
    assert (story.case.state, story.case.closure_reason) == ("on_hold", "")
    story.do("worker", "resume")
    assert story.case.state == "assessment"


def test_screened_out_and_reconsidered_by_another(world):
    story = Story(world).register()
    story.do("supervisor", "screen_out", reason="ineligible", note="Hướng dẫn đến phường.")
    assert story.case.state == "screened_out" and open_items(story.case) == set()
    story.do("supervisor2", "reconsider", note="Có giấy tờ mới.")
    assert story.case.state == "intake" and open_items(story.case) == {"case.screen"}


def test_void_leaves_the_file_but_no_work(world):
    story = Story(world).register()
    story.do("supervisor", "void", note="Gõ hai lần.")
    assert story.case.state == "void" and open_items(story.case) == set()
    assert Case.objects.filter(pk=story.case.pk).exists()


def test_a_handover_is_answered_by_the_receiver(world):
    story = Story(world).in_assessment()
    colleague = world.user("colleague")
    story.do("supervisor", "reassign", worker=colleague.pk, note="Bàn giao.")
    assert (story.case.worker, story.case.handover_to) == (world.user("supervisor"), colleague)
    assert WorkItem.objects.get(kind="case.assess", root_id=story.case.pk).user == world.user("supervisor")
    story.do("colleague", "decline_handover", note="Đang quá tải.")
    assert story.case.handover_to is None and "case.hand_again" in open_items(story.case)
    story.do("supervisor", "reassign", worker=colleague.pk, note="Nhờ bạn.")
    story.do("colleague", "accept_handover")
    assert (story.case.worker, story.case.handover_to) == (colleague, None)
    assert WorkItem.objects.get(kind="case.assess", root_id=story.case.pk, closed_at=None).user == colleague


def test_a_handover_at_intake_leaves_the_screening_on_the_desk(world):
    """Nobody worked on it yet: what waits for the supervisors' desk stays there."""
    story = Story(world).register()
    story.do("supervisor", "reassign", worker=world.user("worker").pk, note="Nhận giúp.")
    item = WorkItem.objects.get(kind="case.screen", root_id=story.case.pk)
    assert (item.user, item.role) == (None, Role.SUPERVISOR)


@pytest.mark.parametrize("end", ["void", "screen_out"])
def test_a_file_that_ends_takes_a_pending_handover_with_it(world, end):
    story = Story(world).register()
    story.do("supervisor", "reassign", worker=world.user("worker").pk, note="Nhận giúp.")
    story.do("supervisor", end, reason="withdrew", note="Thôi.")
    assert story.case.handover_to is None and open_items(story.case) == set()


def test_an_entry_is_corrected_by_another_entry(world):
    story = Story(world).in_assessment()
    entry = story.make("worker", WorkEntry, "add", kind="visit", text="Gặp bà ngoại.")
    story.do("worker", "correct", entry, kind="visit", text="Gặp bà nội.")
    assert entry.text == "Gặp bà ngoại." and entry.corrected_by.text == "Gặp bà nội."


def test_the_effective_time_may_be_earlier_than_the_record(world):
    story = Story(world).register(received_at="2026-11-20 08:00")
    assert story.case.received_at < timezone.now() - timedelta(hours=1)
    event = Event.objects.get(verb="case.register", subject_id=story.case.pk)
    assert event.target == "intake" and event.actor == world.user("intake")


def test_a_closure_asked_for_during_a_hold_and_returned_starts_the_clock_anew(world):
    """REFERRAL and CLOSURE_REVIEW both have five working days: the one must not be taken for the other."""
    story = Story(world).running(provider="other")
    assert story.case.state == "referral"
    story.hold()
    story.judge_goals()
    for referral in story.case.referrals.filter(state="draft"):
        story.do("worker", "withdraw", referral, reason="not_needed", note="Không cần nữa.")
    story.request_close()
    closure_began = story.case.clock_started_at
    story.do("supervisor", "return_close", note="Chưa đủ.")
    assert (story.case.state, story.case.due_at) == ("on_hold", None)
    story.do("worker", "resume")
    assert story.case.state == "referral"
    assert story.case.clock_started_at > closure_began
