"""Periodic jobs. An app registers its own in `<app>/tasks.py`:

    @every(300, "referrals.expire")
    def expire_overdue() -> None: ...

A run is claimed by moving `ScheduledRun.last_at` on in one UPDATE, so that two workers never do the same one twice. A
job that fails or is killed is run again after its period; jobs must be idempotent.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core.outbox.heartbeat import AHEAD
from core.outbox.models import ScheduledRun

logger = logging.getLogger("core.outbox")
Job = Callable[[], object]
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Periodic:
    name: str
    period: timedelta
    function: Job


_jobs: dict[str, Periodic] = {}


def every(seconds: float, name: str) -> Callable[[Job], Job]:
    """Run the function every so many seconds, on one worker at a time."""

    def register(function: Job) -> Job:
        if name in _jobs:
            raise ValueError(f"periodic job {name} is registered twice")
        _jobs[name] = Periodic(name, timedelta(seconds=seconds), function)
        return function

    return register


def jobs() -> list[Periodic]:
    return [_jobs[name] for name in sorted(_jobs)]


def run_due(now: datetime | None = None) -> list[str]:
    """Run each job whose period is over and that no other worker has claimed; returns the names of those begun."""
    moment = now or timezone.now()
    last = dict(ScheduledRun.objects.values_list("name", "last_at"))
    begun = []
    for job in jobs():
        if _is_due(last.get(job.name, _NEVER), job, moment) and _claim(job, moment):
            begun.append(job.name)
            _run(job)
    return begun


def _is_due(last: datetime, job: Periodic, moment: datetime) -> bool:
    """Long ago, or at a time still to come: a worker whose clock was wrong must not stop the job for so long."""
    return last <= moment - job.period or last > moment + AHEAD


def _claim(job: Periodic, moment: datetime) -> bool:
    ScheduledRun.objects.get_or_create(name=job.name, defaults={"last_at": _NEVER})
    due = Q(last_at__lte=moment - job.period) | Q(last_at__gt=moment + AHEAD)
    rows = ScheduledRun.objects.filter(due, name=job.name)
    return rows.update(last_at=moment) == 1


def _run(job: Periodic) -> None:
    try:
        job.function()
    except Exception as error:
        # The name of the fault only: a message may hold what somebody typed.
        logger.error("periodic job %s failed: %s", job.name, type(error).__qualname__)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
