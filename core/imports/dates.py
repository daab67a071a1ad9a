"""Dates as lists write them. Day before month, always; what cannot be read for certain is said, never guessed.

Birth dates may be a year only, or month and year (PartialDate). A number is a year, a date serial of Excel, or ddmmyyyy
whose leading zero was lost. A date cell that shows 1905 is a year typed into a cell formatted as a date.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.imports.problems import Note, Reading
from core.imports.text import clean, fold, says_unknown
from core.partial_dates import PartialDate

OLDEST_AGE = 125  # years; beyond it a date is a slip of the pen
_EPOCH_1900, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_SEPARATOR = r"[\s/\-.,\\|]+"
_BLANK_PART = r"(?:0{1,2}|x{1,2}|\?{1,2}|\.{1,3}|-{1,2}|_{1,2}|…)"
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}}){_TIME}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/\-.]\s*(\d{4})")
_YEAR_ONLY = re.compile(rf"(?:{_BLANK_PART}\s*[/\-.]+\s*){{1,2}}(\d{{4}})", re.IGNORECASE)
_NO_DAY = re.compile(rf"{_BLANK_PART}\s*[/\-.]+\s*(\d{{1,2}})\s*[/\-.]+\s*(\d{{4}})", re.IGNORECASE)
_WORDS = re.compile(r"(?:(?:ngay )?(\d{1,2}) )?(?:thang )(\d{1,2}) (?:nam )?(\d{4})")
_PREFIX = re.compile(
    r"^\s*(?:sinh\s+)?(?:ngày\s*sinh|năm\s*sinh|sinh\s*năm|sinh\s*ngày|sinh|năm|ns|sn)\s*[:.]?\s*", re.IGNORECASE
)
_ABOUT = re.compile(r"^\s*(?:khoảng|độ|chừng|ước|~|≈)\s*(?:năm\s*)?|\s*\(?\?\)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateRules:
    """`year_hint`: the year of birth that the personal id tells, to settle years of two digits."""

    today: dt.date
    date_1904: bool = False
    birth: bool = True
    year_hint: int | None = None
    future: bool = False

    @property
    def first_year(self) -> int:
        return self.today.year - OLDEST_AGE


def read_birth(raw: Any, *, today: dt.date, date_1904: bool = False, year_hint: int | None = None) -> Reading:
    """Date of birth → PartialDate or None (blank, "không rõ")."""
    return _read(raw, DateRules(today, date_1904, birth=True, year_hint=year_hint))


def read_date(raw: Any, *, today: dt.date, date_1904: bool = False, future: bool = False) -> Reading:
    """Another date, a past one unless `future` → datetime.date or None. A year or month alone is not enough: None with
    a warning."""
    reading = _read(raw, DateRules(today, date_1904, birth=False, future=future))
    if reading.error or reading.value is None:
        return reading
    day = reading.value.as_date()
    if day is None:
        text = _("“%(raw)s” thiếu ngày hoặc tháng nên chưa được lấy.") % {"raw": clean(raw)}
        return Reading(None, (*reading.warnings, Note("date_incomplete", text)))
    return Reading(day, reading.warnings)


def join_parts(day: Any, month: Any, year: Any, *, today: dt.date) -> Reading:
    """Date of birth from three columns: day, month, year."""
    texts = [clean(part) for part in (day, month, year)]
    if not any(texts):
        return Reading()
    rules = DateRules(today)
    if not re.fullmatch(r"\d{4}", texts[2]):
        return _unreadable("/".join(texts))
    numbers = [int(text) if text.isdigit() else 0 for text in texts]
    return _checked(numbers[2], numbers[1] or None, (numbers[0] or None) if numbers[1] else None, rules)


def _read(raw: Any, rules: DateRules) -> Reading:
    if raw is None or (isinstance(raw, str) and says_unknown(clean(raw))):
        return Reading()
    if isinstance(raw, bool | dt.time | dt.timedelta):
        return _unreadable(clean(raw))
    if isinstance(raw, dt.date):
        return _from_cell(raw.date() if isinstance(raw, dt.datetime) else raw, rules)
    if isinstance(raw, int | float):
        return _from_number(float(raw), rules)
    return _from_text(clean(raw), rules)


def _from_cell(day: dt.date, rules: DateRules) -> Reading:
    serial = (day - (_EPOCH_1904 if rules.date_1904 else _EPOCH_1900)).days
    if rules.first_year <= serial <= rules.today.year and day.year < rules.first_year + 10:
        text = _("Ô có định dạng ngày nhưng chứa số %(year)d: được hiểu là năm %(year)d.") % {"year": serial}
        return Reading(PartialDate(serial), (Note("year_in_date_cell", text),))
    return _checked(day.year, day.month, day.day, rules)


def _from_number(number: float, rules: DateRules) -> Reading:
    if not math.isfinite(number):
        return _unreadable(str(number))
    if not number.is_integer():
        return _from_fraction(number, rules)
    whole = int(number)
    if 1000 <= whole <= rules.today.year + 99 and (whole >= rules.first_year - 99):
        return _checked(whole, None, None, rules)
    if 2400 <= whole <= 99_999:
        return _from_serial(whole, rules)
    digits = str(whole)
    if len(digits) in (7, 8):
        return _from_digits(digits.zfill(8), rules)
    return _unreadable(digits)


def _from_fraction(number: float, rules: DateRules) -> Reading:
    """3.1951 is "03.1951" that Excel took for a number; 18264.5 is a serial with a time."""
    whole, decimals = repr(number).split(".") if "e" not in repr(number) else ("0", "0")
    year = int(decimals.ljust(4, "0")[:4])
    if 1 <= int(whole) <= 12 and len(decimals) <= 4 and rules.first_year <= year <= rules.today.year:
        value = PartialDate(year, int(whole))
        text = _("Số %(raw)s được hiểu là tháng %(value)s; hãy kiểm tra.") % {"raw": number, "value": value.display()}
        return Reading(value, (Note("month_from_number", text),))
    return _from_serial(int(number), rules) if number >= 2400 else _unreadable(repr(number))


def _from_serial(serial: int, rules: DateRules) -> Reading:
    if serial > 99_999:
        return _unreadable(str(serial))
    if rules.date_1904:
        day = _EPOCH_1904 + dt.timedelta(days=serial)
    else:  # Excel believes in 29/02/1900, so serials before it are one day further on
        day = _EPOCH_1900 + dt.timedelta(days=serial + (serial < 60))
    text = _("Số %(raw)d được hiểu là ngày %(day)s; hãy kiểm tra.") % {"raw": serial, "day": day.strftime("%d/%m/%Y")}
    return _checked(day.year, day.month, day.day, rules, Note("date_from_serial", text))


def _from_digits(digits: str, rules: DateRules) -> Reading:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    text = _("“%(raw)s” được hiểu là %(day)02d/%(month)02d/%(year)d; hãy kiểm tra.")
    note = Note("date_from_digits", text % {"raw": digits, "day": day, "month": month, "year": year})
    return _checked(year, month, day, rules, note)


def _from_text(text: str, rules: DateRules) -> Reading:
    if len(text) > 100:
        return _unreadable(text)
    bare = _PREFIX.sub("", text.strip("'\" "))
    certain = _ABOUT.sub("", bare).strip()
    notes: tuple[Note, ...] = ()
    if certain != bare.strip() and re.search(r"\d{4}", certain):
        notes = (Note("date_about", _("“%(raw)s”: năm sinh chỉ là khoảng chừng.") % {"raw": text}),)
        bare = certain
    bare = bare.strip().rstrip(".,;").strip()
    reading = _numeric_forms(bare, rules) or _word_forms(bare, rules) or _partial_forms(bare, rules)
    if reading is None:
        return _unreadable(text)
    return reading if reading.error else Reading(reading.value, (*notes, *reading.warnings))


def _numeric_forms(text: str, rules: DateRules) -> Reading | None:
    if re.fullmatch(r"\d{4}(?:[.,]0+)?", text):
        return _checked(int(text[:4]), None, None, rules)
    if re.fullmatch(r"\d{5}(?:\.0+)?", text):
        return _from_serial(int(text[:5]), rules)
    if re.fullmatch(r"\d{7,8}", text):
        return _from_digits(text.zfill(8), rules)
    if found := _YEAR_FIRST.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]), rules)
    return None


def _word_forms(text: str, rules: DateRules) -> Reading | None:
    if found := _WORDS.fullmatch(fold(text)):
        return _checked(int(found[3]), int(found[2]), int(found[1]) if found[1] else None, rules)
    return None


def _partial_forms(text: str, rules: DateRules) -> Reading | None:
    if found := _YEAR_ONLY.fullmatch(text):
        return _checked(int(found[1]), None, None, rules)
    if found := _NO_DAY.fullmatch(text):
        return _checked(int(found[2]), int(found[1]), None, rules)
    if found := _MONTH_YEAR.fullmatch(text):
        return _checked(int(found[2]), int(found[1]), None, rules)
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
        if len(year) == 2:
            return _two_digit_year(int(day), int(month), int(year), rules)
        return _checked(int(year), int(month), int(day), rules)
    return None


def _two_digit_year(day: int, month: int, short: int, rules: DateRules) -> Reading:
    """48 can only be 1948; 15 may be 1915 or 2015: the personal id decides, else 2015 with a warning."""
    if rules.year_hint is not None and rules.year_hint % 100 == short:
        return _checked(rules.year_hint, month, day, rules)
    century = rules.today.year // 100 * 100
    if short > rules.today.year % 100 and not rules.future:
        return _checked(century - 100 + short, month, day, rules)
    if not rules.birth:
        return _checked(century + short, month, day, rules)
    text = _("Năm sinh chỉ có hai chữ số “%(short)02d”: được hiểu là %(year)d; hãy kiểm tra.")
    return _checked(
        century + short, month, day, rules, Note("two_digit_year", text % {"short": short, "year": century + short})
    )


def _checked(year: int, month: int | None, day: int | None, rules: DateRules, *notes: Note) -> Reading:
    """The parts as a date that can exist, not in the future, not older than people get."""
    shown = "/".join(f"{part:02d}" for part in (day, month) if part is not None) + f"/{year:04d}"
    shown = shown.strip("/")
    try:
        earliest = dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return Reading(error=Note("date_impossible", _impossible(shown, month)))
    if earliest > rules.today and not rules.future:
        return Reading(error=Note("date_future", _("Ngày %(date)s ở tương lai.") % {"date": shown}))
    if year < rules.first_year:
        text = _("Năm %(year)d quá xa (trên %(age)d năm trước); hãy kiểm tra lại.")
        return Reading(error=Note("date_too_old", text % {"year": year, "age": OLDEST_AGE}))
    return Reading(PartialDate(year, month, day), notes)


def _impossible(shown: str, month: int | None) -> str:
    if month is not None and not 1 <= month <= 12:
        return _("“%(date)s”: không có tháng %(month)d. Hãy ghi theo thứ tự ngày/tháng/năm.") % {
            "date": shown,
            "month": month,
        }
    return _("Không có ngày %(date)s trong lịch.") % {"date": shown}


def _unreadable(text: str) -> Reading:
    message = _("Không đọc được “%(raw)s” thành ngày. Hãy ghi ngày/tháng/năm (ví dụ 05/09/1948) hoặc chỉ năm (1948).")
    return Reading(error=Note("date_unreadable", message % {"raw": text[:60]}))
