"""Periodic work of the audit: the head leaves the database, so that a cut tail shows within 5 minutes (trust.md §3)."""

from core.audit.anchor import keep
from core.outbox.schedule import every

every(300, "audit.head")(keep)
