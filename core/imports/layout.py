"""Lines of a list that are not persons: totals, signatures, titles of later pages, sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.imports.text import clean, fold

TOTAL, FOOTER, TITLE, SECTION = "total", "footer", "title", "section"

# "Tống" is a family name, so "tổng" is told from it by its accent; a bare "tong" needs a second word.
_TOTAL_ACCENTED = re.compile(
    r"(?i)^\W*(?:[ivxlc\d]+[.)\s]+)?(?:tổng(?:\s+(?:cộng|số|toàn|chung|danh)\b|\s*[:(]|\s*$)|cộng(?:\s*[:(]|\s*$|\s+(?:dồn|chung|mục|phần|trang|ấp|xã|khu|thôn)\b))"
)
_TOTAL_BARE = re.compile(r"(tong (cong|so)|cong|luy ke|cong don)( \d+)?( nguoi| doi tuong)?")
_FOOTER = re.compile(
    r"(nguoi|can bo|cb) lap( bieu| bang| danh sach| phieu)?|nguoi tong hop|nguoi kiem tra|tm (ubnd|uy ban).*|"
    r"(kt |tuq |tl |q )?(chu tich|pho chu tich|giam doc|pho giam doc|truong phong|thu truong.*)( ubnd.*)?|"
    r"noi nhan|xac nhan (cua|ubnd).*|ke toan( truong)?|thu quy|ky( va)? ghi ro ho ten|"
    r"ky ten( va)? dong dau|ky dong dau|"
    r"(danh sach|tong hop|bieu) (nay )?(tren |nay )?(co|gom) .*|bang chu .*|thay mat .*|"
    r"(.{0,60} )?ngay (\d{0,2} )?thang (\d{0,2} )?nam( 20\d{0,2})?|cong chuc .{0,60}|"
    r"truong (ap|thon|khu pho)"
)
_TITLE = re.compile(
    r"(danh sach|bang tong hop|tong hop danh sach|cong hoa xa hoi chu nghia.*|doc lap tu do.*|uy ban nhan dan|"
    r"ubnd|phu luc|bieu( so| mau)?|mau( so)?|kem theo|ban hanh kem|don vi tinh|trang \d+|"
    r"phong van hoa|so y te|trung tam)\b.*"
)
_ENUMERATOR = re.compile(r"^\s*(?:(?P<letter>[IVXLC]{1,6}|[A-HĐ]|\d{1,3}(?:\.\d{1,2})?)\s*[.)/:\-]\s*|[*+\-•–]\s*)")
_COUNT = re.compile(
    r"\s*[(:\-–]?\s*(?:có\s+)?\d+\s*(?:người|đối tượng|đt|trường hợp|hộ|em|cụ|nkt)?\s*\)?\s*$", re.IGNORECASE
)
_COMMUNE = re.compile(
    r"(?i)^(?:ubnd\s+|ủy ban nhân dân\s+)?(?:(xã|phường|thị trấn|đặc khu)\b|(x|p|tt)\s*[.:])\s*:?\s*(?=\S)"
)
_HAMLET = re.compile(
    r"(?i)^(?:(?:ấp|khu phố|kp|thôn|tổ dân phố|tổ|buôn|bon|làng|khóm|sóc|khu vực|tdp)\b|(?:ấp|kp|tổ)(?=\d))"
    r"\s*[.:]?\s*(?=\S)"
)
_IN_TITLE = re.compile(
    r"(?:^|\W)(xã(?!\s+hội\b)|phường|thị trấn)\s*:?\s+(.+?)(?=\s*(?:[,;()–\-]|$|\bnăm\b|\bquý\b|\btháng\b|\bngày\b|"
    r"\btính\b|\bđợt\b|\bthành phố\b|\btỉnh\b|\bhuyện\b|\btp\b|\bđược\b|\bđang\b|\bquản lý\b|\btheo\b|\bhưởng\b))",
    re.IGNORECASE,
)
_LONGEST_LINE = 300  # characters; longer texts are prose, and the patterns are not made for them
_ROMAN_OR_LETTER = re.compile(r"[IVXLC]{1,6}|[A-HĐ]")


@dataclass(frozen=True, slots=True)
class Section:
    """What a section line sets for the rows below; `text` is the line without numbering and count."""

    text: str
    commune: str = ""
    hamlet: str = ""
    group: str = ""


def is_total(texts: Sequence[str]) -> bool:
    """A line of sums. The caller has made sure that no paper, sex or full date stands in it."""
    first = [text for text in texts if re.search(r"[^\W\d_]", text)][:2]
    if not first:
        return False
    words = [text for text in first if not _ROMAN_OR_LETTER.fullmatch(text)] or first
    return bool(_TOTAL_ACCENTED.match(words[0]) or _TOTAL_BARE.fullmatch(words[0].lower()))


def is_footer(texts: Sequence[str]) -> bool:
    """A line of the signature block. The caller has made sure that nothing in it identifies a person."""
    return any(_FOOTER.fullmatch(fold(text)) for text in texts if text)


def is_title(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    return 0 < len(filled) <= 3 and any(_TITLE.fullmatch(fold(text)) for text in filled)


def read_section(texts: Sequence[str], groups: Any) -> Section | None:
    """A line that names a commune, a hamlet or a group for the rows below: "I. Xã Trảng Bom", "Ấp 3", "B | Trẻ em".

    `texts` are the cells from left to right; `groups` a GroupWords. None when the line may be a person.
    """
    filled = list(dict.fromkeys(text for text in texts if text))
    words = [text for text in filled if re.search(r"[^\W\d_]", text) and not _ROMAN_OR_LETTER.fullmatch(text)]
    lettered = any(_ROMAN_OR_LETTER.fullmatch(text) for text in filled[:1])
    if len(words) != 1 or len(filled) > 4 or len(words[0]) > _LONGEST_LINE:
        return None
    whole = words[0]
    enumerator = _ENUMERATOR.match(whole)
    lettered = lettered or bool(enumerator and not (enumerator["letter"] or "").isdigit())
    text = whole[enumerator.end() :] if enumerator else whole
    text = text.strip(" :;,")
    if _COMMUNE.match(text):
        return Section(text, commune=_proper(_drop_count(text)))
    if _HAMLET.match(text):
        return Section(text, hamlet=_drop_count(text))
    exact, near = groups.find(_drop_count(text)) if groups else ((), ())
    if lettered or exact or (near and text.endswith(":")):
        return Section(text, group=_drop_count(text))
    return None


def _drop_count(text: str) -> str:
    """ "Xã Trảng Bom (12 người)" → "Xã Trảng Bom"; "Ấp 3" keeps its number."""
    bare = _COUNT.sub("", text).strip(" :;,(")
    return bare if len(bare.split()) > 1 or not re.search(r"\d\s*$", text) else text


def _proper(text: str) -> str:
    """ "XÃ TRẢNG BOM" → "Xã Trảng Bom"; without "UBND" in front."""
    text = re.sub(r"(?i)^(ubnd|ủy ban nhân dân)\s+", "", text)
    if text == text.upper():
        return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text)
    return text[0].upper() + text[1:]


def commune_of_titles(lines: Sequence[Sequence[Any]]) -> str:
    """The one commune that the lines above the header name, "" when none or several do."""
    found: dict[str, str] = {}
    for cells in lines:
        for cell in cells:
            if isinstance(cell, str) and len(cell) <= _LONGEST_LINE:
                for kind, name in _IN_TITLE.findall(clean(cell)):
                    name = name.strip(" .:")
                    if 0 < len(name.split()) <= 4 and not re.fullmatch(r"\W*|[.…]+", name):
                        value = _proper(f"{kind} {name}".upper() if name == name.upper() else f"{kind} {name}")
                        found.setdefault(fold(value), value)
    return next(iter(found.values())) if len(found) == 1 else ""
