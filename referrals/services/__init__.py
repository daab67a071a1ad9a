"""What happens: one function per verb, the only writers. Importing this package declares every action."""

from referrals.services import answers, effects, endings, sending

__all__ = ["answers", "effects", "endings", "sending"]
