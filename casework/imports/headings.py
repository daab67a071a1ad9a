"""The headings of lists of persons: the vocabulary of `core.imports.headings`, with what needs more than patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from casework.imports.aliases import CONTEXTS, DOUBTFUL, RULES
from casework.imports.fields import FIELDS, JOINED
from core.imports import headings
from core.imports.headings import SEARCH_ROWS, Column, Header, Row, Vocabulary, is_number_row, repeats_header
from core.imports.text import fold
from core.imports.workbook import MergedRange

__all__ = [
    "SEARCH_ROWS", "VOCABULARY", "Column", "Header", "find_header", "is_number_row", "match_heading", "read_mapping",
    "repeats_header",
]  # fmt: skip

_CURRENT = re.compile(r"\b(hien (nay|tai)|noi o|cho o)\b")


class PersonHeadings(Vocabulary):
    def direct(self, text: str) -> str | None:
        # "Nam" (male) and "Năm" (year) differ only by an accent.
        return None if text.lower() == "năm" else super().direct(text)

    def accented(self, leaf: str, target: str) -> str:
        return "birth_year" if target == "birth_male" and leaf.lower() == "năm" else target

    def settle_alone(self, columns: list[Column]) -> list[Column]:
        """A lone "Tên" is the whole name."""
        if {"name", "name_family"} & {column.target for column in columns}:
            return columns
        return [replace(column, target="name") if column.target == "name_given" else column for column in columns]

    def preferred(self, column: Column) -> bool:
        return column.target == "address" and bool(_CURRENT.search(fold(column.heading)))

    def may_join(self, kept: Column, column: Column) -> bool:
        if column.target == "address":
            return len(column.parts) > 1 and column.parts[:-1] == kept.parts[:-1]
        return column.target in JOINED and column.target != "name"


VOCABULARY = PersonHeadings(
    FIELDS, RULES, CONTEXTS, DOUBTFUL, JOINED,
    keys=frozenset({"name", "name_given", "name_family"}), strong=frozenset({"name", "name_given"}),
)  # fmt: skip


def match_heading(parts: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    return headings.match_heading(VOCABULARY, parts)


def find_header(
    rows: Iterable[Row], merged: Sequence[MergedRange] = (), overrides: Mapping[int, str] | None = None
) -> Header | None:
    return headings.find_header(VOCABULARY, rows, merged, overrides)


def read_mapping(mapping: Mapping[str | int, str] | None) -> dict[int, str]:
    return headings.read_mapping(VOCABULARY, mapping)
