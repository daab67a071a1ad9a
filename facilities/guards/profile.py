"""Guards of what a facility shows of itself."""

from collections.abc import Iterable

from core.documents.models import Document
from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.guards.premises import facility_open


def pictured_house_open(document: Document, act: Act) -> Iterable[Reason]:
    """The parent as `perform()` hands it over: the locked row, under its model's name."""
    yield from facility_open(document.facility, act)  # type: ignore[attr-defined]
