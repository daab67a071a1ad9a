"""F1: kill -9 of the web server's processes and of the worker, at places inside a transition and at any moment; F2:
kill -9 of the whole database server. Long forms, under load, over HTTP."""

import os
import random
import signal
import time

from . import ledger, points
from .load import Crowd
from .results import Result, quantile
from .stage import Stage, signal_group

LOOK_EVERY = 25
PATIENCE = 90  # seconds; a killed process must first be there again


def kill_processes(stage: Stage, count: int, seed: int) -> list[Result]:
    """A third at points of the web's processes, a third at points of the worker, a third at any moment."""
    chance, share = random.Random(f"F1{seed}"), max(1, count // 3)
    results = []
    stage.start_web(processes=2, inject=True)
    stage.start_worker(inject=True)
    try:
        plan = (("web, at a point", _web_point), ("worker, at a point", _worker_point), ("any moment", _any_moment))
        for what, strike in plan:
            results.append(_campaign(stage, what, strike, share, chance))
    finally:
        stage.stop()
    return results


def _campaign(stage, what, strike, count, chance) -> Result:
    result = Result("F1", stage.engine, f"kill -9: {what}")
    where: dict[str, int] = {}
    with Crowd(stage, f"{what}{chance.random()}", people=3) as crowd:
        for number in range(count):
            crowd.wait_for(2)
            hit = strike(stage, chance)
            where[hit or "missed"] = where.get(hit or "missed", 0) + 1
            result.count += bool(hit)
            if number % LOOK_EVERY == LOOK_EVERY - 1:
                crowd.rest()
                result.blame(ledger.contradictions(dict(crowd.tally.acknowledged)))
                crowd.go_on()
        crowd.wait_for(5)
    _finish(stage, crowd, result)
    result.blame([] if result.count else ["nobody was killed"])
    result.figures.update(points=where, web_restarts=stage.restarts)
    return result.done()


def _finish(stage: Stage, crowd: Crowd, result: Result) -> None:
    """Every task to its end, then everything is held against everything."""
    stage.settle()
    tally = crowd.tally
    if stage.workers:
        _no_worker(stage)
    stage.drain()
    result.blame(tally.wrong)
    result.blame(ledger.contradictions(tally.acknowledged, drained=True))
    result.figures.update(
        acknowledged=len(tally.acknowledged), asked_again=tally.again, replayed=tally.replayed,
        unavailable=tally.unavailable,
    )  # fmt: skip
    if stage.workers:
        stage.workers.clear()
        stage.start_worker(inject=True)


def _no_worker(stage: Stage) -> None:
    for child in stage.workers:
        signal_group(child, signal.SIGKILL)
        child.wait(timeout=10)


def _armed(stage: Stage, point: str, patience: float) -> bool:
    taken = stage.arm.with_suffix(".taken")
    taken.unlink(missing_ok=True)
    stage.arm.write_text(point, encoding="utf-8")
    until = time.monotonic() + patience
    while not taken.exists() and time.monotonic() < until:
        time.sleep(0.01)
    stage.arm.unlink(missing_ok=True)
    return taken.exists()


def _web_point(stage: Stage, chance: random.Random) -> str:
    point = chance.choice(points.WEB)
    return point if _armed(stage, point, PATIENCE) else ""


def _worker_point(stage: Stage, chance: random.Random) -> str:
    point = chance.choice(points.WORKER)
    hit = _armed(stage, point, PATIENCE)
    _revive(stage)
    return point if hit else ""


def _any_moment(stage: Stage, chance: random.Random) -> str:
    time.sleep(chance.random() * 0.5)
    web = stage.web_processes()
    if web and chance.random() < 0.7:
        os.kill(chance.choice(web), signal.SIGKILL)
        return "web"
    signal_group(stage.workers[-1], signal.SIGKILL)
    _revive(stage)
    return "worker"


def _revive(stage: Stage) -> None:
    """What systemd does: start it again."""
    child = stage.workers[-1]
    try:
        child.wait(timeout=5)
    except Exception:
        signal_group(child, signal.SIGKILL)
        child.wait(timeout=5)
    stage.workers.clear()
    stage.start_worker(inject=True)


def kill_database(stage: Stage, count: int, seed: int) -> list[Result]:
    """The server and all its processes at once, while people write; then it is started again."""
    result = Result("F2", stage.engine, "kill -9 of the whole database server")
    if stage.cluster is None:
        result.skipped = "needs a PostgreSQL of its own"
        return [result]
    chance, back, ready = random.Random(f"F2{seed}"), [], []
    stage.start_web(processes=2)
    stage.start_worker()
    try:
        with Crowd(stage, f"F2{seed}") as crowd:
            for _number in range(count):
                crowd.wait_for(chance.randint(5, 25))
                killed = time.monotonic()
                result.count += bool(stage.cluster.kill())
                ready.append(stage.cluster.start())
                # Whatever was acknowledged in the same instant came before the server fell.
                if not crowd.wait_for(3, 30):
                    result.blame(["nothing was acknowledged within 30 s after the start"])
                later = [at for at in list(crowd.tally.at.values()) if at > killed + 0.05]
                back.append(min(later) - killed if later else 30.0)
        _no_worker(stage)
        stage.workers.clear()
        _finish(stage, crowd, result)
    finally:
        stage.stop()
    if max(back) >= 10:
        result.blame([f"back only after {max(back):.1f} s"])
    result.figures.update(
        server_ready_s=quantile(ready, 0.5), back_p50_s=quantile(back, 0.5), back_max_s=quantile(back, 1.0),
    )  # fmt: skip
    stage.settle()
    result.figures["amcheck"] = _amcheck(stage, result)
    return [result.done()]


def _amcheck(stage: Stage, result: Result) -> str:
    """The server's own look at every table and index, and at the checksum of every page."""
    cluster = stage.cluster
    assert cluster is not None
    words = ["-h", cluster.folder, "-U", "faults"]
    try:
        cluster.run([cluster.bin / "psql", *words, "-qc", "CREATE EXTENSION IF NOT EXISTS amcheck", "dong_hanh"])
        cluster.run([cluster.bin / "pg_amcheck", *words, "--heapallindexed", "dong_hanh"], 300)
        cluster.stop()
        cluster.run([cluster.bin / "pg_checksums", "--check", "-D", cluster.data], 300)
    except Exception as error:
        result.blame([f"amcheck: {error}"])
        return "failed"
    finally:
        cluster.start()
    return "ok"
