"""By keyboard alone, and a second press of a button."""

import pytest
from playwright.sync_api import expect

from casework.models import WorkEntry
from tests.factories.cases import Story

pytestmark = pytest.mark.browser


def test_the_skip_link_search_and_the_ways_by_key(visits):
    page = visits.by("worker")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    page.keyboard.press("/")
    search = page.locator("input[type=search]:visible")
    expect(search).to_be_focused()
    page.keyboard.type("g h")
    expect(search).to_have_value("g h")  # inside a field letters are letters
    page.locator("#main").focus()

    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{visits.address}/ca/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(f"{visits.address}/")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_rows_are_walked_and_opened(visits, world):
    story = Story(world).in_assessment(name="Trần Thị Bạch Tuyết")
    page = visits.by("worker")
    page.goto("/ca/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visits.address}/ca/{story.case.pk}/")


def test_a_double_press_makes_one_record(visits, world):
    story = Story(world).in_assessment()
    page = visits.by("worker")
    page.goto(f"/them/casework/case/{story.case.pk}/casework/workentry/add/")
    page.locator("[name=kind]").select_option("call")
    page.locator("[name=text]").fill("Gọi con gái, hẹn thứ Năm.")
    button = page.locator("main form button.main, main form button.stop").first
    button.dblclick(no_wait_after=True)
    page.wait_for_url(f"{visits.address}/ca/**")
    assert WorkEntry.objects.filter(case=story.case).count() == 1


def test_the_same_form_sent_twice_makes_one_record(visits, world):
    """Without the script the key in the form does it: two requests, one record."""
    story = Story(world).in_assessment()
    page = visits.sign_in(visits.new_page(java_script_enabled=False), "worker")
    address = f"/them/casework/case/{story.case.pk}/casework/workentry/add/"
    page.goto(address)
    form = page.locator("main form:has([name=text])")
    fields = form.evaluate("f => Object.fromEntries(new FormData(f))")
    fields |= {"kind": "call", "text": "Gọi con gái."}
    for _each in range(2):
        answer = page.context.request.post(
            f"{visits.address}{address}", form=fields, headers={"Referer": f"{visits.address}{address}"}
        )
        assert answer.ok
    assert WorkEntry.objects.filter(case=story.case).count() == 1
