"""The long form on one engine: python -m tests.faults.campaign --engine sqlite|postgresql [--short] [--seed N]
[--only NAME] [--postgresql URL] --results FILE. `python3 run.py faults` runs it for both and prints the table."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .results import Result
from .stage import Stage, open_stage


def faults() -> dict[str, tuple[Callable[[Stage, int, int], list[Result]], int, int]]:
    """Name: what is run, how often in the short and in the long form."""
    from . import crowds, killing, nursery, power, redelivery, wires

    return {
        "kills": (nursery.kill_forks, 22, 500),
        "processes": (killing.kill_processes, 6, 60),
        "races": (crowds.every_race, 1, 0),
        "redelivery": (redelivery.redeliver, 5, 100),
        "power": (power.cut_power, 60, 5000),
        "wires": (wires.lose, 60, 1000),
        "database": (killing.kill_database, 2, 50),
    }


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), required=True)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--count", type=int)
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--results", type=Path, required=True)
    asked = parser.parse_args(words)
    results: list[dict[str, Any]] = []
    with open_stage(asked.engine, asked.postgresql) as stage:
        stage.enter()
        stage.prepare()
        for name, (run, short, long) in faults().items():
            if asked.only and name != asked.only:
                continue
            count = asked.count if asked.count is not None else (short if asked.short else long)
            for result in run(stage, count, asked.seed):
                results.append({"name": name, **result.plain()})
                sys.stdout.write(f"{json.dumps(results[-1], ensure_ascii=False)}\n")
                sys.stdout.flush()
                asked.results.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(any(result["wrong"] for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
