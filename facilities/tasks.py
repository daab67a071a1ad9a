"""What the clock does for the register: replies that never came, remedies that are late, visits of the day, papers
that end."""

import logging
from typing import Any

from django.utils import timezone

from core.errors import DomainError
from core.lifecycle.engine import system_perform
from core.outbox.schedule import every
from facilities.selectors import oversight, upkeep
from facilities.services import occupancy, oversight_items

logger = logging.getLogger("facilities")


@every(300, "facilities.no_reply")
def end_replies() -> int:
    """Inspections whose days for a reply are over go on to the remedy; returns how many."""
    count = 0
    for inspection in oversight.unanswered(timezone.now()):
        try:
            system_perform(inspection, "no_reply")
            count += 1
        except DomainError as error:
            # The facility replied meanwhile: the next round sees.
            logger.info("inspection %s stays in reply: %s", inspection.pk, type(error).__qualname__)
    return count


@every(3600, "facilities.remedies")
def tell_of_late_remedies() -> int:
    """A task for the leader of the inspection, once for each day that has passed; returns how many."""
    rows = oversight.overdue_remedies(timezone.now())
    return sum(oversight_items.remedy_passed(row) for row in rows)


@every(900, "facilities.visits")
def lay_out_visits() -> int:
    """Unannounced inspections come to their leader's desk on the day itself; returns how many."""
    rows = [row for row in oversight.unannounced_today(timezone.localdate()) if not oversight_items.visit_is_open(row)]
    for row in rows:
        oversight_items.open_visit(row)
    return len(rows)


@every(6 * 3600, "facilities.papers")
def remind_of_papers() -> int:
    """Managers are told of papers and practice certificates that end (parameter `facility.paper_reminders`); each
    reminder leaves its mark on the row, so it is told once. Returns how many were."""
    today, count = timezone.localdate(), 0
    rows: list[Any] = [*upkeep.papers_to_tell(today), *upkeep.certificates_to_tell(today)]
    for row in rows:
        try:
            system_perform(row, "remind")
            count += 1
        except DomainError as error:
            # Withdrawn or renewed meanwhile: the next round sees.
            logger.info("no reminder for %s: %s", row.pk, type(error).__qualname__)
    return count


@every(300, "facilities.lapsed_holds")
def tell_of_lapsed_holds() -> int:
    """Whoever asked for a bed learns that its hold is over; returns how many holds lapsed within a day."""
    return occupancy.tell_lapsed()
