"""Words that lists use for sex, household, disability and case state, and for client groups.

Values that come out: sex male | female; household poor | near_poor | average | none; disability level special_severe |
severe | mild; disability types mobility, hearing_speech, vision, mental, intellectual, other (Luật Người khuyết tật
2010, Đ.3); case state open | on_hold | closed | moved | dead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.imports.text import clean, fold

_MARKS = frozenset(("x", "v", "1", "co", "dung", "yes", "true", "check"))
_SIGNS = frozenset("✓✔√☑☒✗✘+*×●•xXvV")
_SEX = {
    **dict.fromkeys(("nam", "trai", "nam gioi", "male", "m", "be trai", "con trai", "ong"), "male"),
    **dict.fromkeys(("nu", "gai", "nu gioi", "female", "f", "be gai", "con gai", "ba"), "female"),
}
_HOUSEHOLD = (
    (re.compile(r".*\bcan ngheo\b.*|hcn|cn|h cn"), "near_poor"),
    (
        re.compile(
            r"(khong|ko|k)( phai| thuoc)?( dien)?( ho)? ngheo.*|thoat ngheo.*|khong|ko|k|binh thuong|ho khac|khac"
        ),
        "none",
    ),
    (re.compile(r".*\bngheo\b.*|hn|h n|n"), "poor"),
    (re.compile(r".*\btrung binh\b.*|mstb|tb|htb"), "average"),
    (re.compile(r"(ho )?(kha|giau)( gia)?|du an"), "none"),
)
_LEVEL = (
    (re.compile(r".*\bdac biet nang\b.*|dbn|db nang|kt dbn|1"), "special_severe"),
    (re.compile(r".*\bnang\b.*|n|kt n|2"), "severe"),
    (re.compile(r".*\bnhe\b.*|nh|kt nhe|3"), "mild"),
)
_TYPE = (
    (re.compile(r"\bvan dong\b|\bvd\b"), "mobility"),
    (re.compile(r"\bnghe\b|\bnoi\b|\bcam\b|\bdiec\b|\bcam diec\b|\bnn\b"), "hearing_speech"),
    (re.compile(r"\bnhin\b|\bmu\b|\bkhiem thi\b|\bthi giac\b|\bmat\b"), "vision"),
    (re.compile(r"\btam than\b|\bthan kinh\b|\btk tt\b|\btktt\b"), "mental"),
    (re.compile(r"\btri tue\b|\bthieu nang\b|\bcham phat trien\b|\bdown\b|\btt\b"), "intellectual"),
    (re.compile(r"\bkhac\b"), "other"),
)
_STATUS = (
    (re.compile(r".*\b(chet|qua doi|tu vong|da mat|tu tran)\b.*|mat"), "dead"),
    (re.compile(r".*\b(chuyen di|chuyen noi|chuyen khoi|da chuyen|chuyen)\b.*"), "moved"),
    (re.compile(r".*\b(tam dung|tam ngung|tam dinh chi|tam hoan)\b.*"), "on_hold"),
    (re.compile(r".*\b(ket thuc|dong|dung|ngung|thoi huong|cat|xong|hoan thanh)\b.*"), "closed"),
    (re.compile(r".*\b(dang|mo|con|moi|hieu luc|hoat dong|tiep tuc)\b.*"), "open"),
)


def is_mark(raw: Any) -> bool:
    """True for x, ✓, 1, "có": the cell ticks its column."""
    if isinstance(raw, bool):
        return raw
    text = clean(raw)
    return text in _SIGNS or fold(text) in _MARKS or bool(re.fullmatch(r"[xX✓✔√]{1,3}", text))


def is_unmarked(raw: Any) -> bool:
    """True for a cell that leaves its column unticked: blank, 0, dash, "không"."""
    return not is_mark(raw) and fold(clean(raw)) in ("", "0", "khong", "ko", "k", "false", "no")


def sex_word(text: str) -> str | None:
    return _SEX.get(fold(text))


def household_word(text: str) -> str | None:
    return _first(_HOUSEHOLD, fold(text))


def level_word(text: str) -> str | None:
    return _first(_LEVEL, fold(text))


def status_word(text: str) -> str | None:
    return _first(_STATUS, fold(text))


def type_words(text: str) -> tuple[str, ...]:
    """All disability types that the text names: "nghe nói; trí tuệ" gives two."""
    folded = fold(text)
    return tuple(value for pattern, value in _TYPE if pattern.search(folded))


def _first(table: tuple[tuple[re.Pattern[str], str], ...], folded: str) -> str | None:
    return next((value for pattern, value in table if pattern.fullmatch(folded)), None)


class GroupWords:
    """Client groups of the catalogue, found by their names and aliases.

    `aliases` maps any wording (name, short name, legal letter) to a catalogue code; it is folded here.
    """

    def __init__(self, aliases: Mapping[str, str] | None = None) -> None:
        self.aliases = {folded: code for text, code in (aliases or {}).items() if (folded := fold(text))}
        by_length = sorted(self.aliases, key=len, reverse=True)
        self._phrases = [(re.compile(rf"\b{re.escape(alias)}\b"), self.aliases[alias]) for alias in by_length]
        self._known: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def __bool__(self) -> bool:
        return bool(self.aliases)

    def find(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(codes whose alias is exactly a part of the text, further candidates whose alias occurs inside it)."""
        if text not in self._known:
            if len(self._known) > 5_000:
                self._known.clear()
            self._known[text] = self._search(text)
        return self._known[text]

    def _search(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        exact: dict[str, None] = {}
        near: dict[str, None] = {}
        for part in [text, *re.split(r"[;,/+\n]", text)]:
            folded = fold(part)
            if folded in self.aliases:
                exact[self.aliases[folded]] = None
                continue
            for pattern, code in self._phrases:
                if pattern.search(folded):
                    near[code] = None
                    folded = pattern.sub(" ", folded)  # the longest alias takes its words
        return tuple(exact), tuple(code for code in near if code not in exact)
