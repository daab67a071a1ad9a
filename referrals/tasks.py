"""The periodic jobs of referrals."""

import logging

from core.errors import DomainError
from core.lifecycle.engine import system_perform
from core.outbox.schedule import every
from referrals.selectors.loads import overdue

logger = logging.getLogger("referrals")


@every(300, "referrals.expire")
def expire_overdue() -> int:
    """Referrals that nobody answered or began in time expire; returns how many."""
    count = 0
    for referral in overdue():
        try:
            system_perform(referral, "expire")
            count += 1
        except DomainError as error:
            # Somebody answered meanwhile: the next round sees.
            logger.info("referral %s does not expire: %s", referral.pk, type(error).__qualname__)
    return count
