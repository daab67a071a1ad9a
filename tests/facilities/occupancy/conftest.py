from datetime import UTC, datetime

import pytest

from casework.models import Person
from core.ids import new_id
from facilities.models import Occupancy
from tests.factories.facilities import FacilityFactory, room_with_beds


def at(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def moment():
    """A moment of November 2026 by day and hour, in UTC."""
    return at


@pytest.fixture
def home(db):
    return FacilityFactory()


@pytest.fixture
def beds(home):
    """Three beds in one room."""
    return list(room_with_beds(home, 3).beds.order_by("code"))


@pytest.fixture
def person(db):
    def make(name="Lê Văn Một"):
        return Person.objects.create(name=name)

    return make


@pytest.fixture
def occupy(person):
    """A row of the table as it is given, past the services."""

    def make(bed, begins, ends=None, kind="stay", who=None):
        who = who or person()
        return Occupancy.objects.create(
            facility_id=bed.facility_id, bed=bed, person=who, kind=kind, begins=begins, ends=ends, ref=new_id()
        )

    return make
