"""How values are written for people: dates, amounts, masked numbers. Pure functions; the `dh` template tags use them.

Dates keep the Vietnamese order in both languages. Numbers follow the page's language (1.200 or 1,200).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from core.clock import words

MASK = "•"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _day(value: date | datetime) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


def vndate(value: Any) -> str:
    """31/12/2026; a date given as text is returned as it is, None as ""."""
    if not isinstance(value, date):
        return "" if value is None else str(value)
    return _local(value).strftime("%d/%m/%Y")


def clock_time(value: Any) -> str:
    """16:40 in local time; "" for what has no time of day, so that no false 00:00 is shown."""
    return _local(value).strftime("%H:%M") if isinstance(value, datetime) else ""


def vndatetime(value: Any) -> str:
    """31/12/2026 16:40; without a time of day only the date."""
    return f"{vndate(value)} {clock_time(value)}".strip()


def daymonth(value: Any) -> str:
    """20/11 within this year, 20/11/2025 otherwise."""
    if not isinstance(value, date):
        return vndate(value)
    local = _local(value)
    return local.strftime("%d/%m") if local.year == timezone.localdate().year else local.strftime("%d/%m/%Y")


def shortday(value: Any) -> str:
    """T5, 26/11: for tables; with the year when it is not this year."""
    if not isinstance(value, date):
        return vndate(value)
    return words.day_short(_day(value), timezone.localdate())


def longday(value: Any) -> str:
    """thứ Năm 26/11: for sentences; with the year when it is not this year."""
    if not isinstance(value, date):
        return vndate(value)
    return words.day(_day(value), timezone.localdate())


def vnnum(value: Any, places: int = 2) -> str:
    """1.200 and 2,5 in Vietnamese, 1,200 and 2.5 in English; at most `places` decimals, no trailing zeros."""
    if value is None or value == "":
        return ""
    number = value if isinstance(value, int) else Decimal(str(value))
    text = f"{number:,}" if isinstance(number, int) else f"{number:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if (get_language() or "vi").startswith("en"):
        return text
    return text.translate(str.maketrans(",.", ".,"))


def money(value: Any) -> str:
    """540.000 đ, with a space that does not break; whole đồng."""
    return "" if value is None or value == "" else f"{vnnum(int(Decimal(str(value))))}\u00a0đ"


def mask_id(value: Any) -> str:
    """0751•••••214: the first four and the last three characters of an identity number; short ones are hidden whole."""
    text = "" if value is None else str(value)
    if len(text) < 9:
        return MASK * len(text)
    return f"{text[:4]}{MASK * (len(text) - 7)}{text[-3:]}"
