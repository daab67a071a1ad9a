"""F6: no room on the disk, and a database that does not answer. 503 in both doors, nothing half done, and the same
request goes through once there is room again."""

import errno
import json
import os
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from casework.models import Case
from core.api import throttling
from core.audit.models import Event
from core.documents import services, vault
from core.documents.models import Document
from core.web.pages import act_url
from tests.core.documents import files
from tests.factories.cases import INTAKE, Story
from tests.factories.persons import PersonData

VOID = {"note": "Nhầm."}


@contextmanager
def full(table):
    """The database finds no room as soon as it must write into the table."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")) and f'"{table}"' in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def really_full():
    """SQLite's own limit on the pages of a file gives the very error of a full disk."""
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute("VACUUM")
        now = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {now}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")


def a_problem(answer):
    assert answer.status_code == 503, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) > 0
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["type"] == "/problems/unavailable"


def a_calm_page(answer):
    text = answer.content.decode()
    assert answer.status_code == 503, text
    assert answer["Content-Type"].startswith("text/html")
    assert "Hệ thống đang bận" in text and '<html lang="vi">' in text
    assert int(answer["Retry-After"]) > 0
    assert "Traceback" not in text and "OperationalError" not in text


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("table", ["casework_case", "audit_event", "core_idempotencykey", "worklist_workitem"])
@pytest.mark.django_db
def test_a_full_database_is_503_and_nothing_half(world, door, table):
    case = Story(world).register().case
    supervisor, key, where = door(world.user("supervisor")), uuid.uuid4().hex, f"cases/{case.pk}/actions/void/"
    asked = {"version": case.version, **VOID}
    with full(table):
        a_problem(supervisor.post(where, asked, key))
    case.refresh_from_db()
    assert (case.state, case.version) == ("intake", 1)
    assert Event.objects.filter(subject_id=case.pk).count() == 1
    assert supervisor.post(where, asked, key).status_code == 200
    assert Event.objects.filter(verb="case.void").count() == 1


@pytest.mark.django_db
def test_the_pages_say_calmly_that_nothing_was_kept(world):
    case = Story(world).register().case
    client = signed_in(world.user("supervisor"))
    address = act_url("casework.Case", case.pk, "void")
    with full("audit_event"):
        a_calm_page(client.post(address, {"version": case.version, "key": "k", **VOID}))
    # What is sensitive is not shown when the read cannot be noted.
    with full("audit_readlog"):
        answer = client.get(address)
    a_calm_page(answer)
    assert case.number not in answer.content.decode()
    assert Case.objects.get(pk=case.pk).state == "intake"


@pytest.mark.django_db
def test_a_session_that_cannot_be_kept_is_no_fault_of_ours(world):
    client = signed_in(world.user("supervisor"))
    with full("django_session"):
        a_calm_page(client.get("/"))


@pytest.mark.django_db
def test_before_the_api_begins_it_is_a_problem_too(world):
    client = signed_in(world.user("supervisor"))

    def dead(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(dead):
        a_problem(client.get("/api/v1/me/"))


@pytest.mark.django_db
def test_other_faults_stay_faults(world, monkeypatch):
    client = signed_in(world.user("supervisor"))
    monkeypatch.setattr("core.web.context._nav", lambda *args: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500 and "Máy chủ gặp trục trặc" in answer.content.decode()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a limit that only SQLite has")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_sqlite_itself_finds_no_room(world, door):
    intake, key = door(world.user("intake")), uuid.uuid4().hex
    asked = {**dict(PersonData()), **INTAKE, "problem": "Sống một mình. " * 250}
    asked = json.loads(json.dumps(asked, default=str))
    with really_full():
        a_problem(intake.post("cases/", asked, key))
        assert not Case.objects.exists() and not Event.objects.filter(verb="case.register").exists()
    assert intake.post("cases/", asked, key).status_code == 201
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)


class Full(FileSystemStorage):
    """Half of a file fits."""

    def _save(self, name, content):
        raw = content.read()
        content.seek(0)
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw[: len(raw) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def media(tmp_path, monkeypatch):
    """Files are kept on a disk of their own; `media(cls)` puts another storage in its place."""

    def use(kind):
        storage = kind(location=tmp_path)
        for module in (vault, services):
            monkeypatch.setattr(module, "default_storage", storage)
        return storage

    use(FileSystemStorage)
    use.path = tmp_path
    return use


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_paper_that_does_not_fit_leaves_no_half_file(world, door, media):
    case = Story(world).in_assessment().case
    worker, key = door(world.user("worker")), uuid.uuid4().hex

    def parts():
        data = json.dumps({"parent": str(case.pk), "kind": "medical"})
        return {"data": data, "file": SimpleUploadedFile("giay.pdf", files.pdf(), "application/pdf")}

    media(Full)
    a_problem(worker.send("papers/", parts(), key))
    assert kept(media.path) == [] and not Document.objects.exists()
    assert not Event.objects.filter(verb="document.upload").exists()
    media(FileSystemStorage)
    assert worker.send("papers/", parts(), key).status_code == 201
    document = Document.objects.get()
    assert len(vault.get(document)) == document.size
    assert len(kept(media.path)) == 1


@pytest.mark.django_db
def test_a_paper_is_on_the_disk_before_it_is_acknowledged(world, door, media, monkeypatch):
    """The power may go right after the answer: the file's bytes and its name in the folder must both be down."""
    case = Story(world).in_assessment().case
    down = []
    real = os.fsync

    def noted(handle):
        down.append(Path(f"/proc/self/fd/{handle}").resolve())
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    data = json.dumps({"parent": str(case.pk), "kind": "medical"})
    paper = SimpleUploadedFile("giay.pdf", files.pdf(), "application/pdf")
    assert door(world.user("worker")).send("papers/", {"data": data, "file": paper}).status_code == 201
    path = Path(vault.default_storage.path(Document.objects.get().path))
    assert [path, path.parent, path.parent.parent, path.parent.parent.parent] == down


@pytest.mark.django_db
def test_a_counter_that_cannot_be_kept_lets_nobody_guess(world, monkeypatch):
    """The shared cache swallows its database's errors; what counts in it must not go uncounted."""
    monkeypatch.setattr(throttling.cache, "add", lambda *args, **kwargs: False)
    with pytest.raises(OperationalError):
        throttling.spend(world.user("worker").pk, "lookup")
