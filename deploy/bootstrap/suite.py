"""`run.py test`: the whole suite on each engine there is, and a summary that says what was and was not run."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from . import VAR, Refusal
from .environment import PYTHON, ensure
from .processes import call, must, settings_env

RESULTS = VAR / "test-results"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCAL_POSTGRESQL = ("postgresql:///postgres?host=/var/run/postgresql", "postgresql://127.0.0.1:5432/postgres")

PROBE = """
import sys, psycopg
try:
    with psycopg.connect(sys.argv[1], connect_timeout=3) as connection:
        query = "select rolsuper or rolcreatedb from pg_roles where rolname = current_user"
        able = connection.execute(query).fetchone()[0]
        version = connection.info.parameter_status("server_version")
except psycopg.Error as error:
    sys.exit(" ".join(str(error).split()))
print(version) if able else sys.exit("its user may not create databases")
"""


@dataclass(frozen=True)
class Engine:
    name: str
    url: str  # "" is the suite's own default, a SQLite file

    @property
    def report(self) -> Path:
        return RESULTS / f"{self.name.split()[0].lower()}.xml"


@dataclass(frozen=True)
class Run:
    engine: Engine
    code: int
    browser_tests: int


def probe_postgresql(url: str) -> tuple[str, str]:
    """The server's version, or "" and why it cannot serve the tests."""
    done = subprocess.run([str(PYTHON), "-c", PROBE, url], capture_output=True, text=True, check=False)
    if done.returncode:
        return "", done.stderr.strip() or "no reason given"
    return done.stdout.split()[0], ""


def find_postgresql(named: str) -> tuple[Engine | None, str]:
    """The server named by TEST_DATABASE_URL, else one on this machine; or none, and why.

    Raises Refusal when a server was named and cannot be used: that is a failure, never a reason to leave it out.
    """
    for url in [named] if named else LOCAL_POSTGRESQL:
        version, reason = probe_postgresql(url)
        if version:
            return Engine(f"PostgreSQL {version}", url), ""
        if named:
            raise Refusal(f"TEST_DATABASE_URL is set, but its server cannot be used: {reason}")
    return None, "TEST_DATABASE_URL is not set and no server on this machine lets this user in"


def find_chromium() -> str:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")


def pytest_command(engine: Engine, chromium: str, arguments: Sequence[str]) -> list[object]:
    command: list[object] = [PYTHON, "-m", "pytest", f"--junitxml={engine.report}"]
    if not any(word.startswith(("-n", "--numprocesses")) for word in arguments):
        command += ["-n", "auto"]
    if not chromium and "-m" not in arguments:
        command += ["-m", "not browser"]
    return [*command, *arguments]


def browser_tests_in(report: Path) -> int:
    """How many tests under tests/browser were really run, from pytest's own report."""
    if not report.exists():
        return 0
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - written by our own pytest a moment ago
    return sum("tests.browser" in case.get("classname", "") and case.find("skipped") is None for case in cases)


def run_on(engine: Engine, chromium: str, arguments: Sequence[str], shared: bool) -> Run:
    print(f"\n=== {engine.name} ===", flush=True)
    engine.report.unlink(missing_ok=True)
    # On two engines each takes its share of the sweeps over everything (ADR 0015); of what one names, each takes all.
    sweeps = os.environ.get("DH_SWEEPS", "") or ("shared" if shared else "whole")
    env = settings_env("deploy.settings.test", DH_TEST_DATABASE_URL=engine.url, DH_CHROMIUM=chromium, DH_SWEEPS=sweeps)
    must([PYTHON, "manage.py", "compile_catalogues", "--verbosity", "0"], settings_env("deploy.settings.test"))
    # SIGINT first, so that pytest still tells what failed before it was interrupted.
    code = call(pytest_command(engine, chromium, arguments), env, first=signal.SIGINT)
    return Run(engine, code, browser_tests_in(engine.report))


def test(arguments: Sequence[str], require_postgresql: bool, require_browser: bool) -> int:
    ensure("dev")
    RESULTS.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    missing = []
    try:
        postgresql, why_not = find_postgresql(os.environ.get("TEST_DATABASE_URL", ""))
    except Refusal as refusal:
        postgresql, why_not, require_postgresql = None, str(refusal), True
    engines = [Engine("SQLite", ""), *([postgresql] if postgresql else [])]
    runs = [run_on(engine, chromium, arguments, len(engines) > 1 and not arguments) for engine in engines]
    if require_postgresql and not postgresql:
        missing.append(f"PostgreSQL is required: {why_not}")
    if require_browser and not all(run.browser_tests for run in runs):
        missing.append("browser tests are required, and none ran on at least one engine")
    tell(runs, why_not, chromium, missing)
    return int(any(run.code for run in runs) or bool(missing))


def tell(runs: Sequence[Run], why_not: str, chromium: str, missing: Sequence[str]) -> None:
    print("\nEngines:")
    for run in runs:
        verdict = "passed" if run.code == 0 else f"FAILED (pytest ended with {run.code})"
        print(f"  {run.engine.name}: {verdict}; browser tests run: {run.browser_tests}")
    if why_not:
        print(f"  PostgreSQL: not run ({why_not})")
    names = ", ".join(CHROMIUM_NAMES)
    print(f"Browser: {chromium}" if chromium else f"Browser: none, so no browser tests (looked for {names})")
    for sentence in missing:
        print(f"MISSING: {sentence}")
    sys.stdout.flush()
