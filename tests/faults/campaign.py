"""The long form on one engine; `python3 run.py faults` runs it for both and prints the table.

python -m tests.faults.campaign --engine sqlite|postgresql --results FILE [--short] [--seed N] [--only NAME[=COUNT]]
[--postgresql URL]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .results import Result
from .stage import ROOT, Stage, open_stage

Fault = Callable[[Stage, int, int], list[Result]]


def faults() -> dict[str, tuple[Fault, int, int]]:
    """Name: what is run, how often in the short and in the long form. What leaves many rows behind comes late."""
    from . import crowds, filling, killing, nursery, power, redelivery, wires

    return {
        "power": (power.cut_power, 60, 5000),
        "redelivery": (redelivery.redeliver, 5, 100),
        "kills": (nursery.kill_forks, 22, 500),
        "wires": (wires.lose, 60, 1000),
        "processes": (killing.kill_processes, 6, 60),
        "disks": (filling.fill_disks, 1, 5),
        "database": (killing.kill_database, 2, 50),
        "clocks": (tests_of("F9", "clocks that are wrong", "tests/faults/test_clocks.py"), 1, 1),
        "restore": (tests_of("F13", "backup, destroy, restore", "tests/core/keeping"), 1, 1),
        "races": (crowds.every_race, 1, 0),
    }


def tests_of(fault: str, what: str, folder: str) -> Fault:
    """Tests that are short and long form in one, on a database beside the stage's."""

    def run(stage: Stage, count: int, seed: int) -> list[Result]:
        result = Result(fault, stage.engine, f"{what}: {folder}")
        url = stage.url if stage.engine == "postgresql" else ""
        env = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "deploy.settings.test", "DH_TEST_DATABASE_URL": url,
            "DH_TEST_DB_NAME": "faults", "DH_LONG": "1",
        }  # fmt: skip
        report = stage.folder / f"{fault}.xml"
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", folder]
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=1800, check=False)
        suites = ElementTree.parse(report).iter("testsuite") if report.exists() else []
        for suite in suites:
            result.count += int(suite.get("tests", 0)) - int(suite.get("skipped", 0))
            result.figures["skipped"] = int(suite.get("skipped", 0))
        if done.returncode:
            result.blame([line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))])
            result.blame([f"pytest ended with {done.returncode}"])
        return [result.done()]

    return run


def attempt(name: str, run: Fault, stage: Stage, count: int, seed: int) -> list[Result]:
    """A fault that fails by itself is a finding too, and does not end the others."""
    try:
        return run(stage, count, seed)
    except Exception as error:
        traceback.print_exc()
        stage.stop()
        return [Result(name, stage.engine, "ended by itself", wrong=[f"{type(error).__name__}: {str(error)[:300]}"])]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), required=True)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="NAME[=COUNT]")
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--results", type=Path, required=True)
    asked = parser.parse_args(words)
    wanted = dict(word.partition("=")[::2] for word in asked.only or [])
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    results: list[dict[str, Any]] = []
    with open_stage(asked.engine, asked.postgresql) as stage:
        stage.enter()
        stage.prepare()
        for name, (run, short, long) in faults().items():
            if wanted and name not in wanted:
                continue
            count = int(wanted.get(name) or (short if asked.short else long))
            for result in attempt(name, run, stage, count, asked.seed):
                results.append({"name": name, **result.plain()})
                sys.stdout.write(f"{json.dumps(results[-1], ensure_ascii=False)}\n")
                sys.stdout.flush()
                asked.results.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(any(result["wrong"] for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
