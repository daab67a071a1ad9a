"""F12, the short form: whatever is delivered again acts once."""

import logging
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework import tasks
from casework.models import ImportBatch, Person
from core.audit import chain
from core.audit.models import Event
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal
from core.outbox.tasks import DBTaskResult
from core.outbox.worker import Worker
from core.worklist.models import Notice
from referrals.models import Referral
from tests.casework.imports_web.conftest import book, person
from tests.factories.cases import take_over
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import build_world

from . import redelivery


@pytest.fixture
def world(committed):
    return build_world()


def test_messages_are_told_once(world):
    authorise(world)
    for _number in range(3):
        ReferralStory(world).running()
    Worker(drain=True).run()
    messages, before = DBTaskResult.objects.count(), redelivery.effects()
    assert messages >= 9 and before[0] >= messages
    assert redelivery.deliver_again() == []
    assert redelivery.effects() == before
    assert Notice.objects.values("user", "event_id", "kind").distinct().count() == before[0]


def test_a_list_that_two_workers_write_is_written_once(world):
    """The first was given up for dead and lives; both go on at once, and once more each."""
    lines = [person(f"Lý Thị Số {number}", 1930 + number) for number in range(60)]
    file = SimpleUploadedFile("list.xlsx", book(*lines))
    batch = perform(ImportBatch, "upload", by=world.actor("sibling_steward"), files={"file": file}).record
    for _time in range(2):
        redelivery.beside([lambda: tasks.read_list.call(batch=str(batch.pk)) for _worker in range(2)])
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("ready", 60)
    perform(batch, "write", by=world.actor("sibling_steward"), version=batch.version)
    for _time in range(2):
        redelivery.beside([lambda: tasks.write_list.call(batch=str(batch.pk)) for _worker in range(2)])
    tasks.write_list.call(batch=str(batch.pk))
    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("done", 60)
    assert Event.objects.filter(verb="person.import").values("subject_id").distinct().count() == 60
    assert Event.objects.filter(verb="person.import").count() == 60


def test_what_the_clock_does_two_schedulers_do_once(world, caplog):
    authorise(world)
    story = ReferralStory(world).running(provider="other")
    sent = story.draft_referral()
    story.do("worker", "send", sent)
    # The beginning too: the job that follows the calendar would put an end without it right.
    late = {"due_at": timezone.now() - timedelta(days=1), "clock_started_at": timezone.now() - timedelta(days=90)}
    Referral.objects.filter(pk=sent.pk).update(**late)
    Proposal.objects.filter(pk=take_over(world).pk).update(**late)
    with caplog.at_level(logging.ERROR):
        assert redelivery.schedulers(3, lambda: len(caplog.records)) == []
    assert Event.objects.filter(verb="referral.expire").count() == 1
    assert Event.objects.filter(verb="proposal.lapse").count() == 1
    assert chain.verify()[1] == []
