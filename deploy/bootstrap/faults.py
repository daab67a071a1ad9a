"""`run.py faults`: kill, cut, fill and race the product on both engines, and tell what came of it (docs/faults.md).

Each engine is a process of its own (tests/faults/campaign.py) with a database in a temporary folder: a SQLite file, and
a PostgreSQL that is started for this and stopped afterwards. Only the loopback is used.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import ROOT, VAR, Refusal
from .environment import PYTHON, ensure
from .processes import call, settings_env

RESULTS = VAR / "faults"
NAMES = ("power", "redelivery", "kills", "wires", "processes", "disks", "database", "clocks", "restore", "races")
ENGINES = ("sqlite", "postgresql")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--short", action="store_true", help="a few of each, to see that all of it runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", type=one_of, action="append", metavar="NAME[=COUNT]",
        help=f"this fault alone, so many times; may be said several times: {', '.join(NAMES)}",
    )  # fmt: skip
    parser.add_argument("--engine", choices=ENGINES, action="append", help="this engine alone")
    parser.add_argument("--postgresql", default="", metavar="URL", help="a server to be used instead of a private one")


def one_of(word: str) -> str:
    """A name, or a name with a count."""
    name, equals, count = word.partition("=")
    if name not in NAMES or (equals and not count.isdecimal()):
        raise argparse.ArgumentTypeError(f"not one of {', '.join(NAMES)}, or not NAME=COUNT: {word}")
    return word


def faults(options: argparse.Namespace) -> int:
    """Everything asked for, one after the other; 1 if anything contradicts what is promised."""
    ensure("dev")
    RESULTS.mkdir(parents=True, exist_ok=True)
    results: list[dict[str, Any]] = []
    for engine in options.engine or ENGINES:
        if engine == "postgresql" and not (options.postgresql or _server()):
            raise Refusal("PostgreSQL was not found / chưa có PostgreSQL: apt-get install postgresql")
        results += _campaign(engine, options)
        _keep(results, options)
    tell(results)
    return int(any(result["wrong"] for result in results))


def _server() -> bool:
    return bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb"))


def _campaign(engine: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "results.json"
        words: list[object] = [PYTHON, "-m", "tests.faults.campaign", "--engine", engine, "--results", kept]
        words += ["--seed", options.seed, *(["--short"] if options.short else [])]
        words += [word for name in options.only or () for word in ("--only", name)]
        words += ["--postgresql", options.postgresql] if options.postgresql and engine == "postgresql" else []
        code = call(words, settings_env("tests.faults.settings"))
        results: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    if code and not any(result["wrong"] for result in results):
        results.append({
            "name": "campaign", "fault": "campaign", "engine": engine, "what": "ended by itself", "count": 0,
            "seconds": 0.0, "figures": {}, "wrong": [f"exit code {code}"], "skipped": "",
        })  # fmt: skip
    return results


def _keep(results: list[dict[str, Any]], options: argparse.Namespace) -> None:
    told = {"seed": options.seed, "short": options.short, "results": results}
    path = RESULTS / "results.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def tell(results: Sequence[dict[str, Any]]) -> None:
    print(f"\n{'fault':<16}{'engine':<12}{'count':>7}{'seconds':>9}  what came of it")
    for result in results:
        verdict = f"not run: {result['skipped']}" if result["skipped"] else "FAILED" if result["wrong"] else "ok"
        print(f"{result['fault']:<16}{result['engine']:<12}{result['count']:>7}{result['seconds']:>9}  {verdict}: "
              f"{result['what']}")  # fmt: skip
        if result["figures"]:
            print(f"{'':<16}{json.dumps(result['figures'], ensure_ascii=False)}")
        for sentence in result["wrong"][:10]:
            print(f"{'':<16}! {sentence}")
    print(f"\n{RESULTS.relative_to(ROOT) / 'results.json'}")
    sys.stdout.flush()
