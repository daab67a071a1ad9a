"""What reading can say about a file, a sheet or a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class WorkbookError(Exception):
    """The whole file cannot be read. `str()` is a sentence for the user; `code` is stable for tests and API."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a file or a sheet. `level`: "info", "warning" or "error"; `row` is 1-based or None."""

    level: str
    code: str
    text: str
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class CellProblem:
    """An error or warning at one cell. `cell` is "C12" ("" when it concerns the whole row)."""

    field: str
    cell: str
    text: str
    code: str = ""


class Note(NamedTuple):
    """A problem found in a value, before it is known in which cell the value stands."""

    code: str
    text: str


class Reading(NamedTuple):
    """Outcome of normalising one cell. With an error the value is None."""

    value: Any = None
    warnings: tuple[Note, ...] = ()
    error: Note | None = None
