"""The background worker: takes tasks from the queue, runs what is due, says every few seconds that it lives.

It may be killed at any moment: its beat stops, another worker (or itself, started again) finds the task and runs it
again.
SIGTERM and SIGINT let the running task end; a second one puts it back and leaves at once.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from core.outbox import heartbeat, queue, schedule
from core.outbox.models import WorkerProcess
from core.outbox.tasks import DBTaskResult, limit_of

logger = logging.getLogger("core.outbox")
NAP = 0.2


class TimeLimit(BaseException):
    """The task ran longer than it may. Not an Exception, so that a task's own `except Exception` cannot swallow it."""


class Worker:
    """`idle` is how often an empty queue is looked at, `beat` how often it says that it lives, both in seconds."""

    def __init__(
        self, *, idle: float = 1.0, beat: float = 5.0, silence: timedelta = queue.SILENCE, drain: bool = False
    ):
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.idle, self.beat, self.silence, self.drain = idle, beat, silence, drain
        self.stopping = False
        self._ended = threading.Event()

    def run(self) -> None:
        """Work until told to stop; with `drain`, until nothing is ready."""
        self._say_alive()
        pulse = threading.Thread(target=self._pulse, name="beat", daemon=True)
        pulse.start()
        try:
            queue.reap(silence=self.silence)
            while not self.stopping:
                if not self._turn():
                    if self.drain:
                        return
                    self._sleep()
        finally:
            self._ended.set()
            pulse.join(timeout=self.beat)
            WorkerProcess.objects.filter(pk=self.name).delete()

    def _turn(self) -> bool:
        """One task, or none; a database that is away for a while does not end the worker."""
        try:
            if not connection.in_atomic_block:
                close_old_connections()
            if not self.drain:
                schedule.run_due()
            row = queue.claim(self.name)
            if row is None:
                return False
            self._work(row)
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__qualname__)
            if not connection.in_atomic_block:
                connection.close()
            return False
        return True

    def _work(self, row: DBTaskResult) -> None:
        try:
            with _alarm(limit_of(row.task_path)):
                value = row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        except SystemExit:
            queue.release(row)
            raise
        except (Exception, TimeLimit) as error:
            queue.fail(row, error)
        else:
            queue.succeed(row, value)

    def _sleep(self) -> None:
        until = time.monotonic() + self.idle
        while not self.stopping and time.monotonic() < until:
            time.sleep(min(NAP, self.idle))

    def _pulse(self) -> None:
        """Runs in a thread of its own, with its own connection: a long task does not look like a dead worker."""
        while not self._ended.wait(self.beat):
            try:
                self._say_alive()
            except DatabaseError as error:
                logger.warning("no beat: %s", type(error).__qualname__)
                connection.close()
        connection.close()

    def _say_alive(self) -> None:
        now = timezone.now()
        WorkerProcess.objects.update_or_create(pk=self.name, defaults={"at": now}, create_defaults={
            "at": now, "started_at": now,
        })  # fmt: skip
        heartbeat.beat()

    def stop(self, number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            raise SystemExit(128 + number)
        self.stopping = True

    def listen(self) -> None:
        """Answer SIGTERM and SIGINT; only a process's main thread can."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)


@contextmanager
def _alarm(limit: timedelta) -> Iterator[None]:
    """Raise TimeLimit in the running code after `limit`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit.total_seconds())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
