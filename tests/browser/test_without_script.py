"""Without JavaScript: registering and acting work all the same."""

import pytest
from playwright.sync_api import expect

from casework.models import Case
from tests.browser.visiting import fill, press
from tests.factories.cases import Story

pytestmark = pytest.mark.browser


def test_register_and_act(visits, world):
    page = visits.sign_in(visits.new_page(java_script_enabled=False), "intake")
    press(page, "Tiếp nhận mới")
    form = page.locator("main form[method=post]:has(button.main)").first
    fill(
        form,
        {
            "in_danger": "no", "name": "Điểu Thị Lan", "birth": "1987", "sex": "female", "source": "self",
            "commune": world.communes[0].pk, "problem": "Chồng mất, nuôi ba con nhỏ.", "legal_basis": "statutory",
        },
    )  # fmt: skip
    form.get_by_role("button", name="Lưu và chuyển sàng lọc").click()
    case = Case.objects.get()
    assert case.state == "intake"

    boss = visits.sign_in(visits.new_page(java_script_enabled=False), "supervisor")
    boss.goto(f"/ca/{case.pk}/")
    press(boss, "Nhận vào đánh giá")
    form = boss.locator("main form[method=post]:has(button.main)").first
    fill(form, {"group": "khuyết tật đặc biệt nặng", "worker": "Nguyễn Quốc Huy"})
    form.locator("button.main").click()
    case.refresh_from_db()
    assert (case.state, case.worker) == ("assessment", world.user("worker"))


def test_a_refused_form_keeps_what_was_typed(visits, world):
    case = Story(world).register().case
    page = visits.sign_in(visits.new_page(java_script_enabled=False), "supervisor")
    page.goto(f"/lam/casework/case/{case.pk}/screen_out/")
    page.locator("[name=note]").fill("   ")
    page.locator("[name=reason]").select_option("withdrew")
    with visits.expecting(422):
        page.locator("main button.stop").click()
    expect(page.locator("[data-focus]")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("withdrew")
    case.refresh_from_db()
    assert case.state == "intake"
