"""Who reads what of one person's file: every user of the province against the typed table (tests/spec/access.csv)."""

import pytest
from django.utils import timezone

from core.access import engine as access
from tests.architecture.reads import READS, STAGES, expected, record_of, stage_of
from tests.factories.cases import Story
from tests.worlds.spoken import NAMES, Rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stage", STAGES)
def test_everybody_reads_what_the_table_says_and_nothing_else(world, stage):
    records = stage_of(world, stage)
    rows, today, now = Rows(), timezone.localdate(), timezone.now()
    wrong = []
    for who in world.users:
        actor, person = world.actor(who), rows.who(world.user(who).pk, today, now)
        for read, (model, action) in READS.items():
            record = record_of(records, read)
            if record is None:
                continue
            may = access.can(actor, action, record)
            if may != (read in expected(stage, who)):
                wrong.append(f"{who} {'reads' if may else 'does not read'} {read}")
            name = NAMES[model._meta.label]
            if rows.may(person, name, action, rows.tables[name][record.pk]) != may:
                wrong.append(f"{who} and {read}: reach.csv and access.csv say not the same")
    assert wrong == []


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

    from core.access import grants

    story = Story(world).in_assessment()
    colleague, now = world.user("colleague"), timezone.now()
    grants.share(story.case, colleague, now + timedelta(hours=1), grants.Basis.HELP, story.case.pk)
    assert access.can(world.actor("colleague"), "view", story.case)
    grants.limit(story.case, story.case.pk, now - timedelta(seconds=1))
    assert not access.can(world.actor("colleague"), "view", story.case)
    assert not access.can(world.actor("sibling_worker"), "view", story.case)
