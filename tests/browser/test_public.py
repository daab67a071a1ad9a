"""The pages for everybody, by somebody without an account, without script, on a desk screen, a phone and on paper."""

from datetime import date
from urllib.parse import quote

import pytest

from accreditation import signing
from accreditation.models import Licence, LicenceGroup
from core.accounts.enums import UnitKind
from core.catalogue.models import ServiceType
from facilities.models import FacilityModel, PriceItem
from tests.browser.checks import axe, no_sideways_scroll, shot
from tests.browser.visiting import DESK, PHONE
from tests.factories.accounts import UnitFactory
from tests.factories.facilities import FacilityFactory, authorise_facility
from tests.factories.places import communes
from tests.factories.world import World

pytestmark = pytest.mark.browser
DAY = date(2026, 3, 2)
HOMES = [
    ("Mái ấm Hoa Mai", "elderly", "active", ("k1", "k3")),
    ("Trung tâm Nuôi dưỡng người cao tuổi Sông Phố", "elderly", "active", ("k3",)),
    ("Cơ sở chăm sóc trẻ em Ánh Dương", "children", "suspended", ("k1",)),
    ("Nhà tạm lánh Bình Yên", "other", "active", ("k1", "k2")),
    ("Mái ấm Tình Thương Xuân Lộc", "disabled", "restricted", ("k1", "k2", "k3", "k4")),
    *((f"Cơ sở trợ giúp xã hội số {number}", "general", "active", ("k1",)) for number in range(1, 9)),
]  # fmt: skip


def furnish(world: World) -> list[Licence]:
    """A register to look at: all states, one hidden address, several at one place, some with a point of their own."""
    places, made = communes(40), []
    for at, (name, kind, state, groups) in enumerate(HOMES):
        unit = UnitFactory(name=name, kind=UnitKind.PRIVATE, parent=world.units["department"])
        hidden = "tạm lánh" in name
        place = places[at * 3]
        point = {} if hidden or at % 2 else {"lat": place.lat, "lon": place.lon}
        facility = FacilityFactory(
            unit=unit, legal_kind=kind, commune=place, hidden_address=hidden, capacity=20 + at, phone="02513812345",
            address="" if hidden else f"{at + 1} đường Nguyễn Ái Quốc, khu phố {at + 1}",
            opening_hours="7:30 đến 17:00",
            email="" if hidden else "lienhe@example.org", accessible=True, **point,
        )  # fmt: skip
        held = authorise_facility(facility, capacity=20 + at, groups=groups, paper_number=f"{at + 1:02d}/GP-SYT")
        licence = Licence.objects.create(
            number=f"{at + 1:02d}/GP-SYT", code=f"TRACUU{at:06d}", facility=facility, to_unit=world.units["department"],
            facility_name=name, address=facility.address, legal_kind=kind, capacity=20 + at, issuer="Sở Y tế Đồng Nai",
            issued_on=DAY, starts_on=DAY, state="active",
        )  # fmt: skip
        LicenceGroup.objects.bulk_create(LicenceGroup(licence=licence, code=code) for code in groups)
        if state == "suspended":
            type(held).objects.filter(pk=held.pk).update(stopped_on=DAY, stop_reason="Đình chỉ")
        if state != "active":
            Licence.objects.filter(pk=licence.pk).update(
                state=state, mend_by=date(2027, 1, 31), limit_reason="Thiếu nhân sự", limit_capacity=10
            )
        FacilityModel.objects.create(facility=facility, code="residential")
        for kind_of, price in zip(ServiceType.objects.all()[:3], (150_000, 4_500_000, 80_000), strict=True):
            PriceItem.objects.create(
                facility=facility,
                service_type=kind_of,
                per="tháng",
                price=price,
                valid_from=DAY,
                basis="Quyết định của cơ sở",
            )
        made.append(licence)
    return made


def pages(licences: list[Licence]) -> list[tuple[str, str, int]]:
    """(name of the picture, address, status)"""
    home, shelter = licences[0].facility_id, licences[3].facility_id
    check = "/cong-khai/giay-phep/"
    signed = signing.sign(licences[2])
    return [
        ("public", "/cong-khai/", 200), ("public-filtered", "/cong-khai/?loai=elderly&nhom=k3", 200),
        ("public-nothing", "/cong-khai/?ten=khong+co+dau", 200), ("public-facility", f"/cong-khai/co-so/{home}/", 200),
        ("public-shelter", f"/cong-khai/co-so/{shelter}/", 200), ("public-check", check, 200),
        ("public-licence", f"{check}?so={quote('01/GP-SYT', safe='')}", 200),
        ("public-restricted", f"{check}?so=05%2FGP-SYT", 200), ("public-unknown", f"{check}?so=99%2FGP", 404),
        ("public-genuine", f"{check}?ky={signed}", 200), ("public-forged", f"{check}?ky={signed[:-4]}AAAA", 404),
        ("public-key", f"{check}khoa/", 200), ("public-procedures", "/cong-khai/thu-tuc/", 200),
        ("public-procedure", "/cong-khai/thu-tuc/licence/", 200), ("public-renew", "/cong-khai/thu-tuc/renew/", 200),
        ("public-gone", "/cong-khai/thu-tuc/khong-co/", 404),
    ]  # fmt: skip


@pytest.mark.looks
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_public_pages_are_clean(visits, world, size):
    licences = furnish(world)
    page = visits.new_page(size)
    with visits.expecting(404):
        for picture, address, status in pages(licences):
            answer = page.goto(address)
            assert answer is not None and answer.status == status, f"{address}: {answer and answer.status}"
            axe(page)
            no_sideways_scroll(page)
            shot(page, picture)
            if size == PHONE:
                page.set_viewport_size({"width": 320, "height": size[1]})
                no_sideways_scroll(page)
                page.set_viewport_size({"width": size[0], "height": size[1]})
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_a_citizen_finds_a_home_and_checks_its_licence_without_script(visits, world):
    furnish(world)
    page = visits.new_page(PHONE, java_script_enabled=False)
    page.goto("/cong-khai/")
    page.get_by_label("Tên cơ sở").fill("hoa mai")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="Mái ấm Hoa Mai").click()
    page.get_by_role("link", name="01/GP-SYT").click()
    assert page.get_by_text("Đang hiệu lực").is_visible()
    page.get_by_label("Số giấy phép hoặc mã tra cứu").fill("03/gp-syt")
    page.get_by_role("button", name="Tra cứu").click()
    assert page.get_by_text("Bị tạm đình chỉ", exact=True).is_visible()
    page.locator("details.menu summary").click()
    page.locator("details.menu").get_by_role("link", name="Thủ tục, biểu mẫu").click()
    page.get_by_role("link", name="Cấp giấy phép hoạt động cơ sở trợ giúp xã hội").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biểu mẫu").first.click()
    assert download.value.suggested_filename == "to-khai-cap-giay-phep.docx"


def test_on_paper_stands_what_counts(visits, world):
    licences = furnish(world)
    page = visits.new_page(DESK)
    page.emulate_media(media="print")
    page.goto(f"/cong-khai/giay-phep/?ky={signing.sign(licences[0])}")
    assert page.get_by_text("Giấy thật").is_visible()
    assert not page.locator("header.bar").is_visible()
    assert not page.get_by_role("button", name="Tra cứu").is_visible()
    shot(page, "public-print")
