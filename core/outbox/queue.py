"""The rows of the task queue: claim one, finish it, put it back, find those that a dead worker left behind.

django-tasks-db leaves the task of a killed worker RUNNING for ever and never retries (its issues 46 and 6); here both
are mended. The number of tries is the number of workers that a row has seen.
"""

import logging
import traceback
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.outbox.heartbeat import AHEAD
from core.outbox.models import WorkerProcess
from core.outbox.tasks import DBTaskResult, TaskResultStatus, limit_of

logger = logging.getLogger("core.outbox")
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)
# Longer than SQLite's busy timeout (20 s), during which a worker that lives cannot say so.
SILENCE = timedelta(seconds=45)
GRACE = timedelta(seconds=60)


class WorkerLost(Exception):
    """The worker died in the middle of the task each time."""


def claim(worker: str) -> DBTaskResult | None:
    """The next task, now RUNNING for this worker. Looks before it locks, so that an idle worker disturbs nobody."""
    if not DBTaskResult.objects.ready().exists():
        return None
    with transaction.atomic():
        row = DBTaskResult.objects.ready().select_for_update(skip_locked=True).first()
        if row is not None:
            row.claim(worker)
        return row


def _mine(row: DBTaskResult):
    """The row as long as it is this run's: a reaper may have given it to another worker."""
    return DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)


def succeed(row: DBTaskResult, value: object) -> None:
    """Done. Only a plain value is kept; a task has nobody to answer."""
    kept = value if isinstance(value, bool | int) else None
    _mine(row).update(
        status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now(), return_value=kept, exception_class_path="",
        traceback="",
    )  # fmt: skip


def release(row: DBTaskResult) -> None:
    """Back into the queue at once: the worker was told to stop."""
    _mine(row).update(status=TaskResultStatus.READY, run_after=timezone.now())


def fail(row: DBTaskResult, error: BaseException) -> None:
    """Try again after 10 s, 20 s, 40 s, 80 s; the fifth failure is final. The fault's message is not kept, as it may
    hold personal data: class and lines of code are."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    frames = "".join(traceback.format_tb(error.__traceback__))
    _again(row, kind, frames, FIRST_WAIT * 2 ** (len(row.worker_ids) - 1))


def _again(row: DBTaskResult, kind: str, frames: str, wait: timedelta) -> None:
    now, tries = timezone.now(), len(row.worker_ids)
    final = tries >= MOST_TRIES
    changes = {"exception_class_path": kind, "traceback": frames}
    if final:
        _mine(row).update(status=TaskResultStatus.FAILED, finished_at=now, **changes)
    else:
        _mine(row).update(status=TaskResultStatus.READY, run_after=now + wait, **changes)
    told = "gives up" if final else f"again in {wait.total_seconds():.0f} s"
    logger.warning("task %s (%s) try %d of %d: %s, %s", row.pk, row.task_path, tries, MOST_TRIES, kind, told)


def reap(now: datetime | None = None, silence: timedelta = SILENCE) -> int:
    """Put back the tasks of workers that have fallen silent, or that run far beyond their limit, and those that wait
    for a time which only a wrong clock can have named; returns how many."""
    moment = now or timezone.now()
    heard = WorkerProcess.objects.filter(at__gte=moment - silence, at__lte=moment + AHEAD)
    alive = set(heard.values_list("pk", flat=True))
    count = 0
    for row in DBTaskResult.objects.running().order_by("started_at")[:500]:
        worker = row.worker_ids[-1] if row.worker_ids else ""
        late = row.started_at is not None and row.started_at < moment - limit_of(row.task_path) - GRACE
        if worker not in alive or late:
            _again(row, f"{WorkerLost.__module__}.{WorkerLost.__qualname__}", "", timedelta(0))
            count += 1
    WorkerProcess.objects.filter(at__lt=moment - timedelta(days=1)).delete()
    # What nobody has begun yet may be meant for later (`enqueue_at`); a second try never is.
    astray = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__gt=moment + AHEAD)
    return count + astray.exclude(worker_ids=[]).update(run_after=moment)
