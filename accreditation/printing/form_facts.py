"""What is known of the facility that hands a form in. Everything is text; what is not known is not there.

The hidden address of a shelter is never printed: whoever hands the form in writes it, if the officer needs it, by hand.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from accreditation.enums import LIVING, Change
from accreditation.models import Application, Licence, Registration
from core.catalogue.models import ClientGroup
from core.places.models import Commune
from facilities.enums import LegalKind, Position
from facilities.models import Facility, Room, StaffMember
from facilities.selectors.authority import authority_on

Rows = list[dict[str, str]]


def facts(application: Application) -> dict[str, str]:
    """The single facts by name; see the sources of the forms for what they mean."""
    facility, asked = application.facility, application.asked
    name = _text(asked.get("name")) or facility.unit.name
    head = _text(asked.get("head_name")) or facility.head_name
    kind = dict(LegalKind.choices).get(_text(asked.get("legal_kind")) or facility.legal_kind, "")
    return {
        "authority": application.to_unit.name,
        "name": name, "name_capitals": name.upper(), "name_now": facility.unit.name,
        "address": _address_asked(facility, asked), "address_now": address(facility),
        "phone": facility.phone, "email": facility.email, "head": head, "signer": head,
        "legal_kind": str(kind), "legal_kind_lower": str(kind)[:1].lower() + str(kind)[1:],
        "foreign": "có" if facility.foreign_founder else "không",
        "models": "; ".join(str(row.get_code_display()) for row in facility.care_models.all()),
        "opening_hours": facility.opening_hours, "amenities": facility.amenities,
        "accessibility": facility.accessibility or ("thuận tiện" if facility.accessible else ""),
        "zone": str(facility.get_zone_display()) if facility.zone else "",
        "place": facility.commune.province.name if facility.commune else "",
        "reason": _text(asked.get("reason")),
        "capacity": _number(asked.get("capacity") or _capacity(facility)),
        **_premises(facility), **_staff_figures(facility), **_papers(application),
    }  # fmt: skip


def tables(application: Application) -> dict[str, Rows]:
    """The rows of the tables; an empty list means: nothing known, offer empty rows."""
    facility = application.facility
    return {
        "groups": [{"name": name} for name in group_names(_asked_groups(application))],
        "counts": [
            {"name": str(row.get_care_group_display()), "number": _number(row.number)}
            for row in facility.client_counts.all()
        ],
        "staff": [_staff_row(row) for row in _working(facility)],
        "rooms": [
            {"building": row.building.name, "name": row.name, "area": _number(row.area), "beds": _number(row.bed_count)}
            for row in _sleeping(facility).annotate(bed_count=Count("beds", filter=_OPEN_BEDS)).order_by(
                "building__name", "name"
            )
        ],
        "changes": _changes(application),
        "assets": [], "residents": [],
    }  # fmt: skip


def address(facility: Facility) -> str:
    """ "12 Nguyễn Ái Quốc, phường Trấn Biên, thành phố Đồng Nai"; nothing of a hidden one."""
    if facility.hidden_address:
        return ""
    commune = facility.commune
    parts = [facility.address, *([commune.label, commune.province.label] if commune else [])]
    return ", ".join(part for part in parts if part)


def group_names(codes: Iterable[str], on: date | None = None) -> list[str]:
    """The groups' names as the law has them on that day, in the order of the codes; an unknown code gives itself."""
    known = dict(ClientGroup.objects.on(on).values_list("code", "name"))
    return [known.get(code, code) for code in codes]


_OPEN_BEDS = Q(beds__closed_on__isnull=True)


def _sleeping(facility: Facility) -> Any:
    return Room.objects.filter(facility=facility, sleeping=True, closed_on__isnull=True).select_related("building")


def _premises(facility: Facility) -> dict[str, str]:
    rooms = _sleeping(facility).aggregate(number=Count("id"), area=Sum("area"))
    beds = facility.beds.filter(closed_on__isnull=True).count()
    capacity, land = _capacity(facility), facility.land_area
    return {
        "land_area": _number(land), "buildings": _number(facility.buildings.filter(closed_on__isnull=True).count()),
        "rooms": _number(rooms["number"]), "sleeping_area": _number(rooms["area"]), "beds": _number(beds),
        "land_per_client": _number(land / capacity) if land and capacity else "",
        "room_per_bed": _number(rooms["area"] / beds) if rooms["area"] and beds else "",
    }  # fmt: skip


def _working(facility: Facility) -> Any:
    return facility.staff.filter(StaffMember.working(timezone.localdate())).order_by("position", "full_name", "id")


def _staff_figures(facility: Facility) -> dict[str, str]:
    positions = list(_working(facility).values_list("position", flat=True))
    return {
        "staff_count": _number(len(positions)),
        "social_workers": _number(positions.count(Position.SOCIAL_WORKER)),
        "carers": _number(positions.count(Position.CARER)),
    }


def _staff_row(row: StaffMember) -> dict[str, str]:
    ends = row.certificate_expires
    certificate = [row.certificate_number, f"hết hạn {ends:%d/%m/%Y}" if ends else ""]
    return {
        "name": row.full_name, "position": str(row.get_position_display()), "qualification": row.qualification,
        "certificate": ", ".join(part for part in certificate if part),
    }  # fmt: skip


def _papers(application: Application) -> dict[str, str]:
    facility = application.facility
    licence = application.licence or Licence.objects.filter(facility=facility, state__in=LIVING).first()
    registration = Registration.objects.filter(facility=facility, ended_on__isnull=True).first()
    return {
        "licence_number": licence.number if licence else "",
        "licence_day": _day(licence.issued_on if licence else None),
        "licence_issuer": licence.issuer if licence else "", "licence_end": _day(licence.ends_on if licence else None),
        "registration_number": registration.number if registration else "",
        "registration_day": _day(registration.issued_on if registration else None),
        "registration_issuer": registration.issuer if registration else "",
    }  # fmt: skip


def _asked_groups(application: Application) -> list[str]:
    asked = application.asked.get("groups")
    if isinstance(asked, list) and asked:
        return [_text(code) for code in asked]
    held = authority_on(application.facility)
    return [row.code for row in held.groups.all()] if held else []


def _changes(application: Application) -> Rows:
    facility, asked = application.facility, application.asked
    now: dict[str, str] = {
        Change.NAME: facility.unit.name, Change.ADDRESS: address(facility), Change.HEAD: facility.head_name,
        Change.KIND: str(facility.get_legal_kind_display()), Change.CAPACITY: _number(_capacity(facility)),
        Change.AREA: _number(facility.land_area),
    }  # fmt: skip
    then: dict[str, str] = {
        Change.NAME: _text(asked.get("name")), Change.ADDRESS: _address_asked(facility, asked, only_asked=True),
        Change.HEAD: _text(asked.get("head_name")), Change.CAPACITY: _number(asked.get("capacity")),
        Change.KIND: str(dict(LegalKind.choices).get(_text(asked.get("legal_kind")), "")),
        Change.GROUPS: "; ".join(group_names(_asked_groups(application))),
    }  # fmt: skip
    named = asked.get("changes")
    codes = [_text(code) for code in named] if isinstance(named, list) else []
    words = dict(Change.choices)
    return [
        {"what": str(words.get(code, code)), "now": now.get(code, ""), "asked": then.get(code, "")} for code in codes
    ]


def _address_asked(facility: Facility, asked: dict[str, Any], only_asked: bool = False) -> str:
    if facility.hidden_address:
        return ""
    new = _text(asked.get("address"))
    if not new:
        return "" if only_asked else address(facility)
    code = _text(asked.get("commune"))
    commune = Commune.objects.select_related("province").filter(pk=code).first() if code else facility.commune
    return ", ".join([new, *([commune.label, commune.province.label] if commune else [])])


def _capacity(facility: Facility) -> int | None:
    held = authority_on(facility)
    return (held.capacity if held else None) or facility.capacity


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _number(value: Any) -> str:
    """1.234,5 with a comma; 0 is something known."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal | float):
        whole = f"{value:,.2f}".rstrip("0").rstrip(".")
        return whole.translate(str.maketrans(",.", ".,"))
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else _text(value)
