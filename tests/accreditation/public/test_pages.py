"""The pages for everybody: what they say, and that they are the same whoever asks."""

from datetime import date
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from accreditation.web import public_pages
from core.accounts.enums import UnitKind
from core.catalogue.models import ServiceType
from facilities.models import FacilityModel, PriceItem
from tests.factories.accounts import UnitFactory
from tests.factories.facilities import FacilityFactory, authorise_facility
from tests.factories.places import communes

LIST = "/cong-khai/"
CHECK = "/cong-khai/giay-phep/"


@pytest.fixture(autouse=True)
def nothing_kept():
    public_pages.forget()


@pytest.fixture
def other(department):
    """A public facility for children in another commune."""
    unit = UnitFactory(code="TE", name="Trung tâm Ánh Dương", kind=UnitKind.PUBLIC, parent=department)
    facility = FacilityFactory(
        unit=unit, legal_kind="children", ownership="public", commune=communes(2)[1], capacity=50
    )
    authorise_facility(facility, capacity=50, groups=("k1", "k2"), paper_number="99/QĐ-UBND")
    FacilityModel.objects.create(facility=facility, code="day_care")
    return facility


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_the_list_says_what_each_may_do(client, home, licensed, other):
    licence = licensed(home)
    shown = page(client, LIST)
    assert "(2)" in shown
    assert "Mái ấm Hoa Mai" in shown
    assert "12 Nguyễn Ái Quốc" in shown
    assert "02513833333" in shown
    assert "Đang hoạt động" in shown
    assert shown.count("<circle r=") >= 2  # on the map
    one = page(client, f"{LIST}co-so/{home.pk}/")
    assert licence.number in one
    assert "7:30 đến 17:00" in one
    assert "Cơ sở chưa công bố giá dịch vụ" in one


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ten=hoa+mai", {"home"}), ("ten=anh+duong", {"other"}), ("ten=%C3%81nh", {"other"}), ("ten=khong", set()),
        ("nhom=k2", {"other"}), ("nhom=k1", {"home", "other"}), ("loai=elderly", {"home"}),
        ("mo_hinh=day_care", {"other"}), ("loai=elderly&mo_hinh=day_care", set()),
        ("xa={home}", {"home"}), ("xa={other}", {"other"}), ("xa={home}&nhom=k2", set()),
        ("ten=%25", set()), ("loai=nothing", {"home", "other"}), ("trang=999", {"home", "other"}),
        ("trang=x", {"home", "other"}), ("lạ=1", {"home", "other"}),
    ],
)  # fmt: skip
def test_filters(client, home, other, licensed, asked, found):
    licensed(home)
    query = asked.format(home=home.commune_id, other=other.commune_id)
    shown = page(client, f"{LIST}?{query}")
    names = {"home": "Mái ấm Hoa Mai</a>", "other": "Trung tâm Ánh Dương</a>"}
    assert {key for key, name in names.items() if name in shown} == found


def test_prices_of_today_are_shown(client, home):
    kind = ServiceType.objects.first()
    for price, since, until in ((100_000, date(2025, 1, 1), date(2026, 1, 1)), (150_000, date(2026, 1, 1), None)):
        PriceItem.objects.create(
            facility=home,
            service_type=kind,
            per="ngày",
            price=price,
            valid_from=since,
            valid_to=until,
            basis="Bảng giá",
        )
    shown = page(client, f"{LIST}co-so/{home.pk}/")
    assert "150.000" in shown
    assert "100.000" not in shown


@pytest.mark.parametrize(
    ("state", "word"),
    [("suspended", "Bị tạm đình chỉ"), ("restricted", "Bị thu hẹp phạm vi"), ("active", "Đang hoạt động")],
)
def test_a_licence_held_back_is_said_in_words_and_shape(client, home, licensed, state, word):
    licensed(home, state)
    if state == "suspended":
        home.authorities.update(stopped_on=timezone.localdate(), stop_reason="Đình chỉ canary-lý-do")
    shown = page(client, LIST)
    row = shown.partition('class="standing')[2].partition("</span>")[0]
    assert word in row
    assert "<svg" in row
    assert "canary" not in shown


@pytest.mark.parametrize("state", ["revoked", "surrendered", "superseded", "issued"])
def test_what_is_not_recognised_is_not_listed(client, home, licensed, state):
    licensed(home, state)
    home.authorities.update(stopped_on=timezone.localdate(), stop_reason="x")
    assert "Hoa Mai" not in page(client, LIST)
    page(client, f"{LIST}co-so/{home.pk}/", 404)


def test_a_closed_facility_leaves_the_list(client, home):
    home.closed_on = timezone.localdate()
    home.save()
    assert "Hoa Mai" not in page(client, LIST)


def test_a_hidden_facility_is_at_no_place(client, home, licensed):
    licensed(home, address="7 ngõ Canary-giấy-phép")
    commune = home.commune
    home.hidden_address, home.address, home.safe_address, home.lat, home.lon = True, "", "7 ngõ Canary", None, None
    home.save()
    for address in (LIST, f"{LIST}co-so/{home.pk}/", f"{CHECK}?so=01/GP-SYT"):
        shown = page(client, address)
        assert "Hoa Mai" in shown
        for told in ("Canary", commune.label, home.phone, home.email, "7:30"):
            assert told not in shown, (address, told)
    assert f'value="{commune.pk}"' not in page(client, LIST)
    neighbour = FacilityFactory(unit=UnitFactory(name="Cơ sở bên cạnh"), commune=commune)
    authorise_facility(neighbour)
    shown = page(client, f"{LIST}?xa={commune.pk}")
    assert "Cơ sở bên cạnh" in shown
    assert "Hoa Mai" not in shown


def test_procedures_say_who_decides_how_long_and_what_is_uncertain(client, db):
    shown = page(client, "/cong-khai/thu-tuc/")
    assert "15 ngày làm việc" in shown
    assert "UBND xã, phường nơi đặt cơ sở" in shown
    one = page(client, "/cong-khai/thu-tuc/licence/")
    assert "NĐ 103/2017/NĐ-CP Đ.29" in one
    assert "/cong-khai/mau/to-khai-cap-giay-phep/" in one
    assert "không bắt buộc" in one
    assert "chưa đối chiếu văn bản" in one
    assert "Chưa áp dụng" in page(client, "/cong-khai/thu-tuc/renew/")
    assert "khi đổi người đứng đầu" in page(client, "/cong-khai/thu-tuc/adjust/")
    page(client, "/cong-khai/thu-tuc/khong-co/", 404)


def test_every_procedure_and_every_form_opens(client, db):
    shown = page(client, "/cong-khai/thu-tuc/")
    codes = {part.partition('/"')[0] for part in shown.split('href="/cong-khai/thu-tuc/')[1:]} - {""}
    codes = {code for code in codes if not code.startswith('"')}
    assert len(codes) == 9
    forms = set()
    for code in codes:
        one = page(client, f"/cong-khai/thu-tuc/{code}/")
        forms |= {part.partition('"')[0] for part in one.split('href="/cong-khai/mau/')[1:]}
    assert len(forms) == 13
    for form in forms:
        response = client.get(f"/cong-khai/mau/{form}")
        assert response.status_code == 200
        assert response.headers["Content-Disposition"] == f'attachment; filename="{form.strip("/")}.docx"'
        assert response.content[:2] == b"PK"
    page(client, "/cong-khai/mau/khong-co/", 404)


def test_long_lists_come_in_pages(client, department):
    for number in range(53):
        facility = FacilityFactory(unit=UnitFactory(code=f"P{number}", name=f"Cơ sở số {number:02d}"))
        authorise_facility(facility)
    first, second = page(client, LIST), page(client, f"{LIST}?trang=2")
    assert "(53)" in first
    assert "Trang 2 trên 2" in second
    assert first.count('class="what"') == 50
    assert second.count('class="what"') == 3
    assert "53 cơ sở không ở trên bản đồ" in first


def test_what_visitors_type_is_not_run(client, db):
    asked = '"><script>alert(1)</script>'
    for address in (f"{LIST}?ten={quote(asked)}", f"{LIST}?xa={quote(asked)}", f"{CHECK}?so={quote(asked)}"):
        shown = client.get(address).content.decode()
        assert "<script" not in shown.lower()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent(client, home, method):
    for address in (LIST, CHECK, f"{LIST}co-so/{home.pk}/", "/cong-khai/thu-tuc/"):
        assert getattr(client, method)(address).status_code == 405


def test_no_script_at_all(client, home):
    for address in (LIST, CHECK, f"{LIST}co-so/{home.pk}/", "/cong-khai/thu-tuc/", "/cong-khai/giay-phep/khoa/"):
        assert "<script" not in page(client, address)


def test_csrf_is_asked_of_nobody(home):
    assert Client(enforce_csrf_checks=True).get(LIST).status_code == 200
