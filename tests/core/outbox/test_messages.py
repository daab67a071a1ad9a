"""Notices: queued with the event, made once, about nobody else."""

import pytest
from django.db import transaction

from core.accounts.models import User
from core.audit.chain import record, unit_of_work
from core.outbox.messages import deliver_notices, queue_notices
from core.outbox.tasks import DBTaskResult
from core.outbox.worker import Worker
from core.worklist import notices
from core.worklist.models import Notice


def tell(actor, people):
    with unit_of_work():
        event = record("proposal.confirm", people[0], actor)
        queue_notices(event, people[0], {user.pk for user in people[1:]})
    return event


def test_task_stands_in_the_callers_transaction(actor, people):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(actor, people)
        assert DBTaskResult.objects.count() == 1
        raise RuntimeError
    assert DBTaskResult.objects.count() == 0


def test_only_keys_and_codes_are_queued(actor, people):
    event = tell(actor, people)
    row = DBTaskResult.objects.get()
    assert set(row.args_kwargs["kwargs"]) == {"event", "kind", "at", "root_model", "root_id", "users"}
    assert row.args_kwargs["kwargs"]["event"] == str(event.id)
    assert "Người" not in str(row.args_kwargs)
    assert row.args_kwargs["args"] == []


def test_worker_makes_each_notice_once(actor, people):
    event = tell(actor, people)
    Worker(drain=True).run()
    assert set(Notice.objects.values_list("user_id", "event_id", "kind")) == {
        (user.pk, event.id, "proposal.confirm") for user in people[1:]
    }
    deliver_notices.call(**DBTaskResult.objects.get().args_kwargs["kwargs"])
    assert Notice.objects.count() == 2
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_nobody_and_the_departed_get_none(actor, people):
    with unit_of_work():
        queue_notices(record("x.y", people[0], actor), people[0], set())
    assert DBTaskResult.objects.count() == 0
    tell(actor, people)
    User.objects.filter(pk=people[1].pk).update(is_active=False)
    User.objects.filter(pk=people[2].pk).delete()
    Worker(drain=True).run()
    assert Notice.objects.count() == 0
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_words_of_a_notice():
    assert notices.text("proposal.confirm") == "Xác nhận"
    assert notices.text("proposal.nothing") == notices.text("nothing.at_all") == ""
