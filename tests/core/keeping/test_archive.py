"""The kept log: nothing in the archive is ever overwritten; base backup and log together lead to any point in time."""

import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from casework.models import Person
from core.keeping import programs, restoring
from tests.core.keeping.conftest import ON_SQLITE, papers, run

CONFIG = Path(settings.BASE_DIR) / "deploy" / "postgresql"
SCRIPT = CONFIG / "archive-wal.sh"
LONG = os.environ.get("DH_FAULTS") == "long"


class TestScript:
    """deploy/postgresql/archive-wal.sh as PostgreSQL calls it."""

    @pytest.fixture
    def archive(self, tmp_path):
        (tmp_path / "archive").mkdir()
        return tmp_path / "archive"

    def keep(self, archive, content, name="000000010000000000000001"):
        source = archive.parent / "segment"
        source.write_bytes(content)
        command = ["sh", str(SCRIPT), str(source), name, str(archive)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_a_segment_is_kept_and_nothing_beside_it(self, archive):
        assert self.keep(archive, b"one").returncode == 0
        (file,) = archive.iterdir()
        assert file.read_bytes() == b"one" and file.stat().st_mode & 0o777 == 0o600

    def test_the_same_again_is_fine_another_one_of_that_name_never(self, archive):
        assert self.keep(archive, b"one").returncode == 0
        assert self.keep(archive, b"one").returncode == 0
        again = self.keep(archive, b"two")
        assert again.returncode != 0 and "differs" in again.stderr
        (file,) = archive.iterdir()
        assert file.read_bytes() == b"one"

    def test_an_archive_that_is_not_there_keeps_the_segment_with_the_server(self, archive):
        shutil.rmtree(archive)
        assert self.keep(archive, b"one").returncode != 0


@pytest.mark.skipif(ON_SQLITE, reason="a server of PostgreSQL is copied")
@pytest.mark.skipif(not LONG, reason="long form only: DH_FAULTS=long")
class TestPointInTime:
    @pytest.fixture
    def cluster(self, kept):
        made = Cluster()
        made.start(
            made.data, _lines("archive.conf", {"/opt/dong-hanh/deploy/postgresql": made.root, "/srv/wal": made.wal})
        )
        try:
            yield made
        finally:
            made.stop()
            shutil.rmtree(made.root, ignore_errors=True)

    def test_everything_up_to_a_moment_comes_back_and_nothing_after_it(
        self, cluster, made, tmp_path, django_db_blocker
    ):
        with django_db_blocker.unblock(), papers(tmp_path / "papers"):
            with cluster.entered():
                run("restore", made[0], no_verify=True)
                said = run("backup", tmp_path / "base", "--base")
                assert "Đã sao lưu" in said and restoring.check(tmp_path / "base")["kind"] == "base"
                with pytest.raises(CommandError, match="bản chép cả cụm"):
                    run("restore", tmp_path / "base")
                Person.objects.update(hamlet="Trước")
                moment = _ask("SELECT clock_timestamp()::text")
                time.sleep(1)
                Person.objects.update(hamlet="Sau tai nạn")
                segment = _ask("SELECT pg_walfile_name(pg_switch_wal())")
                _until((cluster.wal / segment).exists)
            cluster.stop()
            shutil.rmtree(cluster.data)
            cluster.unpack(tmp_path / "base" / "base")
            lines = _lines("recovery.conf", {"/srv/wal": cluster.wal, "2026-11-23 09:00:00+07": moment})
            cluster.start(cluster.data, lines)
            with cluster.entered():
                _until(lambda: _ask("SELECT NOT pg_is_in_recovery()"))
                assert set(Person.objects.values_list("hamlet", flat=True)) == {"Trước"}
                shutil.copytree(kept_media(made[0], tmp_path), tmp_path / "papers", dirs_exist_ok=True)
                assert "không chỗ nào sai" in run("verify", "--all", "--no-heads")


def kept_media(folder, tmp_path):
    from core.keeping import media

    media.unpack(folder / media.NAME, tmp_path / "unpacked")
    return tmp_path / "unpacked"


def _ask(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def _until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.2)


def _lines(name, places):
    """The lines of a file of deploy/postgresql, with the places of this test; each place must stand in it."""
    text = (CONFIG / name).read_text()
    for place, here in places.items():
        assert place in text, place
        text = text.replace(str(place), str(here))
    return text


class Cluster:
    """A server of the test's own; only a socket in its folder leads to it."""

    def __init__(self):
        self.bin = Path(programs.find("initdb", connection.pg_version // 10000)).parent
        made = subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip()
        self.root = Path(made)  # PostgreSQL does not run as root, and its user cannot enter pytest's folder
        self.data, self.wal = self.root / "data", self.root / "wal"
        self.wal.mkdir()
        shutil.copy(SCRIPT, self.root)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "postgres", self.root], check=True)
        self.call("initdb", "-D", self.data, "-U", "dh", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")

    def call(self, program, *arguments):
        command = [str(self.bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        log = self.root / "log"
        assert done.returncode == 0, log.read_text()

    def start(self, data, lines):
        config = f"{lines}\nlisten_addresses = ''\nunix_socket_directories = '{self.root}'\nfsync = off\n"
        (data / "postgresql.auto.conf").write_text(re.sub(r"(?m)^#.*\n", "", config))
        self.call("pg_ctl", "-D", data, "-w", "-t", "60", "-l", self.root / "log", "start")

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            self.call("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def unpack(self, base):
        """As docs/howto/backup.md says it."""
        for archive, target in (("base.tar.gz", self.data), ("pg_wal.tar.gz", self.data / "pg_wal")):
            target.mkdir(mode=0o700, exist_ok=True)
            subprocess.run(["tar", "-xzf", base / archive, "-C", target], check=True)
        (self.data / "recovery.signal").touch()
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "postgres", self.data], check=True)

    @contextmanager
    def entered(self):
        """Django works there meanwhile."""
        names = {"NAME": "postgres", "HOST": str(self.root), "PORT": "", "USER": "dh", "PASSWORD": ""}
        before = {name: connection.settings_dict[name] for name in names}
        connection.close()
        connection.settings_dict.update(names)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)
