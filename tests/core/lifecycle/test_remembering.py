"""A row that an action has locked is written as far as it changed, and never less."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accreditation.models import Application
from casework.models import Case
from core.lifecycle.engine import perform
from tests.factories.cases import Story, day
from tests.factories.licences import Licences

pytestmark = pytest.mark.django_db


def test_a_transition_writes_the_columns_that_changed(world):
    case = Story(world).running().case
    data = {"reason": "hospital", "resume_by": day(10), "note": "Nằm viện."}
    with CaptureQueriesContext(connection) as seen:
        perform(case, "hold", by=world.actor("worker"), version=case.version, data=data)
    written = [query["sql"] for query in seen.captured_queries if query["sql"].startswith('UPDATE "casework_case" SET')]
    columns = {
        part.split('"')[1]
        for part in written[0].split(" WHERE ")[0].removeprefix('UPDATE "casework_case" SET ').split(", ")
    }
    assert {"state", "version", "updated_at"} <= columns
    assert not columns & {"number", "person_id", "worker_id", "opened_at", "created_at"}
    stored = Case.objects.get(pk=case.pk)
    assert (stored.state, stored.version) == ("on_hold", case.version + 1)
    assert stored.updated_at > case.updated_at


def test_what_was_changed_inside_a_value_is_written(world):
    row = Licences(world).application()
    row.remember()
    row.asked["capacity"] = 7
    row.save()
    assert Application.objects.get(pk=row.pk).asked["capacity"] == 7
    row.asked["capacity"] = 8
    row.save()
    assert Application.objects.get(pk=row.pk).asked["capacity"] == 8


def test_what_goes_back_to_the_first_value_is_written(world):
    """The row is compared with what stands in the database, not with what once stood there."""
    case = Story(world).running().case
    case.remember()
    first = case.safety_note
    case.safety_note = "Chó dữ."
    case.save(update_fields=["safety_note"])
    case.safety_note = first
    case.save()
    assert Case.objects.get(pk=case.pk).safety_note == first
    number = case.number
    Case.objects.filter(pk=case.pk).update(number="HS-2026-999999")
    case.refresh_from_db()
    case.number = number
    case.save()
    assert Case.objects.get(pk=case.pk).number == number


def test_what_is_written_alone_leaves_the_rest_to_be_written(world):
    case = Story(world).running().case
    case.remember()
    case.safety_note, case.old_number = "Chó dữ.", "12/QLTH"
    case.save(update_fields=["safety_note"])
    case.save()
    assert Case.objects.get(pk=case.pk).old_number == "12/QLTH"


def test_what_somebody_else_wrote_is_not_put_back(world):
    case = Story(world).running().case
    case.remember()
    Case.objects.filter(pk=case.pk).update(number="HS-2026-999999")
    case.updated_at = timezone.now()
    case.save()
    assert Case.objects.get(pk=case.pk).number == "HS-2026-999999"
