"""Beds of any past or present day: licensed, usable, held, occupied, free. Numbers of the register, never a person; who
sleeps where is the stay's to say. Three queries, however many facilities.

A past day is counted as it ended, today as it is now: so nobody is counted twice on the day of a change.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.audit.models import Event
from facilities.enums import BedAge, BedNeed, BedSex, OccupancyKind
from facilities.models import Bed, Facility, Occupancy

K = TypeVar("K", bound=Hashable)
_OUTAGE = ("bed.set_unusable", "bed.set_usable")


@dataclass(frozen=True)
class BedRow:
    """One bed on one day. `taken`: "", hold or stay; `until`: when a hold ends."""

    pk: UUID
    code: str
    facility: UUID
    building: UUID
    building_name: str
    room: UUID
    room_name: str
    sex: str
    age: str
    need: str
    licensed: bool
    usable: bool
    reason: str
    taken: str
    until: datetime | None

    @property
    def is_free(self) -> bool:
        return self.usable and not self.taken


@dataclass
class Tally:
    """Beds counted together. `free`: usable and neither held nor occupied; a bed that cannot be used and still has
    somebody in it is counted as occupied, so `free` is not always `usable - held - occupied`."""

    beds: int = 0
    licensed: int = 0
    usable: int = 0
    held: int = 0
    occupied: int = 0
    free: int = 0

    def add(self, row: BedRow) -> None:
        self.beds += 1
        self.licensed += row.licensed
        self.usable += row.usable
        self.held += row.taken == OccupancyKind.HOLD
        self.occupied += row.taken == OccupancyKind.STAY
        self.free += row.is_free

    def __add__(self, other: "Tally") -> "Tally":
        names = ("beds", "licensed", "usable", "held", "occupied", "free")
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in names})


def moment_of(on: date | None = None) -> datetime:
    """The moment at which a day is counted: now for today, its last instant for a past one; ValueError for a day to
    come."""
    today = timezone.localdate()
    day = on or today
    if day > today:
        raise ValueError("the beds of a day to come cannot be counted")
    if day == today:
        return timezone.now()
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) - timedelta(microseconds=1)


def at_moment(moment: datetime) -> Q:
    """The condition that an occupancy holds at the moment."""
    return Q(begins__lte=moment) & (Q(ends__isnull=True) | Q(ends__gt=moment))


def open_beds(day: date) -> QuerySet[Bed]:
    """Beds that stood there on the day, usable or not: opened, and neither they nor their room or building closed."""
    rows = Bed.objects.filter(opened_on__lte=day)
    for column in ("closed_on", "room__closed_on", "room__building__closed_on", "facility__closed_on"):
        rows = rows.filter(Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": day}))
    return rows


def beds_on(on: date | None = None, facilities: Iterable[UUID] | None = None) -> list[BedRow]:
    """Every bed of the day (today by default), by building, room and code; of these facilities, or of all."""
    moment = moment_of(on)
    day = timezone.localdate(moment)
    keys = None if facilities is None else list(facilities)
    within = Q() if keys is None else Q(facility__in=keys)
    rows = open_beds(day).filter(within).order_by("room__building__name", "room__name", "code", "id")
    columns = rows.values_list(
        "pk", "code", "facility_id", "room__building_id", "room__building__name", "room_id", "room__name", "sex", "age",
        "need", "licensed", "usable", "unusable_reason", "unusable_since",
    )  # fmt: skip
    held = Occupancy.objects.filter(at_moment(moment), within).order_by()
    taken = {bed: (kind, ends) for bed, kind, ends in held.values_list("bed_id", "kind", "ends")}
    broken = _broken_on(day, keys) if day < timezone.localdate() else set()
    found = []
    for bed, code, home, house, house_name, room, room_name, sex, age, need, licensed, usable, reason, since in columns:
        if not usable and since is not None and since > day:
            usable, reason = True, ""
        if bed in broken:
            usable, reason = False, ""
        kind, ends = taken.get(bed, ("", None))
        found.append(
            BedRow(
                bed, code, home, house, house_name, room, room_name, sex, age, need, licensed, usable, reason, kind,
                ends if kind == OccupancyKind.HOLD else None,
            )
        )  # fmt: skip
    return found


def _broken_on(day: date, facilities: list[UUID] | None) -> set[UUID]:
    """Beds that could not be used on a past day and can again since: the table keeps only what holds now, the events
    of the beds tell the rest."""
    events = Event.objects.filter(verb__in=_OUTAGE).order_by("seq")
    roots: Any = Facility.objects.values("pk") if facilities is None else facilities
    events = events.filter(root_id__in=roots)
    begun: dict[UUID, date] = {}
    broken: set[UUID] = set()
    for bed, verb, moment, data in events.values_list("subject_id", "verb", "effective_at", "data"):
        told = timezone.localdate(moment)
        if verb == "bed.set_unusable":
            begun[bed] = date.fromisoformat(data["since"]) if data.get("since") else told
        elif bed in begun and begun.pop(bed) <= day < told:
            broken.add(bed)
    return broken


def tally(rows: Iterable[BedRow], key: Callable[[BedRow], K]) -> dict[K, Tally]:
    """The rows counted by what `key` says of each."""
    found: dict[K, Tally] = {}
    for row in rows:
        found.setdefault(key(row), Tally()).add(row)
    return found


def by_facility(on: date | None = None, facilities: Iterable[UUID] | None = None) -> dict[UUID, Tally]:
    return tally(beds_on(on, facilities), lambda row: row.facility)


def by_building(facility: UUID, on: date | None = None) -> dict[UUID, Tally]:
    return tally(beds_on(on, [facility]), lambda row: row.building)


def by_room(facility: UUID, on: date | None = None) -> dict[UUID, Tally]:
    return tally(beds_on(on, [facility]), lambda row: row.room)


def by_kind(on: date | None = None, facilities: Iterable[UUID] | None = None) -> dict[tuple[str, str, str], Tally]:
    """By (sex, age, need) of the beds."""
    return tally(beds_on(on, facilities), lambda row: (row.sex, row.age, row.need))


def free_beds(
    facility: UUID | Facility, sex: str = "", age: str = "", need: str = "", on: date | None = None
) -> list[BedRow]:
    """Free beds of a facility that take somebody of this sex, age and need ("" does not narrow), those meant for them
    before those that take anybody."""
    key = facility.pk if isinstance(facility, Facility) else facility
    rows = [row for row in beds_on(on, [key]) if row.is_free and takes(row, sex, age, need)]
    return sorted(rows, key=lambda row: (row.sex == BedSex.ANY) + (row.age == BedAge.ANY))


# An adult's bed is for the old too, a child's bed for an infant.
_AGES = {BedAge.INFANT: (BedAge.INFANT, BedAge.CHILD), BedAge.ELDERLY: (BedAge.ELDERLY, BedAge.ADULT)}


def takes(bed: BedRow | Bed, sex: str = "", age: str = "", need: str = "") -> bool:
    """Whether the bed is meant for this sex, age (a `BedAge`) and need; "" does not narrow."""
    ages = (BedAge.ANY, *_AGES.get(BedAge(age), (BedAge(age),))) if age else ()
    return (
        (not sex or bed.sex in (BedSex.ANY, sex))
        and (not age or bed.age in ages)
        and (not need or BedNeed(bed.need) == need)
    )


def lapsed_holds(since: datetime, until: datetime) -> QuerySet[Occupancy]:
    """Holds whose time ended in [since, until) and that became no stay, the oldest first."""
    settled = Occupancy.objects.filter(kind=OccupancyKind.STAY).values("ref")
    rows = Occupancy.objects.filter(kind=OccupancyKind.HOLD, ends__gte=since, ends__lt=until)
    return rows.exclude(ref__in=settled).order_by(F("ends"), "id")
