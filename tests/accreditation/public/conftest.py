"""A small register as the public sees it, written straight into the tables."""

from datetime import date

import pytest

from accreditation.models import Application, Licence, LicenceGroup
from core.accounts.enums import UnitKind
from facilities.models import Facility
from tests.factories.accounts import UnitFactory
from tests.factories.facilities import FacilityFactory, StaffFactory, authorise_facility, room_with_beds
from tests.factories.places import communes

ISSUED = date(2026, 3, 2)


@pytest.fixture
def department(db):
    return UnitFactory(code="SYTCK", name="Sở Y tế", kind=UnitKind.DEPARTMENT, phone="02513822222")


@pytest.fixture
def home(department):
    """A private home for the elderly with a head, staff, rooms, an authority and a licence in force."""
    unit = UnitFactory(code="HM", name="Mái ấm Hoa Mai", kind=UnitKind.PRIVATE, parent=department)
    facility = FacilityFactory(
        unit=unit, commune=communes(1)[0], address="12 Nguyễn Ái Quốc", head_name="Trần Thị Đứng Đầu",
        phone="02513833333", email="hoamai@example.org", capacity=20, land_area=600, opening_hours="7:30 đến 17:00",
    )  # fmt: skip
    room_with_beds(facility, beds=4, area="24")
    StaffFactory(facility=facility, full_name="Nguyễn Thị Người Chăm Sóc", phone="0901234567")
    authorise_facility(facility, capacity=20, groups=("k1",))
    return facility


@pytest.fixture
def licensed(department):
    """`licensed(facility, "suspended", …)` gives it a licence in that state."""
    made = iter(range(1, 1000))

    def give(facility: Facility, state: str = "active", **columns) -> Licence:
        number = next(made)
        held = {
            "number": f"{number:02d}/GP-SYT", "code": f"MA{number:010d}", "facility": facility,
            "to_unit": department, "facility_name": facility.unit.name, "address": facility.address,
            "head_name": facility.head_name, "legal_kind": facility.legal_kind, "capacity": facility.capacity,
            "issuer": "Sở Y tế", "issued_on": ISSUED, "starts_on": ISSUED, **columns,
        }  # fmt: skip
        if state == "suspended":
            held.setdefault("mend_by", date(2027, 1, 31))
        if state == "restricted":
            held.setdefault("limit_reason", "Lý do thu hẹp không được công bố")
        # The database lets a licence begin in two states only, and move along legal pairs.
        licence = Licence.objects.create(state="issued" if state == "issued" else "active", **held)
        if state not in ("issued", "active"):
            Licence.objects.filter(pk=licence.pk).update(state=state)
        LicenceGroup.objects.create(licence=licence, code="k1")
        return Licence.objects.get(pk=licence.pk)

    return give


@pytest.fixture
def applied(department):
    """`applied(facility, kind, asked={…})` is an application in draft."""
    made = iter(range(1, 1000))

    def hand_in(facility: Facility, kind: str = "licence", state: str = "draft", **columns) -> Application:
        number = f"DN-2026-{next(made):06d}"
        return Application.objects.create(
            number=number, facility=facility, kind=kind, state=state, to_unit=department, **columns
        )

    return hand_in
