"""`run.py demo` with real processes: a copy of it starts a tiny product, and whatever happens nothing stays behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from deploy.bootstrap import Refusal, demo, environment

# Stands for the product: every command leaves a line, the worker waits with a child of its own.
MANAGE = """
import os, subprocess, sys, time
with open("calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
if sys.argv[1] == os.environ.get("FAILING_STEP"):
    sys.exit(3)
if sys.argv[1] == "worker":
    inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open("pids", "w") as pids:
        print(os.getpid(), inner.pid, file=pids)
    time.sleep(600)
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK" if environ["PATH_INFO"] == "/healthz" else "404 Not Found", [])
    return [b""]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Copy:
    """A copy of run.py in a folder of its own, with the tiny product."""

    def __init__(self, folder: Path):
        self.folder, self.port, self.process = folder, free_port(), None
        shutil.copy(environment.ROOT / "run.py", folder)
        bootstrap = environment.ROOT / "deploy" / "bootstrap"
        shutil.copytree(bootstrap, folder / "deploy" / "bootstrap", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(environment.LOCKS, folder / "deploy" / "requirements")
        (folder / "deploy" / "__init__.py").touch()
        (folder / "deploy" / "wsgi.py").write_text(WSGI)
        (folder / "manage.py").write_text(MANAGE)
        python = folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)

    def start(self, *words: str, **more: str) -> None:
        command = [sys.executable, "run.py", "demo", "--port", str(self.port), *words]
        with (self.folder / "out").open("w") as out:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env={**os.environ, **more}, stdout=out, stderr=out, start_new_session=True
            )

    def said(self) -> str:
        return (self.folder / "out").read_text(encoding="utf-8")

    def announced(self) -> bool:
        address = f"http://127.0.0.1:{self.port}/"
        return until(
            lambda: address in self.said() and (self.folder / "pids").exists() or self.process.poll() is not None
        )

    def pids(self) -> list[int]:
        return [int(pid) for pid in (self.folder / "pids").read_text().split()]

    def nothing_left(self) -> bool:
        return until(lambda: not any(map(alive, self.pids())) and not answers(self.port), 15)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def copy(tmp_path):
    made = Copy(tmp_path)
    yield made
    if made.process and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children(copy, number):
    copy.start("--persons", "12")
    assert copy.announced()
    assert answers(copy.port)
    assert all(map(alive, copy.pids()))
    copy.process.send_signal(number)
    assert copy.process.wait(20) == 128 + number
    assert copy.nothing_left()
    calls = (copy.folder / "calls").read_text().splitlines()
    assert [line.split()[0] for line in calls] == [*(words[0] for _, words in demo.STEPS), "worker", "demo_users"]
    assert "demo_data --persons 12" in calls


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_even_killed_outright_it_leaves_neither_server_nor_worker(copy):
    copy.start()
    assert copy.announced()
    worker, inner = copy.pids()
    copy.process.kill()
    assert until(lambda: not alive(worker) and not answers(copy.port), 15)
    os.kill(inner, signal.SIGKILL)  # what the worker itself started is its own to end


def test_a_child_that_ends_takes_the_other_with_it(copy):
    copy.start()
    assert copy.announced()
    os.kill(copy.pids()[0], signal.SIGKILL)
    assert copy.process.wait(20) == 1
    assert "worker" in copy.said().splitlines()[-1]
    assert copy.nothing_left()


def test_a_failing_step_stops_before_anything_is_served(copy):
    copy.start(FAILING_STEP="migrate")
    assert copy.process.wait(20) == 1
    assert "migrate" in copy.said().splitlines()[-1]
    assert (copy.folder / "calls").read_text().strip().split("\n")[-1].startswith("migrate")
    assert not (copy.folder / "pids").exists()


def test_a_busy_port_is_told_before_anything_starts(copy):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", copy.port))
        busy.listen()
        copy.start()
        assert copy.process.wait(20) == 1
    assert f"--port {copy.port + 1}" in copy.said()
    assert not (copy.folder / "calls").exists()


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(Refusal, match=str(port)):
        demo.require_free(port)


def test_without_persons_the_commands_own_default_holds():
    assert demo.fill(("demo_data", "{persons}"), None) == ["demo_data"]
    assert demo.fill(("migrate", "--noinput"), 5) == ["migrate", "--noinput"]
