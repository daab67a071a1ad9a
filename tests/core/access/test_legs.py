"""Legs are the same rows as `visible()`: each once, whoever asks, and as many as are counted."""

import pytest

from casework.models import Case, Person
from core.access.engine import visible
from core.access.legs import count_of, legs, merged
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories(world):
    return [
        Story(world).register(), Story(world).register().screen_in(), Story(world).running(),
        Story(world).in_assessment(),
    ]  # fmt: skip


@pytest.mark.parametrize("model", [Case, Person])
def test_together_they_are_what_is_visible(world, stories, model):
    rows, seen = model.objects.all(), set()
    for name in world.users:
        by = world.actor(name)
        expected = {row.pk for row in visible(by, model)}
        branches = [rows.filter(leg) for leg in legs(by, model)]
        assert {row.pk for row in merged(rows, branches)} == expected, name
        assert count_of(branches, 100) == len(expected), name
        seen.add(len(branches))
    assert {0, 1} < seen


def test_each_leg_may_be_ordered_and_cut(world, stories):
    rows = Case.objects.all()
    newest = rows.order_by("-number")[:1]
    oldest = rows.order_by("number")[:1]
    numbers = sorted(rows.values_list("number", flat=True))
    found = merged(rows, [newest, oldest, newest]).order_by("number")
    assert [case.number for case in found] == [numbers[0], numbers[-1]]
    assert count_of([newest, oldest, newest], 100) == 2
    assert count_of([rows, newest], 3) == 3


def test_without_a_right_there_is_nothing(world, stories):
    assert legs(world.actor("licensing"), Case) == []
    assert not merged(Case.objects.all(), [])
    assert not merged(Case.objects.all(), [Case.objects.none()])
    assert count_of([Case.objects.none()], 100) == 0
