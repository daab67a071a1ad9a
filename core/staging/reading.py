"""From the file to the lines of the list, in chunks; a file that cannot be read says why."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.imports.headings import Header
from core.imports.problems import CellProblem, Notice, WorkbookError
from core.imports.targets import field_of
from core.imports.workbook import Workbook
from core.staging.models import BatchState, StagedList

CHUNK = 500
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Line:
    """One line as it was read: values as JSON, sentences of what is wrong or doubtful, and, where reading tells it,
    who it is about."""

    sheet: str
    row_number: int
    values: dict[str, Any]
    errors: list[str]
    warnings: list[str]
    fingerprint: str = ""


def line_of(row: "Row", values: dict[str, Any], fingerprint: str = "") -> Line:
    return Line(
        sheet=row.sheet, row_number=row.row_number, values=values, errors=[problem.text for problem in row.errors],
        warnings=[problem.text for problem in row.warnings], fingerprint=fingerprint,
    )  # fmt: skip


class Row(Protocol):
    """A line as the reader of a kind of list gives it."""

    @property
    def sheet(self) -> str: ...
    @property
    def row_number(self) -> int: ...
    @property
    def errors(self) -> Sequence[CellProblem]: ...
    @property
    def warnings(self) -> Sequence[CellProblem]: ...


class Judge(Protocol):
    """Says of each line what it is; `number` counts them."""

    number: int

    def take(self, lines: Sequence[Line], percent: int) -> None: ...


@dataclass
class Reading:
    """One reading. `lines` yields what stands in the file and may add to `notices` until it is through."""

    judge: Judge
    lines: Callable[[Workbook], Iterable[Line]]
    columns: Callable[[Workbook], list[dict[str, Any]]]
    nothing: str  # what is said when no line was found
    notices: list[Notice] = field(default_factory=list)


def stage(
    batch: StagedList,
    opening: Callable[[], AbstractContextManager[Workbook]],
    reading: Reading,
    progress: Progress = lambda percent: None,
    more: Callable[[], Iterable[dict[str, str]]] = tuple,
) -> int:
    """Read, judge and store every line, 500 at a time; returns how many. `opening` may raise WorkbookError; `more`:
    notices made when all is read."""
    judge = reading.judge
    try:
        with opening() as opened:
            columns = reading.columns(opened)
            total = max(1, sum(opened.sheet(name).row_count for name in opened.readable_sheets))
            for chunk in _chunks(reading.lines(opened)):
                judge.take(chunk, judge.number * 100 // total)
                progress(min(99, judge.number * 100 // total))
    except WorkbookError as error:
        return not_readable(batch, str(error))
    if judge.number == 0:
        told = [notice.text for notice in reading.notices if notice.level == "error"]
        return not_readable(batch, " ".join(told) or reading.nothing)
    notices = [{"level": notice.level, "text": notice.text} for notice in reading.notices]
    batch.stored().filter(state=BatchState.READING).update(
        state=BatchState.READY, percent=100, columns=columns, notices=[*notices, *more()][:200]
    )
    progress(100)
    return judge.number


def begin(batch: StagedList) -> None:
    """Empty the stage: reading may have been broken off before."""
    batch.rows.all().delete()
    batch.stored().update(rows_seen=0, percent=0, failure="", notices=[], columns=[])


def not_readable(batch: StagedList, why: str) -> int:
    batch.stored().update(state=BatchState.UNREADABLE, failure=why[:400], content=None)
    return 0


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def columns_of(headers: Mapping[str, Header | None], label: Callable[[str], str]) -> list[dict[str, Any]]:
    """How the columns were understood, for the page to show and to ask about the doubtful ones; `headers` by sheet,
    `label` names a field."""
    told = []
    for name, header in headers.items():
        for column in header.columns if header else ():
            choices = [{"target": target, "label": label(field_of(target))} for target in column.choices]
            told.append({
                "sheet": name, "letter": column.letter, "heading": column.heading, "target": column.target,
                "label": label(field_of(column.target)) if column.target else "", "choices": choices,
            })  # fmt: skip
    return told
