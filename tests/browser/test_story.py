"""One person's case from the first call to the closed file and back, as its users do it: by looking and pressing."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.enums import Domain
from casework.models import Assessment, Case, ServicePlan
from core.audit import chain
from core.documents.selectors import kinds_on_file
from facilities.models import Authority, AuthorityGroup, Facility
from referrals.models import Referral
from tests.browser.checks import axe, no_sideways_scroll, shots
from tests.browser.visiting import Visits, done, fill, form_of, press, send, take
from tests.core.documents.files import pdf
from tests.factories.cases import GROUP, Story, day
from tests.factories.world import World

pytestmark = pytest.mark.browser

NAME = "Trần Thị Bạch Tuyết"


def recognise(world: World, unit: str) -> None:
    """The register says that the unit may take ten persons of the group."""
    facility = Facility.objects.create(unit=world.units[unit], legal_kind="disabled", ownership="public", source="thử")
    held = Authority.objects.create(
        facility=facility, capacity=10, valid_from=date(2026, 1, 1), paper_number="1/GP", paper_date=date(2026, 1, 1),
        paper_issuer="Sở Y tế",
    )  # fmt: skip
    AuthorityGroup.objects.create(authority=held, code=GROUP)


@pytest.fixture
def known_before(world) -> Case:
    """Somebody of the same name, year and commune is on file already."""
    return Story(world).register(name=NAME, birth="1951").case


def look(page: Page, name: str) -> None:
    axe(page)
    no_sideways_scroll(page)
    shots(page, name)


def test_from_the_first_call_to_the_closed_file_and_back(visits, world, known_before):
    recognise(world, "public")
    recognise(world, "private")
    case = registers_beside_somebody_much_alike(visits, world, known_before)
    is_screened_in(visits, case)
    is_assessed(visits, case)
    plan = plan_is_written_and_submitted(visits, case)
    plan_is_returned_answered_and_approved(visits, case, plan)
    two_are_asked_and_one_accepts(visits, case, plan)
    services_are_logged_and_reviewed(visits, case)
    goals_are_judged_and_the_case_closes(visits, case, plan)
    papers_print(visits, case, plan)
    opens_again(visits, case)
    assert chain.verify()[1] == []


def registers_beside_somebody_much_alike(visits: Visits, world: World, known: Case) -> Case:
    page = visits.by("intake")
    press(page, "Tiếp nhận mới")
    expect(page).to_have_url(re.compile("/tiep-nhan/"))
    form = form_of(page)
    fill(form, {"in_danger": "no", "name": NAME, "birth": "1951", "commune": world.communes[0].pk})
    form.locator("[name=commune]").press("Tab")
    panel = page.locator("#dup")
    expect(panel).to_contain_text(NAME)
    expect(panel).to_contain_text("họ tên")
    expect(panel).to_contain_text("năm sinh")
    look(page, "intake-duplicate")
    fill(
        form,
        {
            "sex": "female", "source": "self", "problem": "Sống một mình, mất giấy tờ, không có thu nhập.",
            "needs": "Tiền thuốc hằng tháng\nSửa mái nhà", "legal_basis": "statutory",
        },
    )  # fmt: skip
    button = form.get_by_role("button", name="Lưu và chuyển sàng lọc")
    with visits.expecting(422), page.expect_navigation():
        button.click()
    expect(page.locator("[data-focus]")).to_contain_text("rất giống")
    assert Case.objects.exclude(pk=known.pk).count() == 0
    page.locator("[name=duplicates_seen]:visible").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu và chuyển sàng lọc").click()
    case = Case.objects.exclude(pk=known.pk).get()
    assert (case.state, case.person.name) == ("intake", NAME)
    return case


def is_screened_in(visits: Visits, case: Case) -> None:
    page = visits.by("supervisor")
    page.goto("/")
    page.locator(f'main a[href*="{case.pk}"]').first.click()
    page.goto(f"/ca/{case.pk}/")
    take(page, "Nhận vào đánh giá", group="khuyết tật đặc biệt nặng", worker="Nguyễn Quốc Huy")
    case.refresh_from_db()
    assert (case.state, case.worker.username) == ("assessment", "worker")


def is_assessed(visits: Visits, case: Case) -> None:
    page = visits.by("worker")
    page.goto("/")
    expect(page.locator("main")).to_contain_text(NAME)
    page.goto(f"/ca/{case.pk}/")
    press(page, "Ghi đánh giá")
    expect(page).to_have_url(re.compile("/danh-gia/"))
    assessment = Assessment.objects.get(case=case)
    answer_all(page, assessment)
    send(page, "button[value=lock]")
    assessment.refresh_from_db()
    assert (assessment.state, assessment.findings.filter(severity__isnull=False).count()) == ("locked", 9)
    page.goto(f"/ca/{case.pk}/")
    take(page, "Xong đánh giá, sang lập kế hoạch")
    case.refresh_from_db()
    assert (case.state, case.risk) == ("planning", "medium")


def answer_all(page: Page, assessment: Assessment) -> None:
    """Every question of the tool and each of the nine domains."""
    values = {f"item_{item['code']}": item["options"][0]["value"] for item in assessment.tool.items()}
    for number, domain in enumerate(Domain, 1):
        values[f"{domain.value}_severity"] = 2 if number <= 2 else 1
        values[f"{domain.value}_need"] = f"Cần trợ giúp: {domain.label.lower()}"
    values |= {"risk": "medium", "risk_reason": "Sống một mình, sức khỏe yếu.", "summary": "Cần trợ giúp lâu dài."}
    send(page, **values)


def plan_is_written_and_submitted(visits: Visits, case: Case) -> ServicePlan:
    page = visits.by("worker")
    page.goto(f"/ca/{case.pk}/")
    press(page, "Lập kế hoạch")
    expect(page).to_have_url(re.compile("/ke-hoach/"))
    plan = ServicePlan.objects.get(case=case)
    goals = (("health", "Uống thuốc đều, huyết áp ổn định", "own"), ("safety", "Có chỗ ở không dột", "other"))
    for domain, text, provider in goals:
        take(page, "Thêm mục tiêu", domain=domain, text=text, measure="Xem lại mỗi tháng", due_on=day(90))
        page.goto(f"/ke-hoach/{plan.pk}/")
        goal = plan.goals.get(text=text)
        take(
            page, "Thêm việc", page.locator(f"#goal-{goal.pk}"), text=f"Lo việc: {text.lower()}", provider=provider,
            who="Cô Lan", starts_on=day(0), ends_on=day(60),
        )  # fmt: skip
        page.goto(f"/ke-hoach/{plan.pk}/")
    assert plan.goals.count() == 2
    take(page, "Ghi ý kiến", client_view="Muốn ở gần chợ để bán vé số.", summary="Sức khỏe trước, chỗ ở sau.")
    page.goto(f"/ke-hoach/{plan.pk}/")
    take(page, "Trình duyệt")
    plan.refresh_from_db()
    assert plan.state == "submitted"
    return plan


def plan_is_returned_answered_and_approved(visits: Visits, case: Case, plan: ServicePlan) -> None:
    boss, page = visits.by("supervisor"), visits.by("worker")
    boss.goto("/ban-kiem-huan/")
    expect(boss.locator("main")).to_contain_text(NAME)
    boss.goto(f"/ke-hoach/{plan.pk}/")
    for goal in plan.goals.all():
        boss.locator(f"#goal-{goal.pk} textarea").fill(f"Đo bằng gì? {goal.order}")
    boss.locator("[name=note]:visible").fill("Viết rõ hơn giúp.")
    press(boss, "Trả lại kèm góp ý")
    done(boss)
    plan.refresh_from_db()
    assert (plan.state, plan.comments.count()) == ("returned", 3)

    page.goto("/")
    expect(page.locator("main")).to_contain_text("Bổ sung kế hoạch bị trả lại")
    page.goto(f"/ke-hoach/{plan.pk}/")
    look(page, "plan-returned")
    for _each in range(3):
        page.locator("[name=answer]:visible").first.fill("Đã ghi: đo huyết áp mỗi tuần.")
        press(page, "Gửi trả lời")
        done(page)
    take(page, "Trình duyệt")

    boss.goto(f"/ke-hoach/{plan.pk}/")
    take(boss, "Duyệt")
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by.username) == ("approved", "supervisor")

    page.goto(f"/ca/{case.pk}/")
    take(page, "Ghi đồng ý, bắt đầu thực hiện", signature="client", signed_on=day(0))
    plan.refresh_from_db()
    case.refresh_from_db()
    assert (plan.state, case.state) == ("active", "referral")


def two_are_asked_and_one_accepts(visits: Visits, case: Case, plan: ServicePlan) -> None:
    """The first has no place, the second takes the person and ends the service."""
    page, first, second = visits.by("worker"), visits.by("manager"), visits.by("private_manager")
    row = Referral.objects.get(case=case)  # agreeing to the plan made the draft
    ask(page, case, row, "Cơ sở công lập")
    answer(first, row, "Không nhận", reason="full", note="Đã kín giường đến cuối tháng.")
    assert row.state == "declined"
    page.goto(f"/chuyen-tuyen/{row.pk}/")
    take(page, "Đã xem, khép lại", next_step="another")

    other = Referral.objects.get(case=case, state="draft")  # "find another" made it
    ask(page, case, other, "Mái ấm tư nhân")
    first.goto("/chuyen-tuyen/")
    expect(first.locator("main")).not_to_contain_text(other.number)
    answer(second, other, "Nhận", picture="referral-received")
    case.refresh_from_db()
    assert (other.state, case.state) == ("accepted", "active")
    answer(second, other, "Bắt đầu phục vụ")
    answer(second, other, "Báo đã xong", outcome="achieved", note="Mái nhà đã sửa.")
    page.goto(f"/chuyen-tuyen/{other.pk}/")
    take(page, "Đã xem, khép lại", next_step="done")


def ask(page: Page, case: Case, row: Referral, target: str) -> None:
    """Fill the draft and send it."""
    page.goto(f"/chuyen-tuyen/{row.pk}/")
    take(
        page, "Sửa chuyển tuyến", to_unit=target, need="Cần chỗ ở an toàn, đi lại khó", sections=["identity", "health"],
        basis="consent", consent_on=day(0), consent_by="Chính người được trợ giúp", consent_until=day(60),
    )  # fmt: skip
    page.goto(f"/chuyen-tuyen/{row.pk}/")
    take(page, "Gửi chuyển tuyến")
    row.refresh_from_db()
    assert row.state == "sent"


def answer(page: Page, row: Referral, label: str, picture: str = "", **values: str) -> None:
    """The receiver answers from its inbox; before acceptance it does not read who it is."""
    page.goto("/chuyen-tuyen/")
    expect(page.locator("main")).to_contain_text(row.number)
    page.goto(f"/chuyen-tuyen/{row.pk}/")
    if row.state == "sent":
        expect(page.locator("body")).not_to_contain_text(NAME)
    if picture:
        look(page, picture)
    take(page, label, **values)
    row.refresh_from_db()


def services_are_logged_and_reviewed(visits: Visits, case: Case) -> None:
    page = visits.by("worker")
    page.goto(f"/ca/{case.pk}/")
    take(page, "Ghi vãng gia", text="Đưa bà đi khám, huyết áp 14/9.", contacted="reached", with_whom="Bà Tuyết")
    page.goto(f"/ca/{case.pk}/dich-vu/")
    take(page, "Ghi cung cấp dịch vụ", text="Cấp thuốc một tháng.", quantity="1", plan_action="uống thuốc")
    page.goto(f"/ca/{case.pk}/")
    expect(page.locator("main")).to_contain_text("huyết áp 14/9")
    look(page, "case-active")
    take(page, "Rà soát", reason="due", note="Khỏe hơn, đi chợ được.", outcome="keep", next_review=day(90))
    case.refresh_from_db()
    assert case.state == "active" and case.review_due > timezone.localdate()
    assert case.entries.count() == 2


def goals_are_judged_and_the_case_closes(visits: Visits, case: Case, plan: ServicePlan) -> None:
    page, boss = visits.by("worker"), visits.by("supervisor")
    for goal in plan.goals.all():
        page.goto(f"/ke-hoach/{plan.pk}/")
        take(page, "Đạt", page.locator(f"#goal-{goal.pk}"), note="Đã xem cùng bà Tuyết.")
    page.goto(f"/ca/{case.pk}/")
    handover_minutes_are_handed_in(visits, case)
    take(page, "Đề nghị kết thúc", reason="c", client_told_on=day(0), note="Con gái đón về ở cùng.")
    case.refresh_from_db()
    assert case.state == "closure_review"
    boss.goto("/ban-kiem-huan/")
    expect(boss.locator("main")).to_contain_text(NAME)
    boss.goto(f"/ca/{case.pk}/")
    take(boss, "Duyệt kết thúc")
    case.refresh_from_db()
    assert case.state == "closed" and case.decision_number


def handover_minutes_are_handed_in(visits: Visits, case: Case) -> None:
    """Without them the closure is refused; the sentence leads to where they are handed in."""
    page = visits.by("worker")
    with visits.expecting(409):
        press(page, "Đề nghị kết thúc")
        form = form_of(page)
        expect(form).to_contain_text("Biên bản bàn giao")
        fill(form, {"reason": "c", "client_told_on": day(0), "note": "Con gái đón về ở cùng."})
        with page.expect_navigation():
            form.locator("button.main").click()
    expect(page.get_by_text("Còn thiếu giấy tờ: Biên bản bàn giao").first).to_be_visible()
    look(page, "closure-paper-missing")
    with page.expect_navigation():
        page.get_by_role("link", name="Mở chỗ cần sửa").click()
    paper = {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    form_of(page).locator("[type=file]").set_input_files(paper)  # the kind was chosen by the link
    send(page)
    case.refresh_from_db()
    assert case.state == "active" and kinds_on_file(case) == {"handover_minutes"}
    page.goto(f"/ca/{case.pk}/")


def papers_print(visits: Visits, case: Case, plan: ServicePlan) -> None:
    """The three papers open from the tab of papers."""
    page = visits.by("worker")
    page.goto(f"/ca/{case.pk}/giay-to/")
    links = page.locator('main a[href^="/in/"]')
    paths = set(links.evaluate_all("all => all.map(a => a.getAttribute('href'))"))
    assert len(paths) >= 3, paths
    for path in paths:
        paper = page.context.request.get(f"{visits.address}{path}")
        assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf"), path
        assert paper.body().startswith(b"%PDF-")


def opens_again(visits: Visits, case: Case) -> None:
    boss = visits.by("supervisor")
    boss.goto(f"/ca/{case.pk}/")
    take(boss, "Mở lại hồ sơ", note="Gia đình lại khó khăn.")
    case.refresh_from_db()
    assert (case.state, case.episode) == ("assessment", 2)
