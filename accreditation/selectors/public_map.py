"""The map of the public list: points of facilities over the points of the province's communes."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings

from accreditation.selectors.public_register import Listed
from core.places.projection import Frame, frame
from core.places.selectors import communes_of

WIDTH = 640


@dataclass(frozen=True)
class Spot:
    """What stands at one point: `names` of the facilities there, `halted` if all of them are held back."""

    x: float
    y: float
    names: tuple[str, ...]
    halted: bool
    exact: bool

    @property
    def many(self) -> str:
        return str(len(self.names)) if len(self.names) > 1 else ""


@dataclass(frozen=True)
class Map:
    frame: Frame
    ground: tuple[tuple[float, float], ...]
    spots: tuple[Spot, ...]
    placed: int
    left_out: int


def map_of(rows: list[Listed]) -> Map:
    """A point far outside the province (typed wrongly) is left out rather than stretching the map. One query."""
    places = communes_of(settings.DH_PROVINCE_CODE).values_list("lat", "lon")
    ground = [(lat, lon) for lat, lon in places if lat is not None and lon is not None]
    drawn = frame(ground or [row.place for row in rows if row.place], WIDTH)
    by_point: dict[tuple[float, float], list[Listed]] = defaultdict(list)
    for row in rows:
        if row.place is not None and drawn.holds(*row.place):
            by_point[drawn.place(*row.place)].append(row)
    spots = tuple(
        Spot(
            x, y, tuple(row.name for row in there), all(row.standing.code == "suspended" for row in there),
            all(row.exact for row in there),
        )
        for (x, y), there in sorted(by_point.items())
    )  # fmt: skip
    placed = sum(len(there) for there in by_point.values())
    return Map(drawn, tuple(drawn.place(*point) for point in ground), spots, placed, len(rows) - placed)
