"""Why a document could not be printed."""

from core.errors import DomainError


class PrintError(DomainError):
    """Unknown template, data that does not fit its contract, or a layout that failed. Says it in Vietnamese and never
    quotes the data, because messages end up in logs."""
