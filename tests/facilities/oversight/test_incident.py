"""What an incident brings about, and what its end needs."""

import pytest

from core.accounts.enums import Role
from core.accounts.services import assign
from core.errors import Blocked, Denied, Invalid
from core.worklist.models import WorkItem
from facilities.models import Incident
from tests.factories.oversight import at

from .test_inspection import codes, ids, open_kinds, told


def test_officer_and_supervisor_are_told_at_once(story):
    row = story.reported()
    assert told("incident.report") == ids(story, "licensing", "licensing2", "public_supervisor")
    item = WorkItem.objects.get(subject_id=row.pk)
    assert (item.kind, item.unit, item.role) == ("incident.take", story.world.units["department"], "licensing_officer")
    assert (row.clock_days, item.due_at) == (1, row.due_at)
    assert row.number.startswith("SV-") and row.reported_by == story.world.user("manager")


def test_of_a_death_the_head_is_told_too(story):
    story.reported(kind="death")
    assert ids(story, "head") <= told("incident.report")


def test_a_facility_without_a_supervisor_of_its_own_tells_the_centre(world):
    from tests.factories.oversight import Oversight

    story = Oversight(world, "private")
    story.reported()
    assert ids(story, "supervisor", "supervisor2") <= told("incident.report")


def test_it_is_looked_into_and_concluded(story):
    row = story.reviewed()
    assert row.reviewer == story.world.user("licensing") and open_kinds(row) == {"incident.conclude"}
    with pytest.raises(Invalid):
        story.do("licensing", "conclude", row)
    story.do("licensing", "conclude", row, conclusion="Do sàn trơn.")
    assert (row.state, row.due_at, open_kinds(row)) == ("closed", None, set())
    story.do("licensing", "reopen", row, note="Có tin mới.")
    assert row.state == "review" and open_kinds(row) == {"incident.conclude"}


def test_nobody_of_the_house_looks_into_it(story):
    """Neither whoever reported it, though an officer by now, nor an officer who works there too."""
    row = story.reported()
    assign(story.world.user("licensing"), Role.WORKER, story.facility.unit)
    with pytest.raises(Denied) as caught:
        story.do("licensing", "take", row)
    assert codes(caught) == {"of_the_house"}
    Incident.objects.filter(pk=row.pk).update(reported_by=story.world.user("licensing2"))
    with pytest.raises(Denied) as caught:
        story.do("licensing2", "take", row)
    assert codes(caught) == {"own_report"}


def test_a_death_ends_with_an_inspection_or_a_reason(story):
    row = story.reviewed(kind="death")
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "conclude", row, conclusion="Bệnh già.")
    assert codes(caught) == {"death_not_inspected"}
    visit = story.planned(kind="incident", incident=row.pk)
    story.do("licensing", "cancel", visit, note="Đổi lịch.")
    with pytest.raises(Blocked):
        story.do("licensing", "conclude", row, conclusion="Bệnh già.")
    story.planned(kind="incident", incident=row.pk)
    story.do("licensing", "conclude", row, conclusion="Bệnh già.")
    assert row.state == "closed"
    other = story.reviewed(kind="death")
    story.do("licensing", "conclude", other, conclusion="Bệnh già.", no_inspection="Mất ở bệnh viện.")
    assert other.no_inspection == "Mất ở bệnh viện."


def test_what_has_not_happened_is_not_reported(story):
    with pytest.raises(Invalid) as caught:
        story.reported(occurred_at=at(-60))
    assert set(caught.value.errors) == {"occurred_at"}


def test_the_story_is_sealed_in_the_database(story):
    row = story.concluded(kind="death")
    from django.db import connection

    with connection.cursor() as cursor:
        columns = "story, measures, conclusion, no_inspection"
        cursor.execute(f"select {columns} from facilities_incident")  # noqa: S608
        stored = cursor.fetchone()
    assert all(value.startswith("v1.") for value in stored)
    assert row.story == "Ông Bảy ngã ở cầu thang."
