"""Reads of referrals; everything shown to somebody starts at `visible()`."""

from referrals.selectors.desk import approvals, inbox, of_case, open_packet, referral, sent
from referrals.selectors.loads import Target, next_targets, overdue, running_count, running_in, still_open

__all__ = [
    "Target", "approvals", "inbox", "next_targets", "of_case", "open_packet", "overdue", "referral", "running_count",
    "running_in", "sent", "still_open",
]  # fmt: skip
