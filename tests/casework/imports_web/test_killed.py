"""The command as a process of its own, killed in the middle of writing; the same command goes on, nobody twice."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from casework.models import Contact, Household, ImportBatch, Person
from core.audit import chain
from core.audit.models import Event

from .conftest import book, person

ROOT = Path(__file__).resolve().parents[3]
ROWS, CHUNK = 400, 20
# The child joins this test's database; small chunks, so that the killing falls between the first and the last.
CHILD = f"""
import sys
import django
from django.core.management import call_command
from django.db import connections
django.setup()
connections["default"].settings_dict["NAME"] = sys.argv[1]
from casework.services import import_writing
import_writing.Writer.CHUNK = {CHUNK}
call_command("import_persons", sys.argv[2], "--as", "sibling_steward", "--rows", "0", "--confirm")
"""


def start(path: Path) -> subprocess.Popen[str]:
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or settings.SETTINGS_MODULE,
    }  # fmt: skip
    words = [sys.executable, "-c", CHILD, str(connection.settings_dict["NAME"]), str(path)]
    return subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.usefixtures("committed")
def test_killed_while_writing_the_same_command_goes_on(world, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(book(*(person(f"Lý Thị Số {number}", 1930 + number % 90) for number in range(ROWS))))

    first = start(path)
    watchdog = threading.Timer(120, first.kill)
    watchdog.start()
    for line in first.stderr:
        if line.startswith("Nhập: 2"):
            first.send_signal(signal.SIGKILL)
            break
    first.communicate()
    watchdog.cancel()
    assert first.returncode == -signal.SIGKILL

    batch = ImportBatch.objects.get()
    done = Person.objects.count()
    assert batch.state == "writing" and 0 < done < ROWS and done % CHUNK == 0
    assert batch.rows.exclude(result="").count() == batch.rows_written == done

    second = start(path)
    said, trouble = second.communicate(timeout=120)
    assert second.returncode == 0, trouble
    assert f"đã bị ngắt sau {done} trong {ROWS} dòng" in said and f"Đã tạo {ROWS} người" in said
    assert ImportBatch.objects.get().state == "done"
    assert Person.objects.count() == Household.objects.count() == Contact.objects.count() == ROWS
    events = Event.objects.filter(verb="person.import")
    assert events.count() == events.values("subject_id").distinct().count() == ROWS
    assert chain.verify()[1] == []
