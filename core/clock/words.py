"""Deadlines and dates in words, as they stand on pages and slips."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from .due import Remaining

WEEKDAYS = (
    gettext_lazy("thứ Hai"), gettext_lazy("thứ Ba"), gettext_lazy("thứ Tư"), gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"), gettext_lazy("thứ Bảy"), gettext_lazy("Chủ nhật"),
)  # fmt: skip
SHORT_WEEKDAYS = (
    pgettext_lazy("thứ Hai", "T2"), pgettext_lazy("thứ Ba", "T3"), pgettext_lazy("thứ Tư", "T4"),
    pgettext_lazy("thứ Năm", "T5"), pgettext_lazy("thứ Sáu", "T6"), pgettext_lazy("thứ Bảy", "T7"),
    pgettext_lazy("Chủ nhật", "CN"),
)  # fmt: skip


def long(left: Remaining) -> str:
    """ "Quá 2 ngày làm việc", "Hạn hôm nay", "Còn 3 ngày làm việc"; "" where nothing is due."""
    if left.kind in {"none", "paused"}:
        return _("Tạm dừng tính hạn") if left.kind == "paused" else ""
    if left.unit in {"hour", "minute"}:
        return _hours(left)
    if left.kind == "today":
        return _("Hạn hôm nay")
    values = {"count": left.amount}
    if left.kind != "overdue":
        return ngettext("Còn %(count)d ngày làm việc", "Còn %(count)d ngày làm việc", left.amount) % values
    if left.amount == 0:
        return _("Đã quá hạn")
    return ngettext("Quá %(count)d ngày làm việc", "Quá %(count)d ngày làm việc", left.amount) % values


def short(left: Remaining) -> str:
    """ "Quá 1 ngày", "Hôm nay", "Còn 3 ngày", for narrow columns."""
    if left.kind in {"none", "paused"}:
        return _("Tạm dừng") if left.kind == "paused" else ""
    if left.unit in {"hour", "minute"}:
        return _hours(left)
    if left.kind == "today":
        return _("Hôm nay")
    values = {"count": left.amount}
    if left.kind != "overdue":
        return ngettext("Còn %(count)d ngày", "Còn %(count)d ngày", left.amount) % values
    if left.amount == 0:
        return _("Quá hạn")
    return ngettext("Quá %(count)d ngày", "Quá %(count)d ngày", left.amount) % values


def _hours(left: Remaining) -> str:
    values = {"count": left.amount}
    if left.unit == "hour" and left.kind == "overdue":
        return ngettext("Quá %(count)d giờ", "Quá %(count)d giờ", left.amount) % values
    if left.unit == "hour":
        return ngettext("Còn %(count)d giờ", "Còn %(count)d giờ", left.amount) % values
    if left.kind == "overdue":
        return ngettext("Quá %(count)d phút", "Quá %(count)d phút", left.amount) % values
    return ngettext("Còn %(count)d phút", "Còn %(count)d phút", left.amount) % values


def weekday(on: date) -> str:
    """ "thứ Năm"."""
    return str(WEEKDAYS[on.weekday()])


def weekday_short(on: date) -> str:
    """ "T5"; Sunday is "CN"."""
    return str(SHORT_WEEKDAYS[on.weekday()])


def day(on: date, today: date | None = None) -> str:
    """ "thứ Năm 26/11"; with the year where it is not that of `today`."""
    return f"{weekday(on)} {_day_month(on, today)}"


def day_short(on: date, today: date | None = None) -> str:
    """ "T5, 26/11"."""
    return f"{weekday_short(on)}, {_day_month(on, today)}"


def _day_month(on: date, today: date | None) -> str:
    return on.strftime("%d/%m/%Y") if today is not None and on.year != today.year else on.strftime("%d/%m")
