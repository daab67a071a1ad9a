"""Backup, destroy, restore: equal; whatever is wrong with a backup is told before anything is touched."""

import json
import os
import shutil
import signal
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection, connections
from django.test import override_settings

from casework.models import Case, Person
from core.audit.models import Event
from core.documents import vault
from core.documents.models import Document
from core.keeping import backup, content, manifest, media, postgres, programs, restoring, sqlite
from core.keeping.errors import KeepingError
from tests.core.keeping.conftest import ON_SQLITE, another, papers, run

DATA = "database.sqlite3", "database.dump"


def data_of(folder):
    return next(folder / name for name in DATA if (folder / name).exists())


@pytest.fixture
def copy(made, tmp_path):
    """A copy of the backup, to be damaged."""
    return Path(shutil.copytree(made[0], tmp_path / "copy"))


@pytest.fixture
def elsewhere(kept, tmp_path, django_db_blocker):
    """Another machine: an empty database, no papers."""
    with django_db_blocker.unblock(), another("elsewhere", tmp_path, template=False), papers(tmp_path / "papers"):
        yield tmp_path / "papers"


class TestBackup:
    def test_it_is_whole_signed_and_nobody_else_reads_it(self, made, kept):
        folder, said = made
        assert "Đã sao lưu vào" in said and "Giấy tờ: " in said
        names = {path.name for path in folder.iterdir()}
        assert names == {data_of(folder).name, "media.tar", "manifest.json"}
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [path.name for path in folder.parent.iterdir()] == ["first"]  # nothing half made is left
        body = restoring.check(folder)
        assert body["tables"]["casework_case"]["rows"] == Case.objects.count()
        assert body["audit"]["seq"] == Event.objects.count()
        assert body["media"] == Document.objects.count() > 0

    def test_what_is_sealed_stays_sealed_and_names_of_files_are_keys(self, made, kept):
        folder, _said = made
        person = Person.objects.get(pk=kept.story.case.person_id)
        assert person.id_number
        for path in folder.iterdir():
            assert person.id_number.encode() not in path.read_bytes()
        assert kept.story.case.person.name not in (folder / "manifest.json").read_text()

    def test_where_something_is_already_nothing_is_written(self, made):
        with pytest.raises(CommandError, match="đã có"):
            run("backup", made[0])

    def test_a_failure_leaves_nothing(self, kept, tmp_path, monkeypatch):
        monkeypatch.setattr(media, "pack", lambda *_args: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(CommandError, match="No space left"):
            run("backup", tmp_path / "full")
        assert list(tmp_path.iterdir()) == []

    def test_a_stop_leaves_nothing(self, kept, tmp_path, monkeypatch):
        monkeypatch.setattr(media, "pack", lambda *_args: os.kill(os.getpid(), signal.SIGTERM))
        before = signal.getsignal(signal.SIGTERM)
        with pytest.raises(SystemExit) as ended:
            run("backup", tmp_path / "stopped")
        assert ended.value.code == 143 and list(tmp_path.iterdir()) == []
        assert signal.getsignal(signal.SIGTERM) is before

    def test_too_little_room_is_told_before_it_begins(self, kept, tmp_path, monkeypatch):
        usage = shutil.disk_usage(tmp_path)._replace(free=5 << 20)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
        with pytest.raises(CommandError, match=r"không đủ chỗ: cần khoảng \d+ MB, còn 5 MB"):
            run("backup", tmp_path / "full")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.django_db
    def test_papers_that_lie_in_no_folder_are_refused(self, kept, tmp_path):
        memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        with override_settings(STORAGES={"default": memory, "staticfiles": memory}), pytest.raises(CommandError):
            run("backup", tmp_path / "none")

    @pytest.mark.skipif(f"not ({ON_SQLITE})", reason="PostgreSQL has it")
    def test_sqlite_has_no_cluster(self, kept, tmp_path):
        with pytest.raises(CommandError, match="--base chỉ dùng cho PostgreSQL"):
            run("backup", tmp_path / "base", "--base")

    def test_people_go_on_working_meanwhile(self, kept, tmp_path):
        """What others write while it runs is in the copy whole or not at all; nobody is refused."""
        done, errors, stop = [], [], threading.Event()

        def work():
            try:
                while not stop.is_set():
                    Person.objects.filter(pk=kept.story.case.person_id).update(hamlet=f"Ấp {len(done)}")
                    done.append(1)
            except Exception as error:  # noqa: BLE001  whatever it is, the test must tell
                errors.append(error)
            finally:
                connections.close_all()

        worker = threading.Thread(target=work)
        worker.start()
        try:
            run("backup", tmp_path / "busy")
        finally:
            stop.set()
            worker.join()
        assert not errors and len(done) > 1
        restoring.check(tmp_path / "busy")

    @pytest.mark.skipif(ON_SQLITE, reason="SQLite has no password")
    def test_the_password_stands_on_no_command_line(self, kept, tmp_path, monkeypatch):
        seen = []
        monkeypatch.setitem(connection.settings_dict, "PASSWORD", "kh0ng-lo")
        real = subprocess.Popen

        def popen(command, *args, **options):
            seen.append((command, options.get("env") or {}))
            return real(command, *args, **options)

        monkeypatch.setattr(subprocess, "Popen", popen)
        run("backup", tmp_path / "quiet")
        command, environment = next(call for call in seen if "--format=custom" in call[0])
        assert environment["PGPASSWORD"] == "kh0ng-lo"
        assert not any("kh0ng-lo" in word or "password=" in word for word in command)
        assert "kh0ng-lo" not in (tmp_path / "quiet" / "manifest.json").read_text()


class TestRestore:
    def test_backup_destroy_restore_is_equal(self, made, elsewhere):
        folder, _said = made
        said = run("restore", folder)
        assert "đúng mã kiểm tra" in said and "không chỗ nào sai" in said
        again = folder.parent / "again"
        try:
            run("backup", again)
            first, second = (json.loads((place / "manifest.json").read_text()) for place in (folder, again))
            assert first["tables"] == second["tables"] and first["audit"] == second["audit"]
            assert first["files"]["media.tar"] == second["files"]["media.tar"]
        finally:
            shutil.rmtree(again, ignore_errors=True)
        # The product works with it: sealed columns open, papers are read, triggers refuse.
        assert Person.objects.exclude(id_index="").first().id_number
        assert vault.get(Document.objects.first())
        with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_event")

    def test_it_refuses_a_place_that_is_not_empty(self, made, elsewhere):
        folder, _said = made
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE something (id integer)")
        with pytest.raises(CommandError, match="Cơ sở dữ liệu đã có dữ liệu"):
            run("restore", folder)
        assert connection.introspection.table_names() == ["something"]
        assert not elsewhere.exists()

    def test_it_refuses_a_place_with_papers(self, made, elsewhere):
        elsewhere.mkdir()
        (elsewhere / "x").write_text("x")
        with pytest.raises(CommandError, match="Thư mục giấy tờ đã có tệp"):
            run("restore", made[0])
        assert connection.introspection.table_names() == []

    def test_replacing_asks_for_the_name_of_the_database(self, made, elsewhere, monkeypatch):
        folder, _said = made
        run("restore", folder, no_verify=True)
        Person.objects.update(hamlet="Đã đổi")
        (elsewhere / "more").write_text("x")
        monkeypatch.setattr("builtins.input", lambda _words: "có")
        with pytest.raises(CommandError, match="Không đúng tên"):
            run("restore", folder, "--replace")
        assert Person.objects.filter(hamlet="Đã đổi").exists() and (elsewhere / "more").exists()
        name = Path(str(connection.settings_dict["NAME"])).name
        monkeypatch.setattr("builtins.input", lambda _words: name)
        assert "đúng mã kiểm tra" in run("restore", folder, "--replace", no_verify=True)
        assert not Person.objects.filter(hamlet="Đã đổi").exists()
        assert not (elsewhere / "more").exists() and not media.is_empty(elsewhere)

    def test_what_came_after_the_backup_is_counted(self, made, elsewhere, tmp_path, settings):
        from core.audit import anchor

        body = restoring.check(made[0])
        heads = tmp_path / "heads.jsonl"
        head = anchor.Head(anchor.timezone.now(), body["audit"]["seq"] + 7, "0" * 64)
        heads.write_text(f"{anchor.write(head)}\nno head\n")
        settings.DH_AUDIT_HEAD_FILE = str(heads)
        assert "thêm 7 sự kiện" in run("restore", made[0], no_verify=True)

    def test_an_older_backup_asks_to_migrate_first(self, made, elsewhere, monkeypatch):
        monkeypatch.setattr(restoring, "behind", lambda _body: True)
        assert "chạy manage.py migrate" in run("restore", made[0])

    @pytest.mark.skipif(f"not ({ON_SQLITE})", reason="SQLite's own journal")
    def test_a_hot_journal_is_not_played_into_the_new_file(self, made, elsewhere):
        file = Path(connection.settings_dict["NAME"])
        journal = file.with_name(f"{file.name}-journal")
        journal.write_bytes(b"x" * 600)
        with pytest.raises(CommandError, match="bị ngắt giữa chừng"):
            run("restore", made[0])
        journal.unlink()
        assert not file.exists() or file.stat().st_size == 0


def flip(path, at=-100):
    content_ = bytearray(path.read_bytes())
    content_[at] ^= 1
    path.write_bytes(content_)


def cut(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)


def change_manifest(path, **values):
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, **values}))


class TestDamage:
    """Found by name, by `--check` and before a restore; the place to restore to is not touched."""

    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (lambda folder: flip(data_of(folder)), r"Tệp database\.\w+ đã bị sửa hoặc hỏng"),
            (lambda folder: flip(folder / "media.tar", 600), r"Tệp media\.tar đã bị sửa hoặc hỏng"),
            (lambda folder: cut(data_of(folder)), r"Tệp database\.\w+ dài \d+ byte, lúc sao lưu là \d+"),
            (lambda folder: (folder / "media.tar").unlink(), r"Thiếu tệp media\.tar"),
            (lambda folder: data_of(folder).unlink(), r"Thiếu tệp database"),
            (lambda folder: (folder / "manifest.json").unlink(), "không phải là một bản sao lưu trọn vẹn"),
            (lambda folder: (folder / "manifest.json").write_text("{"), "không đọc được, hoặc đã bị sửa"),
            (lambda folder: cut(folder / "manifest.json") or cut(folder / "manifest.json"), "không đọc được"),
            (lambda folder: change_manifest(folder / "manifest.json", media=1000), "chữ ký không đúng"),
            (lambda folder: change_manifest(folder / "manifest.json", files={}), "chữ ký không đúng"),
            (lambda folder: change_manifest(folder / "manifest.json", sign=5), "chữ ký không đúng"),
        ],
        ids=[
            "flipped",
            "flipped-media",
            "cut",
            "no-media",
            "no-data",
            "no-manifest",
            "torn",
            "torn2",
            "count",
            "none",
            "sign",
        ],
    )
    def test_each_is_named(self, copy, elsewhere, damage, words):
        damage(copy)
        for arguments in (["--check"], []):
            with pytest.raises(CommandError, match=words):
                run("restore", copy, *arguments)
        assert connection.introspection.table_names() == [] and not elsewhere.exists()

    @pytest.mark.parametrize("key", ["DH_AUDIT_KEY", "DH_SEAL_KEY", "DH_INDEX_KEY", "DH_LICENCE_KEY"])
    def test_the_wrong_key_is_named(self, made, elsewhere, settings, key):
        setattr(settings, key, "YW5vdGhlci1rZXktb2YtMzItYnl0ZXMtZm9yLWl0LiE=")
        with pytest.raises(CommandError, match=f"khóa khác: {key}\\."):
            run("restore", made[0])
        assert connection.introspection.table_names() == []

    def resigned(self, folder, **values):
        """Somebody with the keys made it: a programme of ours, or another installation of it."""
        body = json.loads((folder / "manifest.json").read_text())
        body.pop("sign")
        manifest.write(folder, {**body, **values})

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"form": 2}, "phiên bản mới hơn"),
            ({"engine": "other"}, "Bản sao lưu là của other"),
            ({"kind": "base"}, "bản chép cả cụm"),
            ({"migrations": ["casework.9999_later"]}, "casework.9999_later"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, copy, elsewhere, values, words):
        self.resigned(copy, **values)
        with pytest.raises(CommandError, match=words):
            run("restore", copy)
        assert connection.introspection.table_names() == []

    def test_content_that_is_not_as_it_was_is_not_taken(self, copy, elsewhere):
        """The files are as signed, yet the tables are not what the manifest says: a fault of a programme or a disk."""
        body = json.loads((copy / "manifest.json").read_text())
        body["tables"]["casework_case"]["sum"] = "0" * 32
        self.resigned(copy, tables=body["tables"])
        with pytest.raises(CommandError, match="casework_case"):
            run("restore", copy)
        assert connection.introspection.table_names() == [] and media.is_empty(elsewhere)
        assert [path.name for path in elsewhere.parent.iterdir() if "restoring" in path.name] == []

    def test_a_tar_with_a_way_out_is_not_unpacked(self, tmp_path):
        import tarfile

        entries = [("../out", tarfile.REGTYPE), ("/out", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)]
        for number, (name, kind) in enumerate(entries):
            with tarfile.open(tmp_path / "x.tar", "w") as tar:
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, "/etc/passwd"
                tar.addfile(entry)
            target = tmp_path / f"target-{number}"
            with pytest.raises(KeepingError, match="không phải là tệp giấy tờ"):
                media.unpack(tmp_path / "x.tar", target)
        assert not (tmp_path / "out").exists()

    @pytest.mark.skipif(ON_SQLITE, reason="SQLite is copied by one statement")
    def test_a_restore_that_is_killed_changes_nothing(self, made, elsewhere, monkeypatch):
        """pg_restore ends in the middle: psql gets no COMMIT."""
        real = postgres._pour

        def pour(program, source, target):
            real(program, source, target)
            raise KeepingError("killed")

        monkeypatch.setattr(postgres, "_pour", pour)
        with pytest.raises(CommandError, match="killed"):
            run("restore", made[0])
        assert connection.introspection.table_names() == []


class TestPrograms:
    @pytest.mark.skipif(ON_SQLITE, reason="SQLite needs no programs")
    def test_a_program_that_is_missing_is_named(self, kept, tmp_path, monkeypatch):
        monkeypatch.setattr(programs, "_FOLDERS", ())
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(CommandError, match=r"Không thấy pg_dump của PostgreSQL \d+ trở lên"):
            run("backup", tmp_path / "none")
        assert not (tmp_path / "none").exists()

    @pytest.mark.skipif(ON_SQLITE, reason="SQLite needs no server")
    def test_a_server_that_is_down_is_told(self, kept, tmp_path, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
        with pytest.raises(CommandError, match="Không nối được cơ sở dữ liệu"):
            run("backup", tmp_path / "none")

    @pytest.mark.skipif(f"not ({ON_SQLITE})", reason="the engine finds it itself")
    def test_a_database_that_is_broken_is_not_backed_up(self, kept, tmp_path):
        file = tmp_path / "broken.sqlite3"
        shutil.copy(connection.settings_dict["NAME"], file)
        flip(file, 5 * 4096 + 3)
        broken = bytearray(file.read_bytes())
        broken[8 * 4096 : 9 * 4096] = os.urandom(4096)
        file.write_bytes(broken)
        with pytest.raises(KeepingError, match="bị hỏng|Không sao chép được"):
            sqlite.look(file)


def test_the_sum_depends_on_every_value_and_not_on_the_order(tmp_path):
    import sqlite3

    def tables(*rows):
        with sqlite3.connect(":memory:") as database:
            database.execute("CREATE TABLE t (a, b)")
            database.executemany("INSERT INTO t VALUES (?, ?)", rows)
            return content.of_sqlite(database)["t"]

    one = tables((1, "x"), (2, None))
    assert one == tables((2, None), (1, "x")) and one["rows"] == 2
    others = [tables((1, "x"), (2, "")), tables((1, "x")), tables(("1", "x"), (2, None)), tables((2, "x"), (1, None))]
    assert len({other["sum"] for other in [one, *others]}) == 5
    assert backup.is_sqlite() or content.differences({"a": one}, {"a": one, "b": one}) == ["b"]
