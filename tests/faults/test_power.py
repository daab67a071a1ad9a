"""F7, the short form; `run.py faults` makes thousands of images."""

import random
import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from tests.factories.world import build_world

from . import power
from .test_killed import stage_of

pytestmark = [
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its own promise"),
    pytest.mark.skipif(not power.strace(), reason="strace is not installed"),
]


@pytest.fixture
def shipped(committed, tmp_path):
    """A copy of the tests' database, which the product opens as it is shipped."""
    stage = stage_of(build_world(), tmp_path)
    database = tmp_path / "power.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(database) as copy:
        connection.connection.backup(copy)
    copy.close()
    stage.url = f"sqlite:///{database}"
    (tmp_path / "var").mkdir()
    return stage, database


def test_nothing_acknowledged_is_lost_and_nothing_is_half(shipped):
    stage, database = shipped
    before = {str(database): database.read_bytes(), f"{database}-journal": b""}
    steps = power.watch(stage.environment(DH_DB_POOL="0"), database, stage.tokens, stage.facts, 8, 1)
    assert sum(step.kind == "ack" for step in steps) == 8
    chance = random.Random(7)
    counts = power.judge(power.images(steps, before, 50, chance), database, stage.folder)
    assert (counts["images"], counts["lost"], counts["corrupt"], counts["half"]) == (50, 0, 0, 0)
    assert counts["rolled_back"] > 0
    # The judge itself: on a disk that only pretends to sync, something is lost.
    lying = power.judge(power.images(steps, before, 12, chance, honest=False), database, stage.folder)
    assert lying["lost"] + lying["corrupt"] > 0


def test_a_torn_line_and_a_call_that_is_not_modelled_are_not_overlooked(tmp_path):
    log, database = tmp_path / "log", Path("/x/db")
    hexed = "".join(f"\\x{byte:02x}" for byte in b"abcd")
    log.write_text(f'1 pwrite64(3</x/db>, "{hexed}", 4, 512) = 4\n1 fdatasync(3</x/db>) = 0\n')
    steps = list(power.steps_of(log, database, tmp_path / "acks"))
    assert [(step.kind, step.at, step.data) for step in steps] == [("write", 512, b"abcd"), ("sync", 0, b"")]
    log.write_text(f'1 pwrite64(3</x/db>, "{hexed}"..., 8, 512) = 8\n')
    with pytest.raises(RuntimeError, match="short"):
        list(power.steps_of(log, database, tmp_path / "acks"))
    log.write_text(f'1 write(3</x/db>, "{hexed}", 4) = 4\n')
    with pytest.raises(RuntimeError, match="not modelled"):
        list(power.steps_of(log, database, tmp_path / "acks"))
