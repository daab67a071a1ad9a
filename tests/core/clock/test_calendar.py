"""Working days against a table typed by hand from the announcements, not from our file."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.clock.calendar import Calendar
from core.clock.models import CalendarDay, Parameter
from core.clock.parameters import UnknownParameter

pytestmark = pytest.mark.django_db

OFF = """
2024-01-01 2024-02-08 2024-02-09 2024-02-12 2024-02-13 2024-02-14 2024-04-18 2024-04-29 2024-04-30 2024-05-01 2024-05-11
2024-09-02 2024-09-03
2025-01-01 2025-01-27 2025-01-28 2025-01-31 2025-04-07 2025-04-30 2025-05-01 2025-05-02 2025-05-03 2025-09-01 2025-09-02
2026-01-01 2026-01-02 2026-01-03 2026-02-16 2026-02-20 2026-04-26 2026-04-27 2026-04-30 2026-05-01 2026-08-29 2026-08-31
2026-09-01 2026-09-02 2026-11-22 2026-11-24
2027-01-01 2027-02-05 2027-02-08 2027-04-16 2027-04-30 2027-05-03 2027-09-02 2027-11-24
"""
WORK = """
2024-01-02 2024-02-07 2024-02-15 2024-05-02 2024-05-03 2024-05-04 2024-09-04
2025-01-02 2025-01-24 2025-02-03 2025-04-26 2025-05-05 2025-09-03
2026-01-05 2026-01-10 2026-02-13 2026-02-23 2026-04-28 2026-05-04 2026-08-22 2026-09-03 2026-11-23 2026-11-25
2027-01-04 2027-02-12 2027-05-04 2027-11-25
"""

# Received (in office hours), working days, due: counted by hand on a paper calendar.
DUE = [
    ("2024-02-07", 1, "2024-02-15"),
    ("2024-04-26", 1, "2024-05-02"),
    ("2024-04-26", 3, "2024-05-04"),
    ("2024-04-26", 4, "2024-05-06"),
    ("2024-08-30", 1, "2024-09-04"),
    ("2025-01-24", 1, "2025-02-03"),
    ("2025-04-25", 1, "2025-04-26"),
    ("2025-04-25", 4, "2025-05-05"),
    ("2025-12-31", 1, "2026-01-05"),
    ("2026-01-08", 2, "2026-01-10"),
    ("2026-01-09", 2, "2026-01-12"),
    ("2026-02-13", 1, "2026-02-23"),
    ("2026-04-24", 3, "2026-05-04"),
    ("2026-08-21", 1, "2026-08-22"),
    ("2026-08-28", 1, "2026-09-03"),
    ("2026-11-10", 10, "2026-11-25"),
    ("2026-11-20", 1, "2026-11-23"),
    ("2026-11-20", 2, "2026-11-25"),
    ("2026-11-22", 1, "2026-11-25"),  # a Sunday counts as received on Monday
    ("2026-12-31", 1, "2027-01-04"),
    ("2027-04-29", 1, "2027-05-04"),
]


@pytest.mark.parametrize("day", OFF.split())
def test_day_off(day):
    assert not Calendar().is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", WORK.split())
def test_working_day(day):
    assert Calendar().is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(("received", "days", "due"), DUE)
def test_adding_working_days(received, days, due):
    assert Calendar().add_working_days(date.fromisoformat(received), days) == date.fromisoformat(due)


def test_every_working_day_of_2026_is_counted_once():
    # 261 weekdays and 2 swapped Saturdays, less the weekdays off.
    weekdays_off = ["01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01"]
    weekdays_off += ["08-31", "09-01", "09-02", "11-24"]
    expected = 261 + 2 - len(weekdays_off)
    assert Calendar().working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == expected


def test_between_is_the_inverse_of_adding_and_signed():
    calendar, start = Calendar(), date(2025, 12, 1)
    for step in range(0, 500, 7):
        first = calendar.next_working_day(start + timedelta(days=step))
        for days in (0, 1, 5, 23):
            last = calendar.add_working_days(first, days)
            assert calendar.working_days_between(first, last) == days
            assert calendar.working_days_between(last, first) == -days


@pytest.mark.parametrize(
    ("received", "counted"),
    [
        ((2026, 11, 20, 17, 0), "2026-11-20"),
        ((2026, 11, 20, 17, 1), "2026-11-23"),
        ((2026, 11, 21, 9, 0), "2026-11-23"),
        ((2026, 11, 23, 18, 0), "2026-11-25"),
        ((2026, 11, 24, 8, 0), "2026-11-25"),
    ],
)
def test_received_after_hours_or_on_a_day_off_counts_from_the_next_working_day(received, counted):
    at = datetime(*received, tzinfo=timezone.get_default_timezone())
    assert Calendar().counting_date(at) == date.fromisoformat(counted)


def test_the_time_of_day_is_that_of_the_office_not_of_the_clock_it_came_with():
    assert Calendar().counting_date(datetime(2026, 11, 20, 10, 30, tzinfo=UTC)) == date(2026, 11, 23)


def test_office_hours_hold_by_date():
    Parameter.objects.create(
        code="office.closes_at", value="16:30", unit="time", valid_from=date(2026, 6, 1), article="x"
    )
    calendar = Calendar()
    assert calendar.end_of_office(date(2026, 5, 29)).isoformat() == "2026-05-29T17:00:00+07:00"
    assert calendar.end_of_office(date(2026, 6, 1)).isoformat() == "2026-06-01T16:30:00+07:00"
    with pytest.raises(UnknownParameter):
        calendar.closes_at(date(2020, 1, 1))


def test_counting_backwards_is_refused():
    with pytest.raises(ValueError, match="forward"):
        Calendar().add_working_days(date(2026, 11, 20), -1)


def test_a_decreed_year_carries_no_warning():
    assert Calendar().warnings(date(2025, 1, 1), date(2025, 12, 31)) == []


def test_an_expected_swap_warns_for_its_day_only():
    calendar = Calendar()
    assert calendar.warnings(date(2026, 1, 1), date(2026, 11, 22)) == []
    (warning,) = calendar.warnings(date(2026, 11, 20), date(2026, 12, 1))
    assert (warning.code, warning.on) == ("day_provisional", date(2026, 11, 23))
    assert "23/11/2026" in warning.text


def test_a_year_without_a_decree_warns_and_names_the_open_days():
    found = Calendar().warnings(date(2027, 2, 1), date(2027, 2, 28))
    assert found[0].code == "year_not_decreed"
    assert "chưa được công bố" in found[0].text
    assert [warning.on.day for warning in found[1:]] == [4, 5, 6, 7, 8, 9, 10, 11]
    days = [warning.on for warning in Calendar().warnings(date(2027, 8, 1), date(2027, 9, 30)) if warning.on]
    assert days == [date(2027, 9, 1), date(2027, 9, 3)]


def test_a_year_nobody_entered_warns():
    (warning,) = Calendar().warnings(date(2030, 5, 1), date(2030, 6, 1))
    assert warning.code == "year_not_decreed"
    assert "Chưa có lịch" in warning.text


def test_one_query_for_a_run_of_days(django_assert_num_queries):
    calendar = Calendar()
    with django_assert_num_queries(1):
        calendar.add_working_days(date(2026, 11, 1), 60)
        calendar.working_days_between(date(2026, 1, 1), date(2027, 6, 1))
    with django_assert_num_queries(1):
        calendar.is_working_day(date(2029, 1, 2))


def test_a_changed_day_is_seen_by_the_next_calendar():
    assert Calendar().is_working_day(date(2026, 11, 23))
    CalendarDay.objects.filter(date=date(2026, 11, 23)).update(effect="off", provisional=False)
    assert not Calendar().is_working_day(date(2026, 11, 23))
