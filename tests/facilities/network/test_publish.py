"""What may be told of small numbers of people."""

import itertools

import pytest

from facilities.selectors.network import Published, publish


@pytest.mark.parametrize(
    ("numbers", "shown", "total"),
    [
        ([0, 0], [0, 0], 0),
        ([12, 20], [12, 20], 32),
        ([3, 0], [None, 0], None),
        # One hidden part would be told by the sum.
        ([3, 20], [None, 20], None),
        # Two that together are few, or nearly as many as can be: each is known to within a little.
        ([1, 2, 20], [None, None, 20], None),
        ([9, 9], [None, None], None),
        ([4, 7, 20], [None, None, 20], 31),
    ],
)
def test_small_numbers_and_what_would_tell_them_are_hidden(numbers, shown, total):
    cells, whole = publish(numbers, 10)
    assert [cell.number for cell in cells] == shown
    assert whole.number == total


def test_a_hidden_sum_tells_no_more_than_its_shown_parts():
    assert publish([3, 20, 15], 10)[1] == Published(None, 35)
    assert publish([3, 4], 10)[1] == Published(None, 0)


def test_nobody_can_work_out_a_hidden_number():
    """Every table of three small cells: what is published of one fits at least two tables."""
    seen = {}
    for numbers in itertools.product(range(13), repeat=3):
        cells, whole = publish(list(numbers), 10)
        seen.setdefault((tuple(cell.number for cell in cells), whole), []).append(numbers)
    for (cells, _whole), tables in seen.items():
        for place, cell in enumerate(cells):
            if cell is None:
                assert len({table[place] for table in tables}) > 1
