"""Form fields for what Vietnamese offices write: dates day first, dong, telephone and identity numbers.

Errors say what is wrong and how to mend it, in Vietnamese (design/README.md §5).
"""

import calendar
import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.partial_dates import PartialDate
from core.web.display import vnnum

OLDEST_YEAR = 1880
BLANK = re.compile(r"[\s\u00a0\u202f]+")


def _parse(text: str, partial: bool) -> PartialDate:
    """Day first, or ISO year first. Raises ValidationError with a sentence that names the part that is wrong."""
    packed = re.sub(r"\s*([/.-])\s*", r"\1", text.strip())
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", packed):
        year, month, day = (int(part) for part in found.groups())
        return _checked(year, month, day)
    if re.fullmatch(r"\d{8}", packed):
        return _checked(int(packed[4:]), int(packed[2:4]), int(packed[:2]))
    if found := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", packed):
        return _checked(int(found[4]), int(found[3]), int(found[1]))
    if re.fullmatch(r"\d{1,2}([/.-])\d{1,2}\1\d{2}", packed):
        raise ValidationError(_("Gõ đủ bốn chữ số của năm, ví dụ 31/12/1950."), code="year")
    if partial and (found := re.fullmatch(r"(\d{1,2})[/.-](\d{4})", packed)):
        return _checked(int(found[2]), int(found[1]), None)
    if partial and re.fullmatch(r"\d{4}", packed):
        return _checked(int(packed), None, None)
    if partial:
        raise ValidationError(
            _("Không đọc được “%(text)s”. Gõ như 31/12/1950, 12/1950 hoặc 1950."), code="invalid", params={"text": text}
        )
    raise ValidationError(_("Không đọc được “%(text)s”. Gõ như 31/12/2026."), code="invalid", params={"text": text})


def _checked(year: int, month: int | None, day: int | None) -> PartialDate:
    if month is not None and not 1 <= month <= 12:
        raise ValidationError(
            _("Không có tháng %(month)d. Gõ ngày trước, tháng sau: 31/12/2026."), code="month", params={"month": month}
        )
    if year < OLDEST_YEAR:
        raise ValidationError(_("Năm %(year)d quá xa. Gõ lại năm."), code="old", params={"year": year})
    if day is not None and month is not None:
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise ValidationError(
                _("Tháng %(month)d/%(year)d chỉ có từ ngày 1 đến ngày %(last)d."),
                code="day",
                params={"month": month, "year": year, "last": last},
            )
    return PartialDate(year, month, day)


def _refuse_future(value: PartialDate, birth: bool) -> None:
    today = timezone.localdate()
    if value.earliest() <= today:
        return
    if value.year > today.year:
        sentence = _("Năm %(year)d chưa tới. Gõ lại năm sinh.") if birth else _("Năm %(year)d chưa tới. Gõ lại năm.")
        raise ValidationError(sentence, code="future", params={"year": value.year})
    raise ValidationError(_("Ngày %(day)s chưa tới. Gõ lại ngày."), code="future", params={"day": value.display()})


def _text_input(css: str, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": css, "autocomplete": "off", **attrs})


class VietnameseDateField(forms.Field):
    """A day typed as 31/12/2026, 31-12-2026, 31.12.2026, 31122026 or 2026-12-31; cleans to a `date` or None.

    `past_only` refuses days to come; `birth` words that refusal for a year of birth.
    """

    default_error_messages = {"required": gettext_lazy("Gõ ngày, ví dụ 31/12/2026.")}

    def __init__(self, *, past_only: bool = False, birth: bool = False, **kwargs: Any):
        self.past_only, self.birth = past_only or birth, birth
        kwargs.setdefault("widget", _text_input("short", inputmode="numeric"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        parsed = _parse(str(value), partial=False)
        if self.past_only:
            _refuse_future(parsed, self.birth)
        return parsed.earliest()

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%d/%m/%Y") if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _changed(self, initial, data)


class PartialDateField(forms.Field):
    """A birth date of which the day, or the day and month, may be unknown; cleans to a `PartialDate` or None."""

    default_error_messages = {"required": gettext_lazy("Gõ ngày sinh. Chỉ nhớ năm thì gõ năm, ví dụ 1950.")}

    def __init__(self, *, past_only: bool = True, birth: bool = True, **kwargs: Any):
        self.past_only, self.birth = past_only, birth
        kwargs.setdefault("widget", _text_input("short", inputmode="numeric"))
        kwargs.setdefault("help_text", gettext_lazy("Ví dụ 31/12/1950. Chỉ nhớ năm thì gõ 1950."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> PartialDate | None:
        if value in self.empty_values:
            return None
        if isinstance(value, PartialDate):
            return value
        parsed = _parse(str(value), partial=True)
        if self.past_only:
            _refuse_future(parsed, self.birth)
        return parsed

    def prepare_value(self, value: Any) -> Any:
        return value.display() if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _changed(self, initial, data)


class MoneyField(forms.Field):
    """Whole dong, typed with or without groups (1.500.000, 1 500 000, 1500000 đ); cleans to an int or None."""

    default_error_messages = {"required": gettext_lazy("Gõ số tiền, ví dụ 1.500.000.")}

    def __init__(self, *, min_value: int = 0, max_value: int | None = None, **kwargs: Any):
        self.min_value, self.max_value = min_value, max_value
        kwargs.setdefault("widget", _text_input("short", inputmode="numeric"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        text = BLANK.sub(" ", str(value)).strip()
        bare = re.sub(r"\s*(đồng|đ|vnđ|vnd)$", "", text, flags=re.IGNORECASE)
        grouped = re.fullmatch(r"-?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*", bare)
        if not grouped and not re.fullmatch(r"-?\d+", bare):
            raise ValidationError(
                _("Không đọc được số tiền “%(text)s”. Gõ số đồng chẵn, như 1.500.000."),
                code="invalid",
                params={"text": text},
            )
        return int(re.sub(r"[., ]", "", bare))

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.min_value:
            limit = vnnum(self.min_value)
            raise ValidationError(_("Số tiền ít nhất là %(limit)s đ."), code="min", params={"limit": limit})
        if self.max_value is not None and value > self.max_value:
            limit = vnnum(self.max_value)
            raise ValidationError(_("Số tiền nhiều nhất là %(limit)s đ."), code="max", params={"limit": limit})

    def prepare_value(self, value: Any) -> Any:
        return vnnum(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _changed(self, initial, data)


class PhoneField(forms.CharField):
    """A telephone number in Vietnam, kept as digits from 0 (0900000000, 02513000000) or a short number (111, 1900…)."""

    default_error_messages = {"required": gettext_lazy("Gõ số điện thoại.")}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"class": "short", "inputmode": "tel", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        bare = re.sub(r"[\s\u00a0().-]", "", text)
        digits = re.sub(r"^(\+84|0084|84(?=\d{9,10}$))0?", "0", bare)
        if not digits.isascii() or not digits.isdigit():
            raise ValidationError(_("Số điện thoại chỉ có chữ số. Mỗi ô một số."), code="invalid")
        if re.fullmatch(r"1\d{2}|1[89]00\d{4,6}", digits):
            return digits
        if not digits.startswith("0"):
            raise ValidationError(_("Số điện thoại bắt đầu bằng 0. Gõ cả mã vùng nếu là máy bàn."), code="invalid")
        wanted = 11 if digits.startswith("02") else 10
        if len(digits) < wanted:
            raise ValidationError(
                _("Số điện thoại có %(wanted)d chữ số; mới có %(got)d."),
                code="short",
                params={"wanted": wanted, "got": len(digits)},
            )
        if len(digits) > wanted:
            raise ValidationError(
                _("Số điện thoại có %(wanted)d chữ số; đang có %(got)d."),
                code="long",
                params={"wanted": wanted, "got": len(digits)},
            )
        if digits[1] not in "235789":
            raise ValidationError(
                _("Không có đầu số %(head)s. Kiểm tra lại."), code="head", params={"head": digits[:3]}
            )
        return digits


class IdNumberField(forms.CharField):
    """A personal identity number of 12 digits, or an old identity card of 9; cleans to the digits.

    The digits carry sex and year of birth, but both may have been corrected since: see `warnings`.
    """

    default_error_messages = {"required": gettext_lazy("Gõ số định danh.")}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", _text_input("short", inputmode="numeric"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        digits = re.sub(r"[\s\u00a0.-]", "", text)
        if not digits.isascii() or not digits.isdigit():
            raise ValidationError(_("Số định danh chỉ có chữ số."), code="invalid")
        if len(digits) in {9, 12}:
            return digits
        if len(digits) < 9:
            sentence = _("Số định danh có 12 chữ số, chứng minh nhân dân cũ có 9; mới có %(got)d.")
        elif len(digits) < 12:
            sentence = _("Số định danh có 12 chữ số; mới có %(got)d.")
        else:
            sentence = _("Số định danh có 12 chữ số; đang có %(got)d.")
        raise ValidationError(sentence, code="length", params={"got": len(digits)})

    @staticmethod
    def warnings(number: str, sex: str = "", year: int | None = None) -> list[str]:
        """What in a 12-digit number differs from the sex ("male", "female") and year typed: to check, never to refuse.

        Digit 4 is century and sex (0 male, 1 female of 19xx; 2, 3 of 20xx; …), digits 5-6 the year (NĐ 137/2015 Đ.13).
        """
        if len(number) != 12 or not number.isdigit():
            return []
        found = []
        female, century = int(number[3]) % 2 == 1, 19 + int(number[3]) // 2
        if sex in {"male", "female"} and female != (sex == "female"):
            found.append(
                _("Chữ số thứ 4 là nữ, ô giới đang là nam. Kiểm tra giấy, vẫn lưu được.")
                if female
                else _("Chữ số thứ 4 là nam, ô giới đang là nữ. Kiểm tra giấy, vẫn lưu được.")
            )
        born = century * 100 + int(number[4:6])
        if year is not None and born != year:
            found.append(
                _("Số định danh ứng với năm sinh %(born)d, ô năm sinh đang là %(year)d. Kiểm tra giấy, vẫn lưu được.")
                % {"born": born, "year": year}
            )
        return found


def _changed(field: forms.Field, initial: Any, data: Any) -> bool:
    try:
        return field.to_python(data) != field.to_python(initial)
    except ValidationError:
        return True
