"""Facilities with rooms, beds and staff, written straight into the tables: for tests of what is read from them."""

from datetime import date
from decimal import Decimal
from itertools import count

import factory

from core.accounts.enums import UnitKind
from facilities.enums import LegalKind, Ownership, Position, Zone
from facilities.models import Authority, AuthorityGroup, Bed, Building, Facility, Room, StaffMember
from tests.factories.accounts import UnitFactory

SOURCE = "Danh sách của Sở Y tế, tháng 10/2026"
FROM = date(2026, 1, 1)
_numbers = count(1)


class FacilityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Facility

    unit = factory.SubFactory(UnitFactory, kind=UnitKind.PRIVATE)
    legal_kind = LegalKind.ELDERLY
    ownership = Ownership.PRIVATE
    zone = Zone.RURAL
    source = SOURCE


class StaffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaffMember

    full_name = factory.Sequence(lambda n: f"Nhân viên {n}")
    position = Position.CARER
    works_from = FROM


def room_with_beds(facility: Facility, beds: int = 2, area: str = "24", **columns) -> Room:
    """A sleeping room of the building "Dãy A" with that many beds; `bed` columns are those of its beds."""
    bed = columns.pop("bed", {})
    building, _made = Building.objects.get_or_create(facility=facility, name=columns.pop("building", "Dãy A"))
    columns.setdefault("name", f"P{next(_numbers)}")
    room = Room.objects.create(facility=facility, building=building, area=Decimal(area), **columns)
    for _number in range(beds):
        Bed.objects.create(facility=facility, room=room, **{"code": f"G{next(_numbers)}", "opened_on": FROM, **bed})
    return room


def authorise_facility(facility: Facility, capacity: int | None = 20, groups: tuple[str, ...] = ("k1",), **columns):
    """An authority in force since the first of the year."""
    paper = {"paper_number": "12/GP-SYT", "paper_date": FROM, "paper_issuer": "Sở Y tế", "valid_from": FROM}
    held = Authority.objects.create(facility=facility, capacity=capacity, **{**paper, **columns})
    AuthorityGroup.objects.bulk_create(AuthorityGroup(authority=held, code=code) for code in groups)
    return held
