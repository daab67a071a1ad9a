"""run.py's parts: its command line, its environment, and what it says of the suite."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.bootstrap import Refusal, environment, suite

ROOT = environment.ROOT


@pytest.fixture(scope="module")
def run():
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_test_does_not_know_goes_to_pytest_in_order(run):
    options, rest = run.parse(["test", "--require-browser", "tests/deploy", "-k", "safe and not slow", "-x"])
    assert options.require_browser
    assert not options.require_postgresql
    assert rest == ["tests/deploy", "-k", "safe and not slow", "-x"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bench", "--fast"],
        ["check", "--fast"],
        ["faults", "--only", "sun"],
        ["demo", "now"],
        ["demo", "--port", "web"],
    ],
)
def test_unknown_words_are_refused(run, words, capsys):
    with pytest.raises(SystemExit) as ended:
        run.parse(words)
    assert ended.value.code == 2


def test_run_py_loads_with_the_standard_library_alone():
    code = "import sys, run; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, check=False).returncode == 0


def write_lock(folder: Path, name: str, text: str) -> Path:
    lock = folder / f"{name}.txt"
    lock.write_text(text)
    return lock


def test_pins_are_read_from_a_lock_with_hashes(tmp_path):
    lock = write_lock(
        tmp_path, "x", "# head\nDjango==5.2.19 \\\n    --hash=sha256:aa\nzope.x[y]==1.0 ; extra\nA_b==2\n"
    )
    assert environment.locked_versions(lock) == {"django": "5.2.19", "zope-x": "1.0", "a-b": "2"}


def test_the_committed_locks_have_hashes_and_no_address_and_dev_contains_runtime():
    runtime, dev = (environment.LOCKS / f"{name}.txt" for name in ("runtime", "dev"))
    for lock in (runtime, dev):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
    assert environment.locked_versions(runtime).items() <= environment.locked_versions(dev).items()


class FakeMachine:
    """Paths in a temporary folder; what is installed, and which locks were installed, are plain attributes."""

    def __init__(self, folder: Path, monkeypatch):
        self.installed: dict[str, str] | None = None
        self.installs: list[tuple[str, bool]] = []
        self.folder = folder
        write_lock(folder, "runtime", "a==1\n")
        write_lock(folder, "dev", "a==1\nb==2\n")
        python = folder / "bin" / "python"
        python.parent.mkdir()
        python.touch()
        monkeypatch.setattr(environment, "VAR", folder / "var")
        monkeypatch.setattr(environment, "LOCKS", folder)
        monkeypatch.setattr(environment, "PYTHON", python)
        monkeypatch.setattr(environment, "STAMP", folder / "stamp")
        monkeypatch.setattr(environment, "installed_versions", lambda: self.installed)
        monkeypatch.setattr(environment, "install", self.install)

    def install(self, lock: Path, anew: bool) -> None:
        self.installs.append((lock.stem, anew))
        self.installed = environment.locked_versions(lock)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return FakeMachine(tmp_path, monkeypatch)


def test_an_empty_machine_installs_once(machine):
    environment.ensure("runtime")
    environment.ensure("runtime")
    assert machine.installs == [("runtime", True)]


def test_the_development_environment_serves_the_demo_too_but_not_the_reverse(machine):
    environment.ensure("runtime")
    environment.ensure("dev")
    environment.ensure("runtime")
    assert machine.installs == [("runtime", True), ("dev", False)]


def test_an_environment_without_stamp_is_reused_when_it_holds_the_right_packages(machine):
    machine.installed = {"a": "1", "b": "2", "c": "3"}
    environment.ensure("dev")
    assert machine.installs == []


def test_a_changed_lock_is_installed(machine):
    environment.ensure("runtime")
    write_lock(machine.folder, "runtime", "a==1.1\n")
    environment.ensure("runtime")
    assert machine.installs == [("runtime", True), ("runtime", False)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [("", "apt install python3-pip"), ("pip 22.2.2 from /x", "22.3"), ("pip 9.0 from /x", "22.3")],
)
def test_pip_must_be_there_and_new_enough(monkeypatch, answer, said):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, stdout=answer, stderr=""))
    with pytest.raises(Refusal, match=said):
        environment.require_pip()


def test_pytest_is_told_of_workers_and_missing_browser_unless_the_caller_said_so():
    engine = suite.Engine("PostgreSQL 15.20", "postgresql:///x")
    assert engine.report.name == "postgresql.xml"
    plain = suite.pytest_command(engine, "", [])
    assert plain[-4:] == ["-n", "auto", "-m", "not browser"]
    own = suite.pytest_command(engine, "", ["-n0", "-m", "browser", "tests/x"])
    assert own[-4:] == ["-n0", "-m", "browser", "tests/x"]
    assert "not browser" not in suite.pytest_command(engine, "/usr/bin/chromium", [])


def test_browser_tests_are_counted_as_run_only_when_not_skipped(tmp_path):
    report = tmp_path / "r.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.browser.test_a" name="x"/>'
        '<testcase classname="tests.browser.test_a" name="y"><skipped/></testcase>'
        '<testcase classname="tests.casework.test_b" name="z"/></testsuite></testsuites>'
    )
    assert suite.browser_tests_in(report) == 1
    assert suite.browser_tests_in(tmp_path / "none.xml") == 0


@pytest.fixture
def suite_with(monkeypatch, tmp_path):
    """`suite.test` with the machine's engines, browser and pytest results given."""

    def run(codes, browser_tests=3, postgresql=True, chromium="/usr/bin/chromium", **required):
        results = iter(codes)
        monkeypatch.setattr(suite, "ensure", lambda name: None)
        monkeypatch.setattr(suite, "RESULTS", tmp_path)
        monkeypatch.setattr(suite, "find_chromium", lambda: chromium)
        monkeypatch.setattr(suite, "probe_postgresql", lambda url: ("15.20", "") if postgresql else ("", "refused"))
        monkeypatch.setattr(suite, "run_on", lambda engine, *rest: suite.Run(engine, next(results), browser_tests))
        return suite.test([], required.get("engine", False), required.get("browser", False))

    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    return run


def test_sweeps_are_shared_only_by_a_whole_run_on_both_engines(suite_with, monkeypatch):
    seen = []

    def run_on(engine, chromium, arguments, shared):
        seen.append(shared)
        return suite.Run(engine, 0, 3)

    suite_with([0, 0])
    monkeypatch.setattr(suite, "run_on", run_on)
    suite.test([], False, False)
    suite.test(["tests/deploy"], False, False)
    monkeypatch.setattr(suite, "probe_postgresql", lambda url: ("", "refused"))
    suite.test([], False, False)
    assert seen == [True, True, False, False, False]


@pytest.mark.parametrize(("codes", "expected"), [((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((5, 0), 1)])
def test_a_failure_on_either_engine_fails_the_whole(suite_with, codes, expected, capsys):
    assert suite_with(codes) == expected
    said = capsys.readouterr().out
    assert "SQLite:" in said
    assert "PostgreSQL 15.20:" in said


def test_without_a_server_sqlite_alone_is_enough_and_said(suite_with, capsys):
    assert suite_with([0], postgresql=False) == 0
    assert "PostgreSQL: not run" in capsys.readouterr().out


def test_required_engine_and_browser_must_have_run(suite_with, capsys):
    assert suite_with([0], postgresql=False, engine=True) == 1
    assert suite_with([0, 0], browser_tests=0, browser=True) == 1
    assert suite_with([0, 0], browser=True, engine=True) == 0


def test_a_named_server_that_does_not_answer_is_a_failure(suite_with, monkeypatch, capsys):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://nowhere/x")
    assert suite_with([0], postgresql=False) == 1
    assert "TEST_DATABASE_URL is set" in capsys.readouterr().out
