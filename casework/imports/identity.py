"""Identity papers and telephone numbers.

Personal id (số định danh cá nhân, 12 digits): 3 of the province or country of birth registration, 1 of century and sex,
2 of the birth year, 6 at random. There is no check digit; sex and date of birth may have been corrected later, so
disagreement is a warning (domain brief §4). CMND has 9 digits.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from core.imports.problems import Note, Reading
from core.imports.text import clean, fold, says_unknown
from core.partial_dates import PartialDate

MALE, FEMALE = "male", "female"
_NOISE = re.compile(r"[\s.,\-_'’‘`´\"“”•:]+")
_WORDS = re.compile(
    r"(?i)\b(?:số|so)?\s*(?:cccd|căn\s*cước(?:\s*công\s*dân)?|cmnd|cmt|cc|đdcn|định\s*danh|số|so)\b\s*:?"
)
_SPLIT = re.compile(r"[/;,\n()|]| - ")
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,9}")
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{8,9}")
_HOTLINE = re.compile(r"(?:1800|1900)\d{4,6}|11[1-5]")


def is_id_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{12}", text)) and len(set(text)) > 1


def birth_year_of(id_number: str) -> int:
    """Year of birth told by a personal id."""
    return 1900 + int(id_number[3]) // 2 * 100 + int(id_number[4:6])


def sex_of(id_number: str) -> str:
    """Sex told by a personal id: even digit male, odd female."""
    return FEMALE if int(id_number[3]) % 2 else MALE


def read_ids(raw: Any) -> Reading:
    """A cell with papers → {"id_number", "id_old", "id_other"} (those found), or None when blank.

    Numbers go where their length tells, whatever the column is called: lists head 12-digit ids with "Số CMND".
    """
    text = _number_text(raw)
    if text is None or len(text) > 200:
        return Reading(error=Note("id_unreadable", _("“%(raw)s” không phải số giấy tờ.") % {"raw": clean(raw)[:40]}))
    if says_unknown(text) or fold(text) in ("mat", "that lac", "da mat"):
        return Reading()
    found: dict[str, str] = {}
    notes: list[Note] = []
    for part in _candidates(text):
        field, value, note = _read_one(part)
        if field is None:
            return Reading(error=note)
        if field in found and found[field] != value:
            return Reading(error=Note("id_two", _("Ô có hai số giấy tờ cùng loại; hãy giữ một số.")))
        found[field] = value
        if note:
            notes.append(note)
    return Reading(found, tuple(notes))


def _number_text(raw: Any) -> str | None:
    """Digits of a numeric cell, or the text. None when the cell cannot be a number of a paper."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    if isinstance(raw, float) and (not raw.is_integer() or abs(raw) >= 10**15):
        return None
    return str(int(raw)) if raw >= 0 else None


def _candidates(text: str) -> list[str]:
    whole = _NOISE.sub("", _WORDS.sub("", text))
    if whole.isdigit() and len(whole) <= 12:
        return [whole]
    if len(whole) in (18, 21, 24) and all(len(part) in (9, 12) for part in text.split()):
        return text.split()  # two papers on two lines of one cell
    parts = [_NOISE.sub("", _WORDS.sub("", part)) for part in _SPLIT.split(text)]
    return [part for part in parts if part] or [whole or text]


def _read_one(text: str) -> tuple[str | None, str, Note | None]:
    """(field or None, value, note). Lost leading zeros come back with a warning."""
    if not text.isascii() or not text.isdigit():
        if _PASSPORT.fullmatch(text.upper()):
            return "id_other", text.upper(), Note("id_passport", _("“%(raw)s” giống số hộ chiếu.") % {"raw": text})
        return None, "", Note("id_unreadable", _("“%(raw)s” không phải số giấy tờ.") % {"raw": text[:40]})
    if len(set(text)) == 1:
        return None, "", Note("id_placeholder", _("“%(raw)s” không phải số giấy tờ thật.") % {"raw": text})
    if len(text) in (9, 12):
        return ("id_old", text, None) if len(text) == 9 else ("id_number", text, _province_note(text))
    return _restored(text)


def _restored(text: str) -> tuple[str | None, str, Note | None]:
    """A spreadsheet took the number for a quantity and dropped its zeros; provinces are 001 to 096."""
    whole = text.zfill(12) if len(text) in (10, 11) else text.zfill(9) if len(text) == 8 else ""
    if whole and (len(whole) == 9 or 1 <= int(whole[:3]) <= 96):
        note = Note("id_zero", _("Số thiếu số 0 ở đầu, đã bổ sung thành %(value)s; hãy kiểm tra.") % {"value": whole})
        return ("id_number" if len(whole) == 12 else "id_old"), whole, note
    message = _("“%(raw)s” có %(count)d chữ số; số định danh phải có 12 chữ số, CMND 9 chữ số.")
    return None, "", Note("id_length", message % {"raw": text[:20], "count": len(text)})


def _province_note(id_number: str) -> Note | None:
    if id_number.startswith("000"):
        return Note("id_province", _("Số định danh bắt đầu bằng 000, không ứng với tỉnh hay nước nào."))
    return None


def check_id(id_number: str, birth: PartialDate | None, sex: str | None) -> list[Note]:
    """Warnings where a personal id disagrees with the birth year or the sex of the list."""
    notes = []
    year = birth_year_of(id_number)
    if birth is not None and birth.year != year:
        text = _("Số định danh cho biết sinh năm %(told)d, danh sách ghi %(listed)d.")
        notes.append(Note("id_year", text % {"told": year, "listed": birth.year}))
    if sex in (MALE, FEMALE) and sex != sex_of(id_number):
        told = _("nam") if sex_of(id_number) == MALE else _("nữ")
        notes.append(Note("id_sex", _("Số định danh cho biết giới tính %(told)s, khác danh sách.") % {"told": told}))
    return notes


def read_phone(raw: Any) -> Reading:
    """Telephone → {"phone", "phone_other"}; digits only, 0 in front, further numbers joined with ", "."""
    if isinstance(raw, bool) or isinstance(raw, float) and not raw.is_integer():
        return Reading(error=Note("phone_unreadable", _("Không đọc được số điện thoại.")))
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    if len(text) > 200:
        return Reading(error=Note("phone_unreadable", _("Không đọc được số điện thoại.")))
    whole, note = _one_phone(text)
    if whole:
        return Reading({"phone": whole}, (note,) if note else ())
    numbers, notes = [], []
    for part in re.split(r"[/;,\n|–]|\s-\s|\bhoặc\b|\bvà\b|(?<=\d{4})\s(?=0\d)", text):
        number, note = _one_phone(part)
        if number:
            numbers.append(number)
            notes += [note] if note else []
    if not numbers:
        message = _("“%(raw)s” không phải số điện thoại Việt Nam; số này không được lấy.")
        return Reading(None, (Note("phone_unreadable", message % {"raw": text[:40]}),))
    value = {"phone": numbers[0]}
    if len(numbers) > 1:
        value["phone_other"] = ", ".join(dict.fromkeys(numbers[1:]))
    return Reading(value, tuple(notes))


def _one_phone(text: str) -> tuple[str, Note | None]:
    """(number, note), or ("", None) when the text is not one number."""
    digits = re.sub(r"[^\d]", "", text)
    if re.search(r"[^\W\d_]", text) and len(digits) < 9:
        return "", None
    if digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    elif digits.startswith("840") and len(digits) in (12, 13):
        digits = digits[2:]
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) or _HOTLINE.fullmatch(digits):
        return digits, None
    restored = "0" + digits
    if _MOBILE.fullmatch(restored) or (len(restored) == 11 and _LANDLINE.fullmatch(restored)):
        return restored, Note("phone_zero", _("Số điện thoại thiếu số 0 ở đầu, đã bổ sung; hãy kiểm tra."))
    if re.fullmatch(r"0?1[2689]\d{8}", digits):
        number = digits if digits[0] == "0" else restored
        return number, Note("phone_old", _("Đầu số 11 chữ số đã đổi từ năm 2018; hãy hỏi lại số mới."))
    return "", None
