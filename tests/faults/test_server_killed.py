"""F2, the short form: a PostgreSQL of one's own, killed outright while somebody writes, and started again."""

import shutil
import tempfile
import threading
import time
import uuid
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.factories.world import build_world

from . import ledger
from .cluster import Cluster, NoServer, programs
from .filling import moved
from .load import Somebody, Tally
from .nursery import post
from .test_killed import stage_of


def there_is_a_server() -> bool:
    try:
        return bool(programs()) and connection.vendor == "postgresql"
    except NoServer:
        return False


pytestmark = pytest.mark.skipif(not there_is_a_server(), reason="needs PostgreSQL and its programs")


@pytest.fixture
def cluster():
    """With everything that keeps data safe switched on, in a folder that another user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dong-hanh-killed-"))
    folder.chmod(0o755)
    made = Cluster(folder / "pg")
    try:
        made.create()
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stage(committed, cluster, tmp_path):
    """The tests' database, with a province in it, on that server."""
    made = stage_of(build_world(), tmp_path)
    there = connection.settings_dict
    named = {"-h": there["HOST"], "-p": there["PORT"], "-U": there["USER"]}
    where = [word for option, value in named.items() if value for word in (option, str(value))]
    own = ["-h", str(cluster.folder), "-U", "faults"]
    dump = cluster.folder / "copy.dump"
    connections.close_all()
    cluster.run([cluster.bin / "pg_dump", *where, "-Fc", "-f", dump, there["NAME"]])
    cluster.run([cluster.bin / "createdb", *own, "dong_hanh"])
    cluster.run([cluster.bin / "pg_restore", *own, "--no-owner", "-d", "dong_hanh", dump])
    made.url, made.cluster = cluster.url("dong_hanh"), cluster
    with moved(made, made.url):
        yield made


class Writer(threading.Thread):
    """Writes, and asks again with the same key until it is told."""

    def __init__(self, stage, moves):
        super().__init__(daemon=True)
        self.who, self.moves, self.unavailable, self.wrong = Somebody(stage, Tally(), "F2"), moves, 0, []

    def run(self):
        for _number in range(self.moves):
            name, path, body = self.who.next()
            self.insist(self.who.stage.tokens[name], path, body, uuid.uuid4().hex)
        connections.close_all()

    def insist(self, token, path, body, key):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            answer = post(token, path, body, key)
            if answer.status_code in (200, 201):
                said = answer.json()
                self.who.tally.acknowledge(key, said["event"], "Idempotency-Replayed" in answer.headers)
                self.who.case, self.who.state, self.who.version = said["id"], said["state"], said["version"]
                self.who.case = "" if self.who.state == "void" else self.who.case
                return
            if answer.status_code != 503:
                self.wrong.append((answer.status_code, answer.content))
                return
            self.unavailable += 1
            connections.close_all()  # as every request of a real server does; the test client keeps what is broken
            time.sleep(0.05)
        self.wrong.append("gave up")


def test_nothing_acknowledged_is_lost_and_it_comes_back(stage):
    """How soon is measured by the long form, on a machine that does nothing else."""
    writer = Writer(stage, 16)
    writer.start()
    tally, until = writer.who.tally, time.monotonic() + 60
    while len(tally.acknowledged) < 6 and time.monotonic() < until:
        time.sleep(0.01)
    fell = time.monotonic()
    assert stage.cluster.kill() > 1
    stage.cluster.start()
    writer.join(timeout=120)
    assert writer.wrong == [] and len(tally.acknowledged) == 16
    assert writer.unavailable > 0, "the server was not missed at all"
    assert min(at for at in tally.at.values() if at > fell + 0.05) - fell < 40
    assert ledger.contradictions(tally.acknowledged) == []
