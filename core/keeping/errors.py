"""What can go wrong with keeping, in the words that the operator reads."""


class KeepingError(Exception):
    """A sentence in Vietnamese that says what is wrong and what to do; nothing was changed unless it says so."""
