"""The legal clock of a file: from receipt (outside hours from the next working day), standing still while the applicant
must act, longer by an extension; what the applicant and the officer are told of it."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from accreditation.models import Application
from accreditation.selectors import procedures, terms
from accreditation.tasks import lapse_applications, overdue_applications
from core.clock.calendar import Calendar
from core.errors import Blocked, Invalid
from core.lifecycle.engine import system_perform
from core.outbox.tasks import DBTaskResult
from core.worklist.models import WorkItem
from tests.factories.accreditation import Recognition, people

pytestmark = pytest.mark.django_db


@contextmanager
def at(text):
    """It is that moment: "2026-11-06 16:00"."""
    moment = timezone.make_aware(datetime.fromisoformat(text))
    with mock.patch.object(timezone, "now", return_value=moment):
        yield moment


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


# When it comes in (Hồ Chí Minh time), the first day that counts, and when 15 working days are over. Worked out by hand
# from the calendar of data/holidays-vn-2024-2027.csv: 24/11/2026 and 31/12 to 3/1 are days off.
RECEIPTS = [
    ("2026-03-02 09:00", "2026-03-02", "2026-03-23"),  # a Monday: 15 days on
    ("2026-03-06 16:59", "2026-03-06", "2026-03-27"),  # before the office closes
    ("2026-03-06 17:01", "2026-03-09", "2026-03-30"),  # after: from Monday on
    ("2026-03-07 10:00", "2026-03-09", "2026-03-30"),  # a Saturday
    ("2026-03-08 23:30", "2026-03-09", "2026-03-30"),  # a Sunday
    ("2026-04-24 20:00", "2026-04-28", "2026-05-21"),  # a Friday evening before the Hùng Kings' day (moved to 27/4)
]  # fmt: skip


@pytest.mark.parametrize(("received", "counts_from", "ends"), RECEIPTS)
def test_the_term_runs_from_receipt(world, received, counts_from, ends):
    story = Recognition(people(world)).draft().fill()
    with at(received):
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    row, calendar = story.application, Calendar()
    assert calendar.counting_date(row.submitted_at) == date.fromisoformat(counts_from)
    assert timezone.localtime(row.due_at).date() == date.fromisoformat(ends)
    assert procedures.appointment(row) == date.fromisoformat(ends)
    with at(received) as moment:
        assert terms.days(row, moment) == (0, 15, 15, False)


@pytest.mark.parametrize(("kind", "days"), [("register", 5), ("licence", 15), ("small_facility", 10), ("dissolve", 15)])
def test_each_procedure_has_its_days(world, kind, days):
    row = Recognition(people(world), kind).submitted().application
    assert (row.legal_days, row.clock_days, terms.days(row).total) == (days, days, days)


def sent_on_monday(world):
    """Handed in on Monday 2/3/2026 at nine; due on Monday 23/3."""
    story = Recognition(people(world)).draft().fill()
    with at("2026-03-02 09:00"):
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    with at("2026-03-03 09:00"):
        story.declare().check()
        story.do("licensing", "take")
    return story


def test_one_clock_runs_through_all_states_of_the_authority(world):
    story = sent_on_monday(world)
    before = story.application.due_at
    with at("2026-03-04 09:00"):
        story.visit()
    with at("2026-03-05 09:00"):
        story.record_visit()
        story.recommend()
    assert (story.application.state, story.application.due_at) == ("decision", before)
    with at("2026-03-09 10:00") as moment:
        assert terms.days(story.application, moment) == (5, 10, 15, False)
        story.approve()
    assert story.application.days_used == 5
    with at("2026-12-09 10:00") as moment:
        assert terms.days(story.application, moment) == (5, 10, 15, False)  # for good


@pytest.mark.parametrize(("asked", "answered", "due", "used"), [
    ("2026-03-05 10:00", "2026-03-12 10:00", "2026-03-30 17:00", 3),  # a week stands still
    ("2026-03-05 10:00", "2026-03-05 16:00", "2026-03-23 17:00", 3),  # the same day: nothing
    ("2026-03-06 20:00", "2026-03-09 09:00", "2026-03-23 17:00", 5),  # over a weekend: nothing
    ("2026-03-07 10:00", "2026-03-10 10:00", "2026-03-24 17:00", 5),  # from Saturday: Monday had begun
])  # fmt: skip
def test_the_clock_stands_still_while_the_facility_mends(world, asked, answered, due, used):
    story = sent_on_monday(world)
    with at(asked):
        story.require_fix()
    with at("2026-04-15 09:00") as later:
        assert terms.days(story.application, later) == (used, 15 - used, 15, True)
    with at(answered) as moment:
        story.fixed()
        assert terms.days(story.application, moment)[:3] == (used, 15 - used, 15)
    assert local(story.application.due_at) == due


def test_a_return_stops_the_clock_and_the_answer_begins_another(world):
    story = sent_on_monday(world)
    with at("2026-03-10 09:00"):
        story.return_(more="Thiếu sơ đồ.")
    assert terms.days(story.application) is None and local(story.application.due_at) == "2026-05-11 17:00"
    with at("2026-03-16 09:00"):
        story.answer()
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    assert local(story.application.due_at) == "2026-04-06 17:00"
    assert procedures.appointment(story.application) == date(2026, 4, 6)


def test_it_is_extended_once_with_a_reason(world):
    story = sent_on_monday(world)
    with at("2026-03-10 09:00"):
        with pytest.raises(Invalid) as error:
            story.do("head", "extend", days=11, note="Lâu.")
        assert "days" in error.value.errors
        with pytest.raises(Invalid):
            story.do("head", "extend", days=5, note="")
        story.do("head", "extend", days=5, note="Chờ ý kiến công an.")
        assert local(story.application.due_at) == "2026-03-30 17:00"
        assert terms.days(story.application) == (6, 14, 20, False)
        assert procedures.appointment(story.application) == date(2026, 3, 30)
        with pytest.raises(Blocked) as blocked:
            story.do("head", "extend", days=1, note="Nữa.")
    assert blocked.value.reasons[0].code == "extended"
    item = WorkItem.objects.get(kind="application.appraise", closed_at__isnull=True)
    assert item.due_at == story.application.due_at


def test_an_extension_counts_after_a_pause_too(world):
    story = sent_on_monday(world)
    with at("2026-03-05 10:00"):
        story.require_fix()
    with at("2026-03-12 10:00"):
        story.fixed()
        story.do("head", "extend", days=5, note="Chờ.")
    assert local(story.application.due_at) == "2026-04-06 17:00"


def test_a_pause_that_ends_with_the_application_leaves_no_clock(world):
    story = Recognition(people(world)).correction()
    story.refuse()
    row = story.application
    assert (row.due_at, row.paused_at, row.days_used) == (None, None, 0)
    other = Recognition(world, unit="private2").correction()
    other.do(other.manager, "withdraw", note="Thôi.")
    assert (other.application.due_at, other.application.days_used) == (None, 0)


# --- what is late ---
def items(story, kind):
    return WorkItem.objects.filter(kind=kind, root_id=story.application.pk, closed_at__isnull=True)


def test_what_is_late_goes_up_to_the_head_once_and_asks_for_an_apology(world):
    story = sent_on_monday(world)
    with at("2026-03-23 16:59"):
        assert overdue_applications() == 0
    with at("2026-03-23 17:01"):
        assert overdue_applications() == 1
        assert overdue_applications() == 0
    assert items(story, "application.overdue").get().role == "deciding_head"
    assert items(story, "application.apologise").get().user == world.user("licensing")
    with at("2026-03-24 09:00") as moment:
        assert terms.days(story.reload(), moment) == (16, -1, 15, False)
        with pytest.raises(Invalid):
            story.do("licensing", "apologise", promised_on="24/03/2026", note="Bận.")
        story.do("licensing", "apologise", promised_on="30/03/2026", note="Chờ ý kiến công an.")
    assert procedures.appointment(story.application) == date(2026, 3, 30)
    assert not items(story, "application.apologise").exists() and items(story, "application.overdue").exists()
    with at("2026-03-25 09:00"):
        story.judge().recommend().approve()
    assert not items(story, "application.overdue").exists()


def test_nobody_apologises_for_what_is_in_time_or_waits_for_the_facility(world):
    story = sent_on_monday(world)
    with at("2026-03-20 09:00"), pytest.raises(Blocked) as error:
        story.do("licensing", "apologise", promised_on="30/03/2026", note="x")
    assert error.value.reasons[0].code == "not_overdue"
    with at("2026-03-20 09:00"):
        story.require_fix()
    with at("2026-03-27 09:00"):
        assert overdue_applications() == 0


# --- what waits for the applicant ---
@pytest.mark.parametrize("state", ["draft", "returned", "correction"])
def test_after_sixty_days_and_two_reminders_it_lapses(world, state):
    story = Recognition(people(world)).reach(state)
    start = story.application.waiting_since
    seen = []
    for day in range(1, 61):
        with mock.patch.object(timezone, "now", return_value=start + timedelta(days=day, minutes=1)):
            before = story.reload().reminded
            lapse_applications()
            if story.reload().reminded > before:
                seen.append(day)
            if story.application.state == "lapsed":
                seen.append(f"lapsed {day}")
    assert seen == [20, 40, "lapsed 60"]
    assert story.application.ended_at is not None and story.application.due_at is None
    assert not WorkItem.objects.filter(root_id=story.application.pk, closed_at__isnull=True).exists()


def test_a_clock_that_slept_does_not_lapse_without_its_reminders(world):
    """Both reminders are still sent, and a third of the time passes after each."""
    story = Recognition(people(world)).draft()
    start = story.application.waiting_since
    for day, state in ((100, "draft"), (101, "draft"), (120, "draft"), (121, "draft"), (141, "lapsed")):
        with mock.patch.object(timezone, "now", return_value=start + timedelta(days=day, minutes=day)):
            lapse_applications()
            assert story.reload().state == state, day


def test_work_on_a_draft_begins_its_sixty_days_anew(world):
    story = Recognition(people(world)).draft()
    start = story.application.waiting_since
    with mock.patch.object(timezone, "now", return_value=start + timedelta(days=30)):
        lapse_applications()
        assert story.reload().reminded == 1
        story.do(story.manager, "edit", name="Tên mới")
        assert (story.application.reminded, story.application.waiting_since) == (0, start + timedelta(days=30))
    with mock.patch.object(timezone, "now", return_value=start + timedelta(days=45)):
        story.upload("form")
        assert story.reload().waiting_since == start + timedelta(days=45)


@pytest.mark.parametrize("name", ["lapse", "remind", "overdue"])
def test_the_clock_itself_does_nothing_before_its_time(world, name):
    story = Recognition(people(world)).reach("submitted" if name == "overdue" else "draft")
    with pytest.raises(Blocked):
        system_perform(story.application, name)
    assert Application.objects.get().version == story.application.version


def test_each_reminder_is_told_to_the_facility(world):

    story = Recognition(people(world)).draft()
    start = story.application.waiting_since
    with mock.patch.object(timezone, "now", return_value=start + timedelta(days=21)):
        lapse_applications()
    told = [row.args_kwargs["kwargs"] for row in DBTaskResult.objects.all()]
    assert [message["users"] for message in told if message["kind"] == "application.remind"] == [
        [str(world.user("private_manager").pk)]
    ]
