"""From degrees to a drawing: the frame that a set of points needs, and where in it each point lies.

Own inline SVGs draw the maps of the product (no tiles of others, so nobody learns what is looked at). Equirectangular
with the middle latitude's width of a degree: over one province the error is far below the size of a dot.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

# A single point, or several in one place, still get some ground around them (degrees).
LEAST_SPAN = 0.02


@dataclass(frozen=True)
class Frame:
    """`width` × `height` in drawing units; `north` and `west` in degrees; `per_degree` drawing units per degree of
    latitude; `squeeze` how much narrower a degree of longitude is."""

    width: float
    height: float
    north: float
    west: float
    per_degree: float
    squeeze: float
    margin: float

    @property
    def view_box(self) -> str:
        """ "0 0 640 512", for the attribute of the svg element."""
        return f"0 0 {self.width:.0f} {self.height:.0f}"

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """x from the left, y from the top, to a tenth of a drawing unit."""
        x = self.margin + (lon - self.west) * self.squeeze * self.per_degree
        y = self.margin + (self.north - lat) * self.per_degree
        return round(x, 1), round(y, 1)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies inside; one typed wrongly does not, and need not stretch the map."""
        x, y = self.place(lat, lon)
        return 0 <= x <= self.width and 0 <= y <= self.height


def frame(points: Iterable[tuple[float, float]], width: float = 640, margin: float = 16) -> Frame:
    """The frame that holds all points (lat, lon); without any, an empty one of the same width."""
    known = list(points) or [(0.0, 0.0)]
    south, north = _span([lat for lat, _ in known])
    west, east = _span([lon for _, lon in known])
    squeeze = cos(radians((south + north) / 2))
    per_degree = (width - 2 * margin) / ((east - west) * squeeze)
    height = (north - south) * per_degree + 2 * margin
    return Frame(width, round(height, 1), north, west, per_degree, squeeze, margin)


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    short = max(0.0, LEAST_SPAN - (high - low)) / 2
    return low - short, high + short
