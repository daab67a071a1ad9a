"""Background work of case work: reading a list of persons, and writing one that was confirmed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from casework.imports import fields
from casework.imports.rows import ReadReport, as_json, fingerprint, inspect_sheet, read_rows
from casework.models import ImportBatch
from casework.services import imports
from casework.services.import_writing import Writer
from core.catalogue.selectors import client_groups
from core.imports.workbook import Workbook, open_workbook
from core.outbox.tasks import task
from core.staging import reading
from core.staging.models import BatchState
from core.staging.reading import Line, Progress


@task(limit=timedelta(minutes=30))
def read_list(*, batch: str) -> int:
    """Stage the file of a batch; run again, it begins anew. Returns how many lines there are."""
    row = ImportBatch.objects.defer("content").filter(pk=UUID(batch), state=BatchState.READING).first()
    return stage(row) if row is not None else 0


@task(limit=timedelta(hours=2))
def write_list(*, batch: str) -> int:
    """Write a confirmed batch; run again, it goes on. Returns how many lines this run wrote."""
    row = ImportBatch.objects.defer("content").filter(pk=UUID(batch), state=BatchState.WRITING).first()
    return Writer(row).all() if row is not None else 0


def stage(batch: ImportBatch, progress: Progress = lambda percent: None, path: Path | None = None) -> int:
    """Read, judge and store every line; a file that cannot be read says why. `path` is the file where the caller has
    it at hand, so that it need not be opened from the batch."""
    reading.begin(batch)
    report, mapping = ReadReport(), batch.mapping or None

    def lines(workbook: Workbook) -> Iterator[Line]:
        key, groups = imports.fingerprint_key(), {group.name: group.code for group in client_groups()}
        for row in read_rows(workbook, mapping=mapping, groups=groups, report=report):
            yield reading.line_of(row, as_json(row.values), fingerprint(row.values, key=key))

    def columns(workbook: Workbook) -> list[dict[str, Any]]:
        found = {name: inspect_sheet(workbook, name, mapping).header for name in workbook.readable_sheets}
        return reading.columns_of(found, _label)

    plan = reading.Reading(
        imports.Judge(batch), lines, columns, _("Không thấy dòng nào là người trong tệp này."), report.notices
    )
    with nullcontext(path) if path else _file(batch) as source:
        return reading.stage(batch, lambda: open_workbook(source), plan, progress)


def _label(code: str) -> str:
    return str(fields.label(code))


@contextmanager
def _file(batch: ImportBatch) -> Iterator[Path]:
    """The file by a path of its own, readable by this process's user alone and gone afterwards: read by its path it
    need not stand in memory three times."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        copy.write(batch.open_file())
        copy.flush()
        yield Path(copy.name)
