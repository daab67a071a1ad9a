"""Periodic jobs: begun once per period, by one worker, whatever happens to them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.lifecycle.models import IdempotencyKey, Proposal
from core.outbox import chores, schedule
from core.outbox.models import ScheduledRun
from core.outbox.tasks import DBTaskResult

from . import jobs


@pytest.fixture
def runs(monkeypatch):
    monkeypatch.setattr(schedule, "_jobs", {})
    runs = []
    schedule.every(60, "test.one")(lambda: runs.append("one"))
    return runs


@pytest.mark.django_db
def test_once_a_period(runs):
    now = timezone.now()
    assert schedule.run_due(now) == ["test.one"]
    assert schedule.run_due(now + timedelta(seconds=59)) == []
    assert schedule.run_due(now + timedelta(seconds=60)) == ["test.one"]
    assert runs == ["one", "one"]


@pytest.mark.django_db
def test_a_failing_job_stops_nobody(runs):
    @schedule.every(60, "test.bad")
    def bad():
        raise ValueError("x")

    now = timezone.now()
    assert schedule.run_due(now) == ["test.bad", "test.one"]
    assert runs == ["one"]
    assert schedule.run_due(now) == []


def test_a_name_is_used_once(runs):
    with pytest.raises(ValueError, match=r"test\.one"):
        schedule.every(1, "test.one")(lambda: None)


@pytest.mark.usefixtures("committed")
def test_workers_beside_each_other_begin_it_once(runs):
    barrier, now = Barrier(4), timezone.now()

    def run():
        barrier.wait()
        schedule.run_due(now)
        connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == ["one"]
    assert ScheduledRun.objects.get(pk="test.one").last_at == now


def test_cores_own_jobs_are_known():
    assert {job.name for job in schedule.jobs()} >= {
        "core.reap", "core.idempotency_keys", "core.proposals", "core.finished_tasks",
    }  # fmt: skip


def test_old_keys_and_tasks_are_forgotten(people):
    now = timezone.now()
    for days in (1, 4):
        row = IdempotencyKey.objects.create(actor=people[0], key=f"k{days}", fingerprint="x")
        IdempotencyKey.objects.filter(pk=row.pk).update(created_at=now - timedelta(days=days))
    for status, days in (("SUCCESSFUL", 6), ("SUCCESSFUL", 8), ("FAILED", 8), ("FAILED", 91), ("READY", 200)):
        jobs.note.enqueue(word="x")
        DBTaskResult.objects.filter(status="READY", finished_at=None).update(
            status=status, finished_at=now - timedelta(days=days)
        )
    from core.lifecycle import idempotency

    assert idempotency.forget_old() == 1
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["k1"]
    assert chores.forget_finished() == 2
    assert DBTaskResult.objects.count() == 3


def test_unanswered_proposals_lapse(people, actor):
    from core.access.actor import SYSTEM
    from core.accounts.models import Unit
    from core.audit.chain import unit_of_work
    from core.audit.models import Event
    from core.clock.models import Parameter
    from core.lifecycle.actions import Act, find
    from core.lifecycle.engine import carry_out
    from core.worklist.models import WorkItem

    Parameter.objects.update_or_create(
        code="due.proposal", valid_from="2026-01-02", defaults={"value": 48, "unit": "hour", "article": "thử"}
    )
    rows = []
    for _ in range(2):
        row = Proposal(
            model="x.Y", action="z", unit=Unit.objects.get(), role="supervisor", proposed_by=people[0], payload="{}"
        )
        with unit_of_work():
            carry_out(find(Proposal, "propose"), row, Act(by=actor, action="propose", at=timezone.now()), {})
        rows.append(row)
    Proposal.objects.filter(pk=rows[0].pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert chores.lapse_proposals() == 1
    assert dict(Proposal.objects.values_list("pk", "state")) == {rows[0].pk: "lapsed", rows[1].pk: "open"}
    assert Event.objects.get(verb="proposal.lapse").actor_id == SYSTEM.id is None
    assert WorkItem.objects.filter(closed_at__isnull=True).count() == 1
    assert chores.lapse_proposals() == 0


@pytest.mark.django_db
def test_command_drains(capsys):
    jobs.calls.clear()
    jobs.note.enqueue(word="a")
    call_command("worker", "--drain")
    assert jobs.calls == ["a"]
