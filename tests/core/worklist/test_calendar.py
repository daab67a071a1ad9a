"""A decree moves a day off: deadlines over it move, and the work items that bear them."""

from datetime import date, timedelta

from django.utils import timezone

from casework.models import Case
from core.clock.due import local_date
from core.clock.models import CalendarDay
from core.worklist.calendar import follow_calendar
from core.worklist.models import WorkItem
from tests.factories.cases import Story


def free(day: date) -> None:
    values = {"effect": "off", "kind": "decree", "name": "Nghỉ theo quyết định", "basis": "thử", "provisional": False}
    CalendarDay.objects.update_or_create(date=day, defaults=values)


def test_deadlines_and_their_items_move_once(world):
    case = Story(world).in_assessment().case
    follow_calendar()
    case = Case.objects.get(pk=case.pk)
    item = WorkItem.objects.get(subject_id=case.pk, due_at=case.due_at, closed_at__isnull=True)
    other = WorkItem.objects.create(
        kind="case.contact", subject_model="casework.Case", subject_id=case.pk, root_model="casework.Case",
        root_id=case.pk, user=world.user("worker"), due_at=timezone.now() + timedelta(days=30),
        opened_at=timezone.now(),
    )  # fmt: skip
    before = case.due_at
    free(local_date(before))

    assert follow_calendar() == 1
    case.refresh_from_db()
    item.refresh_from_db()
    assert case.due_at > before
    assert item.due_at == case.due_at
    assert WorkItem.objects.get(pk=other.pk).due_at == other.due_at
    assert case.version == Case.objects.get(pk=case.pk).version
    assert follow_calendar() == 0


def test_nothing_is_read_while_the_calendar_stays(world, django_assert_num_queries):
    Story(world).in_assessment()
    follow_calendar()
    with django_assert_num_queries(2):
        assert follow_calendar() == 0


def test_a_case_on_hold_keeps_its_clock(world):
    story = Story(world).in_assessment()
    follow_calendar()
    story.hold()
    held = Case.objects.get(pk=story.case.pk)
    free(timezone.localdate() + timedelta(days=1))
    follow_calendar()
    now = Case.objects.get(pk=held.pk)
    assert now.paused_at == held.paused_at and now.state == held.state
