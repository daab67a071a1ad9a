"""Who reads what of one person's file: every user of the province against the typed table (tests/spec/access.csv).

Stages: intake (registered, not screened), running, offered / accepted / completed (a referral to the public facility),
child (child protection), handed (a handover is offered). What the table does not name is not read.
"""

import csv
from pathlib import Path

import pytest

from casework.models import Assessment, Case, Goal, Person, ServicePlan, WorkEntry
from core.access import engine as access
from referrals.models import Referral
from tests.factories.cases import Story
from tests.factories.referrals import ReferralStory, authorise

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parents[2] / "spec" / "access.csv"
READS = {
    "history": (Case, "read:history"),
    "case": (Case, "view"), "narrative": (Case, "read:narrative"), "reporter": (Case, "read:reporter"),
    "safe_address": (Case, "read:safe_address"), "person": (Person, "view"), "identity": (Person, "read:identity"),
    "contact": (Person, "read:contact"), "health": (Person, "read:health"), "assessment": (Assessment, "view"),
    "plan": (ServicePlan, "view"), "goal": (Goal, "view"), "entry": (WorkEntry, "view"),
    "confidential": (WorkEntry, "view"), "referral": (Referral, "view"), "packet": (Referral, "read:packet"),
}  # fmt: skip
# Those who are told of in `running` read the same while a referral runs.
INSIDE = ("intake", "worker", "supervisor", "supervisor2", "steward", "auditor")


def written():
    with TABLE.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert all(word in READS for row in rows for word in row["reads"].split())
    return {(row["stage"], row["who"]): set(row["reads"].split()) for row in rows}


WRITTEN = written()


def expected(stage, who):
    if (stage, who) in WRITTEN or stage in ("intake", "running", "child"):
        return WRITTEN.get((stage, who), set())
    return WRITTEN.get(("running", who), set()) if who in INSIDE else set()


def full_file(story):
    """Something of every kind under the case."""
    case = story.case
    entry = story.make("worker", WorkEntry, "add", kind="visit", text="Đã đến nhà.")
    secret = story.make("worker", WorkEntry, "add", kind="counselling", text="Chuyện riêng.")
    return {
        "assessment": case.assessments.first(), "plan": case.plans.first(), "goal": case.plans.first().goals.first(),
        "entry": entry, "confidential": secret,
    }  # fmt: skip


def stage_of(world, stage):
    if stage == "intake":
        story = Story(world).register()
        return {"case": story.case, "person": story.case.person}
    story = ReferralStory(world)
    child = {"child": True, "programme": "child_protection"} if stage == "child" else {}
    story.in_planning(**child)
    plan = story.draft_plan(provider="own+other")
    if stage != "child":
        story.submit(plan)
        story.approve(plan)
        story.agree(plan)
    records = full_file(story)
    if stage != "child":
        records["referral"] = referral(world, story, stage)
    if stage == "handed":
        story.do("supervisor", "reassign", worker=world.user("colleague").pk, note="Bàn giao.")
    return {"case": story.case, "person": story.case.person, **records}


def referral(world, story, stage):
    authorise(world)
    if stage in ("running", "handed"):
        return story.draft_referral()
    if stage == "offered":
        return story.sent()
    if stage == "accepted":
        return story.accepted()
    row = story.in_service()
    story.do("manager", "complete", row, outcome="achieved", note="Đã xong.")
    return row


def record_of(records, read):
    kin = {
        "history": "case",
        "narrative": "case", "reporter": "case", "safe_address": "case", "identity": "person", "contact": "person",
        "health": "person", "packet": "referral",
    }  # fmt: skip
    return records.get(kin.get(read, read))


@pytest.mark.parametrize("stage", ["intake", "running", "offered", "accepted", "completed", "child"])
def test_everybody_reads_what_the_table_says_and_nothing_else(world, stage):
    records = stage_of(world, stage)
    wrong = []
    for who in world.users:
        actor = world.actor(who)
        for read, (_model, action) in READS.items():
            record = record_of(records, read)
            if record is None:
                continue
            may = access.can(actor, action, record)
            if may != (read in expected(stage, who)):
                wrong.append(f"{who} {'reads' if may else 'does not read'} {read}")
    assert wrong == []


def test_a_receiver_of_a_handover_reads_before_it_answers(world):
    records = stage_of(world, "handed")
    actor = world.actor("colleague")
    reads = {
        r
        for r, (_m, action) in READS.items()
        if record_of(records, r) and access.can(actor, action, record_of(records, r))
    }
    assert reads == expected("handed", "colleague")


def test_somebody_whose_duty_ended_reads_nothing_from_the_next_request_on(world):
    from core.accounts.services import end_assignment

    records = stage_of(world, "running")
    for who in ("worker", "supervisor", "auditor"):
        assert access.can(world.actor(who), "view", records["case"])
        end_assignment(world.user(who).assignments.get())
        assert not any(
            access.can(world.actor(who), action, record_of(records, read))
            for read, (_model, action) in READS.items()
            if record_of(records, read)
        )


def test_a_deactivated_account_reads_nothing(world):
    records = stage_of(world, "intake")
    user = world.user("supervisor")
    user.is_active = False
    user.save()
    assert not access.can(world.actor("supervisor"), "view", records["case"])


def test_a_deputy_reads_and_works_in_the_name_of_the_absent(world):
    from django.utils import timezone

    from core.audit.models import Event
    from core.worklist.models import Delegation

    story = Story(world).in_assessment()
    assert not access.can(world.actor("colleague"), "view", story.case)
    today = timezone.localdate()
    Delegation.objects.create(
        principal=world.user("worker"), deputy=world.user("colleague"), valid_from=today, valid_to=today
    )
    story.hold(by="colleague")
    event = Event.objects.get(verb="case.hold")
    assert (event.actor, event.acting_for) == (world.user("colleague"), world.user("worker"))


def test_an_expired_share_ends_at_once(world):
    from datetime import timedelta

    from django.utils import timezone

    from core.access import grants

    story = Story(world).in_assessment()
    colleague, now = world.user("colleague"), timezone.now()
    grants.share(story.case, colleague, now + timedelta(hours=1), grants.Basis.HELP, story.case.pk)
    assert access.can(world.actor("colleague"), "view", story.case)
    grants.limit(story.case, story.case.pk, now - timedelta(seconds=1))
    assert not access.can(world.actor("colleague"), "view", story.case)
    assert not access.can(world.actor("sibling_worker"), "view", story.case)
