"""Periodic work of documents."""

from core.documents.services import sweep
from core.outbox.schedule import every

every(86400, "documents.sweep")(sweep)
