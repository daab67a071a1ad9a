"""Normalising the cells of one facility, field by field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from casework.imports.cells import read_text
from casework.imports.identity import read_phone
from core.imports.dates import read_date
from core.imports.problems import Note, Reading
from core.imports.text import clean, fold, legacy_letters, says_unknown

LIMITS = {"name": 200, "head_name": 150, "address": 300, "note": 2000, "founding_issuer": 200, "licence_issuer": 200}
MOST = 5000  # people in one house; beyond it is a slip of the pen
_NUMBERING = re.compile(r"^\s*\d{1,4}\s*[.)]\s*(?=\D)")
_OWNERSHIP = (
    (re.compile(r".*\bngoai cong lap\b.*|ncl|tu nhan|dan lap|tu thuc|ton giao|to chuc|ca nhan"), "private"),
    (re.compile(r".*\bcong lap\b.*|cl|nha nuoc|cong|su nghiep.*"), "public"),
)
# The first that is found wins: "Trung tâm bảo trợ trẻ em khuyết tật" cares for the disabled.
_KIND = (
    (re.compile(r"\btam than\b|\btriet\b"), "mental"),
    (re.compile(r"\bkhuyet tat\b|\bnkt\b|\bkhiem thi\b|\bcam diec\b|\btu ky\b|\bchat doc\b"), "disabled"),
    (re.compile(r"\bnguoi cao tuoi\b|\bnguoi gia\b|\bnct\b|\bduong lao\b|\bvien lao\b"), "elderly"),
    (re.compile(r"\btre( em)?\b|\bmo coi\b|\bso sinh\b|\bthieu nhi\b"), "children"),
    (re.compile(r"\bcong tac xa hoi\b|\bctxh\b"), "social_work"),
    (re.compile(r"\btong hop\b|\bda chuc nang\b"), "general"),
    (re.compile(r"\bkhac\b|\btam lanh\b"), "other"),
)
# "12/GP-SLĐTBXH ngày 05/09/2019 của Sở …": number, day and issuer in one cell.
_PAPER = re.compile(
    r"^(?:số\s*[:.]?\s*)?(?P<number>.*?\S)\s*[,;]?\s*(?:\(?\s*(?:ngày|ngay|cấp ngày|ký ngày)\s*[:.]?\s*)"
    r"(?P<date>\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4})\)?"
    r"(?:\s*[,;]?\s*(?:của|do|cua)\s+(?P<issuer>.+))?$",
    re.IGNORECASE,
)
_PAPER_OF_DATE = re.compile(
    r"^(?P<number>\S*/\S+)\s*[,;\-–]?\s+(?P<date>\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})(?:\s*[,;\-–]\s*(?P<issuer>.+))?$"
)
_ISSUERS = (
    (re.compile(r"S(LĐ|LD)(-?TB|TB)?&?X?H?|SLĐTBXH|LĐTBXH", re.IGNORECASE), _("Sở Lao động - Thương binh và Xã hội")),
    (re.compile(r"SYT", re.IGNORECASE), _("Sở Y tế")),
    (re.compile(r"UBND", re.IGNORECASE), _("Ủy ban nhân dân")),
)
_SHELTER = re.compile(r"\b(tam lanh|nha binh yen|noi an toan bi mat|giu kin)\b")


@dataclass(slots=True)
class CellContext:
    """`groups`: folded wording of a register → codes of client groups."""

    today: dt.date
    date_1904: bool = False
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def ownership_word(text: str) -> str | None:
    folded = fold(text)
    return next((value for pattern, value in _OWNERSHIP if pattern.fullmatch(folded)), None)


def kind_word(text: str) -> str | None:
    folded = fold(text)
    return next((value for pattern, value in _KIND if pattern.search(folded)), None)


def is_shelter(*texts: str) -> bool:
    """Whether a house hides whom it takes in: its address is then kept from the register's readers."""
    return any(_SHELTER.search(fold(text)) for text in texts if text)


def issuer_of_number(number: str) -> str:
    """The office whose initials end the number of a paper; "" where they say nothing."""
    tail = number.rsplit("/", 1)[-1]
    return next((str(name) for pattern, name in _ISSUERS if pattern.search(tail)), "")


def read_cell(code: str, raw: Any, context: CellContext) -> Reading:
    """Normalise one cell: str for text, date for dates, int for numbers, dict where one cell holds several values."""
    if raw is None or raw == "":
        return Reading()
    reader = _READERS.get(code)
    reading = reader(raw, context) if reader else read_text(raw)
    limit = LIMITS.get(code, 500)
    if isinstance(reading.value, str) and len(reading.value) > limit:
        text = _("Nội dung dài %(count)d ký tự, quá giới hạn %(limit)d.")
        return Reading(error=Note("too_long", text % {"count": len(reading.value), "limit": limit}))
    return reading


def _read_name(raw: Any, _context: CellContext) -> Reading:
    if not isinstance(raw, str):
        return Reading(
            error=Note("name_not_text", _("Tên cơ sở phải là chữ, ô này chứa “%(raw)s”.") % {"raw": clean(raw)})
        )
    name = _NUMBERING.sub("", clean(raw)).strip(" ,;:-*.\t")
    if not re.search(r"[^\W\d_]", name):
        return Reading(error=Note("name_empty", _("“%(raw)s” không phải tên cơ sở.") % {"raw": clean(raw)[:60]}))
    if legacy_letters(name):
        return Reading(
            error=Note("legacy_font", _("Tên cơ sở có vẻ dùng bảng mã cũ (TCVN3); hãy chuyển sang Unicode."))
        )
    return Reading(_sentence_case(name))


def _sentence_case(name: str) -> str:
    """MÁI ẤM AN BÌNH → Mái Ấm An Bình; a name in mixed case is left alone."""
    if name != name.upper() or sum(1 for letter in name if letter.isalpha()) < 3:
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)


def _read_ownership(raw: Any, _context: CellContext) -> Reading:
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    value = ownership_word(text)
    if value is None:
        message = _("Không hiểu “%(raw)s”; hãy ghi Công lập hoặc Ngoài công lập.")
        return Reading(error=Note("ownership_unknown", message % {"raw": text[:60]}))
    return Reading(value)


def _read_kind(raw: Any, _context: CellContext) -> Reading:
    """The kind of the law; a column "Loại hình" may hold the ownership instead."""
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    owner = ownership_word(text) if kind_word(text) is None else None
    if owner is not None:
        return Reading({"ownership": owner})
    value = kind_word(text)
    if value is None:
        message = _("Không hiểu loại hình “%(raw)s” nên chưa được lấy.")
        return Reading(None, (Note("kind_unknown", message % {"raw": text[:60]}),))
    return Reading({"legal_kind": value})


def _read_paper(prefix: str) -> Callable[[Any, CellContext], Reading]:
    def read(raw: Any, context: CellContext) -> Reading:
        """{"<prefix>_number", "<prefix>_date", "<prefix>_issuer"}, as far as the cell tells."""
        text = clean(raw)
        if says_unknown(text) or fold(text) in ("chua co", "chua cap", "dang lam", "dang xin", "khong co"):
            return Reading()
        found = _PAPER.match(text) or _PAPER_OF_DATE.match(text)
        if found is None:
            if isinstance(raw, dt.date):
                message = _("Excel đã đổi số văn bản ở ô này thành ngày %(text)s; hãy sửa lại.")
                return Reading(error=Note("number_became_date", message % {"text": text}))
            return Reading({f"{prefix}_number": re.sub(r"(?i)^số\s*[:.]?\s*", "", text)[:60]})
        day = read_date(re.sub(r"\s", "", found["date"]), today=context.today)
        if day.error:
            return Reading(error=day.error)
        value = {f"{prefix}_number": found["number"].strip(" ,;(")[:60], f"{prefix}_date": day.value}
        if found["issuer"]:
            value[f"{prefix}_issuer"] = found["issuer"].strip()[:200]
        return Reading(value, day.warnings)

    return read


def _read_groups(raw: Any, context: CellContext) -> Reading:
    """Codes of the groups that the wording names; words that name none are said."""
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    codes: dict[str, None] = {}
    strange: list[str] = []
    for part in re.split(r"[;,/+\n]|\bvà\b", text):
        folded = fold(part)
        if not folded:
            continue
        found = False
        for word in sorted(context.groups, key=len, reverse=True):
            folded, times = re.subn(rf"\b{re.escape(word)}\b", " ", folded)  # the longest wording takes its words
            if times:
                found = True
                codes.update(dict.fromkeys(context.groups[word]))
        if not found:
            strange.append(part.strip())
    notes: tuple[Note, ...] = ()
    if strange:
        message = _("Nhóm đối tượng không nhận ra: %(what)s.")
        notes = (Note("groups_unknown", message % {"what": "; ".join(strange)[:120]}),)
    return Reading({"groups": sorted(codes), "groups_text": text[:500]}, notes)


def _read_number(raw: Any, _context: CellContext) -> Reading:
    """50, "50 người", "1.200", "60 giường"; "30-40" means two things and is an error."""
    if isinstance(raw, bool | dt.date):
        return Reading(error=_not_a_number(clean(raw)))
    if isinstance(raw, int | float):
        whole = int(raw)
        return _bounded(whole) if whole == raw else Reading(error=_not_a_number(clean(raw)))
    text = clean(raw)
    if says_unknown(text):
        return Reading()
    bare = re.sub(r"(?i)\s*(người|giường|đối tượng|chỗ|cháu|cụ|trẻ|ng)\b.*$", "", text).strip()
    bare = re.sub(r"(?i)^(khoảng|dưới|tối đa|không quá|≤|<)\s*", "", bare)
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", bare):
        bare = re.sub(r"\D", "", bare)
    if not bare.isdigit():
        return Reading(error=_not_a_number(text))
    return _bounded(int(bare))


def _bounded(number: int) -> Reading:
    if 0 <= number <= MOST:
        return Reading(number)
    return Reading(error=Note("number_too_big", _("%(number)d người là quá nhiều cho một cơ sở.") % {"number": number}))


def _not_a_number(text: str) -> Note:
    return Note("not_a_number", _("“%(raw)s” không phải một số người.") % {"raw": text[:40]})


def _read_phone(raw: Any, _context: CellContext) -> Reading:
    reading = read_phone(raw)
    if reading.error or not reading.value:
        return Reading(None, (*reading.warnings, *([reading.error] if reading.error else [])))
    others = reading.value.get("phone_other", "")
    more = {"phone_other": others} if others else {}
    return Reading({"phone": reading.value["phone"], **more}, reading.warnings)


def _read_end(raw: Any, context: CellContext) -> Reading:
    if isinstance(raw, str) and re.search(r"khong (ghi |co |xac dinh )?(thoi )?han|vo thoi han|lau dai", fold(raw)):
        return Reading()
    return read_date(raw, today=context.today, date_1904=context.date_1904, future=True)


_READERS: dict[str, Callable[[Any, CellContext], Reading]] = {
    "name": _read_name,
    "ownership": _read_ownership,
    "legal_kind": _read_kind,
    "founding_number": _read_paper("founding"),
    "licence_number": _read_paper("licence"),
    "founding_date": lambda raw, c: read_date(raw, today=c.today, date_1904=c.date_1904),
    "licence_date": lambda raw, c: read_date(raw, today=c.today, date_1904=c.date_1904),
    "ends_on": _read_end,
    "groups": _read_groups,
    "capacity": _read_number,
    "residents": _read_number,
    "phone": _read_phone,
}
