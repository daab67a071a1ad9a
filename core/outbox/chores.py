"""The periodic jobs of core itself."""

import logging
from datetime import timedelta

from django.utils import timezone

from core.errors import DomainError
from core.lifecycle import idempotency
from core.lifecycle.engine import system_perform
from core.lifecycle.models import Proposal, ProposalState
from core.outbox.queue import reap
from core.outbox.schedule import every
from core.outbox.tasks import DBTaskResult

logger = logging.getLogger("core.outbox")
AT_ONCE = 200
KEPT_DONE, KEPT_FAILED = timedelta(days=7), timedelta(days=90)

every(15, "core.reap")(reap)
every(3600, "core.idempotency_keys")(idempotency.forget_old)


@every(300, "core.proposals")
def lapse_proposals() -> int:
    """Proposals that nobody answered in time lapse; returns how many."""
    overdue = Proposal.objects.filter(state=ProposalState.OPEN, due_at__lt=timezone.now()).order_by("due_at")
    count = 0
    for proposal in list(overdue[:AT_ONCE]):
        try:
            system_perform(proposal, "lapse")
            count += 1
        except DomainError as error:
            # Somebody answered meanwhile, or it is held by something else: the next round sees.
            logger.info("proposal %s does not lapse: %s", proposal.pk, type(error).__qualname__)
    return count


@every(86400, "core.finished_tasks")
def forget_finished() -> int:
    """Rows of tasks done 7 days ago or failed 90 days ago are dropped; they hold keys only."""
    now = timezone.now()
    done = DBTaskResult.objects.successful().filter(finished_at__lt=now - KEPT_DONE).delete()[0]
    return done + DBTaskResult.objects.failed().filter(finished_at__lt=now - KEPT_FAILED).delete()[0]
