"""The second factor in a browser, once with the keyboard alone: set up, work, the code anew before a list leaves."""

import time

import pytest
from allauth.mfa.totp.internal import auth
from playwright.sync_api import Page, expect

from core.accounts import second_factor
from tests.browser.checks import axe, no_sideways_scroll, shot
from tests.browser.visiting import PHONE

pytestmark = pytest.mark.browser


def code(secret: str, later: int = 0) -> str:
    """What the app shows now, or that many half minutes later."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + later))


def typed(page: Page, text: str) -> None:
    page.locator("[name=code]").focus()
    page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_set_up_work_and_step_up(visits, settings, monkeypatch):
    settings.DH_REQUIRE_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1  # the end of a half minute between typing and asking is no failure here
    page = visits.new_page(PHONE)
    page.set_default_timeout(30_000)  # the first page of a server that has just begun
    page.set_default_navigation_timeout(30_000)
    page.goto("/dang-nhap/")
    page.fill("[name=login]", "supervisor")
    page.fill("[name=password]", visits.password)
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Xác nhận lại là chính mình")
    expect(page.locator("body")).to_contain_text("Bật bảo mật hai bước trước khi làm việc với hồ sơ.")
    page.fill("[name=password]", visits.password)
    page.click("main form button.main")
    expect(page.locator("h1")).to_have_text("Bật ứng dụng xác thực")
    no_sideways_scroll(page)
    shot(page, "second-factor-set-up")
    secret = page.locator(".num").inner_text().strip()
    typed(page, code(secret))
    expect(page.locator("h1")).to_have_text("Mã dự phòng")
    page.goto("/mang-luoi/")
    expect(page.locator("h1")).to_contain_text("Mạng lưới")
    _step_up(page, secret, settings, monkeypatch)


def _step_up(page: Page, secret: str, settings, monkeypatch) -> None:
    """The code was shown too long ago for what leaves as a list."""
    moment = time.time() + settings.DH_STEP_UP_MINUTES * 60 + 5
    with monkeypatch.context() as late:
        late.setattr(second_factor, "time", type("Later", (), {"time": staticmethod(lambda: moment)}))
        page.goto("/tai-khoan/mat-khau/")
    expect(page.locator("h1")).to_have_text("Xác nhận lại là chính mình")
    expect(page.locator("body")).to_contain_text("Việc này cần gõ lại mã bảo mật")
    axe(page)
    no_sideways_scroll(page)
    shot(page, "second-factor-step-up")
    typed(page, code(secret, later=1))
    expect(page.locator("h1")).to_have_text("Đổi mật khẩu")
