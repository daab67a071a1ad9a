"""What the clock does: lapses, activations, reminders."""

import logging
from collections.abc import Iterable

from django.utils import timezone

from accreditation.models import Application, Licence
from accreditation.services import terms, waiting
from core.errors import DomainError
from core.lifecycle.engine import system_perform
from core.outbox.schedule import every

logger = logging.getLogger("accreditation")


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
