"""`run.py mutation`: what no test would notice. The groups of files and tests stand in pyproject.toml.

Not part of the suite: it takes long. The last results are kept in var/mutation; docs/mutation.md tells what came of it.
"""

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import ROOT, VAR, Refusal
from .environment import PYTHON, ensure
from .processes import call, settings_env

RESULTS = VAR / "mutation"


def groups() -> list[dict[str, Any]]:
    """[{"files": [patterns], "tests": [paths]}]; a file belongs to the first group that names it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["dong-hanh"]["mutation"]
    return found


def files_of(group: dict[str, Any]) -> list[str]:
    found = {path.relative_to(ROOT).as_posix() for pattern in group["files"] for path in ROOT.glob(pattern)}
    return sorted(path for path in found if not path.endswith("__init__.py"))


def planned(paths: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """(files, tests) of each run; all files of all groups where none is named."""
    plan, wanted = [], set(paths)
    for group in groups():
        files = [path for path in files_of(group) if not paths or path in wanted]
        wanted -= set(files)
        if files:
            plan.append((files, list(group["tests"])))
    if wanted:
        raise Refusal(f"No group of [tool.dong-hanh.mutation] in pyproject.toml names {', '.join(sorted(wanted))}.")
    return plan


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="all of pyproject.toml where none is named")
    parser.add_argument("--again", action="store_true", help="only what no test noticed the last time")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="a sample: each N-th mutant")
    parser.add_argument("--budget", type=int, default=5, metavar="S", help="seconds of tests for one mutant")


def mutate(options: argparse.Namespace) -> int:
    plan = planned(options.files)
    ensure("dev")
    env = settings_env("deploy.settings.test", DH_TEST_DATABASE_URL="")
    more = [*(["--again"] if options.again else []), "--every", options.every, "--budget", options.budget]
    for files, tests in plan:
        code = call([PYTHON, "-m", "deploy.bootstrap.mutating", *more, *files, "--tests", *tests], env)
        if code not in (0, 5):  # pytest's 5: it ran no test by itself, as we ran them
            return code
    tell(options.files)
    return 0


def tell(paths: Sequence[str]) -> None:
    """The table of docs/mutation.md, from the last results."""
    print("\n| File | Mutants | Noticed | Not noticed | Branches |\n|---|---|---|---|---|")
    for file in sorted(RESULTS.glob("*.json")):
        kept = json.loads(file.read_text(encoding="utf-8"))
        count = Counter(row["status"] for row in kept["mutants"])
        noticed, tried = count["killed"] + count["timeout"], len(kept["mutants"]) - count["untried"]
        name = Path(kept["path"]).as_posix()
        if not paths or name in paths:
            share = f"{100 * noticed / tried:.1f} %" if tried else "-"
            print(f"| {name} | {tried} | {noticed} ({share}) | {tried - noticed} | {kept['branches']} |")
