"""What the clock does: lapses, activations, reminders; and the work on a register that was handed in."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.imports.headings import VOCABULARY
from accreditation.imports.rows import FacilityRow, ReadReport, as_json, inspect_sheet, read_rows
from accreditation.models import Application, Licence
from accreditation.models.listing import ListStage, RegisterList
from accreditation.services import listing, terms, waiting
from accreditation.services.listing_writing import CHUNK, Writer
from core.errors import DomainError
from core.imports.problems import WorkbookError
from core.imports.targets import field_of
from core.imports.workbook import Limits, Workbook, open_workbook
from core.lifecycle.engine import system_perform
from core.outbox.schedule import every
from core.outbox.tasks import task

logger = logging.getLogger("accreditation")
Progress = Callable[[int], None]
# A register has hundreds of houses, not a hundred thousand: what is larger is another list.
REGISTER_LIMITS = Limits(file_bytes=10 * 2**20, unpacked_bytes=100 * 2**20, rows=10_000, cells=600_000)


@every(900, "accreditation.activate_licences")
def activate_licences() -> int:
    """Licences whose first day has come stand in force; returns how many."""
    return _each(terms.to_activate(timezone.localdate()), "activate")


@every(3600, "accreditation.remind_licences")
def remind_licences() -> int:
    """Whoever holds a licence that ends soon is told 90, 60 and 30 days before, once each."""
    return _each(terms.to_remind(timezone.localdate()), "remind")


@every(900, "accreditation.follow_terms")
def follow_terms() -> int:
    """What a facility may do ends with its licence, or with the days of grace."""
    return _each(terms.to_follow(timezone.localdate()), "follow_term")


@every(3600, "accreditation.lapse_applications")
def lapse_applications() -> int:
    """Applicants are reminded of what waits for them; after sixty days without an answer it lapses."""
    return _each(waiting.to_remind(), "remind") + _each(waiting.to_lapse(), "lapse")


@every(900, "accreditation.overdue_applications")
def overdue_applications() -> int:
    """What was not decided in time goes up to the head."""
    return _each(waiting.to_escalate(), "overdue")


def _each(rows: Iterable[Licence | Application], name: str) -> int:
    count = 0
    for row in list(rows):
        try:
            system_perform(row, name)
            count += 1
        except DomainError as error:
            # Somebody acted meanwhile, or it must wait: the next round sees.
            logger.info("%s: no %s: %s", row.pk, name, type(error).__qualname__)
    return count


# --- registers of facilities ---


@task(limit=timedelta(minutes=10))
def read_register(*, register: str) -> int:
    """Stage the file of a register; run again, it begins anew. Returns how many lines there are."""
    row = RegisterList.objects.defer("content").filter(pk=UUID(register), stage=ListStage.READING).first()
    return stage_register(row) if row is not None else 0


@task(limit=timedelta(hours=1))
def write_register(*, register: str) -> int:
    """Write a confirmed register; run again, it goes on. Returns how many lines this run wrote."""
    row = RegisterList.objects.defer("content").filter(pk=UUID(register), stage=ListStage.WRITING).first()
    return write_rows(row) if row is not None else 0


def stage_register(register: RegisterList, progress: Progress = lambda percent: None) -> int:
    """Read, judge and store every line; a file that cannot be read says why."""
    listing.begin_reading(register)
    judge, report = listing.Judge(register), ReadReport()
    columns: list[dict[str, Any]] = []
    try:
        with open_workbook(listing.open_file(register.pk), REGISTER_LIMITS) as workbook:
            report.notices.extend(workbook.notices)
            columns = _columns(workbook, register.mapping)
            total = max(1, sum(workbook.sheet(name).row_count for name in workbook.readable_sheets))
            chunk: list[listing.Line] = []
            for row in read_rows(workbook, register.mapping or None, report=report):
                chunk.append(_line(row))
                if len(chunk) == CHUNK:
                    judge.take(chunk, judge.number * 100 // total)
                    chunk.clear()
                    progress(min(99, judge.number * 100 // total))
            if chunk:
                judge.take(chunk, 99)
    except WorkbookError as error:
        listing.not_readable(register, str(error))
        return 0
    if judge.number == 0:
        told = [notice.text for notice in report.notices if notice.level == "error"]
        listing.not_readable(register, " ".join(told) or _("Không thấy dòng nào là cơ sở trong tệp này."))
        return 0
    passed = [
        {"level": "info", "text": _("Dòng %(row)d không phải cơ sở: %(text)s") % {"row": row, "text": text}}
        for _sheet, row, kind, text in report.skipped
        if kind == "title"
    ]
    told_of = [{"level": notice.level, "text": notice.text} for notice in report.notices]
    listing.end_reading(register, columns, [*told_of, *passed])
    progress(100)
    return judge.number


def write_rows(register: RegisterList, progress: Progress = lambda percent: None) -> int:
    writer, written = Writer(register), 0
    while count := writer.next_chunk():
        written += count
        progress(min(99, register.rows_written * 100 // max(1, register.rows_seen)))
    progress(100)
    return written


def _line(row: FacilityRow) -> listing.Line:
    return listing.Line(
        sheet=row.sheet, row_number=row.row_number, values=as_json(row.values),
        errors=[problem.text for problem in row.errors], warnings=[problem.text for problem in row.warnings],
    )  # fmt: skip


def _columns(workbook: Workbook, mapping: Mapping[str | int, str]) -> list[dict[str, Any]]:
    """How the columns were understood, for the page to show and to ask about the doubtful ones."""
    told = []
    for name in workbook.readable_sheets:
        plan = inspect_sheet(workbook, name, mapping or None)
        for column in plan.header.columns if plan.header else ():
            choices = [{"target": target, "label": VOCABULARY.label(field_of(target))} for target in column.choices]
            told.append({
                "sheet": name, "letter": column.letter, "heading": column.heading, "target": column.target,
                "label": VOCABULARY.label(field_of(column.target)) if column.target else "", "choices": choices,
            })  # fmt: skip
    return told
