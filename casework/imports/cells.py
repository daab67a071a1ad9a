"""Normalising the cells of one person, field by field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from casework.imports import words
from casework.imports.identity import read_ids, read_phone
from core.imports.dates import read_birth, read_date
from core.imports.problems import Note, Reading
from core.imports.text import clean, fold, legacy_letters, plain_apostrophes, says_unknown

__all__ = ["CellContext", "read_cell", "read_ids", "read_name", "read_phone"]

_LONGEST = {"name": 150, "guardian_name": 150, "household_head": 150, "note": 4000, "needs": 4000}
_UNIDENTIFIED = re.compile(
    r"(chua|khong|k|ko) (ro|xac dinh( duoc)?|biet)( danh tinh| ten| ho ten| nhan than| ten tuoi| lai lich| ro)*"
    r"|vo danh|khong ten|chua (co|dat) ten|nguoi la( .*)?|chua khai sinh"
)
_UNIDENTIFIED_PREFIX = re.compile(r"(chua|khong) (ro|xac dinh)( duoc)?( danh tinh| ten| nhan than| lai lich)\b.*")
_NUMBERING = re.compile(r"^\s*\d{1,5}\s*[.)/\-]\s*(?=\D)")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_STRANGE = re.compile(r"[^\w\s'.,\-\u0300-\u036f]|[\d_]")
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f]*")
_PLACE_WORDS = (
    (re.compile(r"(?i)^(?:x|xã)\s*[.:]\s*"), "Xã "),
    (re.compile(r"(?i)^(?:p|f|ph|phường)\s*[.:]\s*"), "Phường "),
    (re.compile(r"(?i)^(?:tt|thị trấn)\s*[.:]\s*"), "Thị trấn "),
    (re.compile(r"(?i)^p\s*(?=\d)"), "Phường "),
)
_HAMLET_WORDS = (
    (re.compile(r"(?i)^(?:kp|k\.p|khu phố)\s*[.:]?\s*(?=\w)"), "Khu phố "),
    (re.compile(r"(?i)^(?:tdp|tổ dân phố)\s*[.:]?\s*(?=\w)"), "Tổ dân phố "),
    (re.compile(r"(?i)^(?:ấp|ap)\s*[.:]?\s+(?=\w)"), "Ấp "),
    (re.compile(r"(?i)^(?:ấp)(?=\d)"), "Ấp "),
    (re.compile(r"(?i)^thôn\s*[.:]?\s+(?=\w)"), "Thôn "),
    (re.compile(r"(?i)^tổ\s*[.:]?\s*(?=\d)"), "Tổ "),
)


@dataclass(slots=True)
class CellContext:
    """What normalising needs besides the cell: today, the date system, groups, the birth year that the id tells."""

    today: dt.date
    date_1904: bool = False
    groups: words.GroupWords = field(default_factory=words.GroupWords)
    year_hint: int | None = None


def read_cell(target_field: str, raw: Any, context: CellContext) -> Reading:
    """Normalise one cell for a field of `fields.FIELDS`.

    Values: str for text; PartialDate for births; date for id_date and case_opened; dict for name, ids, phone, group
    and case_status (several values from one cell); tuple of codes for disability_type. None when blank.
    """
    if raw is None or raw == "":
        return Reading()
    reader = _READERS.get(target_field)
    reading = reader(raw, context) if reader else read_text(raw)
    limit = _LONGEST.get(target_field, 500)
    if isinstance(reading.value, str) and len(reading.value) > limit:
        text = _("Nội dung dài %(count)d ký tự, quá giới hạn %(limit)d.")
        return Reading(error=Note("too_long", text % {"count": len(reading.value), "limit": limit}))
    return reading


def read_text(raw: Any) -> Reading:
    """Free text. A date cell is shown as dd/mm/yyyy with a warning: Excel turns the house number 12/5 into a date."""
    text = clean(raw)
    if isinstance(raw, dt.date):
        note = Note(
            "text_became_date", _("Excel đã đổi nội dung ô này thành ngày %(text)s; hãy kiểm tra.") % {"text": text}
        )
        return Reading(text, (note,))
    return Reading(None if says_unknown(text) else text)


def read_name(raw: Any) -> Reading:
    """Full name → {"name"} or {"unidentified": True}; one-word names and K'Brối, Y Moan Ênuôl stay as they are.

    What stands in brackets goes to {"note"}. A name all in capitals gets ordinary letters.
    """
    if not isinstance(raw, str):
        return Reading(
            error=Note("name_not_text", _("Họ tên phải là chữ, ô này chứa “%(raw)s”.") % {"raw": clean(raw)})
        )
    text = plain_apostrophes(clean(raw))
    folded = fold(text)
    if _UNIDENTIFIED.fullmatch(folded) or _UNIDENTIFIED_PREFIX.fullmatch(folded):
        rest = {} if _UNIDENTIFIED.fullmatch(folded) else {"note": text}
        return Reading({"unidentified": True, **rest})
    value: dict[str, Any] = {}
    notes: list[Note] = []
    if asides := [aside for aside in _BRACKETS.findall(text) if aside.strip()]:
        value["note"] = "; ".join(asides)
        notes.append(Note("name_aside", _("Phần trong ngoặc của họ tên được chuyển sang ghi chú.")))
    name = _NUMBERING.sub("", _BRACKETS.sub(" ", text)).strip(" ,;:-*.\t")
    if not re.search(r"[^\W\d_]", name):
        return Reading(error=Note("name_empty", _("“%(raw)s” không phải họ tên.") % {"raw": text[:60]}))
    if len(name) > _LONGEST["name"]:
        return Reading(error=Note("too_long", _("Họ tên quá dài.")))
    if legacy_letters(name):
        notes.append(Note("legacy_font", _("Họ tên có vẻ dùng bảng mã cũ (TCVN3); hãy chuyển sang Unicode.")))
    elif _STRANGE.search(name):
        notes.append(Note("name_strange", _("Họ tên có chữ số hoặc ký tự lạ; hãy kiểm tra.")))
    value["name"] = _ordinary_case(name)
    return Reading(value, tuple(notes))


def _ordinary_case(name: str) -> str:
    """NGUYỄN VĂN AN → Nguyễn Văn An, K'BRỐI → K'Brối; names in mixed case are left alone."""
    letters = sum(1 for ch in name if ch.isalpha())
    if name == name.lower() or (letters > 2 and name == name.upper()):
        return _WORD.sub(lambda word: word[0].capitalize(), name)
    return name


def _read_proper(raw: Any, _context: CellContext) -> Reading:
    """Name of somebody else, or of a people: text with ordinary capitals."""
    reading = read_text(raw)
    return reading._replace(value=_ordinary_case(plain_apostrophes(reading.value))) if reading.value else reading


def _read_sex(raw: Any, _context: CellContext) -> Reading:
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    value = words.sex_word(text)
    if value is None:
        message = _("Không hiểu giới tính “%(raw)s”; hãy ghi Nam hoặc Nữ.")
        return Reading(error=Note("sex_unknown", message % {"raw": text[:40]}))
    return Reading(value)


def _worded(find: Callable[[str], Any], code: str) -> Callable[[Any, CellContext], Reading]:
    """Reader of a field with fixed words; other wording is a warning and stays in the raw row."""

    def read(raw: Any, _context: CellContext) -> Reading:
        text = clean(raw)
        value = find(text)
        if value or (says_unknown(text) and not value):
            return Reading(value or None)
        return Reading(None, (Note(code, _("Không hiểu “%(raw)s” nên chưa được lấy.") % {"raw": text[:60]}),))

    return read


def _read_household(raw: Any, context: CellContext) -> Reading:
    if words.is_mark(raw):
        text = _("Dấu “%(raw)s” không cho biết hộ nghèo hay cận nghèo.") % {"raw": clean(raw)}
        return Reading(None, (Note("household_mark", text),))
    return _worded(words.household_word, "household_unknown")(raw, context)


def _read_status(raw: Any, _context: CellContext) -> Reading:
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    value = words.status_word(text)
    if value is None:
        message = _("Không hiểu tình trạng “%(raw)s” nên chưa được lấy.")
        return Reading(None, (Note("status_unknown", message % {"raw": text[:60]}),))
    return Reading(value)


def _read_group(raw: Any, context: CellContext) -> Reading:
    """Group → {"group": text as written, "group_codes", "group_candidates"} (codes when a catalogue was given)."""
    text = clean(raw)
    if says_unknown(text) and text != "0":
        return Reading()
    if not context.groups:
        return Reading({"group": text})
    exact, near = context.groups.find(text)
    value: dict[str, Any] = {"group": text, "group_codes": exact, "group_candidates": near}
    if exact:
        return Reading(value)
    if near:
        note = Note(
            "group_candidates", _("“%(raw)s” khớp gần đúng với danh mục; hãy chọn nhóm đối tượng.") % {"raw": text}
        )
    else:
        note = Note("group_unknown", _("“%(raw)s” không có trong danh mục nhóm đối tượng.") % {"raw": text[:80]})
    return Reading(value, (note,))


def _place(table: tuple[tuple[re.Pattern[str], str], ...]) -> Callable[[Any, CellContext], Reading]:
    def read(raw: Any, _context: CellContext) -> Reading:
        reading = read_text(raw)
        if not reading.value:
            return reading
        value = reading.value
        for pattern, word in table:
            value, found = pattern.subn(word, value)
            if found:
                break
        return Reading(value, reading.warnings)

    return read


_READERS: dict[str, Callable[[Any, CellContext], Reading]] = {
    "name": lambda raw, _c: read_name(raw),
    "birth": lambda raw, c: read_birth(raw, today=c.today, date_1904=c.date_1904, year_hint=c.year_hint),
    "id_number": lambda raw, _c: read_ids(raw),
    "id_old": lambda raw, _c: read_ids(raw),
    "id_date": lambda raw, c: read_date(raw, today=c.today, date_1904=c.date_1904),
    "case_opened": lambda raw, c: read_date(raw, today=c.today, date_1904=c.date_1904),
    "phone": lambda raw, _c: read_phone(raw),
    "guardian_phone": lambda raw, _c: read_phone(raw),
    "guardian_name": _read_proper,
    "household_head": _read_proper,
    "ethnicity": _read_proper,
    "sex": _read_sex,
    "household_status": _read_household,
    "disability_level": _worded(words.level_word, "level_unknown"),
    "disability_type": _worded(words.type_words, "type_unknown"),
    "case_status": _read_status,
    "group": _read_group,
    "commune": _place(_PLACE_WORDS),
    "hamlet": _place(_HAMLET_WORDS),
}
