"""What narrows a list; the pages' filters under the same names. A ValueError's sentence is the 400 answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.selectors.caseload import named
from casework.states.case import STAGES
from core.clock import due as clock
from core.folding import fold

Filter = Callable[[QuerySet[Any], str], QuerySet[Any]]
STAGE_CODES = ("intake", "assessment", "planning", "services", "closure")
DUE_KINDS = ("overdue", "today", "soon", "later", "paused", "none")


def _unknown(allowed: Any) -> ValueError:
    return ValueError(_("Giá trị không dùng được. Chọn: %(allowed)s.") % {"allowed": ", ".join(map(str, allowed))})


def choice(column: str, allowed: list[str]) -> Filter:
    """One code, or several with commas between."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        codes = text.split(",")
        if not set(codes) <= set(allowed):
            raise _unknown(allowed)
        return rows.filter(**{f"{column}__in": codes})

    return narrow


def key(column: str) -> Filter:
    """Records of one other record, by its id."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        try:
            return rows.filter(**{column: UUID(text)})
        except ValueError as error:
            raise ValueError(_("Cần một mã (UUID).")) from error

    return narrow


def code(column: str) -> Filter:
    """Records of a commune or another row that has a code."""
    return lambda rows, text: rows.filter(**{column: text})


def flag(column: str) -> Filter:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if text not in ("true", "false"):
            raise _unknown(("true", "false"))
        return rows.filter(**{column: text == "true"})

    return narrow


def stage(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The five stages on screen."""
    if text not in STAGE_CODES:
        raise _unknown(STAGE_CODES)
    return rows.filter(state__in=STAGES[STAGE_CODES.index(text)][1])


def due(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """How the clock of the record stands at this moment."""
    if text not in DUE_KINDS:
        raise _unknown(DUE_KINDS)
    return rows.filter(clock.where(text, timezone.now()))  # type: ignore[arg-type]


def case_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """A number, old or new, or its last digits; or words of the name without marks."""
    if len(fold(text)) < 2:
        raise ValueError(_("Gõ ít nhất 2 chữ."))
    return rows.filter(named(text))


def name(column: str) -> Filter:
    """Words of a name without marks."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        folded = fold(text)
        if len(folded) < 2:
            raise ValueError(_("Gõ ít nhất 2 chữ."))
        return rows.filter(**{f"{column}__contains": folded})

    return narrow
