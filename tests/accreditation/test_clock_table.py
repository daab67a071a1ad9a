"""Deadlines of recognition against a table counted by hand on paper calendars (tests/spec/clock.csv).

Counting: the day of receipt is not counted; what comes after closing or on a day off is received on the next working
day; from the day after the applicant was asked up to the day of the answer nothing is counted; an extension adds days.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from django.test.utils import isolate_apps
from django.utils import timezone

from core.clock import due
from core.clock.calendar import Calendar
from core.clock.models import CalendarDay, Clock
from core.clock.parameters import Term

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[1] / "spec" / "clock.csv"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class Row:
    id: str
    received: datetime
    term: int
    pauses: tuple[tuple[datetime, datetime], ...]
    extension: int
    due: date
    years: list[int]
    days: list[date]


def _row(row: dict[str, str]) -> Row:
    pauses = [tuple(at(end) for end in pause.split(">")) for pause in row["pauses"].split(";") if pause]
    return Row(
        id=row["id"],
        received=at(f"{row['received']} {row['time']}"),
        term=int(row["term"]),
        pauses=tuple(pauses),
        extension=int(row["extension"]),
        due=date.fromisoformat(row["due"]),
        years=[int(year) for year in row["years"].split()],
        days=[date.fromisoformat(day) for day in row["days"].split()],
    )


def table() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [_row(row) for row in csv.DictReader(file)]


ROWS = table()
each_row = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


def test_the_table_says_what_it_is_for():
    assert len(ROWS) >= 40
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.received.year for row in ROWS} == {2024, 2025, 2026, 2027}
    assert {row.term for row in ROWS} == {5, 10, 15}
    assert any(row.received.weekday() == 5 and row.pauses == () for row in ROWS)
    assert sum(bool(row.pauses) for row in ROWS) >= 7
    assert sum(row.extension > 0 for row in ROWS) >= 2
    assert all(bool(row.years) == (row.due.year >= 2027) for row in ROWS)


@pytest.fixture
def timed():
    with isolate_apps("core.clock"):

        class Timed(Clock):
            class Meta:
                app_label = "clock"

        yield Timed


@each_row
def test_the_clock_agrees_with_the_table(row, timed):
    record = timed()
    due.start(record, Term(days=row.term + row.extension), row.received)
    for asked, answered in row.pauses:
        due.pause(record, asked)
        due.resume(record, answered)
    assert record.due_at == at(f"{row.due} 17:00")


@each_row
def test_what_was_not_announced_is_said(row):
    found = Calendar().warnings(due.local_date(row.received), row.due)
    assert [warning.year for warning in found if warning.code == "year_not_decreed"] == row.years
    assert [warning.on for warning in found if warning.code == "day_provisional"] == row.days


@each_row
def test_a_deadline_is_a_working_day_and_no_day_off_was_counted(row):
    calendar = Calendar()
    assert calendar.is_working_day(row.due)
    if not row.pauses:
        first = calendar.counting_date(row.received)
        assert calendar.working_days_between(first, row.due) == row.term + row.extension


def test_the_decree_of_a_year_moves_what_was_computed_before_it(timed):
    """Tết 2027 announced with 4 February off and 11 February off: the provisional answer was wrong by two days."""
    (row,) = [row for row in ROWS if row.id == "tet27"]
    CalendarDay.objects.filter(date__in=[date(2027, 2, 4), date(2027, 2, 11)]).update(effect=CalendarDay.Effect.OFF)
    record = timed()
    due.start(record, Term(days=row.term), row.received)
    assert record.due_at == at("2027-02-15 17:00")  # 1 2 3 / off / 12 15
