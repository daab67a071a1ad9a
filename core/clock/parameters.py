"""Reading dated parameters. Nothing is kept between calls: a value changed by one process holds in all at once.

Read one with `value()` (one indexed query), or many with `snapshot()` (one query for all).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from .models import Parameter

Unit = Parameter.Unit


class UnknownParameter(LookupError):
    """No value of this code holds on that day, or it is not of the unit asked for: a fault of the set-up."""


@dataclass(frozen=True)
class Term:
    """The length of a deadline: exactly one of working days, hours, calendar days or months."""

    days: int | None = None
    hours: int | None = None
    calendar_days: int | None = None
    months: int | None = None

    def __post_init__(self) -> None:
        lengths = [self.days, self.hours, self.calendar_days, self.months]
        if sum(length is not None for length in lengths) != 1 or any(
            length is not None and length < 0 for length in lengths
        ):
            raise ValueError("a term has exactly one length, zero or more")


@dataclass(frozen=True)
class Held:
    """A value as it holds on a day, with its unit and the article it stands on."""

    code: str
    value: Any
    unit: str
    article: str

    def number(self, unit: str) -> int:
        if self.unit != unit or isinstance(self.value, bool) or not isinstance(self.value, int):
            raise UnknownParameter(f"{self.code} is {self.value!r} {self.unit}, not a whole number of {unit}")
        return self.value

    def term(self) -> Term:
        fields = {"wd": "days", "hour": "hours", "calendar_day": "calendar_days", "month": "months"}
        if self.unit not in fields:
            raise UnknownParameter(f"{self.code} ({self.unit}) is not a length of time")
        return Term(**{fields[self.unit]: self.number(self.unit)})


class Snapshot:
    """All parameters as they hold on one day; for one unit of work, not to be kept."""

    def __init__(self, on: date, held: Iterable[Held]):
        self.on = on
        self._held = {row.code: row for row in held}

    def held(self, code: str) -> Held:
        try:
            return self._held[code]
        except KeyError:
            raise UnknownParameter(f"{code} has no value on {self.on.isoformat()}") from None

    def value(self, code: str) -> Any:
        return self.held(code).value

    def term(self, code: str) -> Term:
        return self.held(code).term()


def _holding(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def snapshot(on: date | None = None, prefix: str = "") -> Snapshot:
    """Every parameter (or those whose code starts with `prefix`) on that day, today by default. One query."""
    on = on or timezone.localdate()
    rows = Parameter.objects.filter(_holding(on)).order_by("code", "valid_from")
    if prefix:
        rows = rows.filter(code__startswith=prefix)
    # Later rows come last and so replace earlier ones of the same code.
    return Snapshot(on, (Held(*row) for row in rows.values_list("code", "value", "unit", "article")))


def held(code: str, on: date | None = None) -> Held:
    """The value of `code` on that day, today by default. One query; UnknownParameter if there is none."""
    on = on or timezone.localdate()
    rows = Parameter.objects.filter(_holding(on), code=code).order_by("-valid_from")
    row = rows.values_list("code", "value", "unit", "article").first()
    if row is None:
        raise UnknownParameter(f"{code} has no value on {on.isoformat()}")
    return Held(*row)


def value(code: str, on: date | None = None) -> Any:
    """The bare value, shaped as in parameters.csv: a number, text, list or table."""
    return held(code, on).value


def days(code: str, on: date | None = None) -> int:
    """A number of working days."""
    return held(code, on).number(Unit.WORKING_DAY)


def calendar_days(code: str, on: date | None = None) -> int:
    return held(code, on).number(Unit.CALENDAR_DAY)


def hours(code: str, on: date | None = None) -> int:
    return held(code, on).number(Unit.HOUR)


def months(code: str, on: date | None = None) -> int:
    return held(code, on).number(Unit.MONTH)


def term(code: str, on: date | None = None) -> Term:
    """The length of a deadline in whatever unit it is set."""
    return held(code, on).term()
