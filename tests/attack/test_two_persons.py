"""Nobody approves what is their own (trust.md 7), not by a second duty, as somebody's stand-in, or by handing it on
between the two steps. What appraises and decides on applications: tests/accreditation/applications/test_separation.py.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.models import Case
from core.accounts.enums import Role
from core.accounts.services import assign
from core.errors import Denied
from core.lifecycle.actions import actions_of, lifecycle_models
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal
from core.worklist.models import Delegation
from tests.factories.cases import Story, take_over
from tests.factories.licences import Licences
from tests.factories.referrals import ReferralStory, authorise

pytestmark = pytest.mark.django_db


@pytest.fixture
def also(world):
    """`also("worker", Role.SUPERVISOR)`: a second duty at the same unit."""

    def give(name: str, role: Role, unit: str = "centre"):
        assign(world.user(name), role, world.units[unit])

    return give


def stand_in(world, principal: str, deputy: str):
    today = timezone.localdate()
    data = {
        "deputy": str(world.user(deputy).pk), "valid_from": f"{today:%d/%m/%Y}",
        "valid_to": f"{today + timedelta(days=3):%d/%m/%Y}", "reason": "leave",
    }  # fmt: skip
    return perform(Delegation, "set", by=world.actor(principal), data=data, parent=world.user(principal)).record


def refused(call, code: str):
    with pytest.raises(Denied) as caught:
        call()
    assert code in {reason.code for reason in caught.value.reasons}


@pytest.fixture
def ready(world):
    """A running case whose goals are judged."""
    story = Story(world).running()
    story.judge_goals()
    return story


def test_a_closure_by_a_second_duty(ready, also):
    also("worker", Role.SUPERVISOR)
    ready.request_close()
    refused(lambda: ready.do("worker", "close"), "own_closure")


def test_a_closure_after_handing_the_case_on(world, ready, also):
    also("worker", Role.SUPERVISOR)
    ready.request_close()
    ready.do("worker", "reassign", worker=world.user("colleague").pk, note="Bàn giao.")
    ready.do("colleague", "accept_handover")
    refused(lambda: ready.do("worker", "close"), "own_closure")
    refused(lambda: ready.do("colleague", "close"), "not_your_duty")
    ready.do("supervisor", "close")
    assert ready.case.state == "closed"


def test_a_closure_asked_for_in_somebody_elses_place(world, ready, also):
    stand_in(world, "worker", "colleague")
    also("colleague", Role.SUPERVISOR)
    ready.request_close(by="colleague")
    refused(lambda: ready.do("colleague", "close"), "own_closure")


def test_a_plan_by_a_second_duty_and_in_somebody_elses_place(world, also):
    story = Story(world).in_planning()
    plan = story.draft_plan()
    stand_in(world, "worker", "colleague")
    also("colleague", Role.SUPERVISOR)
    also("worker", Role.SUPERVISOR)
    story.submit(plan, by="colleague")
    for name in ("worker", "colleague"):
        refused(lambda name=name: story.approve(plan, by=name), "own_plan")
    story.approve(plan)


def test_a_plan_is_not_completed_by_whoever_proposed_it(world, ready, also):
    also("worker", Role.SUPERVISOR)
    plan = ready.active_plan()
    proposal = perform(plan, "complete", by=world.actor("worker"), version=plan.version, data={}).record
    refused(lambda: perform(proposal, "confirm", by=world.actor("worker"), version=proposal.version), "own_proposal")


def test_an_emergency_by_whoever_opened_it(world, also):
    story = Story(world).emergency()
    also("intake", Role.SUPERVISOR)
    refused(lambda: story.do("intake", "review_emergency", confirmed="yes", note="Đúng."), "own_emergency")


def test_an_emergency_by_whoever_raised_it(world, also):
    story = Story(world).running()
    story.do("worker", "raise_emergency", dangers=["violence"], note="Bị đe dọa.")
    also("worker", Role.SUPERVISOR)
    refused(lambda: story.do("worker", "review_emergency", confirmed="yes", note="Đúng."), "own_emergency")


def test_a_refused_call_is_not_reconsidered_by_the_same(world, also):
    story = Story(world).register()
    story.do("supervisor", "screen_out", reason="ineligible", note="Hướng dẫn đến phường.")
    refused(lambda: story.do("supervisor", "reconsider", note="Xét lại."), "same_person")
    story.do("supervisor2", "reconsider", note="Xét lại.")


def test_a_referral_by_whoever_sent_it(world, also):
    authorise(world)
    story = ReferralStory(world)
    story.running(provider="own+other")
    also("worker", Role.SUPERVISOR)
    Case.objects.filter(pk=story.case.pk).update(risk="high")
    row = story.draft_referral()
    story.do("worker", "send", row)
    assert row.state == "pending_approval"
    refused(lambda: story.do("worker", "approve", row), "own_referral")
    story.do("supervisor", "approve", row)


TWO = sorted(
    f"{model._meta.label}.{spec.name}"
    for model in lifecycle_models()
    for spec in actions_of(model).values()
    if spec.two_person
)


def test_which_actions_need_a_second_person():
    assert TWO == [
        "accreditation.Licence.lift", "accreditation.Licence.restrict", "accreditation.Licence.surrender",
        "accreditation.Licence.take_over", "casework.Case.take_over", "casework.ServicePlan.complete",
    ]  # fmt: skip


def test_a_case_taken_over_by_whoever_proposed_it(world, also):
    also("steward", Role.SUPERVISOR, "department")
    proposal = take_over(world)
    refused(lambda: perform(proposal, "confirm", by=world.actor("steward"), version=proposal.version), "own_proposal")
    refused(
        lambda: perform(proposal, "refuse", by=world.actor("steward"), version=proposal.version, data={"note": "x"}),
        "own_proposal",
    )
    perform(proposal, "confirm", by=world.actor("supervisor"), version=proposal.version)


def test_a_licence_by_whoever_proposed(world, also):
    desk = Licences(world)
    licence = desk.active()
    also("licensing", Role.HEAD, "department")
    limits = {"limit_groups": [], "limit_capacity": 10, "limit_reason": "Thiếu người chăm sóc."}
    row = desk.do("licensing", "restrict", licence, confirm="", **limits).record
    refused(lambda: perform(row, "confirm", by=world.actor("licensing"), version=row.version), "own_proposal")
    perform(row, "confirm", by=world.actor("head"), version=row.version)


def test_the_database_knows_two_persons(world):
    proposal = take_over(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(decided_by=proposal.proposed_by)
