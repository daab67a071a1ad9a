"""A small province in a database of its own, really committed, so that backups and other connections see it. Made once;
each test that alters it does so in a transaction that is taken back."""

import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import setup_databases
from django.utils import translation

from casework.models import Person
from facilities.models import Bed
from facilities.services import occupancy
from tests.factories import accreditation, houses
from tests.factories.cases import Story
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import World, build_world

ON_SQLITE = "connection.vendor == 'sqlite'"


def run(name, *args, **options):
    """What a command says."""
    out = StringIO()
    call_command(name, *[str(arg) for arg in args], stdout=out, stderr=out, **options)
    return out.getvalue()


def papers(folder):
    """The storage of papers in this folder."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    return override_settings(STORAGES={"default": disk, "staticfiles": disk})


@dataclass
class Kept:
    """The province and where it lies. `story` runs, `closed` has ended with a paper on file."""

    world: World
    story: Story
    closed: Story
    licence: object
    stay: object
    name: str
    media: Path


@contextmanager
def database(name: str):
    """Django works with another database meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def another(kind: str, folder: Path, template: bool):
    """A database beside the suite's: a copy of it (`template`), or with nothing in it."""
    if connection.vendor == "sqlite":
        file = folder / f"{kind}.sqlite3"
        if template:
            with sqlite3.connect(connection.settings_dict["NAME"]) as source:
                source.execute("VACUUM INTO ?", [str(file)])
            source.close()
        with database(str(file)):
            yield
        return
    suite = connection.settings_dict["NAME"]
    name = f"{suite}_{kind}"
    owner(suite, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if template:  # connections that an earlier test has left behind
        owner(suite, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{suite}'")
    owner(suite, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{suite}"' if template else ""))
    try:
        with database(name):
            yield
    finally:
        owner(suite, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def owner(suite: str, sql: str) -> None:
    """From the maintenance database: a database that is copied or dropped has no visitors."""
    with database("postgres"), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="package")
def suite_database(django_db_setup, django_db_blocker):
    """pytest-django makes it for marked tests only; those that change to another database cannot be marked."""
    with django_db_blocker.unblock():
        if connection.settings_dict["NAME"] != connection.creation._get_test_db_name():
            setup_databases(verbosity=0, interactive=False, keepdb=True, aliases=["default"])


@pytest.fixture(scope="package")
def kept(suite_database, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("keeping")
    with (
        django_db_blocker.unblock(),
        another("kept", folder, template=True),
        papers(folder / "media"),
        translation.override("vi"),
    ):
        made = _province()
        yield Kept(*made, name=str(connection.settings_dict["NAME"]), media=folder / "media")
    shutil.rmtree(folder, ignore_errors=True)


def _province():
    world = build_world()
    authorise(world)
    story = ReferralStory(world)
    story.running(provider="own+other")
    story.accepted()
    closed = Story(world).closed()
    Story(world).register().do("supervisor", "screen_out", reason="ineligible", note="Hướng dẫn.")
    house = houses.house(world)
    accreditation.people(world)
    licence = accreditation.take_over(world, house)
    bed = Bed.objects.filter(facility=house).order_by("code")[0]
    for number, row in enumerate(Person.objects.order_by("pk"), 79_000_000_001):
        row.id_number = f"{number:012d}"
        row.save()
    person = Person.objects.get(pk=story.case.person_id)
    stay = occupancy.stay(bed, occupancy.Guest(person.pk), ref=story.case.pk, override="Nhận trước khi có hệ thống.")
    return world, story, closed, licence, stay


@pytest.fixture(scope="package")
def made(kept, tmp_path_factory):
    """A backup of the province, and what the command said."""
    folder = tmp_path_factory.mktemp("backups") / "first"
    return folder, run("backup", folder)


@pytest.fixture
def undone(kept):
    """What the test alters is as it was afterwards."""
    with transaction.atomic():
        yield kept
        transaction.set_rollback(True)
    for row in (kept.story.case, kept.closed.case, kept.licence):
        row.refresh_from_db()
