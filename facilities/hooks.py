"""What the register tells the ground below it about its records."""

from collections.abc import Iterable
from typing import Any

from core.documents.access import papers_of
from core.hooks import provide
from facilities.models import Incident, Inspection, StaffMember, WalletPaper

# Pictures and papers of an inspection: the office at once, the facility when it is concluded.
papers_of("facilities.Inspection", "read:answers")
papers_of("facilities.Facility", "read:papers")


@provide("describe.facilities.Inspection")
def inspections(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    """What a list may say of an inspection to whoever is asked to act on it."""
    for row in Inspection.objects.filter(pk__in=list(keys)).select_related("facility__unit"):
        yield row.pk, row.facility.unit.name, f"{row.number} · {row.get_kind_display()}"


@provide("describe.facilities.Incident")
def incidents(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    """No word of the story."""
    rows = Incident.objects.filter(pk__in=list(keys)).select_related("facility__unit")
    for row in rows.defer("story", "measures", "conclusion", "no_inspection"):
        yield row.pk, row.facility.unit.name, f"{row.number} · {row.get_kind_display()}"


@provide("describe.facilities.WalletPaper")
def wallet_papers(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    """Which paper a reminder is about."""
    for row in WalletPaper.objects.filter(pk__in=list(keys)).select_related("facility__unit"):
        yield row.pk, str(row), " · ".join(part for part in (row.number, row.facility.unit.name) if part)


@provide("describe.facilities.StaffMember")
def members(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    """Whose certificate a reminder is about: those who get it manage the house."""
    rows = StaffMember.objects.filter(pk__in=list(keys)).select_related("facility__unit").defer("phone")
    for row in rows:
        yield row.pk, row.full_name, row.facility.unit.name
