"""The register as a person sees it."""

from typing import Any

from django.db.models import QuerySet

from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.folding import fold
from facilities.models import Facility, OutsideBody


def facilities(by: Actor, text: str = "", **filters: Any) -> QuerySet[Facility]:
    """Facilities by name; `text` is looked for in the name without accents, `filters` are columns."""
    rows = visible(by, Facility).select_related("unit", "commune__province").order_by("unit__name_folded", "id")
    if text:
        rows = rows.filter(unit__name_folded__contains=fold(text))
    return rows.filter(**filters).defer("safe_address")


def facility(by: Actor, pk: Any) -> Facility:
    """One facility with its authorities, or NotVisible."""
    rows = Facility.objects.select_related("unit", "commune__province").prefetch_related("authorities__groups")
    return fetch(by, Facility, pk, within=rows)


def bodies(by: Actor, text: str = "", kind: str = "") -> QuerySet[OutsideBody]:
    """Outside bodies that still work, by name."""
    rows = visible(by, OutsideBody).filter(is_active=True).select_related("commune__province")
    if text:
        rows = rows.filter(name_folded__contains=fold(text))
    return rows.filter(kind=kind) if kind else rows
