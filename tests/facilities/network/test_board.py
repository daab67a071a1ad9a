"""The board of beds: pages and API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from casework.models import Person
from core.ids import new_id
from facilities.models import Occupancy
from facilities.selectors.board import Wanted, board
from tests.factories.accounts import UnitFactory
from tests.factories.facilities import FacilityFactory, StaffFactory, authorise_facility, room_with_beds

pytestmark = pytest.mark.django_db
NAMED = "Người Không Được Lộ"


@pytest.fixture
def homes():
    """Hoa Mai: women's beds, one taken, and a held men's bed; Thiện Tâm may admit nobody; An Bình is full."""
    now = timezone.now()
    mai, tam, binh = (
        FacilityFactory(unit=UnitFactory(name=name, kind="private_facility"))
        for name in ("Mái ấm Hoa Mai", "Cơ sở Thiện Tâm", "Nhà An Bình")
    )
    authorise_facility(mai, 20, ("k1", "k5a"))
    authorise_facility(binh, 20, ("k5a",))
    women = list(room_with_beds(mai, 3, name="Nữ 1", bed={"sex": "female", "age": "elderly"}).beds.order_by("code"))
    men = room_with_beds(mai, 1, bed={"sex": "male"}).beds.get()
    room_with_beds(tam, 2)
    last = room_with_beds(binh, 1).beds.get()

    def take(bed, kind="stay", ends=None):
        Occupancy.objects.create(
            facility_id=bed.facility_id, bed=bed, person=Person.objects.create(name=NAMED), kind=kind,
            begins=now - timedelta(days=2), ends=ends, ref=new_id(),
        )  # fmt: skip

    take(women[0])
    take(men, "hold", now + timedelta(hours=5))
    take(last)
    return mai, tam, binh


def test_the_free_and_allowed_come_first(world, homes):
    found = board(world.actor("worker"), timezone.localdate(), Wanted())
    assert [line.facility.unit.name for line in found.lines] == ["Mái ấm Hoa Mai", "Cơ sở Thiện Tâm", "Nhà An Bình"]
    assert [line.total.free for line in found.lines] == [2, 2, 0]
    assert [line.authority is not None for line in found.lines] == [True, False, True]
    assert (found.total.free, found.total.held, found.total.occupied) == (4, 1, 2)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(group="k1"), ["Mái ấm Hoa Mai"]),
        (Wanted(group="k5a"), ["Mái ấm Hoa Mai", "Nhà An Bình"]),
        (Wanted(group="f3"), []),
        (Wanted(sex="male"), ["Cơ sở Thiện Tâm", "Mái ấm Hoa Mai", "Nhà An Bình"]),
        (Wanted(need="mental"), []),
        (Wanted(text="hoa mai"), ["Mái ấm Hoa Mai"]),
        (Wanted(text="Thiện"), ["Cơ sở Thiện Tâm"]),
    ],
)
def test_filters(world, homes, wanted, names):
    found = board(world.actor("worker"), timezone.localdate(), wanted)
    assert [line.facility.unit.name for line in found.lines] == names


def test_the_page_tells_it_in_words_and_names_nobody(homes, browse):
    page = browse("worker", "/giuong/").content.decode()
    assert "Mái ấm Hoa Mai" in page and "còn 2" in page and "Không được nhận người" in page and "đang giữ 1" in page
    assert NAMED not in page
    rooms = browse("worker", f"/giuong/{homes[0].pk}/").content.decode()
    assert "Nữ 1" in rooms and "đang ở" in rooms and "giữ đến" in rooms and "trống" in rooms
    assert "Nữ, người cao tuổi" in rooms and "Định mức" in rooms and "Đ.24" in rooms
    assert NAMED not in rooms


def test_a_past_day_and_a_day_to_come(homes, browse):
    past = timezone.localdate() - timedelta(days=10)
    page = browse("worker", "/giuong/", ngay=f"{past:%d/%m/%Y}").content.decode()
    assert f"Cuối ngày {past:%d/%m/%Y}" in page and "còn 4" in page
    ahead = timezone.localdate() + timedelta(days=1)
    wrong = browse("worker", "/giuong/", ngay=f"{ahead:%d/%m/%Y}")
    assert wrong.status_code == 200 and "Hôm nay, lúc này" in wrong.content.decode()


@pytest.mark.parametrize(
    "params", [{"ngay": "31/02/2026"}, {"gioi": "x"}, {"trang": "99999"}, {"trang": "-1"}, {"nhom": "'"}]
)
def test_nonsense_narrows_nothing(homes, browse, params):
    answer = browse("worker", "/giuong/", **params)
    assert answer.status_code == 200 and "Mái ấm Hoa Mai" in answer.content.decode()


def test_many_facilities_are_shown_in_pages(world, homes, browse, django_assert_max_num_queries):
    for number in range(300):
        room_with_beds(FacilityFactory(unit=UnitFactory(name=f"Nhà số {number:03d}")), 1)
    first = browse("head", "/giuong/").content.decode()
    assert first.count("data-open") == 40 and "303 cơ sở có giường phù hợp" in first and "trang=2" in first
    assert browse("head", "/giuong/", trang="8").content.decode().count("data-open") == 23
    with django_assert_max_num_queries(16):
        browse("head", "/giuong/")


def test_one_who_has_no_duty_sees_no_facility(homes, browse):
    assert "Mái ấm" not in browse("no_duty", "/giuong/").content.decode()
    assert browse("no_duty", f"/giuong/{homes[0].pk}/").status_code == 404
    assert browse("worker", f"/giuong/{new_id()}/").status_code == 404


@pytest.fixture
def api(world):
    def get(url, who="worker", **params):
        client = Client()
        client.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.get(f"/api/v1/{url}", params)

    return get


def test_the_api_gives_the_same_figures(homes, api):
    body = api("bed-occupancy/").json()
    assert body["total"] == {"beds": 7, "licensed": 7, "usable": 7, "held": 1, "occupied": 2, "free": 4}
    assert [(row["name"], row["admits"], row["free"]) for row in body["results"]] == [
        ("Mái ấm Hoa Mai", True, 2), ("Cơ sở Thiện Tâm", False, 2), ("Nhà An Bình", True, 0),
    ]  # fmt: skip
    assert [row["name"] for row in api("bed-occupancy/", group="k1", sex="female").json()["results"]] == [
        "Mái ấm Hoa Mai"
    ]
    one = api(f"facilities/{homes[0].pk}/occupancy/").json()
    assert one["total"]["beds"] == 4 and len(one["rooms"]) == 2
    assert {(kind["sex"], kind["free"]) for kind in one["kinds"]} == {("female", 2), ("male", 0)}
    before = timezone.localdate() - timedelta(days=10)
    assert api(f"facilities/{homes[0].pk}/occupancy/", on=before.isoformat()).json()["total"]["occupied"] == 0


def test_the_api_gives_the_norms(homes, api):
    StaffFactory(facility=homes[0], position="director")
    rows = {row["code"]: row for row in api(f"facilities/{homes[0].pk}/norms/").json()["results"]}
    assert (rows["staff.director"]["met"], rows["staff.director"]["measured"]) == (True, "1.00")
    assert rows["land.rural"]["met"] is None and "diện tích đất" in rows["land.rural"]["missing"]
    assert rows["staff.psychologist"]["short"] == 1


@pytest.mark.parametrize("params", [{"on": "2026-13-01"}, {"on": "mai"}, {"sex": "x"}, {"need": "x"}, {"nothing": "1"}])
def test_the_api_refuses_what_it_does_not_know(homes, api, params):
    assert api("bed-occupancy/", **params).status_code == 400


def test_the_api_refuses_a_day_to_come(homes, api):
    ahead = timezone.localdate() + timedelta(days=1)
    assert api("bed-occupancy/", on=ahead.isoformat()).status_code == 400
    assert api(f"facilities/{new_id()}/norms/").status_code == 404
    assert api(f"facilities/{homes[0].pk}/norms/", who="no_duty").status_code == 404
