"""The tables of the app "core" live beside their code; Django finds them through this module."""

from core.lifecycle.models import IdempotencyKey, Proposal
from core.lifecycle.numbers import Counter
from core.outbox.models import ScheduledRun, WorkerBeat, WorkerProcess
from core.web.models import Draft

__all__ = ["Counter", "Draft", "IdempotencyKey", "Proposal", "ScheduledRun", "WorkerBeat", "WorkerProcess"]
