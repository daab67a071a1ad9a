"""What each action asks for: one form class read by the web page and by the API (docs/adr/0003)."""

from referrals.inputs.answers import Accept, Ask, Close, Complete, Decline, DropOutForm, NoShow, Start
from referrals.inputs.sending import Answer, Draft, Note, OptionalNote, Revoked, Withdraw

__all__ = [
    "Accept", "Answer", "Ask", "Close", "Complete", "Decline", "Draft", "DropOutForm", "NoShow", "Note",
    "OptionalNote", "Revoked", "Start", "Withdraw",
]  # fmt: skip
