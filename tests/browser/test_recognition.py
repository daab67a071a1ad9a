"""A new home for the elderly from its first application to its dissolution, as its users do it; a small home at its
commune. What was shown in one part is taken by `perform()` in the others, so that each part is about one thing."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from accreditation import signing
from accreditation.models import Application, Licence
from accreditation.selectors import dossier
from core.audit import chain
from core.web.pages import act_url
from facilities.models import Authority
from tests.browser.checks import PICTURES, axe, no_sideways_scroll, shot, shots
from tests.browser.conftest import PASSWORD
from tests.browser.visiting import PHONE, Visits, done, fill, press, send
from tests.core.documents.files import pdf
from tests.factories.accreditation import Recognition, house, people
from tests.factories.cases import GROUP, day
from tests.factories.world import World, build_world

pytestmark = pytest.mark.browser

NAMES = {
    "licensing": "Hoàng Anh Tuấn", "licensing2": "Nguyễn Hồng Phúc", "head": "Nguyễn Thanh Bình",
    "head2": "Phan Chí Dũng", "private_manager": "Trần Thị Thanh Hoa", "commune_officer": "Trần Gia Khánh",
    "chair": "Lê Minh Quân", "private2_manager": "Ông Thị Vui",
}  # fmt: skip
FAULTS = {"form": "Tờ khai chưa ký tên, đóng dấu.", "founding": "Bản sao mờ, không đọc được số quyết định."}


@pytest.fixture
def world(committed) -> World:
    """The small province with officers and heads, all of whom can sign in."""
    made = people(build_world())
    for name, user in made.users.items():
        user.full_name = NAMES.get(name, user.full_name)
        user.set_password(PASSWORD)
        user.save()
    return made


def look(page: Page, name: str) -> None:
    axe(page)
    no_sideways_scroll(page)
    shots(page, name)


def act(page: Page, row: Application | Licence, name: str, **values: object) -> None:
    """The page of one action, filled and sent."""
    page.goto(act_url(row._meta.label, row.pk, name))
    send(page, **values)


def again(row: Application) -> Application:
    return Application.objects.get(pk=row.pk)


def card(page: Page, anchor: str) -> Locator:
    return page.locator(f"#{anchor}")


def test_a_home_for_the_elderly_is_recognised_step_by_step(visits, world):
    house(world, capacity=20)
    application = applies(visits, world)
    is_told_of_two_defects(visits, application)
    corrects_and_submits_again(visits, application)
    is_visited_with_a_telephone(visits, world, application)
    licence = is_approved_on_conditions_then_fully(visits, application)
    the_licence_is_printed_and_checked_by_anybody(visits, licence)
    is_suspended_and_works_again(visits, licence)
    assert chain.verify()[1] == []


def applies(visits: Visits, world: World) -> Application:
    page = visits.by("private_manager")
    page.goto("/ho-so/moi/")
    look(page, "recognition-choose")
    with page.expect_navigation():
        page.locator('form:has(input[name="kind"][value="licence"]) button').click()
    application = Application.objects.get(kind="licence")
    page.goto(f"/ho-so/{application.pk}/")
    look(page, "recognition-draft")
    act(page, application, "edit", groups=GROUP, capacity=20, tasks="Chăm sóc, nuôi dưỡng người cao tuổi")
    upload(page, application)
    page.goto(f"/ho-so/{application.pk}/")
    expect(card(page, "giay-to")).to_contain_text(re.compile(r"đủ (\d)/\1 giấy"))
    act(page, application, "submit", signed_name="Trần Thị Thanh Hoa", pledged=True)
    application = again(application)
    assert application.state == "submitted"
    page.goto(f"/ho-so/{application.pk}/")
    expect(card(page, "thoi-gian")).to_contain_text(application.receipt_number)
    expect(card(page, "thoi-gian")).to_contain_text("0/15")
    look(page, "recognition-submitted")
    return application


def upload(page: Page, application: Application, *codes: str) -> None:
    """What is lacking, or the papers named, each by its own form on the page."""
    wanted = codes or [entry.component.code for entry in dossier.lacking(again(application))]
    for code in wanted:
        page.goto(f"/ho-so/{application.pk}/")
        item = card(page, f"giay-{code}")
        fold = item.locator("details")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        file = {"name": f"{code}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        item.locator("input[type=file]").set_input_files(file)
        for name, shift in (("issued_on", -20), ("expires_on", 300)):
            field = item.locator(f"input[name={name}]")
            if field.count():
                field.fill(day(shift))
        with page.expect_navigation():
            item.get_by_role("button", name="Tải lên").click()
        done(page)


def is_told_of_two_defects(visits: Visits, application: Application) -> None:
    page = visits.by("licensing")
    page.goto("/tham-dinh/")
    expect(page.locator("main")).to_contain_text(application.number)
    look(page, "recognition-queue")
    page.goto(f"/tham-dinh/{application.pk}/")
    declare(page)
    check(page, FAULTS)
    look(page, "recognition-dossier")
    press(page, "Trả lại kèm danh sách này…")
    look(page, "recognition-return")
    send(page)
    application = again(application)
    assert (application.state, application.defects.count()) == ("returned", 2)


def declare(page: Page) -> None:
    form = page.locator("#loi-ich form")
    fill(form, {"has_interest": "no"})
    with page.expect_navigation():
        form.get_by_role("button", name="Gửi lời khai").click()
    done(page)


def check(page: Page, faults: dict[str, str]) -> None:
    form = page.locator("#kiem form")
    for radio in form.locator('input[type=radio][value="accepted"]').all():
        radio.check()
    for code, text in faults.items():
        fill(form, {f"paper_{code}": "defect", f"paper_{code}_note": text})
    with page.expect_navigation():
        form.get_by_role("button", name="Lưu kết quả xem giấy tờ").click()
    done(page)


def corrects_and_submits_again(visits: Visits, application: Application) -> None:
    page = visits.by("private_manager")
    page.goto(f"/ho-so/{application.pk}/")
    for text in FAULTS.values():
        expect(page.locator("main")).to_contain_text(text)
    look(page, "recognition-returned")
    upload(page, application, *FAULTS)
    page.goto(f"/ho-so/{application.pk}/")
    for area in page.locator("#thieu-sot textarea").all():
        area.fill("Đã ký, đóng dấu và nộp bản rõ.")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu các câu trả lời").click()
    done(page)
    act(page, application, "submit", pledged=True)
    application = again(application)
    assert (application.state, application.round) == ("submitted", 2)
    assert all(row.answered_at for row in application.defects.all())


def is_visited_with_a_telephone(visits: Visits, world: World, application: Application) -> None:
    page = visits.by("licensing")
    page.goto(f"/tham-dinh/{application.pk}/")
    check(page, {})
    act(page, application, "take")
    act(page, application, "visit", planned_on=day(0), team=str(world.user("licensing2").pk))
    assert again(application).state == "site_visit"
    phone = visits.sign_in(visits.new_page(PHONE), "licensing")
    phone.goto(f"/tham-dinh/{application.pk}/thuc-dia/")
    axe(phone)
    no_sideways_scroll(phone)
    shot(phone, "recognition-site-visit")
    while (button := phone.locator("form:has(input[value=answer_conditions]) button.main")).count():
        form = phone.locator("form:has(input[value=answer_conditions]):has(button.main)").first
        for radio in form.locator('input[type=radio][value="met"]').all():
            radio.check()
        with phone.expect_navigation():
            button.first.click()
        done(phone)
        no_sideways_scroll(phone)
    section = phone.locator('form:has(input[name="condition_direct_staff"])')
    fill(section, {
        "condition_direct_staff": "unmet", "condition_direct_staff_note": "Ca đêm mới có một người chăm sóc.",
    })  # fmt: skip
    with phone.expect_navigation():
        section.locator("button.btn").last.click()
    done(phone)
    form = phone.locator("#bien-ban form")
    fill(form, {"met_whom": "Bà Trần Thị Thanh Hoa, quản lý"})
    shot(phone, "recognition-minutes")
    with phone.expect_navigation():
        form.get_by_role("button", name="Lập biên bản").click()
    done(phone)
    visit = again(application).visits.get()
    assert visit.held_at is not None
    act(
        page, application, "recommend", recommendation="conditional",
        report="Cơ sở đạt các điều kiện trừ trực đêm; đề nghị cho hoạt động có điều kiện.",
    )  # fmt: skip
    assert again(application).state == "decision"


def is_approved_on_conditions_then_fully(visits: Visits, application: Application) -> Licence:
    head = visits.by("head")
    head.goto("/quyet-dinh/")
    expect(head.locator("main")).to_contain_text(application.number)
    look(head, "recognition-desk")
    act(head, application, "conditional", conditions="Có hai người trực đêm.", conditions_by=day(60), limit_capacity=10)
    licence = Licence.objects.get(application=application)
    assert (again(application).state, licence.state, licence.limit_capacity) == ("conditional", "restricted", 10)
    assert Authority.objects.get(Authority.on(licence.starts_on), facility=licence.facility).capacity == 10
    page = visits.by("private_manager")
    act(page, application, "evidence", answer="Đã ký hợp đồng với người trực đêm thứ hai.")
    look(page, "recognition-conditional")
    act(head, application, "met")
    licence.refresh_from_db()
    assert (again(application).state, licence.state) == ("approved", "active")
    return licence


def the_licence_is_printed_and_checked_by_anybody(visits: Visits, licence: Licence) -> None:
    page = visits.by("private_manager")
    page.goto(f"/giay-phep/{licence.pk}/")
    look(page, "recognition-licence")
    answer = page.request.get(f"/in/giay-phep/{licence.pk}/")
    assert answer.ok
    assert answer.body().startswith(b"%PDF-1.7")
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "recognition-licence.pdf").write_bytes(answer.body())
    # What the QR code on it says: the address of the public page with the signed content.
    said = urlsplit(signing.check_url(visits.address, signing.sign(licence)))
    stranger = visits.new_page(PHONE)
    stranger.goto(f"{said.path}?{said.query}")
    expect(stranger.locator("main")).to_contain_text("Giấy thật: chữ ký số đúng")
    expect(stranger.locator("main")).to_contain_text(licence.number)
    expect(stranger.locator("main")).not_to_contain_text("Lê Thị Sáu")
    axe(stranger)
    no_sideways_scroll(stranger)
    shot(stranger, "recognition-checked")
    middle = len(said.query) // 2
    forged = said.query[:middle] + ("A" if said.query[middle] != "A" else "B") + said.query[middle + 1 :]
    with visits.expecting(404):
        stranger.goto(f"{said.path}?{forged}")
    expect(stranger.locator("main")).to_contain_text("Chữ ký không đúng")
    stranger.goto("/cong-khai/")
    expect(stranger.locator("main")).to_contain_text(licence.facility_name)
    stranger.goto("/cong-khai/giay-phep/")
    stranger.fill("#so", licence.code)
    with stranger.expect_navigation():
        stranger.get_by_role("button", name="Tra cứu").click()
    expect(stranger.locator("main")).to_contain_text("Dùng được lúc")


def is_suspended_and_works_again(visits: Visits, licence: Licence) -> None:
    head = visits.by("head")
    act(
        head, licence, "suspend", immediate=True, danger="Cháy nhỏ ở bếp, dây điện hở.", mend_by=day(60),
        note="Nguy hiểm cho người đang ở.",
    )  # fmt: skip
    licence.refresh_from_db()
    assert licence.state == "suspended"
    assert not Authority.objects.filter(Authority.on(licence.starts_on), facility=licence.facility).exists()
    head.goto(f"/giay-phep/{licence.pk}/")
    look(head, "recognition-suspended")
    stranger = visits.new_page()
    stranger.goto(f"/cong-khai/giay-phep/?so={licence.code}")
    expect(stranger.locator("main")).to_contain_text("Không dùng được để hoạt động")
    expect(stranger.locator("main")).not_to_contain_text("Cháy nhỏ")
    act(
        head, licence, "reinstate", visited_on=day(0), visited_by="Hoàng Anh Tuấn, Nguyễn Hồng Phúc",
        note="Đã thay toàn bộ dây điện bếp.",
    )  # fmt: skip
    licence.refresh_from_db()
    assert licence.state == "active"


def test_an_adjustment_takes_the_place_and_a_dissolution_ends_it(visits, world):
    story = Recognition(world, "adjust").decision()
    former = Licence.objects.get(facility=story.facility)
    head = visits.by("head")
    head.goto(f"/tham-dinh/{story.application.pk}/")
    expect(head.locator("main")).to_contain_text("Hoa Mai Vàng")
    act(head, story.application, "approve")
    former.refresh_from_db()
    new = Licence.objects.get(application=story.application)
    assert (former.state, new.state, new.predecessor_id) == ("superseded", "active", former.pk)
    assert new.facility_name == "Hoa Mai Vàng"

    ending = Recognition(world, "dissolve").decision()
    act(head, ending.application, "approve", relocation_plan="Không còn người đang ở.")
    new.refresh_from_db()
    ending.facility.refresh_from_db()
    assert new.state == "surrendered"
    assert ending.facility.closed_on is not None
    head.goto(f"/giay-phep/{new.pk}/")
    look(head, "recognition-dissolved")
    stranger = visits.new_page()
    stranger.goto("/cong-khai/")
    expect(stranger.locator("main")).not_to_contain_text("Hoa Mai Vàng")


def test_a_small_home_is_decided_by_its_commune(visits, world):
    house(world, "private2", capacity=8)
    story = Recognition(world, "small_facility", unit="private2").decision()
    chair = visits.by("chair")
    chair.goto("/quyet-dinh/")
    expect(chair.locator("main")).to_contain_text(story.application.number)
    act(chair, story.application, "approve")
    licence = Licence.objects.get(application=story.application)
    assert (licence.kind, licence.to_unit, licence.state) == ("small", world.units["commune"], "active")
    page = visits.by("private2_manager")
    page.goto(f"/giay-phep/{licence.pk}/")
    look(page, "recognition-small")
