"""Measures the product and its floor on the databases of the bench; started by `python3 run.py bench`.

The product runs as in production (two workers, full middleware, audit, idempotency, i18n); it is driven by a process of
its own over eight keep-alive connections. Product and floor take turns in rounds of a few seconds; figures are medians
over the rounds. Results go to var/bench/results.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import asking, floor, goals, sizes, usage
from benchmarks.product import Product, served
from benchmarks.statements import Watch
from deploy.bootstrap import ROOT, Refusal
from deploy.bootstrap.processes import catch_signals

CONNECTIONS, WARM = 8, 3
GROUPS = ("rounds", "alone", "sizes", "depth", "sqlite")
Figures = dict[str, Any]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def drive(targets: list[dict[str, Any]], **how: Any) -> list[dict[str, Any]]:
    """One job of benchmarks/load.py in a process of its own."""
    job = json.dumps({"targets": targets, **how})
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, cwd=ROOT, input=job, stdout=subprocess.PIPE, text=True, check=True)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    for answer in answers:
        if answer["failures"]:
            say(f"  answers that were no success: {answer['statuses']} {answer['failures'][0]}")
    return answers


def standing(product: Product, cast: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Version and state of the cases that are moved, as they are now."""
    wanted = json.dumps([case["id"] for case in cast["cases"]["product"]])
    found: dict[str, tuple[int, str]] = json.loads(product.run("-m", "benchmarks.cast", "--standing", feed=wanted))
    return found


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.home, self.socket = Path(os.environ["DH_BENCH_HOME"]), os.environ["DH_BENCH_SOCKET"]
        self.figures: Figures = self.kept()
        self.wanted = options.only.split(",") if options.only else list(GROUPS)

    def kept(self) -> Figures:
        """What an earlier run measured on the same sizes: its other parts stand in the table too."""
        these = {"persons": self.options.persons, "small": self.options.small, "sqlite_persons": self.options.sqlite}
        results = self.home / "results.json"
        found: Figures = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
        if not these.items() <= found.items():
            return {**these}
        if self.options.only:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(results.stat().st_mtime))
            say(f"what is not measured now is told as it was measured until {when}")
        return found

    def keep(self) -> None:
        """Writes what is known by now, so that nothing is lost when a later part fails."""
        (self.home / "results.json").write_text(json.dumps(self.figures, indent=1, default=str), encoding="utf-8")

    def url(self, database: str) -> str:
        return f"postgresql://bench@/{database}?host={self.socket}&port=5432"

    def product(self, persons: int) -> Product:
        name = f"province_{persons}"
        return Product(name, self.url(name), self.home / "product" / name)

    def run(self) -> Figures:
        small, large = (self.loaded(persons) for persons in (self.options.small, self.options.persons))
        casts = {each.name: json.loads(each.run("-m", "benchmarks.cast")) for each in (small, large)}
        with ExitStack() as open_:
            port, pid = open_.enter_context(served(large))
            if {"rounds", "alone"} & set(self.wanted):
                self.rounds(port, pid, large, casts[large.name])
                self.keep()
            if {"sizes", "depth"} & set(self.wanted):
                other, _pid = open_.enter_context(served(small))
                self.sizes(other, port, casts[small.name], casts[large.name])
                self.keep()
        if "sqlite" in self.wanted:
            self.sqlite()
            self.keep()
        return self.figures

    # The data

    def loaded(self, persons: int) -> Product:
        """The database with so many persons; one that is there already is only migrated."""
        product = self.product(persons)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [product.name]).fetchone()
            marked = (
                there
                and connection.execute(
                    "SELECT 1 FROM pg_shdescription JOIN pg_database ON oid = objoid WHERE datname = %s", [product.name]
                ).fetchone()
            )
            if there and not marked:  # a load that was broken off
                connection.execute(f'DROP DATABASE "{product.name}" WITH (FORCE)')
            if not marked:
                connection.execute(f'CREATE DATABASE "{product.name}"')
        say(f"{product.name}: tables")
        product.ready()
        if not marked:
            self.load(product, persons)
            with psycopg.connect(self.url(product.name), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
                told = json.dumps({"seconds": self.figures.get("loading", {}).get(product.name)})
                connection.execute(f"COMMENT ON DATABASE \"{product.name}\" IS '{told}'")  # the mark of a whole load
        self.note_loading(product, persons)
        return product

    def load(self, product: Product, persons: int) -> None:
        say(f"{product.name}: {persons:,} persons")
        began = time.monotonic()
        product.run("-m", "benchmarks.province", "--persons", persons)
        self.figures.setdefault("loading", {})[product.name] = time.monotonic() - began

    def note_loading(self, product: Product, persons: int) -> None:
        with psycopg.connect(self.url(product.name)) as connection:
            told = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        seconds = json.loads(told[0])["seconds"] if told and told[0] else None
        loading = self.figures.setdefault("loading", {})
        loading[product.name] = seconds
        loading[f"{product.name}_mb"] = round(size[0] / 1024**2) if size else None
        if persons == self.options.persons and seconds is not None:
            loading["minutes"] = seconds / 60

    # Product and floor in turns

    def rounds(self, port: int, pid: int, product: Product, cast: dict[str, Any]) -> None:
        how = {"pgbench": self.options.pgbench, "socket": self.socket, "user": "bench", "database": product.name}
        bare = floor.prepare(product.url, cast, **how)
        ours: dict[str, list[asking.Chain]] = {
            "page": asking.caseload(cast), "html": asking.caseload_page(cast),
            "page_of_50": asking.caseload(cast, rows=50),  # as many rows as the HTML page shows
            "search": asking.searches(cast),
        }  # fmt: skip
        duplicates = asking.duplicate_checks(cast)
        seen: dict[str, list[Figures]] = {}
        for chains in [asking.transitions(cast, standing(product, cast)), *ours.values(), duplicates]:
            drive([{"port": port, "chains": chains}], connections=CONNECTIONS, seconds=WARM)
        if "rounds" in self.wanted:
            watch = Watch(product.url)
            self.count_statements(
                port, {"transition": asking.transitions(cast, standing(product, cast)), **ours}, watch
            )
            watch.close()
            for number in range(self.options.rounds):
                say(f"round {number + 1} of {self.options.rounds}")
                for name, chains in {"transition": asking.transitions(cast, standing(product, cast)), **ours}.items():
                    seen.setdefault(name, []).append(self.measured(port, pid, chains))
                    if name in floor.SCRIPTS:
                        told = bare.run(name, CONNECTIONS, self.options.seconds)
                        seen.setdefault(f"bare_{name}", []).append(told)
            self.sum_up(seen)
            self.figures["memory"] = dict(zip(("rss_mb", "pss_mb"), usage.memory(pid), strict=True))
        if "alone" in self.wanted:
            self.alone(port, ours["search"], duplicates, bare)

    def measured(self, port: int, pid: int, chains: list[asking.Chain]) -> Figures:
        """One round: speed, latency, and CPU per request in Python and in the database."""
        before = usage.cpu(pid), usage.cpu(self.options.postmaster)
        target = {"port": port, "chains": chains}
        answer = drive([target], connections=CONNECTIONS, seconds=self.options.seconds)[0]
        number = max(1, answer["requests"])
        python, database = usage.cpu(pid) - before[0], usage.cpu(self.options.postmaster) - before[1]
        good = answer["statuses"].get("200", 0)
        return {
            "tps": good / answer["seconds"], "p50": answer["p50"], "p95": answer["p95"], "requests": number,
            "python_ms": 1000 * python / number, "database_ms": 1000 * database / number, "errors": number - good,
        }  # fmt: skip

    def count_statements(self, port: int, ours: dict[str, list[asking.Chain]], watch: Watch) -> None:
        for name, chains in ours.items():
            watch.begin()
            answer = drive([{"port": port, "chains": chains}], connections=1, count=40)[0]
            seen = watch.read()
            figures = self.figures.setdefault(name, {})
            figures["statements"] = round(sum(each.calls for each in seen if each.sent) / answer["requests"], 1)
            figures["buffers"] = round(sum(each.buffers for each in seen) / answer["requests"])

    def sum_up(self, seen: dict[str, list[Figures]]) -> None:
        for name, rounds in seen.items():
            figures = self.figures.setdefault(name, {})
            figures.update({key: statistics.median(each[key] for each in rounds) for key in rounds[0]})
            figures["every"] = rounds
            if "python_ms" in figures:
                figures["cpu"] = figures["python_ms"] + figures["database_ms"]
        for name in ("transition", "page"):
            self.figures[name]["ratio"] = self.figures[f"bare_{name}"]["tps"] / self.figures[name]["tps"]
        self.figures["search"]["ratio"] = self.figures["search"]["tps"] / self.figures["bare_search"]["tps"]
        self.figures["html"]["ratio"] = self.figures["html"]["cpu"] / self.figures["page_of_50"]["cpu"]

    def alone(self, port: int, searches: list[asking.Chain], duplicates: list[asking.Chain], bare: floor.Floor) -> None:
        """One at a time, nothing else running."""
        for name, chains in (("search", searches), ("duplicates", duplicates)):
            answer = drive([{"port": port, "chains": chains}], connections=1, count=200)[0]
            figures = self.figures.setdefault(name, {})
            figures["p50_alone"], figures["p95"] = answer["p50"], answer["p95"]
        self.figures["bare_search_alone"] = bare.run("search", 1, self.options.seconds)

    # Two sizes

    def sizes(self, small: int, large: int, cast: dict[str, Any], large_cast: dict[str, Any]) -> None:
        say("lists and records at both sizes")
        urls = [self.product(persons).url for persons in (self.options.small, self.options.persons)]
        one, other = sizes.Side(small, cast, Watch(urls[0])), sizes.Side(large, large_cast, Watch(urls[1]))
        if "sizes" in self.wanted:
            self.figures["sizes"] = sizes.at_both_sizes(one, other, drive, self.options.count, say)
            self.figures["plans"] = sizes.plans(one, other)
        if "depth" in self.wanted:
            self.figures["depth"] = sizes.deep(other, drive, 60)

    # SQLite

    def sqlite(self) -> None:
        """Ten people at the default database of a small place: the day, the list, files, searches, transitions."""
        persons = self.options.sqlite
        home = self.home / "product" / f"sqlite_{persons}"
        product = Product(home.name, f"sqlite:///{home}/province.sqlite3", home)
        mark = home / "loaded"
        if not mark.exists():
            home.mkdir(parents=True, exist_ok=True)
            (home / "province.sqlite3").unlink(missing_ok=True)
            product.ready()
            self.load(product, persons)
            mark.touch()
        else:
            product.ready()
        cast = json.loads(product.run("-m", "benchmarks.cast"))
        with served(product) as (port, pid):
            seconds = max(20, self.options.seconds * self.options.rounds)
            for length in (WARM, seconds):
                chains = asking.office_day(cast, standing(product, cast))
                answer = drive([{"port": port, "chains": chains}], connections=10, seconds=length)[0]
            memory = usage.memory(pid)
        wrong = answer["requests"] - answer["statuses"].get("200", 0)
        self.figures["sqlite"] = {
            "persons": persons, "errors": wrong, "rps": answer["requests"] / answer["seconds"], **answer,
            "rss_mb": memory[0],
        }  # fmt: skip


def options_of(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, required=True)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--count", type=int, default=15, help="requests to each page at each size")
    parser.add_argument("--sqlite", type=int, default=100_000)
    parser.add_argument("--only", default="", help=f"some of {','.join(GROUPS)}")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--postmaster", type=int, required=True)
    parser.add_argument("--pgbench", required=True)
    return parser.parse_args(words)


def main(words: list[str], bench: Callable[[argparse.Namespace], Bench] = Bench) -> int:
    options = options_of(words)
    catch_signals()
    try:
        running = bench(options)
        figures = running.run()
    except Refusal as refusal:
        say(str(refusal))
        return 1
    print(goals.markdown(figures) if options.markdown else goals.plain(figures), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
