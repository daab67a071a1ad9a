"""What the clock does: lapses, activations, reminders; and the work on a register that was handed in."""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.imports.headings import VOCABULARY
from accreditation.imports.rows import ReadReport, as_json, inspect_sheet, read_rows
from accreditation.models import Application, Licence
from accreditation.models.listing import RegisterList
from accreditation.services import listing, terms, waiting
from accreditation.services.listing_writing import Writer
from core.errors import DomainError
from core.imports.workbook import Limits, Workbook, open_workbook
from core.lifecycle.engine import system_perform
from core.outbox.schedule import every
from core.outbox.tasks import task
from core.staging import reading
from core.staging.models import BatchState
from core.staging.reading import Line, Progress

logger = logging.getLogger("accreditation")
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
    row = RegisterList.objects.defer("content").filter(pk=UUID(register), state=BatchState.READING).first()
    return stage_register(row) if row is not None else 0


@task(limit=timedelta(hours=1))
def write_register(*, register: str) -> int:
    """Write a confirmed register; run again, it goes on. Returns how many lines this run wrote."""
    row = RegisterList.objects.defer("content").filter(pk=UUID(register), state=BatchState.WRITING).first()
    return Writer(row).all() if row is not None else 0


def stage_register(register: RegisterList, progress: Progress = lambda percent: None) -> int:
    """Read, judge and store every line; a file that cannot be read says why."""
    reading.begin(register)
    report, mapping = ReadReport(), register.mapping or None

    def lines(workbook: Workbook) -> Iterator[Line]:
        report.notices.extend(workbook.notices)
        for row in read_rows(workbook, mapping, report=report):
            yield reading.line_of(row, as_json(row.values))

    def columns(workbook: Workbook) -> list[dict[str, Any]]:
        found = {name: inspect_sheet(workbook, name, mapping).header for name in workbook.readable_sheets}
        return reading.columns_of(found, VOCABULARY.label)

    def titles() -> Iterator[dict[str, str]]:
        for _sheet, row, kind, text in report.skipped:
            if kind == "title":
                told = _("Dòng %(row)d không phải cơ sở: %(text)s") % {"row": row, "text": text}
                yield {"level": "info", "text": told}

    plan = reading.Reading(
        listing.Judge(register), lines, columns, _("Không thấy dòng nào là cơ sở trong tệp này."), report.notices
    )
    content = register.open_file()
    return reading.stage(register, lambda: open_workbook(content, REGISTER_LIMITS), plan, progress, titles)
