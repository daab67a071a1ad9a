"""/healthz and /readyz: what they say, to whom, and what they never tell."""

import json
import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import timezone

from core.health import checks, views
from core.outbox import heartbeat

ALL_WELL = {"database": "ok", "migrations": "ok", "worker": "ok", "disk": "ok"}


def ask(view, method="get"):
    answer = view(getattr(RequestFactory(), method)("/x"))
    return answer, json.loads(answer.content) if answer.content else None


@pytest.fixture
def beat(monkeypatch):
    """Sets when the worker last gave a sign of life, in seconds ago; None = never."""

    def set_age(seconds):
        moment = None if seconds is None else timezone.now() - timedelta(seconds=seconds)
        monkeypatch.setattr(heartbeat, "last", lambda: moment)

    set_age(1)
    return set_age


@pytest.fixture
def free_megabytes(monkeypatch):
    def set_free(megabytes):
        usage = SimpleNamespace(total=0, used=0, free=megabytes * checks.MEGABYTE)
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: usage)

    set_free(100_000)
    return set_free


def test_healthz_lives_without_database():
    # No database mark: any query would fail the test.
    answer, content = ask(views.healthz)
    assert (answer.status_code, content) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("view", [views.healthz, views.readyz])
def test_no_login_is_asked_and_nothing_but_reading_is_taken(view):
    assert view.login_required is False
    assert ask(view, "post")[0].status_code == 405
    assert ask(view, "delete")[0].status_code == 405


@pytest.mark.django_db
def test_ready_when_all_holds(beat, free_megabytes):
    answer, content = ask(views.readyz)
    assert (answer.status_code, content) == (200, {"status": "ok", "checks": ALL_WELL})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "code"), [(59, "ok"), (61, "silent"), (None, "never_seen"), (-30, "ok")])
def test_the_worker_must_have_beaten_within_a_minute(beat, free_megabytes, age, code):
    beat(age)
    answer, content = ask(views.readyz)
    assert content["checks"] == {**ALL_WELL, "worker": code}
    assert answer.status_code == (200 if code == "ok" else 503)


@pytest.mark.django_db
def test_a_disk_nearly_full_is_not_ready(beat, free_megabytes, settings):
    settings.DH_LEAST_FREE_MB = 512
    free_megabytes(511)
    assert ask(views.readyz)[1]["checks"]["disk"] == "nearly_full"
    free_megabytes(512)
    assert ask(views.readyz)[1]["checks"]["disk"] == "ok"


@pytest.mark.django_db
def test_a_folder_not_made_yet_is_judged_by_the_one_above(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "not" / "yet"
    assert checks.disk() == ""


@pytest.mark.django_db
def test_an_unapplied_migration_is_not_ready(beat, free_megabytes, monkeypatch):
    newer = checks.newest_migrations() | {("core", "9999_not_there")}
    monkeypatch.setattr(checks, "newest_migrations", lambda: newer)
    answer, content = ask(views.readyz)
    assert (answer.status_code, content["checks"]["migrations"]) == (503, "unapplied")


def test_a_dead_database_is_told_without_its_address(beat, free_megabytes, monkeypatch, caplog):
    class Dead:
        def cursor(self):
            raise OperationalError("could not connect to db-7.internal as dong_hanh")

    monkeypatch.setattr(checks, "connection", Dead())
    monkeypatch.setattr(checks, "MigrationRecorder", lambda connection: connection.cursor())
    with caplog.at_level(logging.WARNING):
        answer, content = ask(views.readyz)
    assert answer.status_code == 503
    assert content == {"status": "failed", "checks": {**ALL_WELL, "database": "error", "migrations": "error"}}
    assert "OperationalError" in caplog.text
    assert "db-7" not in caplog.text + answer.content.decode()
