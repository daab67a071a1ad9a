"""What the clock does: once, however often it looks."""

import pytest

from core.audit.models import Event
from core.worklist.models import WorkItem
from facilities import tasks
from facilities.models import Inspection
from tests.factories.cases import day
from tests.factories.oversight import LONG_AGO

pytestmark = pytest.mark.django_db


def open_items(kind):
    return WorkItem.objects.filter(kind=kind, closed_at__isnull=True)


def test_a_reply_that_never_came_ends_once(story):
    late, early = story.overdue_reply(), story.reply()
    assert tasks.end_replies() == 1
    assert tasks.end_replies() == 0
    late.refresh_from_db()
    early.refresh_from_db()
    assert (late.state, early.state) == ("remedy", "reply")
    event = Event.objects.get(verb="inspection.no_reply")
    assert event.actor is None and event.subject_id == late.pk


def test_a_late_remedy_is_put_on_the_desk_once_for_each_day_set(story):
    row = story.remedy()
    assert tasks.tell_of_late_remedies() == 0
    Inspection.objects.filter(pk=row.pk).update(due_at=LONG_AGO)
    assert [tasks.tell_of_late_remedies() for _ in range(3)] == [1, 0, 0]
    item = open_items("inspection.remedy_passed").get()
    assert item.user == story.world.user("licensing")
    story.do("manager", "remedied", row, **story.remedy_data(row))
    assert not open_items("inspection.remedy_passed").exists()
    story.do("licensing", "recheck", row, **story.recheck_data(row, "still"))
    assert tasks.tell_of_late_remedies() == 0


def test_an_unannounced_visit_comes_to_the_desk_on_its_day(story):
    today, later = story.planned(announced=False), story.planned(announced=False, planned_on=day(2))
    assert not open_items("inspection.begin").exists()
    assert [tasks.lay_out_visits() for _ in range(2)] == [1, 0]
    item = open_items("inspection.begin").get()
    assert (item.subject_id, item.user) == (today.pk, story.world.user("licensing"))
    assert later.pk != item.subject_id
    story.do("licensing", "begin", today)
    assert not open_items("inspection.begin").exists()


def test_an_announced_visit_stands_there_from_the_plan_on(story):
    row = story.planned(planned_on=day(2))
    assert open_items("inspection.begin").get().subject_id == row.pk
    assert tasks.lay_out_visits() == 0
