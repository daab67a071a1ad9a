"""F12: every message of the outbox delivered ten times, by two workers at once, with two schedulers beside them."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from core.audit.models import Event
from core.outbox import schedule
from core.outbox.tasks import DBTaskResult
from core.outbox.worker import Worker
from core.worklist.models import Notice

from . import ledger
from .load import Somebody, Tally
from .nursery import post
from .results import Result
from .stage import Stage

TIMES = 10


def beside(jobs: list[Callable[[], object]]) -> list[BaseException]:
    """All at once, each with a connection of its own; what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            job()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return raised + [TimeoutError("somebody still works")] * any(thread.is_alive() for thread in threads)


def deliver_again(times: int = TIMES) -> list[str]:
    """Put every task back as if its worker had died at its very end, and let two workers at it, so many times."""
    told = []
    first = dict(DBTaskResult.objects.values_list("pk", "task_path"))
    for _time in range(times):
        DBTaskResult.objects.update(status="READY", run_after=timezone.now(), worker_ids=[], finished_at=None)
        raised = beside([Worker(drain=True, idle=0.01).run for _worker in range(2)])
        told += [f"a worker: {type(error).__name__}" for error in raised]
        left = Counter(DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list("status", flat=True))
        told += [f"{count} tasks are {status}" for status, count in left.items()]
    if dict(DBTaskResult.objects.values_list("pk", "task_path")) != first:
        told.append("delivering made other tasks")
    return told


def effects() -> tuple[int, int]:
    return Notice.objects.count(), Event.objects.count()


def schedulers(rounds: int, errors: Callable[[], int]) -> list[str]:
    """Two that run every periodic job whenever it is due, at times that jump by a day; the first round may find work,
    the same moments again may not."""
    autodiscover_modules("tasks")
    from core.outbox import chores  # noqa: F401  (registers core's own)

    told, begin = [], timezone.now()
    for number in range(rounds):
        moment = begin + timedelta(minutes=number)
        # The claim is by time: a job begun twice for one moment shows here.
        begun: list[str] = []
        raised = beside([partial(_run, moment, begun) for _scheduler in range(2)])
        told += [f"a scheduler: {type(error).__name__}" for error in raised]
        told += [f"{name} was begun twice" for name, count in Counter(begun).items() if count > 1]
    return told + ([f"{errors()} periodic jobs failed"] if errors() else [])


def _run(moment: datetime, begun: list[str]) -> None:
    begun += schedule.run_due(moment)


def redeliver(stage: Stage, count: int, seed: int) -> list[Result]:
    """`count` messages, each ten times."""
    result = Result("F12", stage.engine, f"every message delivered {TIMES} times, two workers, two schedulers")
    who, chance = Somebody(stage, Tally(), f"F12{seed}"), random.Random(seed)
    stage.drain()
    while DBTaskResult.objects.filter(status="READY").count() < count:
        name, path, body = who.next()
        key = uuid.UUID(int=chance.getrandbits(128)).hex
        said = post(stage.tokens[name], path, body, key).json()
        who.tally.acknowledge(key, said["event"], False)
        who.case, who.state, who.version, who.moves = said["id"], said["state"], said["version"], who.moves + 1
        who.case = "" if who.state == "void" else who.case
    stage.drain()
    before = effects()
    result.blame(deliver_again())
    result.blame([] if effects() == before else [f"{before} became {effects()}"])
    result.blame(schedulers(TIMES, lambda: 0))
    result.blame(ledger.contradictions(who.tally.acknowledged, drained=False))
    result.count = DBTaskResult.objects.count() * TIMES
    result.figures.update(messages=DBTaskResult.objects.count(), notices=before[0])
    connections.close_all()
    return [result.done()]
