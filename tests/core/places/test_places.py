from collections import Counter
from datetime import date

import pytest

from core.places.models import Commune, CommuneChange, Province, ProvinceChange
from core.places.selectors import communes_of, find_commune, label_on, provinces

pytestmark = pytest.mark.django_db


def found(text, province=None):
    return [row.label for row in find_commune(text, province)]


def test_the_country():
    assert (provinces().count(), Commune.objects.count()) == (34, 3321)
    assert Province.objects.get(code="75").label == "thành phố Đồng Nai"
    assert Counter(Commune.objects.filter(province_id="75").values_list("kind", flat=True)) == {"phuong": 33, "xa": 62}
    assert Commune.objects.filter(kind="dac_khu").count() == 13
    assert Commune.objects.get(code="26041").label == "phường Trấn Biên"


def test_the_ten_wards_of_2026_were_communes_before():
    changed = CommuneChange.objects.filter(commune__province_id="75", date=date(2026, 4, 30))
    names = set(changed.values_list("old_name", flat=True))
    assert names == {
        "Lộc Ninh", "Tân Khai", "Đồng Phú", "Tân Phú", "Trị An",
        "Trảng Bom", "Dầu Giây", "Long Thành", "Xuân Lộc", "Nhơn Trạch",
    }  # fmt: skip
    long_thanh = Commune.objects.get(code="26368")
    assert label_on(long_thanh, date(2026, 4, 29)) == "xã Long Thành"
    assert label_on(long_thanh, date(2026, 4, 30)) == "phường Long Thành"


def test_dates_that_no_source_gives_are_flagged():
    unsure = CommuneChange.objects.filter(date_confirmed=False)
    assert set(unsure.values_list("commune__province_id", flat=True)) == {"24"}
    assert set(ProvinceChange.objects.filter(date_confirmed=False).values_list("province_id", flat=True)) == {
        "22",
        "24",
    }


def test_every_unit_before_the_merger_has_a_successor():
    old = CommuneChange.objects.filter(date=date(2025, 7, 1))
    assert len(set(old.values_list("old_code", flat=True))) == 270
    assert set(old.values_list("commune__province_id", flat=True)) == {"75"}
    assert old.values("commune").distinct().count() == 95
    units = {row.old_code: (row.old_kind, row.old_name) for row in old}
    assert sum(count > 1 for count in Counter(units.values()).values()) == 15
    assert set(old.filter(partial=True).values_list("old_name", flat=True)) == {"Xuân Tâm"}


def test_old_provinces():
    assert ProvinceChange.objects.get(old_name="Bình Phước").province.name == "Đồng Nai"
    assert ProvinceChange.objects.filter(date=date(2025, 7, 1)).values("province").distinct().count() == 23


def test_communes_of():
    names = [row.name for row in communes_of("75")]
    assert len(names) == 95
    assert names[0] == "An Lộc"
    assert communes_of("75", date(2025, 6, 30)).count() == 0
    assert communes_of("99").count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "Trấn Biên",
        "phường Trấn Biên",
        "P. Trấn Biên",
        "P.Trấn Biên",
        "tran bien",
        "TRAN BIEN",
        "p tran bien",
        "Trấn Biên",
    ],
)
def test_a_commune_by_any_writing_of_its_name(text):
    assert found(text, "75") == ["phường Trấn Biên"]


def test_marks_decide_the_order():
    assert found("Lộc Thành", "75")[0] == "xã Lộc Thành"
    assert found("Lộc Thạnh", "75")[0] == "xã Lộc Thạnh"
    assert set(found("loc thanh", "75")) == {"xã Lộc Thành", "xã Lộc Thạnh"}


def test_an_old_name_leads_to_each_unit_it_may_mean():
    rows = find_commune("xã Tân Hưng", "75")
    assert [row.label for row in rows] == ["xã Tân Hưng", "xã Tân Lợi"]
    assert rows[0].found_through is None
    assert rows[1].found_through.old_label == "xã Tân Hưng, huyện Đồng Phú, tỉnh Bình Phước"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("xã Tân Hưng, huyện Hớn Quản", ["xã Tân Hưng"]),
        ("X. Tân Hưng, H. Đồng Phú, Bình Phước", ["xã Tân Lợi"]),
        ("Hố Nai 3", ["phường Hố Nai"]),
        ("xã Xuân Tâm, huyện Xuân Lộc", ["xã Xuân Đông", "xã Xuân Hòa"]),
        ("thị trấn Vĩnh An", ["phường Trị An"]),
        ("phường Quang Vinh, TP Biên Hòa, tỉnh Đồng Nai", ["phường Trấn Biên"]),
    ],
)
def test_old_names_with_their_district(text, labels):
    assert found(text, "75") == labels


def test_a_beginning_is_enough_and_nonsense_finds_nothing():
    assert found("trang", "75") == ["phường Trảng Dài", "phường Trảng Bom"]
    assert found("không có xã này", "75") == []
    assert found("", "75") == found(" , ", "75") == []
    assert found("100%", "75") == []


def test_the_province_may_be_written():
    assert {row.province_id for row in find_commune("Tân Phú")} > {"75"}
    assert {row.province_id for row in find_commune("phường Tân Phú, thành phố Đồng Nai")} == {"75"}


def test_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        [row.province.name for row in find_commune("tan", "75")]
