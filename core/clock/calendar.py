"""Which days are working days, and counting in them.

The week is Monday to Friday (BLLĐ 2019 Đ.105, Đ.111), less the announced days off, plus the swapped Saturdays.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from .models import CalendarDay, CalendarYear, Parameter
from .parameters import UnknownParameter

ONE_DAY = timedelta(days=1)
FRIDAY = 4


@dataclass(frozen=True)
class CalendarWarning:
    """Something computed over the day `on` (or anywhere in `year`) may move when the decree comes."""

    code: str  # "year_not_decreed" or "day_provisional"
    text: str
    year: int
    on: date | None = None


class Calendar:
    """Days off around the dates asked for; make one per unit of work and throw it away.

    One query for a year and its neighbours at the first question, one more whenever a question leaves them; one for the
    office hours when a time of day matters.
    """

    def __init__(self) -> None:
        self._days: dict[date, CalendarDay] = {}
        self._years: set[int] = set()
        self._closing: list[tuple[date, date | None, time]] | None = None

    def day(self, on: date) -> CalendarDay | None:
        """The row of a day that differs from the plain week."""
        if on.year not in self._years:
            missing = {on.year - 1, on.year, on.year + 1} - self._years
            first, last = date(max(min(missing), 1), 1, 1), date(min(max(missing), 9999), 12, 31)
            self._days.update({row.date: row for row in CalendarDay.objects.filter(date__range=(first, last))})
            self._years.update(missing)
        return self._days.get(on)

    def is_working_day(self, on: date) -> bool:
        row = self.day(on)
        return row.effect == CalendarDay.Effect.WORK if row else on.weekday() <= FRIDAY

    def next_working_day(self, on: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working_day(on):
            on += ONE_DAY
        return on

    def closes_at(self, on: date) -> time:
        """End of office hours that day (parameter office.closes_at)."""
        if self._closing is None:
            rows = Parameter.objects.filter(code="office.closes_at").order_by("-valid_from")
            self._closing = [
                (first, last, time.fromisoformat(text))
                for first, last, text in rows.values_list("valid_from", "valid_to", "value")
            ]
        for first, last, closing in self._closing:
            if first <= on and (last is None or on < last):
                return closing
        raise UnknownParameter(f"office.closes_at has no value on {on.isoformat()}")

    def end_of_office(self, on: date) -> datetime:
        return datetime.combine(on, self.closes_at(on), tzinfo=timezone.get_default_timezone())

    def counting_date(self, start: date | datetime) -> date:
        """The working day on which something received at `start` counts as received.

        What comes on a day off or after office hours counts as received on the next working day. A plain date is taken
        as within office hours; a datetime must carry its zone.
        """
        if isinstance(start, datetime):
            local = timezone.localtime(start, timezone.get_default_timezone())
            on = local.date()
            # The minute counts that a receipt shows: 17:00:40 is 17:00.
            if self.is_working_day(on) and local.time().replace(second=0, microsecond=0) > self.closes_at(on):
                on += ONE_DAY
        else:
            on = start
        return self.next_working_day(on)

    def add_working_days(self, start: date | datetime, n: int) -> date:
        """The n-th working day after the day of receipt, which is not counted itself (BLDS 2015 Đ.147)."""
        if n < 0:
            raise ValueError("working days are counted forward")
        on = self.counting_date(start)
        for _step in range(n):
            on = self.next_working_day(on + ONE_DAY)
        return on

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` is earlier."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + timedelta(days=step)) for step in range(1, (b - a).days + 1))

    def warnings(self, first: date, last: date) -> list[CalendarWarning]:
        """What is not announced yet between two days, both included: years first, then single days. Two queries."""
        years = {row.year: row for row in CalendarYear.objects.filter(year__range=(first.year, last.year))}
        found = [
            _year_warning(year, years.get(year))
            for year in range(first.year, last.year + 1)
            if year not in years or not years[year].decreed
        ]
        rows = CalendarDay.objects.filter(date__range=(first, last), provisional=True).order_by("date")
        found += [
            CalendarWarning(
                "day_provisional",
                _("Ngày %(day)s (%(name)s) chưa được công bố chính thức, hạn có thể thay đổi.")
                % {"day": row.date.strftime("%d/%m/%Y"), "name": row.name},
                row.date.year,
                row.date,
            )
            for row in rows
        ]
        return found


def _year_warning(year: int, row: Any) -> CalendarWarning:
    if row is None:
        text = _("Chưa có lịch nghỉ lễ năm %(year)d: hạn tính qua năm này mới chỉ trừ thứ Bảy và Chủ nhật.") % {
            "year": year
        }
    else:
        text = _("Lịch nghỉ lễ năm %(year)d chưa được công bố: hạn tính qua năm này là tạm tính.") % {"year": year}
    return CalendarWarning("year_not_decreed", text, year)
