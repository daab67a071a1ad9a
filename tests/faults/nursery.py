"""Children that take one request through the whole product and are killed on the way: cheap enough for hundreds. Each
is a fork with a database connection of its own, and dies by SIGKILL at the point named, with nothing cleaned up."""

import json
import os
import random
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connections
from django.test import Client

from core.audit.models import Event
from core.outbox import queue
from core.outbox.tasks import DBTaskResult
from core.outbox.worker import Worker

from . import ledger, points
from .load import Somebody, Tally
from .results import Result
from .stage import Stage

PATIENCE = 60
JSON = "application/json"
TOLD = ("outbox", "work_item")  # not every move tells somebody or makes work; a registration at the centre does


def alone() -> None:
    """No connection may be shared with a child."""
    connections.close_all()


def born(work: Callable[[], object], point: str = "") -> int:
    """Run it in a child that is killed at the point; the number of the signal that ended it, 0 when it came to its
    end."""
    alone()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if point:
                points.install(points.by_name(point))
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                raise RuntimeError("the child failed by itself")
            return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise RuntimeError("the child still ran")


def post(token: str, path: str, body: dict[str, Any], key: str) -> Any:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    headers = {"HTTP_AUTHORIZATION": f"Token {token}", "HTTP_IDEMPOTENCY_KEY": key}
    return client.post(f"/api/v1/{path}", json.dumps(body), JSON, **headers)


def mark() -> tuple[int, int]:
    """How many events and messages there are."""
    return Event.objects.count(), DBTaskResult.objects.count()


def work() -> None:
    Worker(drain=True).run()


def strike(stage: Stage, who: Somebody, point: str) -> list[str]:
    """The next move of somebody, killed at the point, and then asked for again with the same key."""
    who.case = "" if point in TOLD else who.case
    name, path, body = who.next()
    token, key = stage.tokens["intake" if point in TOLD else name], uuid.uuid4().hex
    before = mark()
    if born(lambda: post(token, path, body, key), point) != signal.SIGKILL:
        return [f"{point} was not reached by {path}"]
    done, told = mark() != before, []
    if done != (point == "after_commit"):
        told.append(f"killed at {point}: {'something' if done else 'nothing'} was kept")
    answer = post(token, path, body, key)
    if answer.status_code not in (200, 201):
        return [*told, f"asked again after {point}: {answer.status_code}"]
    said = answer.json()
    if ("Idempotency-Replayed" in answer.headers) != done:
        told.append(f"asked again after {point}: replayed is {not done}")
    made = Event.objects.filter(subject_id=said["id"], verb__endswith=f".{said['action']}", version=said["version"])
    if made.count() != 1:
        told.append(f"asked again after {point}: {made.count()} events")
    who.tally.acknowledge(key, said["event"], done)
    who.case, who.state, who.version, who.moves = said["id"], said["state"], said["version"], who.moves + 1
    if who.state == "void":
        who.case = ""
    return told


def strike_worker(point: str) -> list[str]:
    """A worker that dies at the point, and another that finds what it left."""
    if not DBTaskResult.objects.filter(status="READY").exists():
        return []
    ledger.due_now()
    if born(work, point) != signal.SIGKILL:
        return [f"{point} was not reached by the worker"]
    queue.reap(silence=timedelta(0))
    ledger.due_now()
    Worker(drain=True).run()
    return []


def kill_forks(stage: Stage, count: int, seed: int) -> list[Result]:
    """Every point in turn, on whatever move comes next."""
    result = Result("F1", stage.engine, "kill -9 in the middle of a transition or a task")
    tally, where = Tally(), dict.fromkeys((*points.WEB, *points.WORKER), 0)
    who = Somebody(stage, tally, f"forks{seed}")
    chance = random.Random(f"forks{seed}")
    while result.count < count and len(result.wrong) < 20:
        point = chance.choice(list(where))
        if point in points.WORKER:
            a_message(who)
            told = strike_worker(point)
        else:
            told = strike(stage, who, point)
        result.blame(told)
        where[point] += 1
        result.count += 1
        if result.count % 50 == 0:
            result.blame(ledger.contradictions(tally.acknowledged))
    stage.drain()
    result.blame(ledger.contradictions(tally.acknowledged, drained=True))
    result.figures.update(points=where, acknowledged=len(tally.acknowledged), replayed=tally.replayed)
    alone()
    return [result.done()]


def a_message(who: Somebody) -> None:
    """A new case tells the supervisors."""
    who.case, key = "", uuid.uuid4().hex
    _name, path, body = who.next()
    said = post(who.stage.tokens["intake"], path, body, key).json()
    who.tally.acknowledge(key, said["event"], False)
    who.case, who.state, who.version, who.moves = said["id"], said["state"], said["version"], 1
