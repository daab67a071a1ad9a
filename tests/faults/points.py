"""Places inside a transition, and inside a task, where a process can be made to kill itself.

They are found by what is sent to the database, so that no line of the product has to know them.
"""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORD = re.compile(r'(INSERT INTO|UPDATE) "(casework|facilities|referrals|accreditation)_')
TASK = '"django_tasks_database_dbtaskresult"'
# Point: before or after the first statement that begins like this.
STATEMENTS: dict[str, tuple[str, re.Pattern[str]]] = {
    "key": ("after", re.compile('INSERT (OR IGNORE )?INTO "core_idempotencykey"')),
    "before_update": ("before", RECORD),
    "after_update": ("after", RECORD),
    "work_item": ("after", re.compile('(INSERT INTO|UPDATE) "worklist_workitem"')),
    "outbox": ("after", re.compile(f"INSERT INTO {TASK}")),
    "event": ("after", re.compile('INSERT INTO "audit_event"')),
    "head": ("after", re.compile('UPDATE "audit_chainhead"')),
    "effect": ("after", re.compile('INSERT (OR IGNORE )?INTO "worklist_notice"')),
    "task_end": ("before", re.compile(f'UPDATE {TASK} SET "status" = .*"finished_at"')),
}
COMMITS = ("before_commit", "after_commit")  # of a transaction that wrote an event
WEB = ("key", "before_update", "after_update", "work_item", "outbox", "event", "head", *COMMITS)
WORKER = ("effect", "task_end")
Reached = Callable[[str], None]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def by_file(arm: Path) -> Reached:
    """Kill this process at the point that the file names; whoever takes the file away first does it, once."""

    def reached(point: str) -> None:
        try:
            if arm.read_text(encoding="utf-8") != point:
                return
            arm.rename(arm.with_suffix(".taken"))
        except OSError:
            return
        die()

    return reached


def by_name(wanted: str) -> Reached:
    """Kill this process at the point of that name."""
    return lambda point: die() if point == wanted else None


def install(reached: Reached) -> None:
    """Call `reached(point)` at every point from now on, in this process."""
    from django.db.backends import utils
    from django.db.backends.base.base import BaseDatabaseWrapper

    usual, usual_commit = utils.CursorWrapper.execute, BaseDatabaseWrapper._commit

    def execute(self: Any, sql: str, params: Any = None) -> Any:
        named = [(when, point) for point, (when, pattern) in STATEMENTS.items() if pattern.match(sql)]
        for when, point in named:
            if when == "before":
                reached(point)
        result = usual(self, sql, params)
        for when, point in named:
            if when == "after":
                reached(point)
                if point == "event":
                    self.db.dh_wrote_event = True
        return result

    def commit(self: Any) -> Any:
        wrote = getattr(self, "dh_wrote_event", False)
        if wrote:
            reached("before_commit")
        result = usual_commit(self)
        if wrote:
            self.dh_wrote_event = False
            reached("after_commit")
        return result

    utils.CursorWrapper.execute = execute  # type: ignore[method-assign]
    BaseDatabaseWrapper._commit = commit  # type: ignore[method-assign]
