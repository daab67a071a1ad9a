"""Claiming, trying again, giving up, and finding what a dead worker left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.outbox import heartbeat, queue
from core.outbox.models import WorkerProcess
from core.outbox.tasks import DBTaskResult, enqueue_at
from core.outbox.worker import Worker

from . import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_calls():
    jobs.calls.clear()


def only():
    return DBTaskResult.objects.get()


def due_now():
    DBTaskResult.objects.update(run_after=timezone.now())


def test_in_order_and_each_once():
    for word in ("a", "b", "c"):
        jobs.note.enqueue(word=word)
    Worker(drain=True).run()
    assert jobs.calls == ["a", "b", "c"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
    Worker(drain=True).run()
    assert jobs.calls == ["a", "b", "c"]
    assert not WorkerProcess.objects.exists()
    assert heartbeat.last() is not None


def test_a_claimed_task_is_nobody_elses():
    jobs.note.enqueue(word="a")
    assert queue.claim("one") is not None
    assert queue.claim("two") is None


def test_later_means_later():
    enqueue_at(jobs.note, timezone.now() + timedelta(minutes=1), word="a")
    Worker(drain=True).run()
    assert jobs.calls == []
    due_now()
    Worker(drain=True).run()
    assert jobs.calls == ["a"]


def test_failures_wait_longer_each_time_and_end():
    jobs.stumble.enqueue(word="Nguyễn Văn A")
    waits = []
    for tries in range(1, 6):
        started = timezone.now()
        Worker(drain=True).run()
        assert len(jobs.calls) == tries
        if tries < 5:
            assert only().status == "READY"
            waits.append(round((only().run_after - started).total_seconds()))
            Worker(drain=True).run()
            assert len(jobs.calls) == tries
            due_now()
    assert waits == [10, 20, 40, 80]
    assert only().status == "FAILED"
    assert only().exception_class_path == "builtins.RuntimeError"
    assert "jobs.py" in only().traceback
    assert "Nguyễn" not in only().traceback


def test_a_task_that_takes_too_long_is_ended():
    jobs.dawdle.enqueue()
    Worker(drain=True).run()
    assert jobs.calls == ["start"]
    assert only().status == "READY"
    assert only().exception_class_path.endswith("TimeLimit")


def test_a_task_that_is_no_more_fails_like_any_other():
    jobs.note.enqueue(word="a")
    DBTaskResult.objects.update(task_path="tests.core.outbox.gone.task")
    Worker(drain=True).run()
    assert only().status == "READY"
    assert only().exception_class_path.endswith("ModuleNotFoundError")


def silent(name, seconds):
    now = timezone.now()
    WorkerProcess.objects.create(pk=name, started_at=now, at=now - timedelta(seconds=seconds))


def test_reaper_takes_from_the_dead_only():
    for name, seconds in (("dead", 60), ("alive", 1)):
        silent(name, seconds)
        jobs.note.enqueue(word=name)
        queue.claim(name)
    assert queue.reap() == 1
    assert dict(DBTaskResult.objects.values_list("args_kwargs__kwargs__word", "status")) == {
        "dead": "READY",
        "alive": "RUNNING",
    }
    assert queue.reap() == 0


def test_reaper_takes_what_runs_far_too_long_even_from_the_living():
    silent("alive", 0)
    jobs.note.enqueue(word="a")
    queue.claim("alive")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=5, seconds=30))
    assert queue.reap() == 0
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=7))
    assert queue.reap() == 1


def test_the_fifth_death_is_final():
    jobs.note.enqueue(word="a")
    for tries in range(1, 6):
        assert queue.claim(f"w{tries}") is not None
        queue.reap()
    assert only().status == "FAILED"
    assert only().exception_class_path.endswith("WorkerLost")


def test_a_worker_that_was_given_up_cannot_overwrite_the_new_run():
    jobs.note.enqueue(word="a")
    old = queue.claim("old")
    queue.reap()
    new = queue.claim("new")
    queue.succeed(old, None)
    queue.fail(old, RuntimeError())
    assert only().status == "RUNNING"
    queue.succeed(new, None)
    assert only().status == "SUCCESSFUL"
    queue.release(old)
    assert only().status == "SUCCESSFUL"


def test_told_to_leave_twice_gives_the_task_back(monkeypatch):
    jobs.note.enqueue(word="a")
    worker = Worker(drain=True)
    worker.stop(15, None)
    assert worker.stopping
    row = queue.claim(worker.name)

    def leave(*args, **kwargs):
        worker.stop(15, None)

    monkeypatch.setattr(type(row.task), "call", leave)
    with pytest.raises(SystemExit):
        worker._work(row)
    assert only().status == "READY"
