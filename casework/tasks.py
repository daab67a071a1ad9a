"""Background work of case work: reading a list of persons, and writing one that was confirmed."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from casework.imports import fields
from casework.imports.rows import ImportRow as Read
from casework.imports.rows import ReadReport, as_json, fingerprint, inspect_sheet, read_rows
from casework.models import BatchState, ImportBatch
from casework.services import imports
from casework.services.import_writing import CHUNK, Writer
from core.catalogue.selectors import client_groups
from core.imports.problems import Notice, WorkbookError
from core.imports.workbook import Workbook, open_workbook
from core.outbox.tasks import task

Progress = Callable[[int], None]


@task(limit=timedelta(minutes=30))
def read_list(*, batch: str) -> int:
    """Stage the file of a batch; run again, it begins anew. Returns how many lines there are."""
    row = ImportBatch.objects.defer("content").filter(pk=UUID(batch), state=BatchState.READING).first()
    return stage(row) if row is not None else 0


@task(limit=timedelta(hours=2))
def write_list(*, batch: str) -> int:
    """Write a confirmed batch; run again, it goes on. Returns how many lines this run wrote."""
    row = ImportBatch.objects.defer("content").filter(pk=UUID(batch), state=BatchState.WRITING).first()
    return write(row) if row is not None else 0


def stage(batch: ImportBatch, progress: Progress = lambda percent: None, path: Path | None = None) -> int:
    """Read, judge and store every line, 500 at a time; a file that cannot be read says why. `path` is the file where
    the caller has it at hand, so that it need not be opened from the batch."""
    imports.begin_reading(batch)
    judge, report = imports.Judge(batch), ReadReport()
    columns: list[dict[str, Any]] = []
    try:
        with nullcontext(path) if path else _file(batch) as source, open_workbook(source) as workbook:
            columns = _columns(workbook, batch.mapping)
            total = max(1, sum(workbook.sheet(name).row_count for name in workbook.readable_sheets))
            chunk: list[imports.Line] = []
            for line in _lines(workbook, batch.mapping, report):
                chunk.append(line)
                if len(chunk) == CHUNK:
                    judge.take(chunk, judge.number * 100 // total)
                    chunk.clear()
                    progress(min(99, judge.number * 100 // total))
            if chunk:
                judge.take(chunk, 99)
    except WorkbookError as error:
        imports.not_readable(batch, str(error))
        return 0
    if judge.number == 0:
        told = [notice.text for notice in report.notices if notice.level == "error"]
        imports.not_readable(batch, " ".join(told) or _("Không thấy dòng nào là người trong tệp này."))
        return 0
    imports.end_reading(batch, columns, [_told(notice) for notice in report.notices])
    progress(100)
    return judge.number


@contextmanager
def _file(batch: ImportBatch) -> Iterator[Path]:
    """The file by a path of its own, readable by this process's user alone and gone afterwards: read by its path it
    need not stand in memory three times."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        copy.write(imports.open_file(batch.pk))
        copy.flush()
        yield Path(copy.name)


def write(batch: ImportBatch, progress: Progress = lambda percent: None) -> int:
    writer, written = Writer(batch), 0
    while count := writer.next_chunk():
        written += count
        progress(min(99, batch.rows_written * 100 // max(1, batch.rows_seen)))
    progress(100)
    return written


def _lines(workbook: Workbook, mapping: Mapping[str | int, str], report: ReadReport) -> Iterator[imports.Line]:
    key = imports.fingerprint_key()
    for row in read_rows(workbook, mapping=mapping or None, groups=_groups(), report=report):
        yield _line(row, key)


def _line(row: Read, key: bytes) -> imports.Line:
    return imports.Line(
        sheet=row.sheet, row_number=row.row_number, values=as_json(row.values),
        errors=[problem.text for problem in row.errors], warnings=[problem.text for problem in row.warnings],
        fingerprint=fingerprint(row.values, key=key),
    )  # fmt: skip


def _groups() -> dict[str, str]:
    return {group.name: group.code for group in client_groups()}


def _columns(workbook: Workbook, mapping: Mapping[str | int, str]) -> list[dict[str, Any]]:
    """How the columns were understood, for the page to show and to ask about the doubtful ones."""
    told = []
    for name in workbook.readable_sheets:
        plan = inspect_sheet(workbook, name, mapping or None)
        for column in plan.header.columns if plan.header else ():
            choices = [{"target": target, "label": fields.label(fields.field_of(target))} for target in column.choices]
            told.append({
                "sheet": name, "letter": column.letter, "heading": column.heading, "target": column.target,
                "label": fields.label(fields.field_of(column.target)) if column.target else "", "choices": choices,
            })  # fmt: skip
    return told


def _told(notice: Notice) -> dict[str, str]:
    return {"level": notice.level, "text": notice.text}
