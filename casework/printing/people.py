"""The person and those around it, as far as they may stand on paper."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from casework.enums import ContactSafety
from casework.models import Case, Contact, Household, Person
from core.access.actor import Actor
from core.access.engine import fields_readable, visible, visible_one
from core.folding import fold


class Readable:
    """A row of which only the columns that the reader may read have a value: `of.name` is "" for the others."""

    def __init__(self, row: Any, by: Actor):
        self._row, self._names = row, fields_readable(by, row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name) if name in self._names else ""

    def label(self, name: str) -> str:
        """The words of a choice; "" for what is not known."""
        value = getattr(self, name)
        return str(getattr(self._row, f"get_{name}_display")()) if value not in ("", "unknown") else ""


def name_of(person: Person) -> str:
    return person.name or person.known_as


def birth_of(person: Person) -> date | str:
    """A date where the whole day is known, else what is known of it."""
    if person.birth_day and person.birth_month and person.birth_year:
        return date(person.birth_year, person.birth_month, person.birth_day)
    if person.birth_text and person.birth_estimated:
        return _("khoảng %(year)s") % {"year": person.birth_text}
    return person.birth_text


def address_of(person: Person, by: Actor) -> str:
    """Street, hamlet, commune, province; the street only for those who may read it."""
    shown = Readable(person, by)
    parts = [shown.address, person.hamlet]
    if person.commune is not None:
        parts += [person.commune.label, person.commune.province.label]
    return ", ".join(part for part in parts if part)


def safe_contacts(person: Person, by: Actor) -> list[Contact]:
    """Contacts whose name may stand on paper that is taken home: none that is marked unsafe."""
    rows = visible(by, Contact).filter(person=person)
    return list(rows.exclude(safety=ContactSafety.UNSAFE))


def phone_of(contact: Contact | None) -> str:
    """Only of somebody known to be safe."""
    return contact.phone if contact is not None and contact.safety == ContactSafety.SAFE else ""


def guardian_of(person: Person, by: Actor) -> Contact | None:
    return next((contact for contact in safe_contacts(person, by) if contact.is_guardian), None)


def household_of(person: Person, by: Actor) -> tuple[Household | None, bool]:
    """The household, and whether its head may be named: not if an unsafe contact has that name."""
    if person.household_id is None:
        return None, False
    household = visible_one(by, Household, person.household_id).first()
    if household is None:
        return None, False
    # Asked of all contacts, also of those the reader cannot see: it only ever hides.
    unsafe = Contact.objects.filter(person=person, safety=ContactSafety.UNSAFE).values_list("name", flat=True)
    return household, fold(household.head_name) not in {fold(name) for name in unsafe}


def salutation(case: Case) -> str:
    return case.person.honorific or _("ông (bà)")


def joined(parts: Iterable[str], mark: str = "; ") -> str:
    return mark.join(part for part in parts if part)
