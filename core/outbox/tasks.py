"""The one module that knows where background tasks come from; from Django 6 on only these imports change.

    @task(limit=timedelta(minutes=10))
    def deliver(...): ...

Calling `deliver.enqueue(...)` writes a row in the caller's transaction: it exists if and only if that transaction
commits. Every task must be idempotent, because a killed worker's task is run again, and takes keys only, never names.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django_tasks import task as _library_task
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

__all__ = ["DBTaskResult", "Task", "TaskResultStatus", "enqueue_at", "limit_of", "task"]

USUAL_LIMIT = timedelta(minutes=5)
_limits: dict[str, timedelta] = {}


def task(limit: timedelta = USUAL_LIMIT, **options: Any) -> Callable[[Callable[..., Any]], Task]:
    """Make a function a background task. `limit` is how long one run may take; the worker ends it then, and tries
    again later. `options` are django-tasks' own (priority, queue_name)."""

    def declare(function: Callable[..., Any]) -> Task:
        made = _library_task(**options)(function)
        _limits[made.module_path] = limit
        return made

    return declare


def limit_of(path: str) -> timedelta:
    """The longest run of the task with this dotted path."""
    return _limits.get(path, USUAL_LIMIT)


def enqueue_at(work: Task, when: datetime, **arguments: Any) -> None:
    """Queue for later, in the caller's transaction."""
    work.using(run_after=when).enqueue(**arguments)
