"""Dates of which only the year, or the month and year, may be known: most birth dates of older people."""

import calendar
import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month of a year, or a day. Unknown parts are None; a day without a month cannot be (ValueError), nor
    can what stands in no calendar. `str()` gives what is stored (ISO), `display()` what people read."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs its month")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        return cls(day.year, day.month, day.day)

    def as_date(self) -> date | None:
        """The date when it is known to the day."""
        return self.earliest() if self.is_full else None

    @property
    def is_full(self) -> bool:
        return self.day is not None

    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def ages_on(self, day: date) -> tuple[int, int]:
        """Whole years on `day`, least and most: equal when the date is full."""
        return _years(self.latest(), day), _years(self.earliest(), day)

    def matches(self, other: "PartialDate") -> bool:
        """Whether both may be the same day."""
        return self.earliest() <= other.latest() and other.earliest() <= self.latest()

    def isoformat(self) -> str:
        """1951, 1951-04 or 1951-04-03 (ISO 8601 reduced precision)."""
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    @classmethod
    def fromisoformat(cls, text: str) -> "PartialDate":
        """The reverse of `isoformat`; ValueError on anything else."""
        found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text)
        if not found:
            raise ValueError(f"not a date of reduced precision: {text!r}")
        year, month, day = (int(part) if part else None for part in found.groups())
        return cls(year or 0, month, day)

    def __str__(self) -> str:
        return self.isoformat()

    def display(self) -> str:
        """1951, 04/1951 or 03/04/1951."""
        parts = [*(f"{part:02d}" for part in (self.day, self.month) if part is not None), f"{self.year:04d}"]
        return "/".join(parts)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
