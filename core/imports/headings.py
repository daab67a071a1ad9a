"""Finding the header rows of a list and matching its columns with the field codes of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from core.imports.targets import ORDINAL, field_of
from core.imports.text import clean, column_index, column_letter, fold
from core.imports.workbook import MergedRange

SEARCH_ROWS = 40  # title lines above the header: letterhead, motto, title, legal basis
_MAX_DEPTH = 4
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LONGEST = 120  # characters of a heading; the patterns of aliases are not made for prose
_FOOTNOTE = re.compile(r"[(\[]\s*[\d*]{1,3}\s*[)\]]")
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,3}|[A-Ea-e])\s*\)?(\s*=.*)?")

Row = tuple[int, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list.

    `target` is a target of `fields` ("" = deliberately not read, None = not understood); `choices` are the targets a
    person must choose between when the heading is doubtful or repeats another column.
    """

    index: int
    heading: str
    target: str | None
    choices: tuple[str, ...] = ()
    by_user: bool = False
    parts: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """Header rows `first_row`..`last_row` (1-based) and their columns. `lines`: texts of each row, lower case."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, ...], ...]
    keys: frozenset[str] = frozenset({"name"})

    @property
    def unknown(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.target is None and not c.choices)

    @property
    def ambiguous(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.target is None and c.choices)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(field_of(c.target) for c in self.columns if c.target and c.target != ORDINAL)

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields without a column."""
        return () if self.fields & self.keys else ("name",)

    def with_target(self, *fields: str) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.target and field_of(c.target) in fields)


# --- what headings mean -------------------------------------------------------------------------------------------


class Context(NamedTuple):
    """What a parent heading makes of the headings below it. A closed one leaves what it does not know unread."""

    pattern: re.Pattern[str]
    leaves: tuple[tuple[re.Pattern[str], str], ...]
    closed: bool
    marks: str = ""  # field that takes any other heading below as the value of a mark


def context(pattern: str, *leaves: tuple[str, str], closed: bool = False, marks: str = "") -> Context:
    return Context(re.compile(pattern), tuple((re.compile(leaf), target) for leaf, target in leaves), closed, marks)


def rules(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of whole folded headings with their target; the first that fits wins."""
    return tuple((re.compile(pattern), target) for pattern, target in pairs)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The headings of one kind of list.

    `fields`: field code → its name for the user; `rules` and `contexts` match folded headings; `doubtful`: those that
    mean two things; `joined`: fields whose text may come from several columns, with what joins it. `keys` are the
    fields of which a list must have one, `strong` those whose column makes a block of rows a header. Subclass it where
    a heading needs more than patterns.
    """

    fields: Mapping[str, Any]
    rules: tuple[tuple[re.Pattern[str], str], ...]
    contexts: tuple[Context, ...] = ()
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joined: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[str] = frozenset({"name"})
    strong: frozenset[str] = frozenset({"name"})

    def is_target(self, target: str) -> bool:
        return not target or target == ORDINAL or field_of(target) in self.fields

    def label(self, code: str) -> str:
        """The field's name for the user."""
        return str(self.fields.get(code, code))

    def direct(self, text: str) -> str | None:
        """The target of one heading by itself."""
        for variant in variants(text):
            for pattern, target in self.rules:
                if pattern.fullmatch(variant):
                    return target
        return None

    def accented(self, leaf: str, target: str) -> str:
        """The target once the accents of the heading, which folding takes away, are looked at."""
        return target

    def within(self, found: Context, leaf: str) -> tuple[bool, str | None]:
        """(decided, target) for a heading below a known parent."""
        for variant in variants(leaf):
            for pattern, target in found.leaves:
                if pattern.fullmatch(variant):
                    return True, self.accented(leaf, target)
        if found.marks:
            here = self.direct(leaf)
            return True, here if here is not None else f"{found.marks}={leaf}"
        return (True, "") if found.closed else (False, None)

    def settle_alone(self, columns: list[Column]) -> list[Column]:
        """Columns whose meaning depends on which others there are."""
        return columns

    def preferred(self, column: Column) -> bool:
        """Whether of two columns for one field this one is kept."""
        return False

    def may_join(self, kept: Column, column: Column) -> bool:
        """Whether the texts of two columns for one field make one value."""
        return (column.target or "") in self.joined


def variants(text: str) -> tuple[str, ...]:
    """The folded heading, and without what stands in brackets: "Họ và tên (chữ in hoa) (1)"."""
    text = _FOOTNOTE.sub(" ", text)
    bare = _PARENTHESES.sub(" ", text)
    return tuple(dict.fromkeys(v for v in (fold(text), fold(bare)) if 0 < len(v) <= _LONGEST))


@lru_cache(maxsize=4096)
def match_heading(vocabulary: Vocabulary, parts: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """(target or None, choices) for a column whose header cells from top to bottom read `parts`."""
    leaf = parts[-1]
    for parent in reversed(parts[:-1]):
        for known in vocabulary.contexts:
            if any(known.pattern.fullmatch(variant) for variant in variants(parent)):
                decided, target = vocabulary.within(known, leaf)
                if decided:
                    return target, ()
                break
    if len(parts) > 1 and (joined := vocabulary.direct(" ".join(parts))) is not None:
        return joined, ()
    for variant in variants(leaf):
        if variant in vocabulary.doubtful:
            return None, vocabulary.doubtful[variant]
    return vocabulary.direct(leaf), ()


# --- the header block ---------------------------------------------------------------------------------------------


class _Grid:
    """The first rows as text, with merged cells spread over the whole of their range."""

    def __init__(self, rows: Iterable[Row], merged: Sequence[MergedRange]) -> None:
        self.cells = {number: [clean(cell) for cell in cells] for number, cells in rows}
        self.width = max((len(cells) for cells in self.cells.values()), default=0)
        self.owner: dict[tuple[int, int], MergedRange] = {}
        for area in merged:
            for row in range(area.top, area.bottom + 1):
                if row in self.cells:
                    for column in range(area.left, min(area.right, self.width - 1) + 1):
                        self.owner[(row, column)] = area

    def text(self, row: int, column: int) -> str:
        cells = self.cells.get(row, [])
        return cells[column] if column < len(cells) else ""

    def spread(self, row: int, column: int) -> str:
        area = self.owner.get((row, column))
        return self.text(area.top, area.left) if area else self.text(row, column)

    def block(self, first: int, depth: int) -> list[tuple[str, ...]]:
        """For each column its header texts from top to bottom, without repeats."""
        return [self._parts(first, depth, column) for column in range(self.width)]

    def _parts(self, first: int, depth: int, column: int) -> tuple[str, ...]:
        parts: list[str] = []
        for row in range(first, first + depth):
            area = self.owner.get((row, column))
            if area and area.top < first:
                return ()  # the block would cut through a merged cell
            text = self.spread(row, column) or (not parts and self._parent_at_left(row, first + depth, column)) or ""
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        return tuple(parts)

    def _parent_at_left(self, row: int, end: int, column: int) -> str:
        """Where merges are not told: an empty cell above a sub-heading belongs to the heading at its left."""
        if row + 1 >= end or not any(self.spread(below, column) for below in range(row + 1, end)):
            return ""
        for left in range(column - 1, -1, -1):
            if text := self.spread(row, left):
                has_child = any(self.spread(below, left) not in ("", text) for below in range(row + 1, end))
                return text if has_child and (row, left) not in self.owner else ""
        return ""

    def same_area(self, first: int, depth: int, one: int, other: int) -> bool:
        areas = [self.owner.get((first + depth - 1, column)) for column in (one, other)]
        return areas[0] is not None and areas[0] == areas[1]


def find_header(
    vocabulary: Vocabulary,
    rows: Iterable[Row],
    merged: Sequence[MergedRange] = (),
    overrides: Mapping[int, str] | None = None,
) -> Header | None:
    """Find the header in the first rows of a sheet.

    `overrides` (column index → target) are the choices of a person and win over what is recognised. None when no
    block of rows holds one of the strong fields (or, with overrides, any two columns).
    """
    overrides = overrides or {}
    grid = _Grid([row for row in rows if row[0] <= SEARCH_ROWS + _MAX_DEPTH], merged)
    best: tuple[float, int, int, int] | None = None
    for first in sorted(grid.cells):
        for depth in range(1, _MAX_DEPTH + 1):
            if first <= SEARCH_ROWS and first + depth - 1 in grid.cells:
                score = _score(vocabulary, grid.block(first, depth), overrides)
                # Of equal blocks the shallowest: title lines above add nothing.
                if score > 0 and (best is None or (score, -depth) > best[:2]):
                    best = (score, -depth, first, depth)
    if best is None:
        return None
    return _build(vocabulary, grid, best[2], _full_depth(vocabulary, grid, best[2], best[3]), overrides)


def _score(vocabulary: Vocabulary, block: list[tuple[str, ...]], overrides: Mapping[int, str]) -> float:
    """How much of the block is understood; 0 when no column holds a strong field."""
    targets: set[str] = set()
    score = 0.0
    named = any(field_of(target) in vocabulary.keys for target in overrides.values())
    for index, parts in enumerate(block):
        if not parts:
            continue
        target, choices = (overrides[index], ()) if index in overrides else match_heading(vocabulary, parts)
        if any(len(part) > 200 or re.fullmatch(r"[\d\W]+", part) for part in parts):
            score -= 1
        elif choices or target == "":
            score += 0.5
        elif target is not None and target not in targets:
            targets.add(target)
            score += 1 if target == ORDINAL or target.startswith("group=") else 2
    named = named or bool(targets & vocabulary.strong)
    return score if named and (len(targets) > 1 or sum(1 for parts in block if parts) == 1) else 0.0


def _full_depth(vocabulary: Vocabulary, grid: _Grid, first: int, depth: int) -> int:
    """Header cells merged downwards, and sub-headings that no rule knows, belong to the header too."""
    last = first + depth - 1
    for area in grid.owner.values():
        if first <= area.top <= last < area.bottom <= first + _MAX_DEPTH and grid.text(area.top, area.left):
            last = area.bottom
    if not grid.owner and depth == 1 and _only_subheadings(vocabulary, grid, first, last + 1):
        last += 1
    return last - first + 1


def _only_subheadings(vocabulary: Vocabulary, grid: _Grid, first: int, row: int) -> bool:
    filled = [column for column in range(grid.width) if grid.text(row, column)]
    if len(filled) < 2 or any(re.search(r"\d", grid.text(row, column)) for column in filled):
        return False
    keys = {
        column
        for column in range(grid.width)
        if match_heading(vocabulary, (grid.text(first, column) or "-",))[0] in ("name", ORDINAL)
    }
    return not keys & set(filled)


def _build(vocabulary: Vocabulary, grid: _Grid, first: int, depth: int, overrides: Mapping[int, str]) -> Header:
    columns: list[Column] = []
    for index, parts in enumerate(grid.block(first, depth)):
        if not parts and index not in overrides:
            continue
        target, choices = match_heading(vocabulary, parts) if parts else (None, ())
        column = Column(index, " / ".join(parts), target, choices, parts=parts)
        if index in overrides:
            column = replace(column, target=overrides[index], choices=(), by_user=True)
        columns.append(column)
    columns = _settle(vocabulary, columns, lambda one, other: grid.same_area(first, depth, one, other))
    numbers = range(first, first + depth)
    lines = tuple(tuple(grid.text(n, c).lower() for c in range(grid.width)) for n in numbers)
    return Header(first, first + depth - 1, tuple(columns), lines, vocabulary.keys)


def _settle(vocabulary: Vocabulary, columns: list[Column], same_area: Any) -> list[Column]:
    """Two columns for one field: join them where that makes sense, else keep one and ask about the other."""
    columns = vocabulary.settle_alone(columns)
    keeper: dict[str, Column] = {}
    for column in sorted(columns, key=lambda c: (not c.by_user, not vocabulary.preferred(c), c.index)):
        if column.target and column.target != ORDINAL:
            keeper.setdefault(column.target, column)
    settled = []
    for column in columns:
        kept = keeper.get(column.target or "")
        if kept is None or kept.index == column.index or _may_join(vocabulary, kept, column, same_area):
            settled.append(column)
        else:
            settled.append(replace(column, target=None, choices=(column.target or "",)))
    return settled


def _may_join(vocabulary: Vocabulary, kept: Column, column: Column, same_area: Any) -> bool:
    if column.by_user and kept.by_user:
        return (column.target or "") in vocabulary.joined
    return bool(same_area(kept.index, column.index)) or vocabulary.may_join(kept, column)


# --- rows that repeat or number the header ------------------------------------------------------------------------


def is_number_row(cells: Sequence[str]) -> bool:
    """True for the row that numbers the columns: (1) (2) (3), or A B 1 2 3 4."""
    texts = [text for text in cells if text]
    if any(len(text) > 12 for text in texts):
        return False
    matches = [_COLUMN_NUMBER.fullmatch(text) for text in texts]
    if len(texts) < 3 or not all(matches):
        return False
    numbers = [int(m[1]) for m in matches if m and m[1].isdigit()]
    return len(numbers) >= 2 and all(a < b for a, b in zip(numbers, numbers[1:], strict=False)) and numbers[0] <= 2


def repeats_header(header: Header, texts: Sequence[str]) -> bool:
    """True for a header row printed again on a later page."""
    for line in header.lines:
        same = sum(1 for text, heading in zip(texts, line, strict=False) if heading and text.lower() == heading)
        if same >= min(2, sum(map(bool, line))) and same >= 0.6 * sum(map(bool, texts)):
            return True
    return False


def read_mapping(vocabulary: Vocabulary, mapping: Mapping[str | int, str] | None) -> dict[int, str]:
    """A person's choices as {column index: target}. Keys are "C" or 2. ValueError for a wrong column or target."""
    chosen: dict[int, str] = {}
    for key, target in (mapping or {}).items():
        index = column_index(key) if isinstance(key, str) else int(key)
        if not vocabulary.is_target(target):
            raise ValueError(target)
        chosen[index] = target
    return chosen
