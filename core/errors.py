"""What can go wrong, as classes that both doors translate: a page in Vietnamese, or an RFC 9457 problem.

Nothing here knows HTTP; `core/web/middleware.py` and `core/api/problems.py` map each class to its status.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True)
class Reason:
    """Why something may not be done (yet). `code` is stable; `text` is a sentence in the reader's language; `fix` is
    the path of the page where it can be mended, or "" where there is none."""

    code: str
    text: Any
    fix: str = ""

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "text": str(self.text), "fix": self.fix}


class DomainError(Exception):
    """Base of all refusals that a user may meet."""


class NotVisible(DomainError):
    """The record does not exist, or this person may not know that it does: both look the same (404)."""


class Denied(DomainError):
    """The record may be seen, the action may not be taken by this person (403)."""

    def __init__(self, reasons: Iterable[Reason]):
        self.reasons = list(reasons)
        super().__init__(", ".join(reason.code for reason in self.reasons))


class Blocked(DomainError):
    """The person may, but not now: guards of the action are not met (409)."""

    def __init__(self, reasons: Iterable[Reason]):
        self.reasons = list(reasons)
        super().__init__(", ".join(reason.code for reason in self.reasons))


class Stale(DomainError):
    """Somebody changed the record since it was read (409)."""

    def __init__(self, current: int, changed_by: str = "", changed_at: datetime | None = None):
        self.current, self.changed_by, self.changed_at = current, changed_by, changed_at
        super().__init__(f"version is {current}")


class VersionMissing(DomainError):
    """A change must say which version it was made on (428)."""


class Invalid(DomainError):
    """Fields that cannot be taken as they are (400): field name, or "__all__", to sentences."""

    def __init__(self, errors: Mapping[str, Iterable[Any]]):
        self.errors = {field: [str(sentence) for sentence in sentences] for field, sentences in errors.items()}
        super().__init__(", ".join(self.errors))


class KeyReused(DomainError):
    """The idempotency key was used before by this person for something else (422)."""


def sentence(error: DomainError) -> str:
    """What a refusal says, in one line, in the reader's language."""
    if isinstance(error, Invalid):
        return " ".join(text for texts in error.errors.values() for text in texts)
    if isinstance(error, Blocked | Denied):
        return " ".join(str(reason.text) for reason in error.reasons)
    return gettext("Không thực hiện được.")
