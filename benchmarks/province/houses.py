"""Facilities of the register, with the authority to take people."""

from datetime import timedelta
from typing import Any

from benchmarks.province.place import House, Province
from benchmarks.province.still import standing
from benchmarks.province.timing import OPENS, Book, Frame, Step
from core.access.actor import Actor
from core.audit.chain import unit_of_work
from core.catalogue.models import ClientGroup
from core.lifecycle.engine import perform
from facilities.models import Authority, Facility

GROUPS = {
    "general": "*", "elderly": "k5a k5b f1c f4 k6 k4", "children": "k1 k2 k3 k7 f1a f1b f2f", "disabled": "k6 f1d f4",
    "mental": "k6 f1d f4 k8", "other": "f2a f2b f2c f2d f2e f2f f2g k4",
}  # fmt: skip


def register(province: Province, book: Book) -> None:
    """Every house into the register, by the head of the department, on the first day."""
    every = sorted(set(ClientGroup.objects.on(province.since).values_list("code", flat=True)))
    begin = Frame(book, province.since + timedelta(days=2), [Step(0, 0)]).moments[0]
    with standing(begin), unit_of_work():
        head = Actor.of(province.department["phogiamdoc"])
        for house in province.houses:
            _register(province, house, head, every)


def _register(province: Province, house: House, head: Actor, every: list[str]) -> None:
    public = house.unit.kind == "public_facility"
    data: dict[str, Any] = {
        "unit": str(house.unit.pk), "legal_kind": house.kind, "ownership": "public" if public else "private",
        "commune": house.unit.commune_id, "address": f"{house.number} Nguyễn Ái Quốc",
        "hidden_address": house.kind == "other", "capacity": 60 + house.number % 5 * 30,
        "head_name": house.manager.full_name, "phone": f"0251300{house.number:04d}",
        "source": "Danh sách cơ sở trợ giúp xã hội của Sở Y tế (dữ liệu mẫu)",
    }  # fmt: skip
    facility = perform(Facility, "register", by=head, data=data).record
    house.row = facility.pk
    taken = GROUPS[house.kind].split()
    paper = "QĐ-UBND" if public else "GP-SYT"
    data = {
        "groups": [code for code in every if taken == ["*"] or code in taken], "capacity": facility.capacity,
        "valid_from": province.since.isoformat(), "paper_date": (province.since - timedelta(days=90)).isoformat(),
        "paper_number": f"{100 + house.number}/{paper}",
        "paper_issuer": "UBND thành phố Đồng Nai" if public else "Sở Y tế Đồng Nai",
    }  # fmt: skip
    perform(Authority, "set", by=head, parent=facility, data=data)


__all__ = ["OPENS", "register"]
