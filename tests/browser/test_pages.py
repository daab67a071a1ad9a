"""Every main page at the desk and on the phone, light and dark: no serious finding of axe, no sideways scroll."""

import pytest
from django.urls import reverse

from casework.models import Assessment
from referrals.models import Referral
from tests.browser.checks import axe, no_sideways_scroll, shot
from tests.browser.visiting import DESK, PHONE
from tests.factories.cases import Story
from tests.factories.world import World

pytestmark = [pytest.mark.browser, pytest.mark.looks]

TABS = ("danh-gia", "ke-hoach", "dich-vu", "chuyen-tuyen", "giay-to", "ai-da-xem")


def pages_of(world: World) -> dict[str, list[tuple[str, str]]]:
    """What each person opens: (name of the picture, address)."""
    running = Story(world).running(provider="own+other", name="Trần Thị Bạch Tuyết", birth="1951")
    planning = Story(world).in_planning(name="Điểu Lan", birth="1987")
    plan = planning.draft_plan(goals=2)
    planning.submit(plan)
    waiting = Story(world).register(name="Y Moan Ênuôl", birth="12/04/1960")
    assessing = Story(world).in_assessment(name="Nguyễn Thị Hồng Nhung", birth="1979")
    Story(world).emergency(by="worker")
    draft = assessing.draft_assessment()
    referral = Referral.objects.filter(case=running.case).get()
    case = f"/ca/{running.case.pk}/"
    worker = [
        ("today", "/"), ("case-list", "/ca/"), ("case", case), *((f"case-{tab}", f"{case}{tab}/") for tab in TABS),
        ("person", f"/nguoi/{running.case.person_id}/"), ("person-edit", f"/nguoi/{running.case.person_id}/sua/"),
        ("assessment", f"/danh-gia/{draft.pk}/"),
        ("assessment-locked", f"/danh-gia/{Assessment.objects.get(case=running.case).pk}/"),
        ("plan", f"/ke-hoach/{running.active_plan().pk}/"), ("referral", f"/chuyen-tuyen/{referral.pk}/"),
        ("referrals", "/chuyen-tuyen/"), ("search", "/tim/"), ("notices", "/thong-bao/"),
        ("act-review", reverse("act", args=["casework", "case", running.case.pk, "request_close"])),
    ]  # fmt: skip
    supervisor = [
        ("supervisor-today", "/"), ("desk", "/ban-kiem-huan/"), ("plan-submitted", f"/ke-hoach/{plan.pk}/"),
        ("case-waiting", f"/ca/{waiting.case.pk}/"),
        ("act-screen-in", reverse("act", args=["casework", "case", waiting.case.pk, "screen_in"])),
        ("act-return", reverse("act", args=["casework", "serviceplan", plan.pk, "return"])),
    ]  # fmt: skip
    intake = [("intake-today", "/"), ("intake", "/tiep-nhan/"), ("emergency", "/tiep-nhan/khan-cap/")]
    return {
        "worker": worker, "supervisor": supervisor, "intake": intake,
        "steward": [("imports", "/nhap-danh-sach/")], "manager": [("receiver", "/chuyen-tuyen/")],
    }  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_clean_in_both_themes(visits, world, size):
    opened = pages_of(world)
    stranger = visits.new_page(size)
    stranger.goto("/dang-nhap/")
    axe(stranger)
    no_sideways_scroll(stranger)
    shot(stranger, "sign-in")
    for name, pages in opened.items():
        page = visits.sign_in(visits.new_page(size), name)
        for picture, address in pages:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"
            axe(page)
            no_sideways_scroll(page)
            shot(page, picture)
            if size == PHONE:
                page.set_viewport_size({"width": 320, "height": size[1]})
                no_sideways_scroll(page)
                page.set_viewport_size({"width": size[0], "height": size[1]})
            page.evaluate("document.documentElement.dataset.theme = 'dark'")
            axe(page, "color-contrast")  # the theme changes colours and nothing else
            shot(page, f"{picture}-dark")
