"""The map and the charts of the network as numbers that the templates write into SVG attributes."""

from collections import defaultdict
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

from core.places.models import Commune
from core.places.projection import frame
from core.web.display import vnnum
from facilities.selectors.network import Dot, Growth

WIDTH, MARGIN = 640, 24
SMALLEST, LARGEST = 5.0, 16.0
# A bar stands under its label; beside it there is room for what is told at its end.
CHART, BAR, STEP, BESIDE = 380, 22, 52, 56


@dataclass(frozen=True)
class Spot:
    """One facility: a circle of radius `r` when public, else a diamond (`points`)."""

    name: str
    public: bool
    size: int | None
    x: float
    y: float
    r: float
    points: str


@dataclass(frozen=True)
class Map:
    view_box: str
    ground: tuple[tuple[float, float], ...]
    spots: tuple[Spot, ...]
    outside: int


def map_of(dots: list[Dot], communes: list[Commune]) -> Map:
    """Facilities over the points of the communes, the large ones below the small; those at one point stand in a ring
    around it. A point outside the province (typed wrongly) is left out and counted."""
    ground = [(row.lat, row.lon) for row in communes if row.lat is not None and row.lon is not None]
    drawn = frame(ground or [(dot.lat, dot.lon) for dot in dots], WIDTH, MARGIN)
    places: dict[tuple[float, float], list[Dot]] = defaultdict(list)
    for dot in dots:
        if drawn.holds(dot.lat, dot.lon):
            places[drawn.place(dot.lat, dot.lon)].append(dot)
    most = max((dot.size or 0 for dot in dots), default=0) or 1
    spots = [spot for (x, y), there in places.items() for spot in _ring(x, y, there, most)]
    spots.sort(key=lambda spot: -spot.r)
    return Map(drawn.view_box, tuple(drawn.place(*point) for point in ground), tuple(spots), len(dots) - len(spots))


def _ring(x: float, y: float, there: list[Dot], most: int) -> list[Spot]:
    away = 0.0 if len(there) == 1 else 8.0 + 2.0 * len(there)
    found = []
    for number, dot in enumerate(there):
        turn = 2 * pi * number / len(there)
        found.append(_spot(dot, round(x + away * cos(turn), 1), round(y + away * sin(turn), 1), most))
    return found


def _spot(dot: Dot, x: float, y: float, most: int) -> Spot:
    """The area grows with the capacity; the least radius where it is not known."""
    r = round(SMALLEST + (LARGEST - SMALLEST) * sqrt((dot.size or 0) / most), 1)
    d = r * 1.2
    points = " ".join(f"{px:.1f},{py:.1f}" for px, py in ((x, y - d), (x + d, y), (x, y + d), (x - d, y)))
    return Spot(dot.name, dot.public, dot.size, x, y, r, points)


@dataclass(frozen=True)
class Bar:
    label: str
    y: float
    parts: tuple[tuple[str, float, float, int], ...]  # tone, x, width, number
    told: str
    end: float


@dataclass(frozen=True)
class Bars:
    view_box: str
    bars: tuple[Bar, ...]
    mark: float | None
    height: int


def bars_of(lines: list[tuple[str, list[tuple[str, int]], str]], mark: int | None = None) -> Bars:
    """Horizontal bars, each of parts (tone, number) with what is told at its end, on one scale from zero; `mark` is a
    number to be reached."""
    most = max([sum(number for _tone, number in parts) for _label, parts, _told in lines] + [mark or 0]) or 1
    scale = (CHART - BESIDE) / most
    bars = []
    for row, (label, parts, told) in enumerate(lines):
        x, drawn = 0.0, []
        for tone, number in parts:
            width = round(number * scale, 1)
            drawn.append((tone, round(x, 1), width, number))
            x += width
        bars.append(Bar(label, 20 + row * STEP, tuple(drawn), told, round(x + 8, 1)))
    height = 20 + len(lines) * STEP - 20
    return Bars(f"0 0 {CHART} {height}", tuple(bars), None if mark is None else round(mark * scale, 1), height)


def growth_bars(found: Growth, before: str, now: str) -> Bars:
    return bars_of(
        [
            (before, [("public", found.before_public), ("private", found.before_private)], vnnum(found.before)),
            (now, [("public", found.public), ("private", found.private)], vnnum(found.now)),
        ],
        found.wanted,
    )
