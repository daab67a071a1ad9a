"""The numbers of the law against what a facility has."""

from datetime import date
from decimal import Decimal

import pytest

from facilities.enums import LegalKind, Ownership, Position, Zone
from facilities.models import Building, ClientCount, FacilityModel, Norm, Room
from facilities.selectors.norms import check
from tests.factories.facilities import FacilityFactory, StaffFactory, authorise_facility, room_with_beds

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def of(facility, metric, care_group="", **asked):
    rows = [row for row in check(facility, DAY, **asked) if (row.metric, row.care_group) == (metric, care_group)]
    assert len(rows) == 1
    return rows[0]


def employ(facility, number=1, position=Position.CARER, **columns):
    return StaffFactory.create_batch(number, facility=facility, position=position, **columns)


@pytest.mark.parametrize(
    ("kind", "zone", "asked"),
    [
        (LegalKind.ELDERLY, Zone.RURAL, 30),
        (LegalKind.ELDERLY, Zone.URBAN, 10),
        (LegalKind.CHILDREN, Zone.MOUNTAIN, 30),
        (LegalKind.MENTAL, Zone.URBAN, 80),
        (LegalKind.MENTAL, Zone.RURAL, 100),
        (LegalKind.MENTAL, Zone.MOUNTAIN, 120),
    ],
)
def test_land_is_held_to_the_number_of_its_kind_and_zone(kind, zone, asked):
    facility = FacilityFactory(legal_kind=kind, zone=zone, land_area=asked * 10)
    exact = of(facility, "land_per_client", clients=10)
    assert (exact.value, exact.measured, exact.met, exact.gap) == (asked, asked, True, None)
    facility.land_area -= 1
    short = of(facility, "land_per_client", clients=10)
    assert (short.met, short.gap) == (False, Decimal("0.1"))
    assert "Đ.24" in short.article


def test_land_is_divided_by_what_is_asked_else_by_licensed_beds_else_by_the_paper():
    facility = FacilityFactory(land_area=600, capacity=60)
    assert of(facility, "land_per_client").measured == 10
    authorise_facility(facility, capacity=30)
    assert of(facility, "land_per_client").measured == 20
    room_with_beds(facility, 3)
    room_with_beds(facility, 5, bed={"licensed": False})
    room_with_beds(facility, 5, bed={"closed_on": DAY})
    assert of(facility, "land_per_client").measured == 200
    assert of(facility, "land_per_client", clients=6).measured == 100


def test_a_number_that_just_misses_is_not_shown_as_met():
    facility = FacilityFactory(land_area=Decimal("299.99"))
    row = of(facility, "land_per_client", clients=10)
    assert (row.measured, row.met) == (Decimal("29.99"), False)


def test_what_is_missing_is_said_in_words():
    facility = FacilityFactory(zone="")
    land = of(facility, "land_per_client")
    assert (land.met, land.measured, land.bound_text) == (None, None, "tùy khu vực")
    for words in ("khu vực", "diện tích đất", "giường được cấp phép"):
        assert words in land.missing
    facility.land_area = 10_000
    known = of(facility, "land_per_client", clients=1)
    assert (known.met, known.measured) == (None, 10_000)
    assert "khu vực" in known.missing and "diện tích" not in known.missing
    assert "phòng ở" in of(facility, "room_per_bed").missing
    assert "nhân viên" in of(facility, "directors").missing
    assert "nhóm chăm sóc" in of(facility, "clients_per_carer").missing


def test_the_worst_room_is_measured_and_named():
    facility = FacilityFactory()
    room_with_beds(facility, 2, "20", name="P101")
    room_with_beds(facility, 4, "20", name="P102")
    room_with_beds(facility, 9, "10", name="Kho", sleeping=False)
    room_with_beds(facility, 9, "10", name="P103", closed_on=date(2026, 6, 1))
    row = of(facility, "room_per_bed")
    assert (row.measured, row.value, row.met, row.gap) == (5, 6, False, 1)
    assert "P102" in row.detail and "Dãy A" in row.detail and "4 giường" in row.detail
    assert row.verdict == "Chưa đạt: thiếu 1 m²/người"


def test_a_closed_building_counts_no_more():
    facility = FacilityFactory()
    room_with_beds(facility, 9, "10", name="P9", building="Dãy cũ")
    Building.objects.filter(name="Dãy cũ").update(closed_on=DAY)
    room_with_beds(facility, 2, "20", name="P101")
    assert of(facility, "room_per_bed").met is True


def test_beds_closed_before_the_day_take_no_room():
    facility = FacilityFactory()
    room = room_with_beds(facility, 2, "12")
    room_with_beds(facility, 0)
    room.beds.model.objects.create(
        facility=facility, room=room, code="cũ", opened_on=date(2026, 1, 1), closed_on=date(2026, 2, 1)
    )
    assert of(facility, "room_per_bed").measured == 6


def test_round_the_clock_rooms_need_more():
    facility = FacilityFactory()
    room_with_beds(facility, 2, "14", name="P1")
    assert of(facility, "room_per_bed_round_clock").applies is False
    room_with_beds(facility, 2, "14", name="P2", round_clock=True)
    row = of(facility, "room_per_bed_round_clock")
    assert (row.measured, row.value, row.met) == (7, 8, False)
    assert of(facility, "room_per_bed").met is True


def test_a_room_where_somebody_needs_care_day_and_night_is_round_the_clock_unmarked():
    facility = FacilityFactory()
    room_with_beds(facility, 2, "14", name="P2", bed={"need": "round_clock"})
    assert of(facility, "room_per_bed_round_clock").met is False
    assert of(facility, "room_per_bed").applies is False


def test_who_lodges_nobody_is_not_asked_for_land_and_rooms():
    facility = FacilityFactory(legal_kind=LegalKind.SOCIAL_WORK)
    FacilityModel.objects.create(facility=facility, code="counselling")
    assert of(facility, "land_per_client").applies is False
    assert of(facility, "room_per_bed").verdict == "Không áp dụng"
    FacilityModel.objects.create(facility=facility, code="shelter")
    assert of(facility, "land_per_client").applies is True


def test_heads_deputies_and_psychologists():
    facility = FacilityFactory()
    employ(facility, 3, Position.DEPUTY)
    employ(facility, 1, Position.DIRECTOR, left_on=DAY)
    director, deputy, mind = (of(facility, name) for name in ("directors", "deputies", "psychologists"))
    assert (director.met, director.measured, director.short) == (False, 0, 1)
    assert (deputy.met, deputy.gap, deputy.short) == (False, 1, 1)
    assert "thừa 1 người" in deputy.verdict
    assert (mind.met, mind.short) == (False, 1)
    employ(facility, 1, Position.DIRECTOR)
    employ(facility, 1, Position.PSYCHOLOGIST)
    assert of(facility, "directors").met and of(facility, "psychologists").met


@pytest.mark.parametrize(("ownership", "allowed"), [(Ownership.PRIVATE, 100), (Ownership.PUBLIC, 25)])
def test_the_most_specific_norm_wins(ownership, allowed):
    facility = FacilityFactory(ownership=ownership)
    employ(facility, 1, Position.SOCIAL_WORKER)
    row = of(facility, "clients_per_social_worker", clients=allowed)
    assert (row.value, row.met, row.measured) == (allowed, True, allowed)
    over = of(facility, "clients_per_social_worker", clients=allowed + 1)
    assert (over.met, over.gap, over.short) == (False, 1, 1)


def test_the_norm_of_the_day_holds():
    facility = FacilityFactory(ownership=Ownership.PUBLIC)
    employ(facility, 1, Position.SOCIAL_WORKER, works_from=date(2020, 1, 1))
    before = [row for row in check(facility, date(2024, 1, 1), clients=50) if row.metric == "clients_per_social_worker"]
    assert (before[0].value, before[0].met) == (100, True)
    assert of(facility, "clients_per_social_worker", clients=50).met is False


def test_carers_are_counted_by_the_group_they_care_for():
    facility = FacilityFactory()
    ClientCount.objects.create(facility=facility, care_group="infant", number=3)
    ClientCount.objects.create(facility=facility, care_group="elderly", number=9)
    employ(facility, 2, cares_for="infant")
    employ(facility, 3, cares_for="elderly")
    infant, old = of(facility, "clients_per_carer", "infant"), of(facility, "clients_per_carer", "elderly")
    assert (infant.value, infant.measured, infant.met, infant.short) == (1, Decimal("1.5"), False, 1)
    assert (old.value, old.measured, old.met, old.short) == (4, 3, True, 0)
    assert {row.care_group for row in check(facility, DAY) if row.metric == "clients_per_carer"} == {
        "infant",
        "elderly",
    }


def test_carers_without_a_group_leave_it_open_while_they_could_be_enough():
    facility = FacilityFactory()
    ClientCount.objects.create(facility=facility, care_group="infant", number=3)
    employ(facility, 1, cares_for="infant")
    employ(facility, 1)
    assert of(facility, "clients_per_carer", "infant").met is False
    employ(facility, 1)
    row = of(facility, "clients_per_carer", "infant")
    assert row.met is None
    assert "2 người chăm sóc" in row.missing


def test_with_nobody_to_divide_by_it_is_unmet_not_unknown():
    facility = FacilityFactory()
    ClientCount.objects.create(facility=facility, care_group="toddler", number=7)
    employ(facility, 1, Position.DIRECTOR)
    row = of(facility, "clients_per_carer", "toddler")
    assert (row.met, row.measured, row.gap, row.short) == (False, None, None, 2)


def test_direct_staff_counsel_or_care():
    facility = FacilityFactory()
    employ(facility, 1, Position.DIRECTOR)
    assert of(facility, "direct_staff").met is False
    employ(facility, 1, Position.MEDICAL)
    assert of(facility, "direct_staff").met is True


def test_staffing_is_the_sum_of_its_parts():
    facility = FacilityFactory()
    ClientCount.objects.create(facility=facility, care_group="infant", number=3)
    assert of(facility, "staffing").met is None
    employ(facility, 1, cares_for="infant")
    row = of(facility, "staffing", clients=10)
    # A director, a psychologist, a social worker and two carers.
    assert (row.met, row.measured, row.short) == (False, 5, 5)
    employ(facility, 2, cares_for="infant")
    for position in (Position.DIRECTOR, Position.PSYCHOLOGIST, Position.SOCIAL_WORKER):
        employ(facility, 1, position)
    done = of(facility, "staffing", clients=10)
    assert (done.met, done.measured, done.missing) == (True, 0, "")


def test_every_norm_of_the_data_has_a_measure():
    metrics = set(Norm.objects.values_list("metric", flat=True))
    facility = FacilityFactory(legal_kind=LegalKind.MENTAL)
    assert metrics == {row.metric for row in check(facility, DAY)}


def test_queries_do_not_grow(django_assert_max_num_queries):
    facility = FacilityFactory(land_area=100)
    for number in range(10):
        room_with_beds(facility, 3)
        employ(facility, 1, cares_for="infant")
        ClientCount.objects.create(
            facility=facility,
            care_group=list(dict(ClientCount._meta.get_field("care_group").choices))[number],
            number=2,
        )
    assert Room.objects.count() == 10
    with django_assert_max_num_queries(7):
        assert check(facility, DAY)
