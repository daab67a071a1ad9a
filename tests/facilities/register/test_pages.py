"""The list of facilities and the page of one, as each person sees them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit.models import ReadLog
from facilities.models import Facility, WalletPaper
from facilities.tasks import remind_of_papers
from tests.factories import houses
from tests.factories.facilities import FacilityFactory, authorise_facility, room_with_beds
from tests.factories.houses import change, day

pytestmark = pytest.mark.django_db
TABS = ["", "nha-giuong/", "nhan-su/", "dich-vu/", "giay-to/", "anh/", "kiem-tra/", "lich-su/"]
EVERYBODY = {"", "nha-giuong/", "dich-vu/"}


@pytest.fixture
def facility(world):
    return houses.house(world)


@pytest.fixture
def browser(world):
    def sign_in(who):
        client = Client(raise_request_exception=True)
        client.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def text_of(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("who", "tabs"),
    [
        ("worker", EVERYBODY), ("private_worker", EVERYBODY), ("leader", EVERYBODY), ("manager", EVERYBODY),
        ("supervisor", EVERYBODY), ("private_manager", set(TABS)), ("licensing", set(TABS)), ("head", set(TABS)),
        ("steward", set(TABS)), ("auditor", set(TABS)), ("no_duty", set()),
    ],
)  # fmt: skip
def test_who_is_let_into_which_tab(browser, facility, who, tabs):
    client, base = browser(who), f"/co-so/{facility.unit_id}/"
    assert {tab for tab in TABS if client.get(base + tab).status_code == 200} == tabs
    if tabs:
        shown = text_of(client.get(base))
        assert {tab for tab in TABS if f'href="{base}{tab}"' in shown} == tabs


def test_a_stranger_and_an_unknown_key(facility):
    assert Client().get(f"/co-so/{facility.unit_id}/").status_code == 302
    assert Client().get("/co-so/").status_code == 302


def test_what_is_not_there_looks_like_nothing(browser, world):
    assert browser("head").get(f"/co-so/{world.units['sibling'].pk}/").status_code == 404


def test_the_page_is_found_by_either_key(browser, facility):
    client = browser("worker")
    for key in (facility.pk, facility.unit_id):
        assert facility.unit.name in text_of(client.get(f"/co-so/{key}/"))


def test_the_page_says_what_it_may_do_today(browser, facility):
    client, path = browser("worker"), f"/co-so/{facility.unit_id}/"
    assert "không có giấy phép còn hiệu lực" in text_of(client.get(path))
    held = authorise_facility(facility, 15)
    shown = text_of(client.get(path))
    assert "15 người" in shown and "12/GP-SYT" in shown
    held.stopped_on, held.stop_reason = timezone.localdate(), "QĐ 7"
    held.save()
    assert "bị dừng tiếp nhận" in text_of(client.get(path))


def test_the_next_thing_is_the_managers_and_in_order(browser, world, facility):
    fm, path = browser("private_manager"), f"/co-so/{facility.unit_id}/"
    assert "Thông tin cơ sở đã đủ" in text_of(fm.get(path))
    assert "Thông tin cơ sở đã đủ" not in text_of(browser("licensing").get(path))
    by = world.actor("private_manager")
    houses.paper(by, facility, "water", expires=day(20))
    assert "Gia hạn giấy tờ sắp hết hạn" in text_of(fm.get(path))
    change(by, facility, "describe", **{**houses.PROFILE, "zone": ""})
    shown = text_of(fm.get(path))
    assert "Bổ sung thông tin cơ sở" in shown and f"/lam/facilities/facility/{facility.pk}/describe/?next=" in shown
    late = houses.paper(by, facility, "food", expires=day(-2))
    shown = text_of(fm.get(path))
    assert "Gia hạn giấy tờ đã hết hạn" in shown and f"replaces={late.pk}" in shown


def test_the_next_thing_is_done_from_the_page(browser, world, facility):
    """From the box to the form, already filled in, and back."""
    client, path = browser("private_manager"), f"/co-so/{facility.unit_id}/"
    late = houses.paper(world.actor("private_manager"), facility, "food", expires=day(-2))
    link = re.search(r'href="(/them/[^"]+replaces=[^"]+)"', text_of(client.get(path)))[1].replace("&amp;", "&")
    form = text_of(client.get(link))
    assert f'value="{late.pk}" selected' in form and 'value="food" selected' in form
    sent = {"kind": "food", "replaces": str(late.pk), "expires_on": day(700), "key": "k1", "next": path}
    answer = client.post(link.split("?")[0], sent)
    assert (answer.status_code, answer["Location"]) == (302, path)
    late.refresh_from_db()
    assert late.replaced_by is not None
    assert "Thông tin cơ sở đã đủ" in text_of(client.get(path))


def test_only_who_may_is_shown_buttons(browser, facility):
    for tab in ("nha-giuong/", "nhan-su/", "dich-vu/", "giay-to/"):
        path = f"/co-so/{facility.unit_id}/{tab}"
        assert "/them/facilities/" in text_of(browser("private_manager").get(path))
        if browser("licensing").get(path).status_code == 200:
            assert "/them/facilities/facility" not in text_of(browser("licensing").get(path))


def test_a_closed_house_is_read_and_no_more(browser, facility):
    Facility.objects.filter(pk=facility.pk).update(closed_on=timezone.localdate())
    client = browser("private_manager")
    shown = text_of(client.get(f"/co-so/{facility.unit_id}/"))
    assert "thôi hoạt động từ ngày" in shown and "/lam/facilities/" not in shown
    assert "/them/" not in text_of(client.get(f"/co-so/{facility.unit_id}/nha-giuong/"))
    worker = browser("worker")
    assert facility.unit.name not in text_of(worker.get("/co-so/?q=mai"))
    assert "Đã giải thể" in text_of(worker.get("/co-so/?q=mai&het=1"))


def test_reading_about_people_is_logged(browser, world, facility):
    browser("licensing").get(f"/co-so/{facility.unit_id}/nhan-su/")
    rows = ReadLog.objects.filter(actor=world.user("licensing"), model="facilities.StaffMember")
    assert set(rows.values_list("field_class", flat=True)) == {"view", "read:contact"}
    browser("steward").get(f"/co-so/{facility.unit_id}/nhan-su/")
    rows = ReadLog.objects.filter(actor=world.user("steward"), model="facilities.StaffMember")
    assert set(rows.values_list("field_class", flat=True)) == {"view"}


def test_a_phone_is_on_the_page_of_those_who_read_it(browser, world, facility):
    houses.member(world.actor("private_manager"), facility, full_name="Hoa", phone="0912345678")
    path = f"/co-so/{facility.unit_id}/nhan-su/"
    shown = {
        who: "0912345678" in text_of(browser(who).get(path)) for who in ("private_manager", "licensing", "steward")
    }
    assert shown == {"private_manager": True, "licensing": True, "steward": False}


def test_reminders_lead_from_the_day_to_the_paper(browser, world, facility):
    paper = houses.paper(world.actor("private_manager"), facility, "water", expires=day(20))
    remind_of_papers()
    client = browser("private_manager")
    day_page = text_of(client.get("/"))
    assert "Gia hạn giấy tờ của cơ sở" in day_page and f"/co-so/giay-to/{paper.pk}/" in day_page
    answer = client.get(f"/co-so/giay-to/{paper.pk}/")
    assert answer["Location"] == f"/co-so/{facility.unit_id}/giay-to/#p-{paper.pk}"
    assert browser("worker").get(f"/co-so/giay-to/{paper.pk}/").status_code == 404
    assert browser("manager").get(f"/co-so/giay-to/{paper.pk}/").status_code == 404


# The list


@pytest.fixture
def several(world):
    made = {
        "Nhà Dưỡng lão Bình An": {"legal_kind": "elderly", "ownership": "private", "commune": world.communes[0]},
        "Làng Trẻ em Hy Vọng": {"legal_kind": "children", "ownership": "public", "commune": world.communes[1]},
        "Trung tâm Tâm thần": {"legal_kind": "mental", "ownership": "public"},
    }
    rows = {}
    for name, columns in made.items():
        row = FacilityFactory(**columns)
        row.unit.name = name
        row.unit.save()
        rows[name] = row
    authorise_facility(rows["Làng Trẻ em Hy Vọng"], 30, ("k1",))
    rows["Trung tâm Tâm thần"].care_models.create(code="residential")
    room_with_beds(rows["Nhà Dưỡng lão Bình An"], 3)
    return rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Nhà Dưỡng lão Bình An", "Làng Trẻ em Hy Vọng", "Trung tâm Tâm thần"}),
        ("q=hy+vong", {"Làng Trẻ em Hy Vọng"}), ("q=HY VỌNG", {"Làng Trẻ em Hy Vọng"}),
        ("loai=mental", {"Trung tâm Tâm thần"}),
        ("so_huu=private", {"Nhà Dưỡng lão Bình An"}), ("nhom=k1", {"Làng Trẻ em Hy Vọng"}), ("nhom=f1a", set()),
        ("mo_hinh=residential", {"Trung tâm Tâm thần"}), ("mo_hinh=shelter", set()), ("q=khong+co", set()),
        ("so_huu=public&loai=mental", {"Trung tâm Tâm thần"}),
        ("loai=bay-ba", {"Nhà Dưỡng lão Bình An", "Làng Trẻ em Hy Vọng", "Trung tâm Tâm thần"}),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(browser, several, query, found):
    shown = text_of(browser("worker").get(f"/co-so/?{query}"))
    assert {name for name in several if f">{name}</a>" in shown} == found


def test_the_list_by_commune(browser, world, several):
    shown = text_of(browser("worker").get(f"/co-so/?xa={world.communes[1].pk}"))
    assert ">Làng Trẻ em Hy Vọng</a>" in shown and ">Nhà Dưỡng lão Bình An</a>" not in shown


def test_the_list_tells_what_each_may_do_and_has(browser, several):
    shown = text_of(browser("worker").get("/co-so/?q=hy+vong"))
    assert "30 người" in shown
    shown = text_of(browser("worker").get("/co-so/?q=binh+an"))
    assert "chưa được phép tiếp nhận" in shown and re.search(r"Giường dùng được:\">3<", shown)


def test_the_next_page_begins_where_this_one_ends(browser, monkeypatch, several):
    monkeypatch.setattr("facilities.web.facility_list.SIZE", 2)
    client = browser("worker")
    first = text_of(client.get("/co-so/"))
    link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = text_of(client.get(link))
    on_first = {name for name in several if f">{name}</a>" in first}
    on_second = {name for name in several if f">{name}</a>" in second}
    assert len(on_first) == 2 and on_first | on_second == set(several) and not on_first & on_second


def test_the_list_costs_the_same_however_long(browser, several):
    client = browser("worker")
    before = queries(client, "/co-so/")
    for number in range(6):
        row = FacilityFactory()
        authorise_facility(row, 10, ("k1", "k2"))
        row.care_models.create(code="residential")
        room_with_beds(row, number + 1)
    assert queries(client, "/co-so/") == before


def test_each_tab_costs_the_same_however_much_there_is(browser, world, facility):
    client, by = browser("private_manager"), world.actor("private_manager")
    houses.paper(by, facility, "water", expires=day(20))
    base = f"/co-so/{facility.unit_id}/"
    before = {tab: queries(client, base + tab) for tab in TABS}
    block = houses.building(by, facility, "Dãy B")
    for number in range(3):
        houses.beds(by, houses.room(by, block, f"B{number}"), 3, f"B{number}-")
        houses.member(by, facility, full_name=f"Người {number}", phone=f"091234567{number}")
        houses.price(by, facility, per=f"lượt {number}")
        houses.paper(by, facility, "other", expires=day(30 + number), number=str(number))
    assert {tab: queries(client, base + tab) for tab in TABS} == before


def test_a_steward_enters_a_unit(browser, world):
    client = browser("steward")
    assert 'href="/co-so/moi/"' in text_of(client.get("/co-so/"))
    assert browser("worker").get("/co-so/moi/").status_code == 403
    sent = {
        "unit": str(world.units["private"].pk), "legal_kind": "elderly", "ownership": "private", "source": "Danh sách",
        "key": "k1",
    }  # fmt: skip
    wrong = client.post("/co-so/moi/", {**sent, "source": ""})
    assert wrong.status_code == 422 and not Facility.objects.exists()
    done = client.post("/co-so/moi/", sent)
    made = Facility.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/co-so/{made.pk}/")
    again = client.post("/co-so/moi/", {**sent, "key": "k2"})
    assert again.status_code == 409 and "đã có trong sổ cơ sở" in again.content.decode()
    assert Facility.objects.count() == 1


def test_what_was_done_is_told_in_words(browser, world, facility):
    shown = text_of(browser("private_manager").get(f"/co-so/{facility.unit_id}/lich-su/"))
    for words in ("Kê thêm giường", "Thêm nhân viên", "Ghi vào sổ cơ sở", "diện tích đất", "Giám đốc, người đứng đầu"):
        assert words in shown
    assert "Nguyễn Thị Mai" not in re.sub(r"<title>.*</title>", "", shown)


def test_old_papers_stay_readable(browser, world, facility):
    by = world.actor("private_manager")
    old = WalletPaper.objects.get(kind="fire")
    houses.paper(by, facility, "fire", expires=day(900), number="13/PCCC", replaces=old.pk)
    shown = text_of(browser("private_manager").get(f"/co-so/{facility.unit_id}/giay-to/"))
    assert "13/PCCC" in shown and "đã có giấy mới thay" in shown
