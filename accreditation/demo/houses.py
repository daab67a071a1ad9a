"""The houses of the demo: units, people, register, and what stands on the ground."""

import random
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accreditation.demo.words import CARERS, CARES, HOUSES, STAFF, House
from casework.demo import places
from casework.demo.moves import Moves
from casework.demo.papers import word_file
from core.access.actor import Actor
from core.accounts.enums import UnitKind
from core.catalogue.models import ClientGroup, ServiceType
from core.hooks import provide
from core.lifecycle.engine import perform
from facilities.models import Authority, Building, Facility, PriceItem, Room, StaffMember, WalletPaper

ROOMS = 4
DAY = timedelta(days=1)


@provide("demo.places")
def build(place: places.Place, rng: random.Random, since: date) -> None:
    """Officers and heads beside those of the case histories, and the houses in the register; no licence yet."""
    for name, full_name, role, unit, title in STAFF:
        places.add_user(place, name, full_name, role, unit, since, title=title)
    head = place.actor("binh")
    for number, house in enumerate(HOUSES, 1):
        public = house.ownership == "public"
        kind = UnitKind.PUBLIC if public else UnitKind.PRIVATE
        places.add_unit(place, house.code, house.name, kind, "SYT", house.commune)
        name, full_name = house.manager
        places.add_user(place, name, full_name, "facility_manager", house.code, since, title="Quản lý cơ sở")
        facility = perform(Facility, "register", by=head, data=_columns(place, house, number)).record
        if public:
            _found(head, facility, house, since, number)
    centre = {
        "unit": str(place.units["TTCTXH"].pk), "legal_kind": "social_work", "ownership": "public", "commune": "26041",
        "address": "2 Nguyễn Văn Trị", "head_name": "Phạm Thu Hà", "phone": "02513000088", "capacity": 30,
        "source": "Quyết định thành lập (dữ liệu mẫu)",
    }  # fmt: skip
    perform(Facility, "register", by=head, data=centre)


def _columns(place: places.Place, house: House, number: int) -> dict[str, Any]:
    return {
        "unit": str(place.units[house.code].pk), "legal_kind": house.kind, "ownership": house.ownership,
        "commune": house.commune, "address": house.address, "capacity": house.size, "head_name": house.manager[1],
        "phone": f"02513010{number:03d}", "source": "Danh sách cơ sở trợ giúp xã hội của Sở Y tế (dữ liệu mẫu)",
    }  # fmt: skip


def _found(head: Actor, facility: Facility, house: House, since: date, number: int) -> None:
    """A public house may what its founding decision says."""
    known = set(ClientGroup.objects.on(since).values_list("code", flat=True))
    data = {
        "groups": [code for code in house.groups.split() if code in known], "capacity": house.size,
        "valid_from": since.isoformat(), "paper_date": date(2025, 7, number).isoformat(),
        "paper_number": f"{1200 + number}/QĐ-UBND", "paper_issuer": "UBND thành phố Đồng Nai",
    }  # fmt: skip
    perform(Authority, "set", by=head, parent=facility, data=data)


def furnish(moves: Moves, unit: str, manager: str, models: str) -> None:
    """What the manager writes of the own house: ground, rooms, beds, people, prices, papers, who is served."""
    facility = Facility.objects.get(unit=moves.place.units[unit])
    size = facility.capacity or 20
    _describe(moves, facility, manager, size, models)
    if "residential" in models:
        _rooms(moves, facility, manager, size)
    _people(moves, facility, manager, size)
    _offers(moves, facility, manager)
    served: dict[str, Any] = {CARES[facility.legal_kind]: max(1, size * 3 // 5)}
    moves.do(manager, facility, "count_clients", **served)


def _describe(moves: Moves, facility: Facility, manager: str, size: int, models: str) -> None:
    rng = moves.rng
    point: dict[str, Any] = {} if facility.hidden_address else {
        "lat": round(10.95 + rng.uniform(-0.15, 0.55), 4), "lon": round(106.85 + rng.uniform(-0.05, 0.55), 4),
    }  # fmt: skip
    moves.do(
        manager, facility, "describe", zone=rng.choice(["urban", "rural", "rural"]), land_area=str(size * 32),
        care_models=models.split(), accessible=True, accessibility="Lối dốc, tay vịn, nhà vệ sinh cho xe lăn",
        amenities="Nhà ở, bếp, sân chơi; điện lưới, nước máy, nước nóng", phone=facility.phone,
        opening_hours="Đón tiếp 7:30–11:00 và 13:30–16:30; chăm sóc suốt ngày đêm",
        founded_on=date(rng.randint(2008, 2021), rng.randint(1, 12), 15), **point,
    )  # fmt: skip


def _rooms(moves: Moves, facility: Facility, manager: str, size: int) -> None:
    """Room for all, some of it round the clock; one bed out of use."""
    house = moves.do(manager, Building, "add", parent=facility, name="Dãy A", storeys=2)
    each = min(60, -(-size // ROOMS))
    for number in range(1, ROOMS + 1):
        round_clock = number == ROOMS
        room = moves.do(
            manager, Room, "add", parent=facility, building=str(house.pk), name=f"Phòng {number}",
            storey=1 + number // 3, area=f"{each * (8 if round_clock else 6)}", sleeping=True, accessible=number < 3,
            round_clock=round_clock,
        )  # fmt: skip
        moves.do(
            manager, room, "add_beds", prefix_text=f"A{number}-", first=1, count=each, licensed=True,
            sex="female" if number % 2 else "male", age=_age(facility), opened_on=timezone.localdate().isoformat(),
            need="round_clock" if round_clock else "standard",
        )  # fmt: skip
    broken = facility.beds.order_by("code").first()
    moves.do(manager, broken, "set_unusable", reason="Gãy thang giường, chờ sửa")


def _age(facility: Facility) -> str:
    return {"children": "child", "elderly": "elderly"}.get(facility.legal_kind, "any")


def _people(moves: Moves, facility: Facility, manager: str, size: int) -> None:
    today = timezone.localdate()
    since = (today - timedelta(days=500)).isoformat()
    expires = (today + timedelta(days=moves.rng.choice([60, 200, 700, 900]))).isoformat()
    certificate = {
        "certificate_number": f"{moves.rng.randint(100, 999)}/CTXH-DNA", "certificate_issuer": "Sở Y tế Đồng Nai",
        "certificate_scope": "Quản lý trường hợp", "certificate_expires": expires,
    }  # fmt: skip
    head = facility.head_name or moves.people.name("female")[0]
    rows: list[tuple[str, str, dict[str, Any]]] = [
        (head, "director", {"qualification": "Đại học"}),
        (moves.people.name("female")[0], "social_worker", {"qualification": "Cử nhân công tác xã hội", **certificate}),
        (moves.people.name("female")[0], "medical", {"qualification": "Y sĩ"}),
    ]
    group = CARES[facility.legal_kind]
    for number in range(min(len(CARERS), max(1, size // 9))):
        rows.append((CARERS[number], "carer", {"cares_for": group}))
    for full_name, position, more in rows:
        moves.do(
            manager, StaffMember, "add", parent=facility, full_name=full_name, position=position, full_time=True,
            works_from=since, phone=moves.people.phone(), **more,
        )  # fmt: skip


def _offers(moves: Moves, facility: Facility, manager: str) -> None:
    """Prices, and the papers of the wallet, one of which ends soon."""
    today = timezone.localdate()
    service = ServiceType.objects.on().order_by("code").first()
    for detail, price in (("Phòng 4 người", 6_500_000), ("Phòng 8 người", 4_800_000)):
        moves.do(
            manager, PriceItem, "add", parent=facility, service_type=service.code if service else "", detail=detail,
            per="tháng", price=price, valid_from=today.isoformat(), basis="Bảng giá niêm yết tại cơ sở",
        )  # fmt: skip
    papers = (("fire", "45/NT-PCCC", 900, 210), ("food", "118/ATTP", 500, 600), ("land", "Hợp đồng thuê 03", 800, 1500))
    for kind, number, ago, ahead in papers:
        file = word_file(f"{number}", facility.unit.name, "Giấy tờ mẫu của bản dùng thử.") if kind == "fire" else None
        moves.do(
            manager, WalletPaper, "add", parent=facility, kind=kind, number=number, issuer="Cơ quan có thẩm quyền",
            issued_on=(today - ago * DAY).isoformat(), expires_on=(today + ahead * DAY).isoformat(),
            files={"file": file} if file else None,
        )  # fmt: skip
