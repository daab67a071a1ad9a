"""The short cut of the factories leaves behind what the service does."""

from datetime import date

from core.accounts.services import assign
from tests.factories.accounts import UnitFactory, UserFactory


def left(user):
    duties = user.assignments.values_list("role", "unit", "valid_from", "valid_to")
    return sorted(duties), sorted(user.groups.values_list("pk", flat=True))


def test_a_duty_made_by_the_factory_is_the_same(db):
    unit = UnitFactory()
    short, long = UserFactory(duty=("supervisor", unit)), UserFactory()
    assign(long, "supervisor", unit, valid_from=date(2026, 1, 1))
    assert left(short) == left(long)
