"""How it ends, and what lower apps are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import CaseGroupGrant, Goal, PlanAction
from core import hooks
from core.access.actor import SYSTEM
from core.access.engine import can
from core.audit import chain
from core.audit.models import Event
from core.errors import Blocked, NotVisible
from core.lifecycle.actions import Act
from core.lifecycle.engine import perform, system_perform
from core.outbox import schedule
from referrals import selectors
from referrals.models import Referral
from referrals.tasks import expire_overdue
from tests.referrals.conftest import items


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def late(row, **columns):
    past = timezone.now() - timedelta(days=1)
    Referral.objects.filter(pk=row.pk).update(**(columns or {"due_at": past}))


@pytest.fixture
def completed(accepted, act):
    def make(**changes):
        row = act(accepted(**changes), "start", "manager")
        return act(row, "complete", "manager", outcome="partial", note="Một phần")

    return make


@pytest.mark.parametrize(
    ("step", "status"), [("done", "done"), ("drop", "dropped"), ("own", "planned"), ("replan", "planned")]
)
def test_the_sender_reads_and_says_what_comes_next(completed, act, plan_action, step, status):
    row = act(completed(), "close", "worker", next_step=step)
    plan_action.refresh_from_db()
    assert (row.state, row.next_step, plan_action.status) == ("closed", step, status)
    assert row.ended_at is not None and row.due_at is None and not items(row)


def test_another_provider_gets_a_draft_of_its_own_without_the_old_consent(sent, act, world):
    row = act(sent(emergency="on"), "decline", "manager", reason="full", note="Hết giường")
    targets = selectors.next_targets(row)
    assert [(t.unit, t.declined, t.free) for t in targets] == [(world.other, False, 5), (world.home, True, 5)]
    act(row, "close", "worker", next_step="another")
    fresh = Referral.objects.get(state="draft")
    assert (fresh.to_unit, fresh.need, fresh.emergency, fresh.plan_action) == (
        world.other, row.need, True, row.plan_action,
    )  # fmt: skip
    assert (fresh.basis, fresh.consent_on, fresh.consent_until, fresh.packet) == ("", None, None, "")
    assert fresh.sections == row.sections and fresh.number != row.number


def test_no_second_draft_while_another_is_open(sent, act, world):
    row = sent()
    sent(to_unit=str(world.other.pk))
    row = act(row, "decline", "manager", reason="full", note="Hết giường")
    act(row, "close", "worker", next_step="another")
    assert not Referral.objects.filter(state="draft").exists()


@pytest.mark.parametrize("state", ["draft", "sent", "accepted", "in_service"])
def test_withdrawing_cuts_access_at_once(draft, act, world, case, plan_action, state):
    row = draft()
    for name, who in (("send", "worker"), ("accept", "manager"), ("start", "manager")):
        if row.state != state:
            row = act(row, name, who)
    assert row.state == state
    row = act(row, "withdraw", "worker", reason="not_needed")
    assert row.state == "withdrawn" and not items(row) and not CaseGroupGrant.objects.exists()
    with pytest.raises(NotVisible):
        selectors.referral(world.manager, row.pk)
    assert not can(world.manager, "view", case) and selectors.open_packet(world.manager, row) is None
    plan_action.refresh_from_db()
    assert plan_action.status == PlanAction.Status.PLANNED
    assert Event.objects.get(subject_id=row.pk, verb="referral.withdraw").reason == "not_needed"


def test_revoking_consent_ends_access_and_tells_the_supervisor(accepted, act, world, case):
    from core.outbox.tasks import DBTaskResult

    row = act(accepted(), "consent_revoked", "worker", note="Bà ngoại gọi điện")
    assert row.state == "withdrawn" and not can(world.manager, "view", case)
    told = [task.args_kwargs["kwargs"] for task in DBTaskResult.objects.all()]
    users = {user for message in told if message["kind"] == "referral.consent_revoked" for user in message["users"]}
    assert users == {str(world.users["boss"].pk), str(world.users["manager"].pk)}


def test_a_share_by_law_does_not_end_by_a_word(draft, act, world, make_case, make_plan):
    case = make_case(name="Lê Văn Tám")
    make_plan(case)
    row = draft(case, basis="statutory", override_reason="Trẻ bị xâm hại, theo Luật Trẻ em Đ.51")
    row = act(act(row, "send", "worker"), "approve", "boss")
    with pytest.raises(Blocked) as refused:
        act(row, "consent_revoked", "worker", note="x")
    assert codes(refused) == ["statutory"]


def test_one_ending_leaves_the_share_of_another_referral_to_the_same_unit(accepted, act, world, case, make_plan):
    first, second = accepted(), accepted(plan_action=None)
    act(second, "withdraw", "worker", reason="not_needed")
    assert can(world.manager, "view", case) and CaseGroupGrant.objects.get().source_id == first.pk
    act(first, "withdraw", "worker", reason="not_needed")
    assert not can(world.manager, "view", case)


def test_what_nobody_answers_expires(sent, accepted, act, world, plan_action):
    row = sent()
    assert expire_overdue() == 0
    with pytest.raises(Blocked) as refused:
        system_perform(row, "expire")
    assert codes(refused) == ["not_overdue"]
    late(row)
    assert [r.pk for r in selectors.overdue()] == [row.pk] and expire_overdue() == 1 and expire_overdue() == 0
    row.refresh_from_db()
    plan_action.refresh_from_db()
    assert row.state == "expired" and plan_action.status == "planned" and set(items(row)) == {"referral.next"}
    event = Event.objects.get(subject_id=row.pk, verb="referral.expire")
    assert event.actor_id is None
    assert act(row, "close", "worker", next_step="own").state == "closed"


def test_both_supervisors_are_told_of_an_expiry(sent, world):
    from core.outbox.tasks import DBTaskResult

    late(sent())
    DBTaskResult.objects.all().delete()
    expire_overdue()
    told = {user for task in DBTaskResult.objects.all() for user in task.args_kwargs["kwargs"]["users"]}
    assert {str(world.users[name].pk) for name in ("boss", "worker", "manager")} <= told


def test_who_was_accepted_and_never_came_expires_with_the_access(accepted, world, case):
    row = accepted()
    late(row)
    assert expire_overdue() == 1 and not can(world.manager, "view", case)


def test_an_unanswered_question_expires_after_as_long_again(sent, act):
    row = act(sent(), "ask", "manager", note="Mấy tuổi?")
    late(row)  # the receiver's own clock stands still: that its date has passed says nothing
    assert expire_overdue() == 0
    late(row, paused_at=timezone.now() - timedelta(days=30))
    assert expire_overdue() == 1


def test_an_accepted_transfer_does_not_expire(sent, act, world, plan):
    row = sent(kind="transfer", plan_action=None)
    row = act(row, "accept", "manager", worker=str(world.users["helper"].pk))
    late(row)
    assert expire_overdue() == 0


def test_the_job_is_on_the_workers_list():
    assert "referrals.expire" in [job.name for job in schedule.jobs()]


def test_an_open_referral_keeps_the_case_from_closing(sent, act, case):
    row = sent()
    (reason,) = hooks.ask("case.blockers", case)
    assert reason.code == "open_referral" and row.number in str(reason.text) and str(row.pk) in reason.fix
    assert hooks.ask("case.running_referrals", case) == []
    row = act(row, "accept", "manager")
    assert [r.code for r in hooks.ask("case.running_referrals", case)] == ["running_referral"]
    row = act(act(row, "start", "manager"), "complete", "manager", outcome="achieved", note="Xong")
    assert hooks.ask("case.blockers", case) == [] and hooks.ask("case.running_referrals", case) == []


def test_a_death_takes_everything_back(sent, accepted, act, case, world):
    from core.access.engine import can

    sent(plan_action=None, to_body=str(world.body.pk))
    accepted()
    with chain.unit_of_work():
        deed = Act(by=SYSTEM, action="death", at=timezone.now())
        deed.event = chain.record("case.death", case, SYSTEM)
        hooks.ask("case.withdraw_open", case, deed)
    assert set(Referral.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not can(world.manager, "view", case)


def test_an_agreed_plan_makes_drafts_and_the_case_waits_for_a_provider(world, make_case, make_plan):
    case = make_case(name="Lê Văn Tám", state="planning")
    plan = make_plan(case, actions=("Tìm nơi ở", "Khám bệnh"), state="approved")
    own = Goal.objects.get(plan=plan)
    PlanAction.objects.create(goal=own, text="Vãng gia", provider="own", who="Worker")
    agreed = {"signature": "client", "signed_on": timezone.localdate().isoformat()}
    perform(plan, "agree", by=world.worker, version=plan.version, data=agreed)
    drafts = list(Referral.objects.order_by("created_at"))
    assert [row.plan_action.text for row in drafts] == ["Tìm nơi ở", "Khám bệnh"]
    assert {(row.state, row.from_unit, row.group.code) for row in drafts} == {("draft", world.centre, "f1a")}
    case.refresh_from_db()
    assert case.state == "referral"
    event = Event.objects.get(subject_id=plan.pk, verb="serviceplan.agree")
    assert {e.cause_id for e in Event.objects.filter(verb="referral.draft")} == {event.id}


def test_a_new_version_of_the_plan_keeps_what_runs(accepted, world, case, plan, plan_action, make_plan, act):
    row = accepted()
    goal = Goal.objects.get(plan=plan)
    newer = make_plan(case, actions=(), state="approved", revises=plan)
    copy = Goal.objects.get(plan=newer)
    Goal.objects.filter(pk=copy.pk).update(copied_from=goal)
    kept = PlanAction.objects.create(goal=copy, text=plan_action.text, provider="other", who="Mái ấm")
    added = PlanAction.objects.create(goal=copy, text="Học nghề", provider="other", who="Trường")
    agreed = {"signature": "client", "signed_on": timezone.localdate().isoformat()}
    perform(newer, "agree", by=world.worker, version=newer.version, data=agreed)
    row = Referral.objects.get(pk=row.pk)
    kept.refresh_from_db()
    assert row.plan_action == kept and row.state == "accepted" and kept.status == PlanAction.Status.RUNNING
    assert Referral.objects.get(state="draft").plan_action == added


def test_the_case_page_lists_what_its_reader_may_see(sent, world, case, django_assert_num_queries):
    first, second = sent(), sent(plan_action=None)
    for who in ("worker", "boss", "auditor", "chief"):
        assert list(selectors.of_case(world.actor(who), case)) == [second, first]
    assert not selectors.of_case(world.manager, case).exists()
    assert list(selectors.sent(world.worker)) == [second, first]
    actor = world.worker
    with django_assert_num_queries(1):
        [f"{row.target_name} {row.plan_action} {row.sent_by} {row.group}" for row in selectors.of_case(actor, case)]


def test_the_chain_of_events_holds(completed, act):
    act(completed(), "close", "worker", next_step="done")
    assert chain.verify()[1] == []
