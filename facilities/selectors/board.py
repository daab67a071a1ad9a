"""The bed board: what every facility has free on a day, for whom. Starts at what the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from core.access.actor import Actor
from core.access.engine import visible
from core.folding import fold
from facilities.enums import BedSex
from facilities.models import Authority, Bed, Facility, Room
from facilities.selectors.occupancy import BedRow, Tally, beds_on, takes, tally


@dataclass(frozen=True)
class Wanted:
    """What is looked for; "" narrows nothing. `group` is the code of a client group, the others those of beds."""

    group: str = ""
    sex: str = ""
    age: str = ""
    need: str = ""
    text: str = ""


@dataclass
class Line:
    """A facility with its beds that fit, by the sex they are for. `authority` None: it may admit nobody that day."""

    facility: Facility
    authority: Authority | None
    by_sex: dict[str, Tally]
    total: Tally = field(default_factory=Tally)


@dataclass
class Board:
    lines: list[Line]
    by_sex: dict[str, Tally]
    total: Tally
    without_beds: int


def board(by: Actor, day: date, wanted: Wanted) -> Board:
    """Facilities that have fitting beds on the day: those with free beds first, then by name."""
    known = {row.pk: row for row in _facilities(by, day, wanted)}
    allowed = _authorities(day, known)
    if wanted.group:
        named = {pk for pk, held in allowed.items() if any(row.code == wanted.group for row in held.groups.all())}
        known = {pk: row for pk, row in known.items() if pk in named}
    rows = [row for row in beds_on(day) if row.facility in known]
    fitting = [row for row in rows if takes(row, wanted.sex, wanted.age, wanted.need)]
    counted: dict[UUID, dict[str, Tally]] = {}
    for (key, sex), counts in tally(fitting, lambda row: (row.facility, row.sex)).items():
        counted.setdefault(key, {})[sex] = counts
    lines = [
        Line(known[key], allowed.get(key), by_sex, sum(by_sex.values(), Tally())) for key, by_sex in counted.items()
    ]
    lines.sort(key=lambda line: (_rank(line), line.facility.unit.name_folded, line.facility.pk))
    every = tally(fitting, lambda row: row.sex)
    return Board(lines, every, sum(every.values(), Tally()), len(set(known) - {row.facility for row in rows}))


def _rank(line: Line) -> int:
    """Free and allowed to admit; free; the rest."""
    return 2 if not line.total.free else 0 if line.authority else 1


def _facilities(by: Actor, day: date, wanted: Wanted) -> Iterable[Facility]:
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    rows = visible(by, Facility).filter(open_then).select_related("unit", "commune").defer("safe_address")
    return rows.filter(unit__name_folded__contains=fold(wanted.text)) if wanted.text else rows


def _authorities(day: date, facilities: Iterable[UUID]) -> dict[UUID, Authority]:
    held = Authority.objects.filter(Authority.on(day), facility__in=list(facilities)).order_by("valid_from")
    return {row.facility_id: row for row in held.prefetch_related("groups")}


@dataclass
class RoomLine:
    room: Room
    beds: list[BedRow]
    total: Tally


def rooms(by: Actor, facility: Facility, day: date) -> list[tuple[str, list[RoomLine]]]:
    """The beds of one facility on the day, by building and room; rooms without beds are left out."""
    found: dict[str, list[RoomLine]] = {}
    seen = set(visible(by, Bed).filter(facility=facility).values_list("pk", flat=True))
    beds = [row for row in beds_on(day, [facility.pk]) if row.pk in seen]
    known = {room.pk: room for room in visible(by, Room).filter(facility=facility)}
    by_room: dict[UUID, list[BedRow]] = {}
    for row in beds:
        by_room.setdefault(row.room, []).append(row)
    for key, of_room in by_room.items():
        line = RoomLine(known[key], of_room, tally(of_room, lambda row: row.room)[key])
        found.setdefault(of_room[0].building_name, []).append(line)
    return list(found.items())


def sexes() -> list[tuple[Any, Any]]:
    """The columns of the board, those for one sex first."""
    return [(code, BedSex(code).label) for code in (BedSex.MALE, BedSex.FEMALE, BedSex.ANY)]
