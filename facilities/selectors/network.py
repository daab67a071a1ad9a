"""The network of facilities for planning: per commune and client group what there is, and who waits for a provider.

Counts only. What is counted of people is published by `publish`: small numbers are not shown, nor what would tell them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core import hooks
from core.access.actor import Actor
from core.access.engine import visible
from core.catalogue.selectors import client_groups
from core.clock import parameters
from core.clock.models import Parameter
from core.places.models import Commune
from core.places.selectors import communes_of
from facilities.enums import Ownership
from facilities.models import Authority, Facility
from facilities.selectors.occupancy import Tally, by_facility

# Where a facility without a commune, one whose address is hidden, or somebody without a known commune is counted.
NOWHERE, HIDDEN = "", "hidden"


@dataclass(frozen=True)
class Published:
    """A number of people as it may be shown; `number` None: more than none, fewer than the least that is shown. Of a
    sum, `least` is what may be told of it."""

    number: int | None
    least: int = 0


@dataclass
class Row:
    """One commune (or NOWHERE, HIDDEN). `recognised`: places by group code, of papers that name a number."""

    code: str
    name: str
    public: int = 0
    private: int = 0
    beds: Tally = field(default_factory=Tally)
    recognised: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unmet: dict[str, Published] = field(default_factory=dict)
    unmet_total: Published = Published(0)

    @property
    def facilities(self) -> int:
        return self.public + self.private


@dataclass
class Group:
    """A client group over the whole province. `unnamed`: facilities whose paper names no number."""

    code: str
    name: str
    facilities: int = 0
    recognised: int = 0
    unnamed: int = 0
    unmet: Published = Published(0)


@dataclass(frozen=True)
class Dot:
    """A facility on the map; `size` is its capacity, None when nobody has said it."""

    name: str
    lat: float
    lon: float
    public: bool
    size: int | None
    exact: bool


@dataclass
class Network:
    day: date
    rows: list[Row]
    groups: list[Group]
    dots: list[Dot]
    total: Row
    small: int
    hidden: int
    unplaced: int
    covered: int
    communes: int

    def group(self, code: str) -> Group | None:
        return next((row for row in self.groups if row.code == code), None)


def network(by: Actor) -> Network:
    """The network as it is now. Facilities count while they are open and hold an authority. Nine queries."""
    day = timezone.localdate()
    small = int(parameters.value("statistics.small_cell", day))
    communes = {row.code: row for row in communes_of(settings.DH_PROVINCE_CODE, day)}
    working = _working(by, day)
    beds = by_facility(day, [held.facility_id for held in working])
    rows = {code: Row(code, commune.label) for code, commune in communes.items()}
    rows |= {NOWHERE: Row(NOWHERE, ""), HIDDEN: Row(HIDDEN, "")}
    groups = {code: Group(code, name) for code, name in client_groups(day).order_by("code").values_list("code", "name")}
    for held in working:
        row = rows[_where(held.facility, communes)]
        if held.facility.ownership == Ownership.PUBLIC:
            row.public += 1
        else:
            row.private += 1
        row.beds = row.beds + beds.get(held.facility_id, Tally())
        for named in held.groups.all():
            row.recognised[named.code] += held.capacity or 0
            group = groups.setdefault(named.code, Group(named.code, named.code))
            group.facilities += 1
            group.recognised += held.capacity or 0
            group.unnamed += held.capacity is None
    total = _sum(rows.values())
    _count_people(rows, groups, total, small)
    dots, unplaced = _dots(working, beds, communes)
    return Network(
        day, [row for row in rows.values() if row.code or row.facilities or _waits(row)], list(groups.values()), dots,
        total, small, sum(held.facility.hidden_address for held in working), unplaced,
        sum(1 for code in communes if rows[code].facilities), len(communes),
    )  # fmt: skip


def _working(by: Actor, day: date) -> list[Authority]:
    """The authority of each facility that works on the day."""
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    seen = visible(by, Facility).filter(open_then)
    held = Authority.objects.filter(Authority.on(day), facility__in=seen).order_by(
        "facility__unit__name_folded", "valid_from"
    )
    rows = held.select_related("facility__unit").prefetch_related("groups").defer("facility__safe_address")
    return list({row.facility_id: row for row in rows}.values())


def _where(facility: Facility, communes: dict[str, Commune]) -> str:
    if facility.hidden_address:
        return HIDDEN
    return facility.commune_id if facility.commune_id in communes else NOWHERE


def _sum(rows: Iterable[Row]) -> Row:
    total = Row("", "")
    for row in rows:
        total.public, total.private = total.public + row.public, total.private + row.private
        total.beds = total.beds + row.beds
    return total


def _dots(working: list[Authority], beds: dict[Any, Tally], communes: dict[str, Commune]) -> tuple[list[Dot], int]:
    """Hidden addresses have no point; those whose own point is not known stand at the middle of their commune."""
    dots, unplaced = [], 0
    for held in working:
        facility = held.facility
        if facility.hidden_address:
            continue
        commune = communes.get(facility.commune_id or "")
        exact = facility.lat is not None and facility.lon is not None
        lat, lon = (facility.lat, facility.lon) if exact else (commune.lat, commune.lon) if commune else (None, None)
        if lat is None or lon is None:
            unplaced += 1
            continue
        size = held.capacity or facility.capacity or beds.get(held.facility_id, Tally()).licensed or None
        dots.append(Dot(facility.unit.name, lat, lon, facility.ownership == Ownership.PUBLIC, size, exact))
    return dots, unplaced


def _count_people(rows: dict[str, Row], groups: dict[str, Group], total: Row, small: int) -> None:
    """Who waits for a provider: asked of the app that knows (`network.unmet`), (commune, group, people) each. The sum
    of all is as guarded as the more guarded of its two ways to be added up."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for commune, code, people in hooks.ask("network.unmet"):
        counted[commune if commune in rows else NOWHERE, code] += people
    codes = [code for code in groups if any(group == code for _place, group in counted)]
    known = [code for _place, code in counted if code not in groups]
    for code in dict.fromkeys(known):
        groups[code] = Group(code, code)
    codes += dict.fromkeys(known)
    for code in codes:
        groups[code].unmet = publish([counted[place, code] for place in rows], small)[1]
    for row in rows.values():
        shown, row.unmet_total = publish([counted[row.code, code] for code in codes], small)
        row.unmet = {code: cell for code, cell in zip(codes, shown, strict=True) if cell.number != 0}
    by_group = publish([sum(counted[place, code] for place in rows) for code in codes], small)[1]
    by_place = publish([sum(counted[place, code] for code in codes) for place in rows], small)[1]
    total.unmet_total = max(by_group, by_place, key=lambda told: (told.number is None, told.least))


def _waits(row: Row) -> bool:
    return row.unmet_total.number != 0


def publish(numbers: list[int], small: int) -> tuple[list[Published], Published]:
    """Numbers of people and their sum as they may be shown. Below `small` a number is not given; nor is the sum where
    it is small itself, or would tell much of a hidden part: then only what the shown parts come to."""
    shown = [
        Published(number if number == 0 or number >= small else None, number if number >= small else 0)
        for number in numbers
    ]
    hidden = [number for number in numbers if 0 < number < small]
    total = sum(numbers)
    if 0 < total < small or (hidden and not _leaves_room(sum(hidden), len(hidden), small)):
        return shown, Published(None, total - sum(hidden))
    return shown, Published(total, total)


def _leaves_room(total: int, parts: int, small: int) -> bool:
    """Whether somebody who knows the sum of that many hidden numbers, each from 1 to `small` - 1, is left with at least
    half of these for each of them."""
    lowest = max(1, total - (parts - 1) * (small - 1))
    highest = min(small - 1, total - (parts - 1))
    return highest - lowest + 1 >= small // 2


@dataclass(frozen=True)
class Growth:
    """Indicator I4 read as growth: facilities now against a dated number of before. `percent` None without a base."""

    since: date
    source: str
    note: str
    before_public: int
    before_private: int
    public: int
    private: int
    target: int
    target_year: int
    target_source: str

    @property
    def before(self) -> int:
        return self.before_public + self.before_private

    @property
    def now(self) -> int:
        return self.public + self.private

    @property
    def percent(self) -> float | None:
        return round((self.now - self.before) * 100 / self.before, 1) if self.before else None

    @property
    def wanted(self) -> int:
        """How many facilities the target comes to, rounded up."""
        return -(-self.before * (100 + self.target) // 100)


def growth(found: Network) -> Growth:
    """Against the dated number and the target that hold today (parameters `indicator.i4_…`)."""
    base = Parameter.objects.filter(code="indicator.i4_baseline", valid_from__lte=found.day).latest("valid_from")
    target = parameters.held("indicator.i4_target", found.day)
    return Growth(
        date.fromisoformat(base.value["date"]), base.article, base.note, base.value["public"], base.value["private"],
        found.total.public, found.total.private, target.value["percent"], target.value["year"], target.article,
    )  # fmt: skip
