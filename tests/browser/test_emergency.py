"""The emergency night: two presses and three fields open the case; the papers follow."""

import pytest
from playwright.sync_api import expect

from casework.models import Case, ServicePlan
from tests.browser.checks import axe, no_sideways_scroll, shots
from tests.browser.visiting import form_of, press, take

pytestmark = pytest.mark.browser


def test_two_presses_and_three_fields(visits, world):
    page = visits.by("intake")
    press(page, "Mở ca khẩn cấp")  # the first press, from the day page
    form = form_of(page)
    axe(page)
    no_sideways_scroll(page)
    shots(page, "emergency")
    form.locator("[name=dangers][value=violence]").check()
    form.locator("[name=found_at]").fill("Chợ đêm Trấn Biên, cổng sau")
    form.locator("[name=reporter]").fill("Anh Tuấn bảo vệ chợ")
    with page.expect_navigation():
        form.locator("button.main, button.stop").first.click()  # the second
    case = Case.objects.get()
    assert (case.state, case.track, case.risk) == ("active", "emergency", "emergency")
    assert case.person.unidentified and case.worker.username.startswith("supervisor")

    boss = visits.by("supervisor")
    expect(boss.locator("main")).to_contain_text("Xem lại việc mở khẩn cấp")
    boss.goto(f"/ca/{case.pk}/")
    take(boss, "Xem lại việc mở khẩn cấp", confirmed="yes", note="Đúng, cần bảo vệ ngay.")
    case.refresh_from_db()
    assert case.emergency_reviewed_at is not None

    # The officer works no cases: until a worker takes it over, a supervisor answers for it.
    boss.goto(f"/ca/{case.pk}/")
    take(boss, "Giao ca cho người khác", worker="Nguyễn Quốc Huy", note="Đến chợ ngay giúp.")
    worker = visits.by("worker")
    worker.goto(f"/ca/{case.pk}/")
    take(worker, "Nhận ca")
    worker.goto("/")
    expect(worker.locator("main")).to_contain_text("kế hoạch an toàn")
    worker.goto(f"/ca/{case.pk}/")
    axe(worker)
    shots(worker, "case-emergency")
    take(worker, "Lập kế hoạch an toàn", summary="Đưa về nhà dì, báo công an phường.", who="Cô Lan ở cùng đêm nay.")
    plan = ServicePlan.objects.get(case=case)
    assert (plan.kind, plan.state) == ("safety", "active")
