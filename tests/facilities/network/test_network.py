"""The network for planning: what there is, who waits, and indicator I4."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from casework.models import Case, PlanAction
from core import hooks
from core.clock.models import Parameter
from core.places.models import Commune
from facilities.models import Facility
from facilities.selectors import network as selectors
from facilities.web.network import growth_words, plain
from facilities.web.network_shapes import bars_of, map_of
from referrals.models import Referral
from tests.factories.accounts import UnitFactory
from tests.factories.facilities import FacilityFactory, authorise_facility, room_with_beds
from tests.factories.referrals import ReferralStory, authorise

pytestmark = pytest.mark.django_db
SECRET = "Đường Bí Mật 77"


@pytest.fixture
def province():
    """Three facilities that work (one hidden), one without authority, one closed."""
    places = list(Commune.objects.filter(province_id="75", valid_to__isnull=True).order_by("code")[:3])
    public = FacilityFactory(ownership="public", commune=places[0], legal_kind="general")
    private = FacilityFactory(commune=places[0], lat=places[1].lat, lon=places[1].lon)
    hidden = FacilityFactory(commune=places[2], hidden_address=True, safe_address=SECRET, unit__name="Nhà tạm lánh")
    authorise_facility(public, 120, ("k1", "k5a"))
    authorise_facility(private, None, ("k1",))
    authorise_facility(hidden, 8, ("f2a",))
    FacilityFactory(commune=places[1])
    authorise_facility(FacilityFactory(commune=places[1], closed_on=date(2026, 6, 1)))
    room_with_beds(public, 4)
    room_with_beds(hidden, 2)
    return places, public, private, hidden


@pytest.fixture
def waiting(monkeypatch):
    def say(*rows):
        monkeypatch.setitem(hooks._providers, "network.unmet", [lambda: rows])

    return say


def row_of(found, code):
    return next(row for row in found.rows if row.code == code)


def test_what_works_is_counted_where_it_lies(world, province, waiting):
    places, *_facilities = province
    waiting()
    found = selectors.network(world.actor("head"))
    here = row_of(found, places[0].code)
    assert (here.public, here.private, here.beds.licensed) == (1, 1, 4)
    assert here.recognised == {"k1": 120, "k5a": 120}
    assert row_of(found, places[1].code).facilities == 0
    assert (found.total.facilities, found.covered, found.total.beds.licensed) == (3, 1, 6)
    k1 = found.group("k1")
    assert (k1.facilities, k1.recognised, k1.unnamed) == (2, 120, 1)


def test_a_hidden_address_is_counted_and_lies_nowhere(world, province, waiting, browse):
    places, _public, _private, hidden = province
    waiting()
    found = selectors.network(world.actor("head"))
    assert row_of(found, places[2].code).facilities == 0
    assert (row_of(found, selectors.HIDDEN).facilities, found.hidden, len(found.dots)) == (1, 1, 2)
    assert hidden.unit.name not in {dot.name for dot in found.dots}
    for url in ("/mang-luoi/", "/mang-luoi/?het=1", "/mang-luoi/xa.csv", "/giuong/"):
        text = browse("head", url).content.decode()
        assert SECRET not in text
    board = browse("head", "/giuong/").content.decode()
    assert "Nhà tạm lánh" in board and "địa chỉ giữ kín" in board and places[2].label not in board


def test_a_facility_stands_at_its_own_point_else_in_its_commune(world, province, waiting):
    places, public, private, _hidden = province
    waiting()
    dots = {dot.name: dot for dot in selectors.network(world.actor("head")).dots}
    assert (dots[public.unit.name].lat, dots[public.unit.name].exact) == (places[0].lat, False)
    assert (dots[private.unit.name].lat, dots[private.unit.name].exact) == (places[1].lat, True)
    drawn = map_of(list(dots.values()), places)
    assert len(drawn.spots) == 2 and drawn.outside == 0
    big, small = drawn.spots
    assert big.public and not small.public and big.r > small.r


def test_several_at_one_point_do_not_hide_each_other(province, world, waiting):
    places, _public, private, _hidden = province
    waiting()
    Facility.objects.filter(pk=private.pk).update(lat=places[0].lat, lon=places[0].lon)
    spots = map_of(selectors.network(world.actor("head")).dots, places).spots
    assert len({(spot.x, spot.y) for spot in spots}) == 2


def test_who_waits_is_told_by_commune_and_group(world, province, waiting, browse):
    places, *_facilities = province
    waiting(
        (places[0].code, "k1", 14),
        (places[1].code, "k1", 3),
        (places[1].code, "k5a", 11),
        ("", "", 2),
        ("99", "k1", 20),
    )
    found = selectors.network(world.actor("leader"))
    assert row_of(found, places[0].code).unmet["k1"].number == 14
    second = row_of(found, places[1].code)
    assert (second.unmet["k1"].number, second.unmet["k5a"].number, second.unmet_total.number) == (None, 11, None)
    # One hidden among three: the sum would tell it.
    assert (found.group("k1").unmet.number, found.group("k1").unmet.least) == (None, 34)
    assert row_of(found, "").unmet["k1"].number == 20
    text = browse("leader", "/mang-luoi/", nhom="k1").content.decode()
    assert "từ 34" in text and "dưới 10" in text


def test_those_who_wait_come_from_referrals(world):
    """A case whose referral is sent waits; once one provider accepts, it waits no more."""
    authorise(world)
    story = ReferralStory(world).running()
    row = story.sent()
    before = {(commune, group): number for commune, group, number in hooks.ask("network.unmet")}
    case = Case.objects.select_related("group").get(pk=story.case.pk)
    assert before == {(case.commune_id or "", case.group.code): 1}
    story.do("manager", "accept", row)
    assert hooks.ask("network.unmet") == []


def test_a_declined_need_waits_again(world):
    authorise(world)
    story = ReferralStory(world).running()
    row = story.sent()
    story.do("manager", "decline", row, reason="full", note="Hết chỗ")
    assert sum(number for _commune, _group, number in hooks.ask("network.unmet")) == 1


def test_a_need_that_another_provider_meets_waits_no_more(world):
    """Two referrals of one plan action: one declined, the other accepted."""
    authorise(world)
    story = ReferralStory(world).running()
    declined = story.sent()
    story.do("manager", "decline", declined, reason="full", note="Hết chỗ")
    accepted = story.sent()
    story.do("manager", "accept", accepted)
    assert len(hooks.ask("network.unmet")) == 1
    action = PlanAction.objects.filter(goal__plan__case=story.case).first()
    Referral.objects.filter(pk__in=[declined.pk, accepted.pk]).update(plan_action=action)
    assert hooks.ask("network.unmet") == []


def test_growth_is_held_against_the_dated_number(world, province, waiting):
    waiting()
    Parameter.objects.filter(code="indicator.i4_baseline").update(
        value={"date": "2018-01-02", "public": 1, "private": 1}
    )
    growth = selectors.growth(selectors.network(world.actor("head")))
    assert (growth.before, growth.now, growth.percent, growth.wanted) == (2, 3, 50.0, 4)
    assert "tăng 50% so với mốc" in growth_words(growth) and "80%" in growth_words(growth)
    Parameter.objects.filter(code="indicator.i4_baseline").update(
        value={"date": "2018-01-02", "public": 2, "private": 4}
    )
    fallen = selectors.growth(selectors.network(world.actor("head")))
    assert "giảm 50%" in growth_words(fallen)
    Parameter.objects.filter(code="indicator.i4_baseline").update(
        value={"date": "2018-01-02", "public": 0, "private": 1}
    )
    assert "Đạt chỉ tiêu" in growth_words(selectors.growth(selectors.network(world.actor("head"))))
    Parameter.objects.filter(code="indicator.i4_baseline").update(
        value={"date": "2018-01-02", "public": 0, "private": 0}
    )
    nothing = selectors.growth(selectors.network(world.actor("head")))
    assert nothing.percent is None and "không có số mốc" in growth_words(nothing)


def test_the_bars_stand_on_one_scale_from_zero():
    drawn = bars_of([("a", [("public", 10), ("private", 10)], "20"), ("b", [("public", 5)], "5")], mark=40)
    (first, second), mark = drawn.bars, drawn.mark
    width = {tone: part for tone, _x, part, _n in first.parts}
    assert width["public"] == width["private"] == pytest.approx(2 * second.parts[0][2], abs=0.2)
    assert mark == pytest.approx(4 * width["public"], abs=0.5)
    assert bars_of([("a", [("public", 0)], "0")]).bars[0].parts[0][2] == 0


def test_the_page_speaks_and_its_table_agrees_with_the_file(world, province, waiting, browse):
    places, *_facilities = province
    waiting((places[1].code, "k1", 3))
    page = browse("leader", reverse("network")).content.decode()
    assert "<title id=" in page and "<desc id=" in page and "1 trên 95 xã, phường có cơ sở" in page
    answer = browse("leader", reverse("network_csv"))
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    first = next(line for line in lines if line["Mã xã"] == places[0].code)
    assert (first["Cơ sở công lập"], first["Giường được cấp phép"], first["Còn trống"]) == ("1", "4", "4")
    second = next(line for line in lines if line["Mã xã"] == places[1].code)
    assert second["Người chờ nơi nhận"] == "dưới 10"
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1", "\u00a0@x"])
def test_no_spreadsheet_runs_a_name(text):
    assert plain(text) == f"'{text}"
    assert plain("xã Tân Hưng") == "xã Tân Hưng"


@pytest.mark.parametrize("who", ["worker", "manager", "intake", "chair", "auditor", "steward", "sysadmin", "no_duty"])
def test_only_those_who_plan_read_the_network(browse, who):
    assert browse(who, "/mang-luoi/").status_code in (403, 404)
    assert browse(who, "/mang-luoi/xa.csv").status_code in (403, 404)


def test_as_many_statements_for_many_as_for_few(world, province, browse, django_assert_max_num_queries, waiting):
    waiting()
    for number in range(40):
        authorise_facility(FacilityFactory(unit=UnitFactory(name=f"=HYPERLINK({number})")), 10)
    with django_assert_max_num_queries(12):
        selectors.network(world.actor("head"))
    browse("head", "/mang-luoi/")
    with django_assert_max_num_queries(22):
        assert browse("head", "/mang-luoi/").status_code == 200
