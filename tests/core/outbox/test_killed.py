"""The worker as a process of its own, killed in the middle of a task (trust.md F1, F12)."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from core.accounts.models import User
from core.outbox.models import WorkerProcess
from core.outbox.tasks import DBTaskResult

from . import jobs

ROOT = Path(__file__).resolve().parents[3]
# The child joins this test's database, and loads the tests' tasks under the name by which they were queued.
CHILD = """
import sys
from datetime import timedelta
import django
from django.conf import settings
from django.db import connections
django.setup()
connections["default"].settings_dict["NAME"] = sys.argv[1]
import {module}
from core.outbox.worker import Worker
worker = Worker(idle=0.05, beat=0.2, silence=timedelta(seconds=float(sys.argv[2])), drain=sys.argv[3] == "drain")
worker.listen()
worker.run()
"""


def start(silence, mode):
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or settings.SETTINGS_MODULE,
    }  # fmt: skip
    words = [sys.executable, "-c", CHILD.format(module=jobs.__name__), str(connection.settings_dict["NAME"])]
    return subprocess.Popen([*words, str(silence), mode], cwd=ROOT, env=env)


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def children():
    started = []
    yield started
    for child in started:
        child.kill()
        child.wait()


@pytest.mark.usefixtures("committed")
def test_another_worker_finishes_what_a_killed_one_began(marker, children):
    user = User.objects.create_user(username="a", full_name="A", phone="0")
    jobs.half.enqueue(user=str(user.pk), marker=str(marker))
    first = start(30, "stay")
    children.append(first)
    wait_for(marker.exists)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert DBTaskResult.objects.get().status == "RUNNING"
    assert WorkerProcess.objects.count() == 1
    user.refresh_from_db()
    assert (user.title, user.phone) == ("", "0")
    time.sleep(1.2)
    second = start(1, "drain")
    children.append(second)
    assert second.wait(timeout=30) == 0
    row = DBTaskResult.objects.get()
    assert (row.status, len(row.worker_ids)) == ("SUCCESSFUL", 2)
    user.refresh_from_db()
    assert (user.title, user.phone) == ("một hai", "1")
    assert len(marker.read_text().split()) == 2


@pytest.mark.usefixtures("committed")
def test_sigterm_ends_an_idle_worker_at_once_and_well(children):
    child = start(30, "stay")
    children.append(child)
    wait_for(WorkerProcess.objects.exists)
    before = WorkerProcess.objects.get().at
    wait_for(lambda: WorkerProcess.objects.get().at > before)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=5) == 0
    assert not WorkerProcess.objects.exists()
