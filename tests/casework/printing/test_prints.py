"""What stands on the papers of a case, what never does, and who gets them."""

import importlib.util
from pathlib import Path

import pytest

from casework.models import Contact, PlanAction, WorkEntry
from core.accounts.enums import Role
from core.accounts.services import assign
from core.audit.models import ReadLog
from core.documents.printing.errors import PrintError

from .conftest import SECRETS

_reading = Path(__file__).parents[2] / "core" / "documents" / "printing" / "reading.py"
_spec = importlib.util.spec_from_file_location("printed_reading", _reading)
reading = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reading)


def sheet(case):
    return f"/in/phieu-tiep-nhan/{case.pk}/"


def text_of(response):
    assert response.status_code == 200
    return reading.squeezed(reading.words(response.content))


def has(response, *parts):
    text = text_of(response)
    for part in parts:
        assert reading.squeezed(part) in text, part


def hides(response, *parts):
    text = text_of(response)
    for part in parts:
        assert reading.squeezed(part) not in text, part


def plan_of(story):
    plan = story.draft_plan(goals=2)
    PlanAction.objects.filter(goal__plan=plan).update(cost=1_500_000, funding="ngân sách")
    return plan


def closed(story):
    plan = story.draft_plan()
    story.submit(plan)
    story.approve(plan)
    story.agree(plan)
    story.judge_goals()
    story.request_close(reason="g")
    story.do("supervisor", "close")
    return story.case


class TestIntakeSheet:
    def test_carries_the_file(self, story, pages):
        response = pages("worker").get(sheet(story.case))
        has(
            response,
            story.case.number,
            "Lê Thị Ánh",
            "12/05/1950",
            "Nữ",
            "079150001236",
            "0909000111",
            "12 Đường Làng",
            story.case.commune.label,
            "Thuốc huyết áp",
            "Sửa mái nhà",
            "Tăng huyết áp",
            "Vận động, Nặng",
            "4 người",
            "3.000.000",
            "Nhà cấp bốn",
            "Có sự đồng ý",
            "01/11/2026",
            "Người dân",
            "Lê Văn Tốt (Con trai) 0977888999",
            "Sở Y tế",
            "Trung tâm Công tác xã hội",
            "Cán bộ intake",
        )
        hides(response, *SECRETS)

    def test_keeps_the_story_out(self, story, pages):
        hides(pages("worker").get(sheet(story.case)), "Sống một mình, không có thu nhập")

    def test_names_the_head_of_household_once_nobody_unsafe_has_that_name(self, story, pages):
        Contact.objects.filter(safety="unsafe").update(safety="unknown")
        has(pages("worker").get(sheet(story.case)), "HOÀNG VĂN HUNG DỮ", "Con rể")

    def test_phone_of_a_contact_who_may_be_unsafe_stays_out(self, story, pages):
        Contact.objects.filter(is_main=True).update(safety="unknown")
        response = pages("worker").get(sheet(story.case))
        has(response, "Lê Văn Tốt")
        hides(response, "0977888999")

    def test_intake_officer_prints_without_the_health_it_may_not_read(self, world, pages):
        from tests.factories.cases import Story

        case = Story(world).register(name="Bùi Thị Sen", id_number="079150001244").case
        case.person.illness = "Bệnh kín đáo"
        case.person.save()
        response = pages("intake").get(sheet(case))
        has(response, "Bùi Thị Sen", "079150001244")
        hides(response, "Bệnh kín đáo")
        has(pages("supervisor").get(sheet(case)), "Bệnh kín đáo")


class TestServicePlan:
    def test_carries_goals_actions_costs_and_the_client(self, story, pages):
        plan = plan_of(story)
        response = pages("worker").get(f"/in/ke-hoach/{plan.pk}/")
        has(
            response,
            "Kế hoạch trợ giúp",
            "(bản 1, nháp)",
            "Khỏe hơn 0",
            "Khỏe hơn 1",
            "Khám bệnh",
            "Sức khỏe, dinh dưỡng",
            "3.000.000 đồng",
            "Ba triệu đồng",
            "ngân sách",
            "Đồng ý với kế hoạch.",
            "Cần trợ giúp lâu dài.",
            "Trung bình",
            "Lê Văn Tốt",
            "0977888999",
            "Cán bộ worker",
            "ngày …… tháng",
        )
        hides(response, *SECRETS)

    def test_approved_plan_has_its_day_and_the_one_who_decides(self, story, world, pages):
        assign(world.user("head"), Role.HEAD, world.units["centre"])
        plan = story.draft_plan()
        story.submit(plan)
        story.approve(plan)
        response = pages("supervisor").get(f"/in/ke-hoach/{plan.pk}/")
        has(response, "(bản 1)", "Giám đốc", "Cán bộ head", f"năm {plan.approved_at.year}")
        hides(response, "ngày …… tháng", *SECRETS)

    def test_the_chair_of_the_commune_signs_the_plan_of_a_child(self, story, world, pages):
        story.case.programme = "child_protection"
        story.case.save(update_fields=["programme"])
        response = pages("worker").get(f"/in/ke-hoach/{plan_of(story).pk}/")
        has(response, "Chủ tịch Ủy ban nhân dân", world.user("chair").full_name)

    def test_dropped_goals_are_not_printed(self, story, pages):
        plan = plan_of(story)
        PlanAction.objects.filter(goal__text="Khỏe hơn 1").update(status="dropped", text="việc đã bỏ")
        hides(pages("worker").get(f"/in/ke-hoach/{plan.pk}/"), "việc đã bỏ")


class TestClosureDecision:
    def test_carries_ground_and_article_of_the_catalogue(self, story, pages):
        case = closed(story)
        response = pages("supervisor").get(f"/in/quyet-dinh-ket-thuc/{case.pk}/")
        has(
            response,
            f"Số: {case.decision_number}",
            "Về việc dừng trợ giúp xã hội đối với bà Lê Thị Ánh",
            "Căn cứ Nghị định số 335/2026/NĐ-CP;",
            "Lý do: Đối tượng đề nghị dừng (mã g, theo điểm g Điều 26 Nghị định số 335/2026/NĐ-CP)",
            "079150001236",
            case.number,
            "Theo dõi sau khi dừng trợ giúp vào các ngày",
            "Bà Lê Thị Ánh có quyền khiếu nại",
            f"Ủy ban nhân dân {case.commune.label}",
        )
        hides(response, *SECRETS, "Gia đình đón về.")

    def test_an_open_case_has_none(self, story, pages):
        response = pages("supervisor").get(f"/in/quyet-dinh-ket-thuc/{story.case.pk}/")
        assert response.status_code == 409
        assert "chưa kết thúc nên chưa có quyết định" in response.content.decode()
        assert not ReadLog.objects.filter(field_class="print").exists()


WHO = {
    "worker": 200,
    "supervisor": 200,
    "colleague": 404,
    "intake": 404,
    "sibling_worker": 404,
    "sibling_supervisor": 404,
    "manager": 404,
    "private_manager": 404,
    "chair": 404,
    "steward": 404,
    "auditor": 404,
    "leader": 404,
    "licensing": 404,
    "sysadmin": 404,
    "head": 404,
    "no_duty": 404,
}


@pytest.mark.parametrize(("name", "status"), WHO.items())
def test_who_gets_the_papers(story, pages, name, status):
    plan = plan_of(story)
    client = pages(name)
    for address in (sheet(story.case), f"/in/ke-hoach/{plan.pk}/"):
        assert client.get(address).status_code == status, address


def test_strangers_learn_nothing_about_a_closed_case(story, pages):
    case = closed(story)
    for name in ("colleague", "auditor", "steward", "manager"):
        assert pages(name).get(f"/in/quyet-dinh-ket-thuc/{case.pk}/").status_code == 404


def test_nobody_without_signing_in(story, client, pages):
    assert client.get(sheet(story.case)).status_code == 302


def test_headers_name_no_person(story, pages):
    response = pages("worker").get(sheet(story.case))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="phieu-tiep-nhan-{story.case.number}.pdf"'
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert pages("worker").post(sheet(story.case)).status_code == 405


def test_every_print_is_logged_with_its_case(story, pages):
    plan = plan_of(story)
    before = ReadLog.objects.filter(field_class="print").count()
    pages("worker").get(f"/in/ke-hoach/{plan.pk}/")
    row = ReadLog.objects.filter(field_class="print").latest("at")
    assert ReadLog.objects.filter(field_class="print").count() == before + 1
    assert (row.model, row.ids, row.root_id) == ("casework.ServicePlan", [str(plan.pk)], story.case.pk)
    assert (row.actor.username, row.route) == ("worker", "print_service_plan")
    pages("colleague").get(f"/in/ke-hoach/{plan.pk}/")
    assert ReadLog.objects.filter(field_class="print").count() == before + 1


def test_the_paper_is_vietnamese_for_every_reader(story, pages):
    client = pages("worker")
    client.cookies["django_language"] = "en"
    has(client.get(sheet(story.case)), "Phiếu tiếp nhận", "Người dân")


def test_what_cannot_be_laid_out_is_said(story, pages, monkeypatch):
    def fails(template, data):
        raise PrintError("Nội dung quá dài, không in thành một văn bản được.")

    monkeypatch.setattr("casework.web.prints.render", fails)
    response = pages("worker").get(sheet(story.case))
    assert response.status_code == 400
    assert "Nội dung quá dài" in response.content.decode()


def test_work_log_is_there_to_be_left_out(story):
    """The canary is worth something only while it is in the file."""
    assert WorkEntry.objects.get(case=story.case, kind="counselling").text in SECRETS
