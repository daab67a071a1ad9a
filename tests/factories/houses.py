"""Facilities with buildings, rooms, beds and people, made through `perform()` by those who make them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.access.actor import Actor
from core.lifecycle.engine import perform
from facilities.enums import Position
from facilities.models import Bed, Building, Facility, PriceItem, Room, StaffMember, WalletPaper
from tests.factories.world import World

PROFILE: dict[str, Any] = {
    "zone": "rural", "land_area": "900", "care_models": ["residential"], "accessible": "on",
    "amenities": "Nhà ở, bếp, sân chơi; điện lưới, nước máy.", "opening_hours": "7:30–17:00 mỗi ngày",
    "phone": "02513000000", "founded_on": "01/02/2020",
}  # fmt: skip


def day(shift: int) -> str:
    return f"{timezone.localdate() + timedelta(days=shift):%d/%m/%Y}"


def register(world: World, unit: str = "private", by: str = "steward", **data: Any) -> Facility:
    """The unit stands in the register; asked again, nothing changes."""
    there = Facility.objects.filter(unit=world.units[unit]).first()
    if there is not None:
        return there
    asked = {
        "unit": world.units[unit].pk, "legal_kind": "elderly", "source": "Danh sách của Sở", "capacity": 20,
        "ownership": "private" if unit == "private" else "public", "address": "12 Nguyễn Ái Quốc",
        "commune": world.communes[0].pk, **data,
    }  # fmt: skip
    return perform(Facility, "register", by=world.actor(by), data=asked).record


def change(by: Actor, row: Any, action: str, /, **data: Any) -> Any:
    """Take an action on the row as it stands now; returns it as it is then."""
    row.refresh_from_db()
    perform(row, action, by=by, version=row.version, data=data)
    row.refresh_from_db()
    return row


def make(by: Actor, facility: Facility, model: Any, action: str = "add", /, files: Any = None, **data: Any) -> Any:
    return perform(model, action, by=by, parent=facility, data=data, files=files).record


def building(by: Actor, facility: Facility, name: str = "Dãy A", storeys: int = 2) -> Building:
    return make(by, facility, Building, name=name, storeys=storeys)


def room(by: Actor, house: Building, name: str = "P101", area: str = "24", **data: Any) -> Room:
    asked = {"building": house.pk, "name": name, "storey": 1, "area": area, "sleeping": "on", **data}
    return make(by, house.facility, Room, **asked)


def beds(by: Actor, where: Room, count: int = 2, start: str = "A1-", since: str = "", **data: Any) -> list[Bed]:
    """Beds for anybody, licensed, in use since `since` (30 days ago)."""
    asked = {
        "prefix_text": start, "first": 1, "count": count, "sex": "any", "age": "any", "need": "standard",
        "licensed": "on", "opened_on": since or day(-30), **data,
    }  # fmt: skip
    change(by, where, "add_beds", **asked)
    return list(Bed.objects.filter(room=where).order_by("code"))


def member(by: Actor, facility: Facility, position: str = Position.CARER, **data: Any) -> StaffMember:
    asked = {"full_name": f"Nhân viên {position}", "position": position, "full_time": "on", "works_from": day(-200)}
    return make(by, facility, StaffMember, **{**asked, **data})


def price(by: Actor, facility: Facility, amount: int = 5_000_000, **data: Any) -> PriceItem:
    from core.catalogue.models import ServiceType

    service = ServiceType.objects.on().order_by("code")[0]
    asked = {
        "service_type": service.code, "per": "tháng", "price": amount, "valid_from": day(-60),
        "basis": "Bảng giá niêm yết",
    }  # fmt: skip
    return make(by, facility, PriceItem, **{**asked, **data})


def paper(by: Actor, facility: Facility, kind: str = "fire", expires: str = "", **data: Any) -> WalletPaper:
    asked = {"kind": kind, "number": "12/PCCC", "issuer": "Công an tỉnh", "issued_on": day(-300), "expires_on": expires}
    return make(by, facility, WalletPaper, **{**asked, **data})


def house(world: World, unit: str = "private", manager: str = "private_manager", rooms: int = 2) -> Facility:
    """A described facility with a building, rooms of two beds each, a director, a carer, a price and a fire paper."""
    facility = register(world, unit)
    by = world.actor(manager)
    change(by, facility, "describe", **PROFILE)
    change(by, facility, "count_clients", elderly_self="10", elderly="4")
    block = building(by, facility)
    for number in range(1, rooms + 1):
        beds(by, room(by, block, f"P10{number}"), 2, f"A{number}-")
    member(by, facility, Position.DIRECTOR, full_name="Nguyễn Thị Mai")
    member(by, facility, Position.CARER, full_name="Lê Văn Tám", cares_for="elderly")
    price(by, facility)
    paper(by, facility, expires=day(400))
    facility.refresh_from_db()
    return facility
