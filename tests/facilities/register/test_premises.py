"""Buildings, rooms and beds: who writes them, and what keeps them from being closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import Person
from core.audit.models import Event
from core.errors import Blocked, Denied, Invalid, Stale
from core.ids import new_id
from core.lifecycle.engine import available, perform
from facilities.models import Bed, Building, Facility, Occupancy, Room
from tests.factories import houses
from tests.factories.houses import change, day, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def fm(world):
    return world.actor("private_manager")


@pytest.fixture
def facility(world):
    return houses.register(world)


@pytest.fixture
def block(fm, facility):
    return houses.building(fm, facility)


@pytest.fixture
def room(fm, block):
    return houses.room(fm, block)


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def occupy(bed, kind="stay", begins=-1, ends=None):
    now = timezone.now()
    end = None if ends is None else now + timedelta(days=ends)
    person = Person.objects.create(name="Lê Thị Một")
    return Occupancy.objects.create(
        facility=bed.facility, bed=bed, person=person, kind=kind, begins=now + timedelta(days=begins), ends=end,
        ref=new_id(),
    )  # fmt: skip


def test_a_house_is_built_through_its_own_manager(world):
    made = houses.house(world)
    assert (made.buildings.count(), made.rooms.count(), made.beds.count(), made.staff.count()) == (1, 2, 4, 2)
    verbs = set(Event.objects.filter(root_id=made.pk).values_list("verb", flat=True))
    assert {"building.add", "room.add", "room.add_beds", "bed.add", "staffmember.add", "facility.describe"} <= verbs


@pytest.mark.parametrize("who", ["manager", "worker", "licensing", "private_worker", "leader", "sysadmin"])
def test_others_build_nothing(world, facility, block, who):
    with pytest.raises(Denied):
        make(world.actor(who), facility, Building, name="Dãy lạ", storeys=1)
    with pytest.raises(Denied):
        change(world.actor(who), block, "edit", name="Dãy lạ", storeys=1)


@pytest.mark.parametrize("who", ["steward", "head"])
def test_keepers_mend_any_house(world, facility, block, who):
    assert change(world.actor(who), block, "edit", name="Dãy B", storeys=3).name == "Dãy B"


def test_names_are_borne_once(fm, facility, block, room):
    with pytest.raises(Blocked) as refused:
        houses.building(fm, facility)
    assert codes(refused) == ["name_taken"]
    with pytest.raises(Blocked) as refused:
        houses.room(fm, block)
    assert codes(refused) == ["name_taken"]
    houses.beds(fm, room, 2)
    with pytest.raises(Blocked) as refused:
        houses.beds(fm, room, 1)
    assert codes(refused) == ["name_taken"]
    with pytest.raises(Blocked) as refused:
        make(fm, facility, Bed, room=room.pk, code="A1-02", sex="any", age="any", need="standard")
    assert codes(refused) == ["name_taken"]


def test_a_room_lies_within_its_building(fm, block):
    with pytest.raises(Invalid) as refused:
        houses.room(fm, block, storey=3)
    assert "storey" in refused.value.errors
    houses.room(fm, block, "P201", storey=2)
    with pytest.raises(Blocked) as blocked:
        change(fm, block, "edit", name="Dãy A", storeys=1)
    assert codes(blocked) == ["room_above"]


def test_a_room_of_another_house_is_no_choice(world, fm, facility, room):
    other = houses.register(world, "public")
    with pytest.raises(Invalid) as refused:
        make(world.actor("manager"), other, Bed, room=room.pk, code="X1", sex="any", age="any", need="standard")
    assert "room" in refused.value.errors


@pytest.mark.parametrize(
    ("typed", "area"), [("18,5", "18.50"), ("1.200", "1200"), ("1.200,25", "1200.25"), ("24", "24")]
)
def test_areas_are_read_as_they_are_written_here(fm, block, typed, area):
    made = houses.room(fm, block, area=typed)
    made.refresh_from_db()
    assert f"{made.area:.2f}" == f"{float(area):.2f}"


def test_an_area_that_is_none_is_refused(fm, block):
    for typed in ("rộng", "-3", "1,234"):
        with pytest.raises(Invalid) as refused:
            houses.room(fm, block, area=typed)
        assert "area" in refused.value.errors


def test_a_bed_in_which_somebody_lies_stays(fm, room):
    bed, other = houses.beds(fm, room, 2)
    stay = occupy(bed)
    with pytest.raises(Blocked) as refused:
        change(fm, bed, "close")
    assert codes(refused) == ["occupied"]
    assert next(one for one in available(fm, bed) if one.spec.name == "close").status == "missing"
    stay.ends = timezone.now()
    stay.save()
    change(fm, bed, "close")
    assert bed.closed_on == timezone.localdate()
    occupy(other, "hold", ends=5)
    with pytest.raises(Blocked) as refused:
        change(fm, other, "close")
    assert codes(refused) == ["held"]
    change(fm, other, "close", closed_on=day(6))  # the place is held no longer than until then


def test_a_bed_was_there_for_a_day(fm, room):
    (bed,) = houses.beds(fm, room, 1, since=day(0))
    with pytest.raises(Invalid):
        change(fm, bed, "close", closed_on=day(0))
    assert change(fm, bed, "close").closed_on == timezone.localdate() + timedelta(days=1)


def test_a_room_with_beds_and_a_building_with_rooms_are_not_closed(fm, block, room):
    (bed,) = houses.beds(fm, room, 1)
    with pytest.raises(Blocked) as refused:
        change(fm, room, "close")
    assert codes(refused) == ["has_beds"]
    with pytest.raises(Blocked) as refused:
        change(fm, block, "close")
    assert codes(refused) == ["has_rooms"]
    for row in (bed, room, block):
        change(fm, row, "close")
    with pytest.raises(Blocked) as refused:
        change(fm, bed, "reopen")
    assert codes(refused) == ["room_closed"]
    with pytest.raises(Blocked) as refused:
        change(fm, room, "reopen")
    assert codes(refused) == ["building_closed"]
    for row in (block, room, bed):
        assert change(fm, row, "reopen").closed_on is None


def test_what_is_closed_is_not_edited_and_its_name_says_so(fm, facility, block):
    change(fm, block, "close")
    with pytest.raises(Blocked) as refused:
        change(fm, block, "edit", name="Dãy C", storeys=1)
    assert codes(refused) == ["closed"]
    with pytest.raises(Blocked) as refused:
        houses.building(fm, facility)
    assert "mở dùng lại" in str(refused.value.reasons[0].text)


def test_beds_stand_in_rooms_to_sleep_in(fm, block, room):
    kitchen = houses.room(fm, block, "Bếp", sleeping="")
    with pytest.raises(Blocked) as refused:
        houses.beds(fm, kitchen, 1, "B-")
    assert codes(refused) == ["not_sleeping"]
    houses.beds(fm, room, 1)
    with pytest.raises(Blocked) as refused:
        change(fm, room, "edit", building=block.pk, name="P101", storey=1, area="24")
    assert codes(refused) == ["has_beds"]


def test_a_bed_that_cannot_be_used_says_why_and_since_when(fm, room):
    (bed,) = houses.beds(fm, room, 1)
    with pytest.raises(Invalid):
        change(fm, bed, "set_unusable", reason="")
    change(fm, bed, "set_unusable", reason="Gãy thang", since=day(-3))
    assert (bed.usable, bed.unusable_reason) == (False, "Gãy thang")
    assert bed.unusable_since == timezone.localdate() - timedelta(days=3)
    with pytest.raises(Blocked):
        change(fm, bed, "set_unusable", reason="Nữa")
    change(fm, bed, "set_usable")
    assert (bed.usable, bed.unusable_reason, bed.unusable_since) == (True, "", None)
    with pytest.raises(Blocked):
        change(fm, bed, "set_usable")


def test_a_house_that_has_ended_grows_no_more(fm, facility, room):
    Facility.objects.filter(pk=facility.pk).update(closed_on=timezone.localdate())
    facility.refresh_from_db()
    for taking in (
        lambda: houses.building(fm, facility, "Dãy Z"),
        lambda: houses.beds(fm, room, 1),
        lambda: change(fm, facility, "describe", **houses.PROFILE),
        lambda: houses.member(fm, facility),
        lambda: houses.price(fm, facility),
        lambda: houses.paper(fm, facility),
    ):
        with pytest.raises(Blocked) as refused:
            taking()
        assert codes(refused) == ["facility_closed"]


def test_an_old_version_is_refused(fm, block):
    change(fm, block, "edit", name="Dãy B", storeys=2)
    with pytest.raises(Stale):
        perform(block, "edit", by=fm, version=1, data={"name": "Dãy C", "storeys": 2})
    assert Room.objects.count() == 0
