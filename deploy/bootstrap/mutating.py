"""Runs the tests against mutants: collected once, measured once, then one forked copy of the process per mutant.

The test database lives in memory, so every copy has its own. A mutant inside a function replaces the code of the
living function; one in a module's own statements (tables of rights, transitions) is run as a module and grafted onto
the living one. Per mutant only tests that pass through its lines are tried, former killers and quick ones first.

    .venv/bin/python -m deploy.bootstrap.mutating [--again] [--budget SECONDS] FILE... -- TEST...
"""

import argparse
import contextlib
import gc
import hashlib
import importlib
import json
import os
import resource
import select
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol

from . import ROOT, VAR, grafting
from .mutants import Mutant, mutants_of

RESULTS = VAR / "mutation"
KILLED, SURVIVED, TIMEOUT, BROKEN, UNTRIED = "killed", "survived", "timeout", "broken", "untried"
LONGEST = 300  # seconds of the clock for one mutant; work is limited by the processor's time


def result_file(path: str) -> Path:
    return RESULTS / f"{path.replace('/', '.')}.json"


def digest(path: str) -> str:
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def in_memory(connections: Any, utils: Any, measured: coverage.Coverage) -> None:
    """Let the tests' database be one in memory: made once by the migrations, afterwards copied from a file."""
    made_of = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "*/*/migrations/*.py", "*/data/*", "*/*/data/*"):
        for file in sorted(ROOT.glob(pattern)):
            made_of.update(file.read_bytes() if file.is_file() else b"")
    template = RESULTS / f"template-{made_of.hexdigest()[:16]}.sqlite3"
    make = utils.setup_databases

    def setup_databases(*given: Any, **more: Any) -> Any:
        connection = connections["default"]
        if not template.exists():
            measured.stop()
            old = make(*given, **more)
            measured.start()
            RESULTS.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(template)) as file:
                connection.connection.backup(file)
            return old
        connection.settings_dict["NAME"] = "file:mutation?mode=memory&cache=shared"
        connection.close()
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(template)) as file:
            file.backup(connection.connection)
        return []

    connections.settings["default"]["TEST"]["NAME"] = None
    utils.setup_databases = setup_databases


class Target:
    """One source file, its mutants and what became of them."""

    def __init__(self, path: str, again: bool, every: int):
        self.every = every
        self.path, self.code = path, (ROOT / path).read_text(encoding="utf-8")
        self.mutants = list(mutants_of(self.code))
        self.status: dict[int, dict[str, Any]] = {}
        if again and result_file(path).exists():
            kept = json.loads(result_file(path).read_text(encoding="utf-8"))
            if kept["digest"] == digest(path):
                self.status = {
                    number: row for number, row in enumerate(kept["mutants"]) if row["status"] in (KILLED, TIMEOUT)
                }
        self.killers: Counter[str] = Counter()

    def todo(self) -> list[int]:
        return [number for number in range(0, len(self.mutants), self.every) if number not in self.status]

    def save(self, share: str) -> None:
        rows = [
            {"name": mutant.name, "function": mutant.function, **self.status.get(number, {"status": UNTRIED})}
            for number, mutant in enumerate(self.mutants)
        ]
        RESULTS.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {"path": self.path, "digest": digest(self.path), "branches": share, "mutants": rows}, indent=1
        )
        result_file(self.path).write_text(text, encoding="utf-8")


class Mutating:
    """The pytest plugin that takes the place of the loop over the tests."""

    def __init__(self, paths: Sequence[str], options: argparse.Namespace, measured: coverage.Coverage):
        self.targets = [Target(path, options.again, options.every) for path in paths]
        self.budget, self.measured = options.budget, measured
        self.items: dict[str, pytest.Item] = {}
        self.seconds: dict[str, float] = {}

    def pytest_configure(self) -> None:
        connections = importlib.import_module("django.db").connections
        in_memory(connections, importlib.import_module("django.test.utils"), self.measured)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.baseline(session)
        living = grafting.Living(ROOT)
        gc.collect()
        gc.freeze()
        for target in self.targets:
            self.run(session, target, living)
        return True

    def baseline(self, session: pytest.Session) -> None:
        """Every test once, without a mutant: what it passes through, and how long it takes."""
        red = []
        for number, item in enumerate(session.items):
            self.measured.switch_context(item.nodeid)
            begun = time.process_time()
            following = session.items[number + 1] if number + 1 < len(session.items) else session.items[0]
            failed = [report for report in runtestprotocol(item, log=False, nextitem=following) if report.failed]
            self.seconds[item.nodeid] = time.process_time() - begun
            if failed:
                red.append(f"{item.nodeid}: {failed[0].longreprtext[-400:]}")
            else:
                self.items[item.nodeid] = item
        self.measured.stop()
        self.lines = {
            target.path: self.measured.get_data().contexts_by_lineno(str(ROOT / target.path)) for target in self.targets
        }
        tell(f"{len(self.items)} tests, {sum(self.seconds.values()):.0f} s; left out, as they fail here: {len(red)}")
        for told in red:
            tell(told)

    def tests_for(self, target: Target, mutant: Mutant) -> list[str]:
        """The tests to try, as many as the budget of seconds allows."""
        if mutant.function:
            lines = self.lines[target.path]
            named = {name for line in range(mutant.first, mutant.last + 1) for name in lines.get(line, ())}
            names = [name for name in self.items if name in named]
        else:
            names = list(self.items)
        names.sort(key=lambda name: (-target.killers[name], self.seconds[name]))
        chosen: list[str] = []
        spent = 0.0
        for name in names:
            spent += self.seconds[name]
            if chosen and spent > self.budget:
                break
            chosen.append(name)
        return chosen

    def run(self, session: pytest.Session, target: Target, living: grafting.Living) -> None:
        begun, todo = time.monotonic(), target.todo()
        if any(not target.mutants[number].function for number in todo):
            # The same text grafted onto itself must change nothing, or every graft would count as noticed.
            same = Mutant("", 1, 1, "", "", target.code)
            control = self.one(session, target, same, self.tests_for(target, same), living)
            if control[0] != SURVIVED:
                tell(f"{target.path}: its own statements are left out, as it does not bear being grafted: {control}")
                todo = [number for number in todo if target.mutants[number].function]
        for number in todo:
            mutant = target.mutants[number]
            names = self.tests_for(target, mutant)
            if mutant.function and not names:
                target.status[number] = {"status": SURVIVED, "tests": 0}
                continue
            code, killer = self.one(session, target, mutant, names, living)
            target.status[number] = {"status": code, "killer": killer, "tests": len(names)}
            if killer:
                target.killers[killer] += 1
        analysis = self.measured._analyze(str(ROOT / target.path)).numbers
        branches = f"{analysis.n_executed_branches}/{analysis.n_branches}"
        target.save(branches)
        count = Counter(row["status"] for row in target.status.values())
        tell(f"{target.path}: {dict(count)}, branches {branches}, {len(todo)} in {time.monotonic() - begun:.0f} s")
        for number, row in sorted(target.status.items()):
            mutant = target.mutants[number]
            if row["status"] in (SURVIVED, BROKEN):
                tell(f"  {row['status']} ({row.get('tests', 0)} tests) {mutant.function} {mutant.name}")

    def one(
        self, session: pytest.Session, target: Target, mutant: Mutant, names: list[str], living: grafting.Living
    ) -> tuple[str, str]:
        """What became of a mutant, and the test that noticed it."""
        inward, outward = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(inward)
            self.in_child(session, target, mutant, names, living, outward)
        os.close(outward)
        ready, _, _ = select.select([inward], [], [], LONGEST)
        told = os.read(inward, 4000).decode() if ready else ""
        os.close(inward)
        if not ready:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        code, _, killer = told.partition(" ")
        return code or TIMEOUT, killer.strip()

    def in_child(
        self, session: pytest.Session, target: Target, mutant: Mutant, names: list[str], living: grafting.Living,
        outward: int,
    ) -> None:  # fmt: skip
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        def say(text: str) -> None:
            os.write(outward, text.encode()[:4000])
            os._exit(0)

        signal.signal(signal.SIGPROF, lambda *_: say(TIMEOUT))
        try:
            signal.setitimer(signal.ITIMER_PROF, 10)
            living.become(target.path, target.code, mutant)
        except BaseException as error:  # what cannot even be imported is noticed by everybody
            say(f"{KILLED} import: {type(error).__name__}")
        try:
            # Down to what the first test shares with others: where there is one test alone it still stands itself.
            session._setupstate.teardown_exact(self.items[names[0]].parent)  # type: ignore[arg-type]
            for name, following in zip(names, [*names[1:], names[0]], strict=True):
                signal.setitimer(signal.ITIMER_PROF, 5 + 5 * self.seconds[name])
                reports = runtestprotocol(self.items[name], log=False, nextitem=self.items[following])
                for report in reports:
                    if report.failed:
                        say(f"{KILLED} {name} {report.longreprtext[-200:] if 'DH_WHY' in os.environ else ''}")
        except BaseException as error:
            say(f"{BROKEN} {type(error).__name__}: {error}")
        say(SURVIVED)


def tell(text: str) -> None:
    print(text, file=sys.__stdout__, flush=True)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--again", action="store_true", help="only what no test noticed the last time")
    parser.add_argument("--budget", type=float, default=20, help="seconds of tests for one mutant")
    parser.add_argument("--every", type=int, default=1, help="only every so many mutants, a sample")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--tests", nargs="+", required=True)
    options = parser.parse_args(words)
    files = [str(ROOT / path) for path in options.files]
    measured = coverage.Coverage(data_file=None, include=files, branch=True)
    plugin = Mutating(options.files, options, measured)
    measured.start()
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not browser", "-s", *options.tests]
    return int(pytest.main(arguments, plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
