"""What the page of one facility shows, each part in a fixed number of queries."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import mark, visible, with_rights
from core.audit.models import Event
from core.errors import NotVisible
from facilities.enums import Position
from facilities.models import Bed, Building, Facility, PriceItem, Room, StaffMember, WalletPaper

RIGHTS = (
    "view", "read:inside", "read:papers", "read:safe_address", "describe", "count_clients", "edit", "building.add",
    "room.add", "bed.add", "staffmember.add", "priceitem.add", "walletpaper.add", "document.add_photo",
    "authority.set",
)  # fmt: skip
# Whose events tell the story of the register; inspections and incidents have pages of their own.
TOLD = [
    f"facilities.{name}"
    for name in ("Facility", "Authority", "Building", "Room", "Bed", "StaffMember", "PriceItem", "WalletPaper")
] + ["documents.Document"]


def find(by: Actor, key: UUID, action: str = "view", opened: bool = False) -> tuple[Facility, frozenset[str]]:
    """The facility of that unit (or with that key) and what `by` may do with it; NotVisible as if it were not there.
    The hidden address is read only where `opened`."""
    rows = with_rights(by, Facility.objects.select_related("unit", "commune__province"), RIGHTS)
    row: Any = (rows if opened else rows.defer("safe_address")).filter(Q(unit_id=key) | Q(pk=key)).first()
    if row is None or not row.may_view or not getattr(row, mark(action)):
        raise NotVisible
    return row, frozenset(name for name in RIGHTS if getattr(row, mark(name)))


def premises(by: Actor, facility: Facility) -> list[dict[str, Any]]:
    """Buildings with their rooms and these with their beds, those in use first: three queries."""
    beds: dict[UUID, list[Bed]] = defaultdict(list)
    for bed in visible(by, Bed).filter(facility=facility).order_by("closed_on", "code"):
        beds[bed.room_id].append(bed)
    rooms: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for room in visible(by, Room).filter(facility=facility).order_by("storey", "name"):
        there = [bed for bed in beds[room.pk] if bed.closed_on is None]
        rooms[room.building_id].append({
            "room": room, "beds": beds[room.pk], "count": len(there), "per_bed": _per_bed(room, len(there)),
            "unusable": sum(not bed.usable for bed in there),
        })  # fmt: skip
    return [
        {"building": building, "rooms": rooms[building.pk]}
        for building in visible(by, Building).filter(facility=facility).order_by("closed_on", "name")
    ]


def _per_bed(room: Room, beds: int) -> Decimal | None:
    return room.area / beds if beds and room.sleeping else None


def bed_totals(buildings: list[dict[str, Any]]) -> dict[str, int]:
    """Of the beds in use: how many, how many can be used, how many are licensed."""
    beds = [bed for house in buildings for room in house["rooms"] for bed in room["beds"] if bed.closed_on is None]
    return {
        "beds": len(beds),
        "usable": sum(bed.usable for bed in beds),
        "licensed": sum(bed.licensed for bed in beds),
    }


def staff(by: Actor, facility: Facility, today: date | None = None) -> tuple[list[StaffMember], list[StaffMember]]:
    """Those who work there or will, and those who have left."""
    day = today or timezone.localdate()
    rows = list(visible(by, StaffMember).filter(facility=facility).select_related("user"))
    order = {code: place for place, (code, _label) in enumerate(Position.choices)}
    rows.sort(key=lambda row: (order.get(row.position, 99), row.full_name))
    here = [row for row in rows if row.left_on is None or row.left_on > day]
    return here, [row for row in rows if row not in here]


def prices(by: Actor, facility: Facility, today: date | None = None) -> tuple[list[PriceItem], list[PriceItem]]:
    """Prices of today and to come, and those that are over, the latest first."""
    day = today or timezone.localdate()
    rows = visible(by, PriceItem).filter(facility=facility).select_related("service_type")
    ordered = list(rows.order_by("service_type__name", "detail", "per", "-valid_from"))
    now = [row for row in ordered if row.valid_to is None or row.valid_to > day]
    return now, [row for row in ordered if row not in now]


def wallet(by: Actor, facility: Facility) -> tuple[list[WalletPaper], list[WalletPaper]]:
    """Papers in force, the first to end first, and those that were replaced or withdrawn."""
    rows = visible(by, WalletPaper).filter(facility=facility).select_related("document")
    papers = list(rows.order_by("kind", "-issued_on", "-created_at"))
    held = [row for row in papers if row.replaced_by_id is None and row.withdrawn_on is None]
    return sorted(held, key=lambda row: (row.expires_on or date.max, row.kind)), [
        row for row in papers if row not in held
    ]


def story(facility: Facility) -> QuerySet[Event]:
    """The events of the register under this facility."""
    rows = Event.objects.filter(root_id=facility.pk, subject_model__in=TOLD)
    return rows.select_related("actor", "acting_for")
