"""When the steps of a story fall, and every date that follows from them, by the functions of `core.clock`.

A story says only how many days lie between its steps. From the day on which a copy begins follow all its days: a step
falls on the next working day, at a minute of the morning; each copy has its own shift of up to four hours, the same at
all steps, so that no step leaves the office hours (or, at night, the night) and what is due does not depend on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from core.catalogue.models import ClientGroup
from core.clock.calendar import Calendar
from core.clock.due import add_months, end_of
from core.clock.models import Parameter
from core.clock.parameters import Held, Term, UnknownParameter

OPENS = time(8, 0)
SHIFT = 4 * 3600  # seconds; the most that a copy is later than its story
NIGHT = 600  # minutes after OPENS
DAY = timedelta(days=1)
Expr = tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """`wait` days since the step before, and minutes after opening."""

    wait: int
    minute: int


class Book:
    """Calendar, parameters and client groups, read once and remembered for a whole build."""

    def __init__(self) -> None:
        self.calendar, self.zone = Calendar(), timezone.get_default_timezone()
        self._parameters: dict[str, list[tuple[date, date | None, Held]]] = {}
        for row in Parameter.objects.order_by("code", "valid_from"):
            held = Held(row.code, row.value, row.unit, row.article)
            self._parameters.setdefault(row.code, []).append((row.valid_from, row.valid_to, held))
        self._groups = list(ClientGroup.objects.values_list("code", "pk", "valid_from", "valid_to"))
        self.group_codes = sorted({row[0] for row in self._groups})
        self._terms: dict[tuple[str, date], Term | None] = {}
        self._ends: dict[Any, datetime] = {}
        self._group: dict[tuple[str, date], int | None] = {}
        self.codes = [code for code, rows in self._parameters.items() if _is_term(rows[-1][2])]

    def term(self, code: str, on: date) -> Term | None:
        if (code, on) not in self._terms:
            found = None
            for first, last, held in self._parameters[code]:
                if first <= on and (last is None or on < last):
                    found = held.term()
            self._terms[code, on] = found
        return self._terms[code, on]

    def end(self, start: datetime, term: Term, paused_days: int = 0, paused_seconds: int = 0) -> datetime:
        if term.hours is not None:
            return end_of(start, term, paused_seconds=paused_seconds, calendar=self.calendar)
        # A shift within the office hours (or within the night) does not move what is due: see the module.
        local = timezone.localtime(start, self.zone)
        key = (local.date(), local.time() > self.calendar.closes_at(local.date()), term, paused_days)
        if key not in self._ends:
            self._ends[key] = end_of(start, term, paused_days=paused_days, calendar=self.calendar)
        return self._ends[key]

    def group(self, code: str, on: date) -> int | None:
        if (code, on) not in self._group:
            rows = [pk for known, pk, first, last in self._groups if known == code and first <= on]
            live = [row[1] for row in self._groups if row[1] in rows and (row[3] is None or on < row[3])]
            self._group[code, on] = live[0] if live else None
        return self._group[code, on]

    def days(self, start: date, steps: Sequence[Step]) -> list[date]:
        """The local date of each step."""
        found, day = [], self.calendar.next_working_day(start)
        for step in steps:
            if step.wait:
                day = self.calendar.next_working_day(day + step.wait * DAY)
            found.append(day)
        return found


def _is_term(held: Held) -> bool:
    try:
        held.term()
    except (UnknownParameter, ValueError):
        return False
    return True


class Frame:
    """The moments of one copy that begins on `start`, `shift` seconds later than its story."""

    def __init__(self, book: Book, start: date, steps: Sequence[Step], shift: int = 0):
        self.book, self.start, self.shift = book, start, shift
        self.days = book.days(start, steps)
        later = timedelta(seconds=shift)
        self.moments = [
            (datetime.combine(day, OPENS, tzinfo=book.zone) + timedelta(minutes=step.minute) + later).astimezone(UTC)
            for day, step in zip(self.days, steps, strict=True)
        ]

    def value(self, expr: Expr) -> Any:
        """What an expression is here: a moment, a date or a number."""
        return getattr(self, f"_{expr[0]}")(*expr[1:])

    def _c(self, value: Any) -> Any:
        return value

    def _moment(self, step: int) -> datetime:
        return self.moments[step]

    def _after(self, step: int, seconds: int) -> datetime:
        return self.moments[step] + timedelta(seconds=seconds)

    def _term(self, step: int, code: str) -> datetime | None:
        term = self.book.term(code, self.days[step])
        return None if term is None else self.book.end(self.moments[step], term)

    def _clock(self, step: int, term: Term, pause: Expr | None) -> datetime:
        took = self.value(pause) if pause else 0
        days, seconds = (0, took) if term.hours is not None else (took, 0)
        return self.book.end(self.moments[step], term, days, seconds)

    def _date(self, step: int, days: int) -> date:
        return self.days[step] + days * DAY

    def _months(self, step: int, months: int) -> date:
        return add_months(self.days[step], months)

    def _office(self, day: Expr) -> datetime:
        return self.book.calendar.end_of_office(self.value(day)).astimezone(UTC)

    def _midnight(self, day: Expr) -> datetime:
        """The first moment of the day after."""
        return datetime.combine(self.value(day) + DAY, time(), tzinfo=self.book.zone).astimezone(UTC)

    def _working(self, first: int, last: int) -> int:
        calendar = self.book.calendar
        begun, ended = calendar.counting_date(self.moments[first]), calendar.counting_date(self.moments[last])
        return calendar.working_days_between(begun, ended)

    def _calendar(self, first: int, last: int) -> int:
        return (self.days[last] - self.days[first]).days

    def _seconds(self, first: int, last: int) -> int:
        return int((self.moments[last] - self.moments[first]).total_seconds())

    def _group(self, step: int, code: str) -> int | None:
        return self.book.group(code, self.days[step])


SHIFTED = ("moment", "after")  # expressions that move with a copy's shift


class Candidates:
    """What the values of one cell in several runs may be, by the clock."""

    def __init__(self, frames: Sequence[Frame], pauses: Iterable[tuple[int, int]]):
        self.frames, self.book = list(frames), frames[0].book
        self.pauses = list(pauses)
        self.steps = range(len(frames[0].days))

    def of(self, values: Sequence[Any], group: bool = False) -> list[Expr]:
        kind = type(values[0])
        if any(type(value) is not kind for value in values):
            return []
        if kind is datetime:
            return self._moments(values)
        if kind is date:
            return [*self._same(values), *self._dates(values)]
        if kind is int:
            return [*self._same(values), *(self._groups(values) if group else self._pauses(values))]
        return self._same(values)

    @staticmethod
    def _same(values: Sequence[Any]) -> list[Expr]:
        return [("c", values[0])] if all(value == values[0] for value in values) else []

    def _holds(self, expr: Expr, values: Sequence[Any]) -> bool:
        return all(frame.value(expr) == value for frame, value in zip(self.frames, values, strict=True))

    def _moments(self, values: Sequence[datetime]) -> list[Expr]:
        for step in self.steps:
            if self._holds(("moment", step), values):
                return [("moment", step)]
        found: list[Expr] = list(self._same(values))
        for step in self.steps:
            apart = {(v - f.moments[step]).total_seconds() for f, v in zip(self.frames, values, strict=True)}
            if len(apart) == 1 and (seconds := apart.pop()) > 0 and seconds % 3600 == 0:
                found.append(("after", step, int(seconds)))
            if values[0] < self.frames[0].moments[step]:
                continue
            found += [("term", step, code) for code in self.book.codes if self._holds(("term", step, code), values)]
        found += self._of_days(values)
        return found

    def _of_days(self, values: Sequence[datetime]) -> list[Expr]:
        zone, calendar = self.book.zone, self.book.calendar
        local = [timezone.localtime(value, zone) for value in values]
        days = [one.date() for one in local]
        if all(one.time() == calendar.closes_at(one.date()) for one in local):
            return [("office", day) for day in self._dates(days)]
        if all(one.time() == time() for one in local):
            return [("midnight", day) for day in self._dates([day - DAY for day in days])]
        return []

    def _dates(self, values: Sequence[date]) -> list[Expr]:
        found: list[Expr] = []
        for step in self.steps:
            apart = {(v - f.days[step]).days for f, v in zip(self.frames, values, strict=True)}
            if len(apart) == 1:
                found.append(("date", step, apart.pop()))
            for months in range(1, 25):
                if self._holds(("months", step, months), values):
                    found.append(("months", step, months))
        return found

    def _pauses(self, values: Sequence[int]) -> list[Expr]:
        if not any(values):
            return []
        names = ("working", "calendar", "seconds")
        every = [(name, first, last) for first, last in self.pauses for name in names]
        return [expr for expr in every if self._holds(expr, values)]

    def _groups(self, values: Sequence[int]) -> list[Expr]:
        return [
            ("group", step, code)
            for code in self.book.group_codes
            for step in self.steps
            if self._holds(("group", step, code), values)
        ]
