"""Holding a bed, settling in, moving, giving it back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import hooks
from core.clock import parameters
from core.errors import Blocked
from core.ids import new_id
from facilities.enums import BedAge, BedNeed, BedSex
from facilities.models import Bed, Occupancy
from facilities.services import occupancy
from facilities.services.occupancy import Guest
from facilities.tasks import tell_of_lapsed_holds
from tests.factories.facilities import FacilityFactory, room_with_beds

pytestmark = pytest.mark.django_db
OLD_WOMAN = {"sex": "female", "months": 75 * 12}


@pytest.fixture
def guest(person):
    def make(name="Lê Thị Một", **about):
        return Guest(person(name).pk, **{**OLD_WOMAN, **about})

    return make


def why(call, *args, **kwargs):
    with pytest.raises(Blocked) as caught:
        call(*args, **kwargs)
    return [reason.code for reason in caught.value.reasons]


def told(call, *args, **kwargs):
    with pytest.raises(Blocked) as caught:
        call(*args, **kwargs)
    return " ".join(str(reason.text) for reason in caught.value.reasons)


def test_a_hold_lasts_as_long_as_the_parameter_says(beds, guest):
    row = occupancy.hold(beds[0], guest(), new_id())
    assert row.ends - row.begins == timedelta(hours=parameters.hours("stay.reserve_hold"))
    assert row.facility_id == beds[0].facility_id


def test_a_held_bed_is_refused_to_others_with_what_is_left(beds, guest):
    occupancy.hold(beds[0], guest(), new_id())
    text = told(occupancy.hold, beds[0], guest("Người khác"), new_id())
    assert "vừa được giữ đến" in text and "Còn 2 giường phù hợp" in text
    occupancy.stay(beds[1], guest("Người thứ ba"), new_id())
    assert "đang có người ở" in told(occupancy.stay, beds[1], guest("Người thứ tư"), new_id())


def test_a_lapsed_hold_gives_the_bed_back_by_itself(beds, guest, moment):
    ref = new_id()
    occupancy.hold(beds[0], guest(), ref, until=moment(10), begins=moment(8))
    assert why(occupancy.settle, ref, moment(10)) == ["no_hold"]
    occupancy.hold(beds[0], guest("Người khác"), new_id(), until=moment(12), begins=moment(10))


def test_settling_ends_the_hold_and_begins_the_stay(beds, guest, moment):
    ref = new_id()
    occupancy.hold(beds[0], guest(), ref, until=moment(10), begins=moment(8))
    row = occupancy.settle(ref, moment(9))
    rows = list(Occupancy.objects.filter(ref=ref).values_list("kind", "begins", "ends"))
    assert rows == [("hold", moment(8), moment(9)), ("stay", moment(9), None)]
    assert row.person_id and why(occupancy.settle, ref, moment(9)) == ["no_hold"]


def test_settling_at_once_turns_the_hold_itself(beds, guest, moment):
    ref = new_id()
    occupancy.hold(beds[0], guest(), ref, until=moment(10), begins=moment(8))
    occupancy.settle(ref, moment(8), ends=moment(20))
    assert list(Occupancy.objects.values_list("kind", "begins", "ends")) == [("stay", moment(8), moment(20))]


def test_one_who_is_elsewhere_cannot_settle_until_that_ends(beds, guest, moment):
    who, first, second = guest(), new_id(), new_id()
    occupancy.stay(beds[0], who, first, moment(1))
    occupancy.hold(beds[1], who, second, until=moment(10), begins=moment(8))
    assert why(occupancy.settle, second, moment(9)) == ["person_elsewhere"]
    assert Occupancy.objects.get(ref=second).ends == moment(10)
    occupancy.release(first, moment(9))
    assert occupancy.settle(second, moment(9)).kind == "stay"


def test_releasing_ends_what_runs_and_takes_back_what_was_to_come(beds, guest, moment):
    ref = new_id()
    occupancy.stay(beds[0], guest(), ref, moment(1), moment(20))
    occupancy.hold(beds[1], guest("Khác"), ref, until=moment(25), begins=moment(22))
    assert occupancy.release(ref, moment(10)) == 2
    assert list(Occupancy.objects.values_list("begins", "ends")) == [(moment(1), moment(10))]
    assert occupancy.release(ref, moment(10)) == 0
    assert occupancy.release(new_id()) == 0


def test_moving_keeps_the_person_in_one_bed_at_a_time(beds, guest, moment):
    who, ref = guest(), new_id()
    occupancy.stay(beds[0], who, ref, moment(1), moment(20))
    occupancy.move(ref, beds[1], who, moment(5))
    rows = list(Occupancy.objects.order_by("begins").values_list("bed", "begins", "ends"))
    assert rows == [(beds[0].pk, moment(1), moment(5)), (beds[1].pk, moment(5), moment(20))]
    assert why(occupancy.move, ref, beds[1], who, moment(6)) == ["same_bed"]
    assert why(occupancy.move, new_id(), beds[2], who) == ["no_stay"]


def test_a_refused_move_leaves_everything_as_it_was(beds, guest, moment):
    who, ref = guest(), new_id()
    occupancy.stay(beds[0], who, ref, moment(1))
    occupancy.stay(beds[1], guest("Khác"), new_id(), moment(1))
    assert why(occupancy.move, ref, beds[1], who, moment(5)) == ["bed_taken"]
    assert Occupancy.objects.get(ref=ref).ends is None


def test_a_move_to_another_house_counts_there(beds, guest, moment):
    other = room_with_beds(FacilityFactory(), 1).beds.get()
    who, ref = guest(), new_id()
    occupancy.stay(beds[0], who, ref, moment(1))
    assert occupancy.move(ref, other, who, moment(5)).facility_id == other.facility_id


@pytest.mark.parametrize(
    ("bed", "about", "code"),
    [
        ({"sex": BedSex.MALE}, {}, "bed_sex"),
        ({"sex": BedSex.FEMALE}, {"sex": "unknown"}, "bed_sex"),
        ({"age": BedAge.CHILD}, {}, "bed_age"),
        ({"age": BedAge.ELDERLY}, {"months": 59 * 12 + 11}, "bed_age"),
        ({"age": BedAge.ADULT}, {"months": None}, "bed_age"),
        ({"age": BedAge.INFANT}, {"months": 18}, "bed_age"),
        ({"need": BedNeed.MENTAL}, {}, "bed_need"),
        ({}, {"need": BedNeed.MOBILITY}, "bed_need"),
    ],
)
def test_a_bed_meant_for_others_is_refused_unless_a_reason_is_given(home, guest, bed, about, code):
    row = room_with_beds(home, 1, bed=bed).beds.get()
    who = guest(**about)
    assert why(occupancy.hold, row, who, new_id()) == [code]
    assert why(occupancy.hold, row, who, new_id(), override="  ") == [code]
    assert occupancy.hold(row, who, new_id(), override="Không còn giường nào khác trong đêm").pk


@pytest.mark.parametrize(
    ("age", "months"),
    [
        (BedAge.INFANT, 17), (BedAge.CHILD, 17), (BedAge.CHILD, 16 * 12 - 1), (BedAge.ADULT, 16 * 12),
        (BedAge.ADULT, 70 * 12), (BedAge.ELDERLY, 60 * 12), (BedAge.ANY, None),
    ],
)  # fmt: skip
def test_a_bed_takes_the_ages_it_names(home, guest, age, months):
    row = room_with_beds(home, 1, bed={"age": age}).beds.get()
    assert occupancy.unsuited(row, guest(months=months)) == []


@pytest.mark.parametrize(
    ("bed", "room", "code"),
    [
        ({"usable": False, "unusable_reason": "Gãy thang giường"}, {}, "bed_unusable"),
        ({"closed_on": timezone.localdate() - timedelta(days=1)}, {}, "bed_closed"),
        ({"opened_on": timezone.localdate() + timedelta(days=2)}, {}, "bed_closed"),
        ({}, {"closed_on": timezone.localdate()}, "bed_closed"),
    ],
)
def test_nobody_lies_in_a_bed_that_is_not_there(home, guest, bed, room, code):
    row = room_with_beds(home, 1, bed=bed, **room).beds.get()
    assert why(occupancy.stay, row, guest(), new_id(), override="Vẫn muốn") == [code]


def test_a_bed_that_broke_meanwhile_is_not_settled_in(beds, guest):
    ref = new_id()
    occupancy.hold(beds[0], guest(), ref)
    Bed.objects.filter(pk=beds[0].pk).update(usable=False, unusable_reason="Dột")
    assert why(occupancy.settle, ref) == ["bed_unusable"]


def test_a_closed_house_takes_nobody(home, beds, guest):
    home.closed_on = timezone.localdate()
    home.save()
    assert why(occupancy.hold, beds[0], guest(), new_id()) == ["bed_closed"]


def test_bad_periods_and_beds(beds, guest, moment):
    assert why(occupancy.hold, beds[0], guest(), new_id(), moment(5), moment(5)) == ["period"]
    assert why(occupancy.hold, new_id(), guest(), new_id()) == ["no_bed"]


def test_whoever_owns_a_lapsed_hold_is_told(beds, guest, monkeypatch):
    now, heard = timezone.now(), []
    lapsed, settled, released, running = (new_id() for _number in range(4))
    start, end = now - timedelta(hours=3), now - timedelta(hours=1)
    monkeypatch.setitem(hooks._providers, "occupancy.lapsed", [heard.extend])
    occupancy.hold(beds[0], guest(), lapsed, end, start)
    occupancy.hold(beds[1], guest("Hai"), settled, end, start)
    occupancy.settle(settled, start + timedelta(minutes=5))
    occupancy.hold(beds[2], guest("Ba"), released, end, start)
    occupancy.release(released, start)
    occupancy.hold(beds[2], guest("Bốn"), running)
    assert tell_of_lapsed_holds() == 1
    assert heard == [lapsed]
    assert occupancy.tell_lapsed(now + timedelta(days=2)) == 0
