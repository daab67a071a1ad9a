"""The case page through the client: who sees what, what is logged, what comes next, and that it does not grow slow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.models import Contact, WorkEntry
from core.audit.models import ReadLog
from core.lifecycle.engine import perform
from tests.factories.cases import Story, day

pytestmark = pytest.mark.django_db

TABS = ["", "danh-gia/", "ke-hoach/", "dich-vu/", "chuyen-tuyen/", "giay-to/", "ai-da-xem/"]


def browser(world, name):
    client = Client()
    client.force_login(world.user(name))
    return client


def html(world, name, path):
    response = browser(world, name).get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def story(world):
    return Story(world).running()


def test_every_tab_opens_for_whoever_works_on_the_case(world, story):
    for name in ("worker", "supervisor"):
        for tab in TABS:
            page = html(world, name, f"/ca/{story.case.pk}/{tab}")
            assert story.case.number in page


def test_a_tab_that_is_none_and_a_case_of_others_are_not_found(world, story):
    assert browser(world, "worker").get(f"/ca/{story.case.pk}/khac/").status_code == 404
    for tab in TABS:
        assert browser(world, "sibling_worker").get(f"/ca/{story.case.pk}/{tab}").status_code == 404


def test_what_one_may_not_read_is_not_in_the_page(world):
    secrets = {
        "reporter": "Người Báo Tin Kín", "reporter_phone": "0912345671", "found_at": "Nơi Trú Ẩn Số Bảy",
        "problem": "Chuyện Riêng Rất Kín",
    }  # fmt: skip
    story = Story(world).register(**secrets).screen_in()
    case = story.case
    case.found_at, case.safety_note = secrets["found_at"], "Đi Hai Người Nhé"
    case.save(update_fields=["found_at", "safety_note"])
    page = html(world, "worker", f"/ca/{case.pk}/")
    for secret in (*secrets.values(), "Đi Hai Người Nhé"):
        assert secret in page
    # The auditor sees that things happened, and none of what was said.
    for tab in ("", "dich-vu/", "danh-gia/", "ke-hoach/", "giay-to/"):
        seen = html(world, "auditor", f"/ca/{case.pk}/{tab}")
        for secret in (*secrets.values(), "Đi Hai Người Nhé"):
            assert secret not in seen
    # Whoever took the call reads no more of it once it has been screened.
    seen = html(world, "intake", f"/ca/{case.pk}/")
    for secret in (*secrets.values(), "Đi Hai Người Nhé"):
        assert secret not in seen


def test_a_confidential_entry_is_read_by_its_author_and_the_supervisor_only(world, story):
    story.make("supervisor", WorkEntry, "add", kind="counselling", text="Lời Kể Bảo Mật")
    for tab in ("", "dich-vu/"):
        assert "Lời Kể Bảo Mật" in html(world, "supervisor", f"/ca/{story.case.pk}/{tab}")
        assert "Lời Kể Bảo Mật" not in html(world, "worker", f"/ca/{story.case.pk}/{tab}")


def test_an_unsafe_contact_is_marked_and_its_number_left_out(world, story):
    person = story.case.person
    for name, phone, safety in (("Bà Hiền Lành", "0912345672", "safe"), ("Ông Hung Dữ", "0912345673", "unsafe")):
        data = {"name": name, "relation": "người nhà", "phone": phone, "safety": safety}
        perform(Contact, "add", by=world.actor("worker"), parent=person, data=data)
    page = html(world, "worker", f"/ca/{story.case.pk}/")
    assert "0912345672" in page and "Ông Hung Dữ" in page
    assert "0912345673" not in page and "có thể gây nguy hiểm" in page
    assert "0912345673" not in html(world, "worker", f"/nguoi/{person.pk}/")


def test_each_class_shown_is_logged_before_it_is_shown(world, story):
    before = ReadLog.objects.count()
    html(world, "worker", f"/ca/{story.case.pk}/")
    rows = list(ReadLog.objects.order_by("at", "id")[before:])
    logged = {(row.model, row.field_class) for row in rows}
    assert {
        ("casework.Case", "view"), ("casework.Case", "read:narrative"), ("casework.Case", "read:reporter"),
        ("casework.Case", "read:safe_address"), ("casework.Case", "read:history"), ("casework.Person", "read:contact"),
    } <= logged  # fmt: skip
    assert all(row.actor == world.user("worker") and row.root_id == story.case.pk for row in rows)
    assert ("casework.Person", "read:identity") not in logged


def test_the_identity_number_is_masked_until_it_is_asked_for(world, story):
    person = story.case.person
    person.id_number = "075195112214"
    person.save()
    page = html(world, "worker", f"/ca/{story.case.pk}/")
    assert "075195112214" not in page and "0751" in page
    seen = html(world, "worker", f"/nguoi/{person.pk}/so-giay-to/?next=/ca/{story.case.pk}/")
    assert "075195112214" in seen
    assert ReadLog.objects.filter(field_class="read:identity", actor=world.user("worker")).count() == 1
    assert browser(world, "auditor").get(f"/nguoi/{person.pk}/so-giay-to/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_history(world, story):
    def queries():
        client = browser(world, "worker")
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/ca/{story.case.pk}/").status_code == 200
        return len(found)

    story.make("worker", WorkEntry, "add", kind="visit", text="Lần đầu.")
    few = queries()
    for n in range(40):
        story.make("worker", WorkEntry, "add", kind="call", text=f"Lần {n}.")
        contact = {"name": f"Người {n}", "relation": "hàng xóm", "safety": "safe"}
        perform(Contact, "add", by=world.actor("worker"), parent=story.case.person, data=contact)
    assert queries() <= few + 1  # the second page of the list asks no more than the first


def test_the_pages_of_the_timeline_hold_everything_once(world, story):
    now = timezone.now()
    for n in range(60):
        WorkEntry.objects.create(
            case=story.case,
            kind="note",
            at=now - timedelta(minutes=n),
            text=f"ghi chép {n:02d}.",
            by=world.user("worker"),
        )
    client, path, seen = browser(world, "worker"), f"/ca/{story.case.pk}/?loai=note", []
    while path:
        response = client.get(path)
        seen += [line.text for line in response.context["lines"]]
        path = response.context["more_url"].partition("#")[0]
    notes = [text for text in seen if text.startswith("ghi chép")]
    assert notes == [f"ghi chép {n:02d}." for n in range(60)]


def test_filters_show_their_kind_only(world, story):
    story.make("worker", WorkEntry, "add", kind="visit", text="Đã đến nhà.")
    story.make("worker", WorkEntry, "add", kind="call", text="Đã gọi điện.")
    page = html(world, "worker", f"/ca/{story.case.pk}/?loai=visit")
    assert "Đã đến nhà." in page and "Đã gọi điện." not in page
    assert "Duyệt kế hoạch" in html(world, "worker", f"/ca/{story.case.pk}/?loai=file")


def test_a_corrected_entry_is_struck_through_and_the_new_one_stands(world, story):
    entry = story.make("worker", WorkEntry, "add", kind="visit", text="Sai ngày.")
    story.do("worker", "correct", entry, kind="visit", text="Đúng ngày.")
    page = html(world, "worker", f"/ca/{story.case.pk}/dich-vu/")
    assert "Sai ngày." in page and "Đúng ngày." in page and "Đã đính chính" in page


def test_a_quick_note_is_written_once_and_an_empty_one_is_refused(world, story):
    client = browser(world, "worker")
    url = f"/ca/{story.case.pk}/ghi-nhanh/"
    for _twice in range(2):
        assert client.post(url, {"text": "Bà khỏe hơn.", "key": "k1"}).status_code == 302
    assert story.case.entries.filter(kind="note").count() == 1
    page = client.post(url, {"text": " ", "key": "k2"}, follow=True).content.decode()
    assert "Chưa lưu ghi nhanh" in page
    assert story.case.entries.filter(kind="note").count() == 1
    assert browser(world, "sibling_worker").post(url, {"text": "x", "key": "k3"}).status_code == 404
    assert browser(world, "auditor").post(url, {"text": "x", "key": "k4"}).status_code == 403


def test_who_has_read_is_for_those_who_answer_for_the_case(world, story):
    html(world, "supervisor", f"/ca/{story.case.pk}/")
    page = html(world, "worker", f"/ca/{story.case.pk}/ai-da-xem/")
    assert str(world.user("supervisor")) in page
    assert browser(world, "intake").get(f"/ca/{story.case.pk}/ai-da-xem/").status_code == 403
    assert "ai-da-xem" not in html(world, "intake", f"/ca/{story.case.pk}/")


def test_stages_carry_their_dates(world, story):
    stages = browser(world, "worker").get(f"/ca/{story.case.pk}/").context["stages"]
    assert [stage.state for stage in stages] == ["done", "done", "done", "now", "todo"]
    today = f"{timezone.localdate():%d/%m}"
    assert all(today in stage.note for stage in stages[:4])
    story.hold()
    stages = browser(world, "worker").get(f"/ca/{story.case.pk}/").context["stages"]
    assert stages[3].state == "hold"


def test_the_page_of_the_person_shows_only_classes_that_may_be_read(world, story):
    person = story.case.person
    person.illness, person.phone, person.address = "Bệnh Rất Riêng", "0912345674", "Số Nhà Riêng"
    person.save()
    page = html(world, "worker", f"/nguoi/{person.pk}/")
    assert "Bệnh Rất Riêng" in page and "0912345674" in page and "Số Nhà Riêng" in page
    seen = html(world, "auditor", f"/nguoi/{person.pk}/")
    assert "Bệnh Rất Riêng" not in seen and "0912345674" not in seen and "Số Nhà Riêng" not in seen
    assert browser(world, "sibling_worker").get(f"/nguoi/{person.pk}/").status_code == 404
    assert browser(world, "worker").get(f"/nguoi/{person.pk}/sua/").status_code == 302


def test_the_deadline_and_the_next_step_of_each_state(world):
    story = Story(world).register()

    def title(name="worker"):
        return browser(world, name).get(f"/ca/{story.case.pk}/").context["box"].title

    assert title("supervisor") == "Sàng lọc: nhận hay không nhận"
    assert title("intake") == "Chờ kiểm huấn viên sàng lọc"
    story.screen_in()
    assert title() == "Bắt đầu đánh giá"
    assessment = story.draft_assessment()
    assert title() == "Ghi tiếp rồi khóa đánh giá"
    story.do("worker", "answer", assessment, **story.answers(assessment))
    assert title() == "Khóa đánh giá"
    story.do("worker", "lock", assessment)
    assert title() == "Chuyển ca sang lập kế hoạch"
    story.do("worker", "assess_done")
    assert title() == "Lập kế hoạch trợ giúp"
    plan = story.draft_plan()
    story.submit(plan)
    assert (title(), title("supervisor")) == ("Chờ duyệt kế hoạch", "Xem và duyệt kế hoạch")
    story.do("supervisor", "return", plan, note="Ghi rõ hơn.")
    assert title() == "Bổ sung kế hoạch rồi trình lại"
    for comment in plan.comments.all():
        story.do("worker", "answer", comment, answer="Đã sửa.")
    story.submit(plan)
    story.approve(plan)
    assert title() == "Lấy ý kiến, chữ ký cho kế hoạch"
    story.agree(plan)
    assert title() == "Thực hiện kế hoạch, rà soát đúng hạn"
    story.judge_goals()
    story.request_close()
    assert title("supervisor") == "Xem và duyệt kết thúc ca"
    story.do("supervisor", "close")
    assert title() == "Theo dõi sau kết thúc"


def test_what_is_missing_stands_open_with_where_to_mend_it(world):
    story = Story(world).in_planning()
    plan = story.draft_plan()
    goal = plan.goals.first()
    story.do("worker", "edit", goal, domain="health", text="Khỏe hơn", measure="", due_on=day(30))
    page = html(world, "worker", f"/ca/{story.case.pk}/")
    assert "chưa có thước đo kết quả" in page and f"/ke-hoach/{plan.pk}/#goal-{goal.pk}" in page
    assert "Bổ sung 1 mục" in page
