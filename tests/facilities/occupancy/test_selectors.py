"""What stands free on a day, past or present."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.accounts.enums import Role
from core.lifecycle.engine import perform
from facilities.models import Bed
from facilities.selectors import occupancy
from facilities.selectors.occupancy import Tally
from tests.factories.facilities import FacilityFactory, room_with_beds

pytestmark = pytest.mark.django_db


def local(day, hour=0):
    return timezone.make_aware(datetime(2026, 11, day, hour))


def test_licensed_usable_held_occupied_free(home, occupy):
    now = timezone.now()
    beds = list(room_with_beds(home, 6).beds.order_by("code"))
    Bed.objects.filter(pk=beds[0].pk).update(licensed=False)
    Bed.objects.filter(pk=beds[1].pk).update(usable=False, unusable_reason="Dột")
    occupy(beds[2], now - timedelta(days=1))
    occupy(beds[3], now - timedelta(days=1), now + timedelta(days=1), kind="hold")
    occupy(beds[4], now - timedelta(days=2), now - timedelta(days=1))
    tally = occupancy.by_facility()[home.pk]
    assert tally == Tally(beds=6, licensed=5, usable=5, held=1, occupied=1, free=3)


def test_a_bed_that_cannot_be_used_and_is_slept_in_is_occupied(home, occupy):
    bed = room_with_beds(home, 1, bed={"usable": False, "unusable_reason": "Dột"}).beds.get()
    occupy(bed, timezone.now() - timedelta(days=1))
    assert occupancy.by_facility()[home.pk] == Tally(beds=1, licensed=1, usable=0, occupied=1, free=0)


def test_a_past_day_is_counted_as_it_ended(home, beds, occupy):
    occupy(beds[0], local(10, 9), local(12, 9))
    occupy(beds[0], local(12, 9), local(12, 20))
    occupied = {day: occupancy.by_facility(date(2026, 11, day))[home.pk].occupied for day in (9, 10, 11, 12, 13)}
    assert occupied == {9: 0, 10: 1, 11: 1, 12: 0, 13: 0}


def test_a_stay_that_ends_at_midnight_counts_on_the_day_before(home, beds, occupy):
    occupy(beds[0], local(10), local(12))
    assert [occupancy.by_facility(date(2026, 11, day))[home.pk].occupied for day in (9, 10, 11, 12)] == [0, 1, 1, 0]


def test_the_day_is_that_of_vietnam(home, beds, occupy, moment):
    """18:00 in UTC on the 10th is the 11th in Đồng Nai."""
    occupy(beds[0], moment(10, 18))
    assert [occupancy.by_facility(date(2026, 11, day))[home.pk].occupied for day in (10, 11)] == [0, 1]


def test_a_day_to_come_is_refused():
    with pytest.raises(ValueError, match="to come"):
        occupancy.beds_on(timezone.localdate() + timedelta(days=1))


def test_beds_count_from_the_day_they_open_to_the_day_they_close(home):
    bed = {"opened_on": date(2026, 11, 3), "closed_on": date(2026, 11, 6)}
    room_with_beds(home, 1, bed=bed)
    room_with_beds(home, 1, closed_on=date(2026, 11, 4))
    counts = [len(occupancy.beds_on(date(2026, 11, day), [home.pk])) for day in (2, 3, 4, 5, 6)]
    assert counts == [1, 2, 1, 1, 0]


def test_what_broke_and_was_mended_since_was_broken_then(world, home):
    home.unit = world.units["private"]
    home.save()
    bed = room_with_beds(home, 1).beds.get()
    manager = world.actor("private_manager")
    today = timezone.localdate()
    since = today - timedelta(days=5)
    broken = perform(
        bed, "set_unusable", by=manager, version=bed.version, data={"reason": "Dột", "since": since.isoformat()}
    ).record
    usable = {days: occupancy.by_facility(today - timedelta(days=days))[home.pk].usable for days in (6, 5, 1, 0)}
    assert usable == {6: 1, 5: 0, 1: 0, 0: 0}
    perform(broken, "set_usable", by=manager, version=broken.version, data={})
    usable = {days: occupancy.by_facility(today - timedelta(days=days))[home.pk].usable for days in (6, 5, 1, 0)}
    assert usable == {6: 1, 5: 0, 1: 0, 0: 1}
    assert world.actor("private_manager").has(Role.FACILITY)


def test_by_building_room_and_kind(home):
    first = room_with_beds(home, 2, name="P1", bed={"sex": "male"})
    second = room_with_beds(home, 3, name="P2", building="Dãy B", bed={"sex": "female", "need": "mental"})
    assert {key: tally.beds for key, tally in occupancy.by_room(home.pk).items()} == {first.pk: 2, second.pk: 3}
    assert {key: tally.free for key, tally in occupancy.by_building(home.pk).items()} == {
        first.building_id: 2, second.building_id: 3,
    }  # fmt: skip
    assert {key: tally.beds for key, tally in occupancy.by_kind(facilities=[home.pk]).items()} == {
        ("male", "any", "standard"): 2, ("female", "any", "mental"): 3,
    }  # fmt: skip


def test_free_beds_fit_and_the_narrow_come_first(home, occupy):
    narrow = room_with_beds(home, 1, bed={"sex": "female", "age": "elderly"}).beds.get()
    wide = room_with_beds(home, 1).beds.get()
    room_with_beds(home, 1, bed={"sex": "male"})
    room_with_beds(home, 1, bed={"age": "child"})
    taken = room_with_beds(home, 1, bed={"sex": "female"}).beds.get()
    occupy(taken, timezone.now() - timedelta(days=1))
    found = occupancy.free_beds(home, sex="female", age="elderly", need="standard")
    assert [row.pk for row in found] == [narrow.pk, wide.pk]
    assert occupancy.free_beds(home, need="isolation") == []
    assert len(occupancy.free_beds(home)) == 4
    assert occupancy.free_beds(uuid4()) == []


def test_three_hundred_facilities_take_three_queries(occupy, django_assert_max_num_queries):
    for number in range(300):
        home = FacilityFactory()
        if number < 20:
            occupy(room_with_beds(home, 2).beds.first(), local(1))
    with django_assert_max_num_queries(2):
        assert sum(tally.occupied for tally in occupancy.by_facility().values()) == 20
    with django_assert_max_num_queries(3):
        assert sum(tally.free for tally in occupancy.by_facility(date(2026, 11, 5)).values()) == 20
