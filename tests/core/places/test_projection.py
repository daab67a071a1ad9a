"""The frame of a map and where points lie in it."""

from math import cos, radians

import pytest

from core.places.projection import frame

PROVINCE = [(10.52, 106.75), (12.25, 107.58), (11.0, 107.0)]


def test_all_points_lie_inside_and_the_outermost_touch_the_margin():
    drawn = frame(PROVINCE, width=640, margin=16)
    for lat, lon in PROVINCE:
        assert drawn.holds(lat, lon)
    assert drawn.place(12.25, 106.75) == (16.0, 16.0)
    assert drawn.place(10.52, 107.58) == (624.0, pytest.approx(drawn.height - 16, abs=0.1))
    assert drawn.view_box == f"0 0 640 {drawn.height:.0f}"


def test_north_is_up_and_east_is_right():
    drawn = frame(PROVINCE)
    x, y = drawn.place(11.0, 107.0)
    assert drawn.place(11.5, 107.0)[1] < y
    assert drawn.place(11.0, 107.2)[0] > x


def test_a_kilometre_is_as_long_both_ways():
    drawn = frame(PROVINCE)
    x, y = drawn.place(11.4, 107.0)
    up = y - drawn.place(11.5, 107.0)[1]
    right = drawn.place(11.4, 107.1)[0] - x
    assert right / up == pytest.approx(cos(radians((10.52 + 12.25) / 2)), rel=0.01)


@pytest.mark.parametrize("points", [[], [(10.9, 106.8)], [(10.9, 106.8), (10.9, 106.8)]])
def test_few_points_still_make_a_frame(points):
    drawn = frame(points)
    assert drawn.width == 640
    assert 0 < drawn.height < 2000
    assert all(drawn.holds(*point) for point in points)


def test_what_lies_far_off_is_not_held():
    assert not frame(PROVINCE).holds(21.03, 105.85)
