import random
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import isolate_apps
from django.utils import timezone

from core.clock import due
from core.clock.calendar import Calendar
from core.clock.models import CalendarDay, Clock
from core.clock.parameters import Term

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


@pytest.fixture
def record_type():
    with isolate_apps("core.clock"):

        class Timed(Clock):
            class Meta:
                app_label = "clock"

        yield Timed


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-11-20 09:00", {"days": 2}, "2026-11-25 17:00"),
        ("2026-11-20 17:30", {"days": 1}, "2026-11-25 17:00"),
        ("2026-02-15 22:00", {"hours": 72}, "2026-02-18 22:00"),
        ("2026-11-22 08:15", {"hours": 12}, "2026-11-22 20:15"),
        ("2026-11-22 08:15", {"calendar_days": 30}, "2026-12-22 17:00"),
        ("2026-10-25 08:00", {"calendar_days": 30}, "2026-11-25 17:00"),  # 24/11 is off
        ("2026-01-31 08:00", {"months": 1}, "2026-03-02 17:00"),  # 28/2 is a Saturday
        ("2026-11-30 08:00", {"months": 3}, "2027-03-01 17:00"),  # 28/2/2027 is a Sunday
        ("2025-12-15 08:00", {"months": 12}, "2026-12-15 17:00"),
    ],
)
def test_terms_end(start, length, end):
    assert due.due_at(at(start), **length) == at(end)


def test_a_term_has_one_length():
    with pytest.raises(ValueError, match="exactly one"):
        due.due_at(at("2026-11-20 09:00"), days=1, hours=2)
    with pytest.raises(ValueError, match="exactly one"):
        due.due_at(at("2026-11-20 09:00"))
    with pytest.raises(ValueError, match="time of day"):
        due.due_at(date(2026, 11, 20), hours=2)


def test_pause_in_working_days(record_type):
    record = record_type()
    due.start(record, Term(days=10), at("2026-11-10 09:00"))
    assert record.due_at == at("2026-11-25 17:00")
    due.pause(record, at("2026-11-13 10:00"))
    due.pause(record, at("2026-11-16 10:00"))  # a second pause does not begin anew
    due.resume(record, at("2026-11-17 10:00"))
    assert (record.paused_days, record.paused_at) == (2, None)
    assert record.due_at == at("2026-11-27 17:00")


@pytest.mark.parametrize(
    ("paused", "resumed"),
    [
        ("2026-11-13 10:00", "2026-11-13 16:00"),
        ("2026-11-14 10:00", "2026-11-15 16:00"),  # over a weekend
        ("2026-11-13 17:30", "2026-11-16 09:00"),  # after office hours until Monday
    ],
)
def test_a_pause_without_a_working_day_costs_nothing(record_type, paused, resumed):
    record = record_type()
    due.start(record, Term(days=10), at("2026-11-10 09:00"))
    due.pause(record, at(paused))
    due.resume(record, at(resumed))
    assert (record.paused_days, record.due_at) == (0, at("2026-11-25 17:00"))


def test_pause_in_hours_and_in_days(record_type):
    record = record_type()
    due.start(record, Term(hours=4), at("2026-11-20 09:00"))
    due.pause(record, at("2026-11-20 10:00"))
    due.resume(record, at("2026-11-20 10:45"))
    assert (record.paused_seconds, record.due_at) == (45 * 60, at("2026-11-20 13:45"))
    due.start(record, Term(calendar_days=30), at("2026-11-22 09:00"))
    assert record.paused_seconds == 0
    due.pause(record, at("2026-11-24 09:00"))
    due.resume(record, at("2026-11-25 09:00"))
    assert record.due_at == at("2026-12-23 17:00")


def test_resuming_what_runs_changes_nothing_and_no_pause_is_shorter_than_nothing(record_type):
    record = record_type()
    due.start(record, Term(days=1), at("2026-11-20 09:00"))
    due.resume(record, at("2026-11-25 09:00"))
    assert record.due_at == at("2026-11-23 17:00")
    due.pause(record, at("2026-11-23 09:00"))
    due.resume(record, at("2026-11-22 09:00"))
    assert (record.due_at, record.paused_at, record.paused_days) == (at("2026-11-23 17:00"), None, 0)


def test_what_is_left_at_the_pause_is_left_at_the_return(record_type):
    calendar, dice = Calendar(), random.Random(2026)
    for _round in range(200):
        begin = at("2025-11-01 07:00") + timedelta(hours=dice.randrange(9000))
        paused = begin + timedelta(hours=dice.randrange(400))
        resumed = paused + timedelta(hours=dice.randrange(900))
        record = record_type()
        due.start(record, Term(days=dice.randrange(1, 30)), begin, calendar)
        left = calendar.working_days_between(calendar.counting_date(paused), due.local_date(record.due_at))
        due.pause(record, paused)
        due.resume(record, resumed, calendar)
        after = calendar.working_days_between(calendar.counting_date(resumed), due.local_date(record.due_at))
        assert after == left


def test_stop_clears_the_clock(record_type):
    record = record_type()
    due.start(record, Term(days=1), at("2026-11-20 09:00"))
    due.pause(record, at("2026-11-20 10:00"))
    due.stop(record)
    assert due.term_of(record) is None
    assert (record.due_at, record.paused_at) == (None, None)
    assert due.remaining_of(record).kind == "none"


STANDS = [
    ("2026-11-19 17:00", "2026-11-20 10:00", ("overdue", 1)),
    ("2026-11-20 17:00", "2026-11-20 18:00", ("overdue", 0)),
    ("2026-11-20 17:00", "2026-11-22 18:00", ("overdue", 0)),
    ("2026-11-20 17:00", "2026-11-20 08:00", ("today", 0)),
    ("2026-11-23 17:00", "2026-11-20 08:00", ("soon", 1)),
    ("2026-11-26 17:00", "2026-11-20 08:00", ("soon", 3)),
    ("2026-11-27 17:00", "2026-11-20 08:00", ("later", 4)),
    ("2026-02-23 17:00", "2026-02-13 08:00", ("soon", 1)),  # over Tết
]


@pytest.mark.parametrize(("end", "now", "stands"), STANDS)
def test_remaining(end, now, stands):
    left = due.remaining(at(end), at(now))
    assert (left.kind, left.amount) == stands
    assert left.unit == "wd"


def test_remaining_of_hours():
    now = at("2026-11-20 08:00")
    assert due.remaining(at("2026-11-20 04:30"), now, hours=True) == due.Remaining("overdue", 3, "hour")
    assert due.remaining(at("2026-11-20 08:40"), now, hours=True) == due.Remaining("today", 40, "minute")
    assert due.remaining(at("2026-11-23 08:00"), now, hours=True) == due.Remaining("soon", 72, "hour")
    assert due.remaining(at("2026-11-23 08:00"), now, True, hours=True) == due.Remaining("paused")


@pytest.fixture
def timed_table(committed, record_type):
    with connection.schema_editor() as editor:
        editor.create_model(record_type)
    yield record_type
    with connection.schema_editor() as editor:
        editor.delete_model(record_type)


def test_where_agrees_with_remaining_and_recompute_moves_what_must(timed_table):
    calendar, now = Calendar(), at("2026-11-20 10:00")
    dice = random.Random(7)
    for number in range(60):
        record = timed_table()
        begin = at("2026-10-20 09:00") + timedelta(hours=dice.randrange(800))
        due.start(record, Term(hours=9) if number % 5 == 0 else Term(days=number % 13), begin, calendar)
        if number % 7 == 0:
            due.pause(record, begin)
        record.save()
    timed_table().save()
    rows = list(timed_table.objects.all())
    seen = set()
    for kind in ("none", "paused", "overdue", "today", "soon", "later"):
        expected = {row.pk for row in rows if due.remaining_of(row, now, calendar).kind == kind}
        found = set(timed_table.objects.filter(due.where(kind, now, calendar)).values_list("pk", flat=True))
        assert found == expected, kind
        assert found, f"no row is {kind}: the test says nothing about it"
        seen |= found
    assert len(seen) == len(rows)

    assert due.recompute(timed_table) == 0
    CalendarDay.objects.filter(date=date(2026, 11, 23)).update(effect=CalendarDay.Effect.OFF)
    last = at("2026-11-23 00:00")
    touched = {row.pk for row in rows if row.due_at and row.due_at > last and row.clock_hours is None}
    expected = {row.pk for row in rows if row.pk in touched and row.clock_started_at < last}
    assert due.recompute(timed_table.objects.all()) >= len(expected) > 0
    for row in timed_table.objects.filter(pk__in=touched):
        assert row.due_at == due.due_at(row.clock_started_at, days=row.clock_days)
    assert not timed_table.objects.filter(due_at__date=date(2026, 11, 23), clock_hours=None).exists()
    assert due.recompute(timed_table) == 0
