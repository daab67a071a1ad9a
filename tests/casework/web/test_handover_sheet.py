"""Phiếu bàn giao: who opens it, what stands first, what does not go on paper, and the ways to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import Contact, WorkEntry
from core.audit.models import Event, ReadLog
from core.lifecycle.engine import perform
from core.outbox.messages import deliver_notices
from core.outbox.tasks import DBTaskResult
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def contact(world, story, name, safety, phone="0912345678", **more):
    data = {"name": name, "relation": "người nhà", "safety": safety, "phone": phone, **more}
    perform(Contact, "add", by=world.actor("worker"), data=data, parent=story.case.person)


@pytest.fixture
def story(world):
    story = Story(world).in_assessment()
    contact(world, story, "Nguyễn Văn Dữ", "unsafe", "0900000001", note="Có dao trong nhà")
    contact(world, story, "Lê Thị Hiền", "safe", "0900000002", is_main="on")
    contact(world, story, "Phạm Chưa Rõ", "unknown", "0900000003")
    story.do("worker", "edit_safety_note", safety_note="Đi hai người")
    story.make("worker", WorkEntry, "add", kind="visit", text="Đã gặp ở nhà.", contacted="reached")
    story.make("worker", WorkEntry, "add", kind="counselling", text="Lời riêng tư.", confidential="on")
    story.make("worker", WorkEntry, "add", kind="call", text="Không ai nghe.", contacted="not_reached")
    return story


@pytest.fixture
def handed(world, story):
    story.do("supervisor", "reassign", worker=world.user("colleague").pk, note="Hẹn gặp thứ Hai.")
    return story


def page(sign_in, who, story):
    return sign_in(who).get(f"/ca/{story.case.pk}/ban-giao/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("colleague", 200), ("supervisor", 200), ("worker", 404), ("intake", 404), ("auditor", 404), ("steward", 404),
     ("sibling_worker", 404), ("manager", 404), ("no_duty", 404)],
)  # fmt: skip
def test_who_opens_it_while_the_case_is_offered(sign_in, handed, who, status):
    assert page(sign_in, who, handed).status_code == status


def test_dangers_stand_first_and_the_unsafe_have_no_telephone(sign_in, handed):
    text = page(sign_in, "colleague", handed).content.decode()
    order = [text.index(words) for words in ("Nguyễn Văn Dữ", "Lê Thị Hiền", "Hẹn gặp thứ Hai.", "Nhận bàn giao ca")]
    assert order == sorted(order)
    assert "0900000001" not in text
    assert 'href="tel:0900000002"' in text
    assert "0900000003" in text
    assert 'href="tel:0900000003"' not in text
    assert "Có dao trong nhà" in text


def test_what_was_written_in_confidence_stays_with_its_readers(sign_in, handed):
    assert "Lời riêng tư." not in page(sign_in, "colleague", handed).content.decode()
    assert "Lời riêng tư." in page(sign_in, "supervisor", handed).content.decode()


def test_it_tells_of_tries_that_reached_nobody(sign_in, handed):
    context = page(sign_in, "colleague", handed).context
    assert context["not_reached"] == 1
    assert [line.entry.text for line in context["lines"]] == ["Không ai nghe.", "Đã gặp ở nhà."]


def test_the_unsafe_and_the_work_log_do_not_go_on_paper(sign_in, handed):
    """Each stands in an element that the style sheet leaves out in print."""
    from html.parser import HTMLParser

    class Printed(HTMLParser):
        void = {"br", "img", "input", "link", "meta", "use", "path", "rect", "circle", "line"}

        def __init__(self):
            super().__init__()
            self.stack, self.text = [], ""

        def handle_starttag(self, tag, attrs):
            if tag not in self.void:
                self.stack.append((tag, "noprint" in dict(attrs).get("class", "").split()))

        def handle_endtag(self, tag):
            while self.stack and self.stack.pop()[0] != tag:
                pass

        def handle_data(self, data):
            if not any(hidden for _tag, hidden in self.stack):
                self.text += data

    reader = Printed()
    reader.feed(page(sign_in, "colleague", handed).content.decode())
    assert "Lê Thị Hiền" in reader.text
    for secret in ("Nguyễn Văn Dữ", "Có dao trong nhà", "Không ai nghe.", "Đã gặp ở nhà."):
        assert secret not in reader.text


def test_who_reported_and_where_the_person_was_found_are_not_on_it(world, sign_in):
    told = {"reporter": "Bà Mách Tin", "reporter_phone": "0911222333", "found_at": "Gầm cầu số 9"}
    story = Story(world).in_assessment(**told)
    assert story.case.reporter == told["reporter"]
    text = page(sign_in, "worker", story).content.decode()
    for secret in ("Bà Mách Tin", "0911222333", "Gầm cầu số 9"):
        assert secret not in text


def test_open_items_name_their_holder_and_deadline(world, sign_in, handed):
    items = page(sign_in, "supervisor", handed).context["items"]
    assert ("Nhận bàn giao ca", str(world.user("colleague"))) in [(str(i.title), i.holder) for i in items]
    assert all(one.due_at <= two.due_at for one, two in zip(items, items[1:], strict=False) if two.due_at)


def test_missing_papers_are_told(sign_in, handed):
    assert page(sign_in, "colleague", handed).context["missing"]


def test_the_next_steps_of_the_plan(world, sign_in):
    story = Story(world).in_planning()
    plan = story.draft_plan()
    context = page(sign_in, "worker", story).context
    assert [row.pk for row in context["plans"]] == [plan.pk]
    goal = context["plans"][0].open_goals[0]
    assert goal.steps
    assert goal.steps[0].text in page(sign_in, "worker", story).content.decode()


def test_the_receiver_answers_from_the_sheet(sign_in, handed):
    text = page(sign_in, "colleague", handed).content.decode()
    assert f"/lam/casework/case/{handed.case.pk}/accept_handover/" in text
    assert "accept_handover" not in page(sign_in, "supervisor", handed).content.decode()


def test_the_notice_of_the_handover_leads_to_the_sheet(world, sign_in, handed):
    for row in DBTaskResult.objects.filter(task_path__endswith="deliver_notices"):
        deliver_notices.call(**row.args_kwargs["kwargs"])
    rows = sign_in("colleague").get("/thong-bao/").context["rows"]
    assert [row["url"] for row in rows] == [f"/ca/{handed.case.pk}/ban-giao/"]


def test_the_case_page_leads_to_it_in_the_first_days(world, sign_in, handed, monkeypatch):
    link = f'href="/ca/{handed.case.pk}/ban-giao/"'
    shown = lambda: link in sign_in("colleague").get(f"/ca/{handed.case.pk}/").content.decode()  # noqa: E731
    assert shown()
    handed.do("colleague", "accept_handover")
    assert shown()
    monkeypatch.setattr("casework.selectors.handover.FIRST_DAYS", timedelta(0))
    assert not shown()


def test_an_old_hand_is_not_led_to_it(world, sign_in):
    story = Story(world).in_assessment()
    assert "/ban-giao/" not in sign_in("worker").get(f"/ca/{story.case.pk}/").content.decode()


def test_reading_it_is_logged(world, sign_in, handed):
    before = timezone.now()
    page(sign_in, "colleague", handed)
    rows = ReadLog.objects.filter(at__gte=before, actor=world.user("colleague"), root_id=handed.case.pk)
    read = {(row.model, row.field_class) for row in rows}
    assert {
        ("casework.Case", "read:narrative"), ("casework.Case", "read:history"), ("casework.Person", "read:contact"),
        ("casework.Contact", "view"), ("casework.WorkEntry", "view"),
    } <= read  # fmt: skip
    assert ("casework.Case", "read:reporter") not in read
    assert not Event.objects.filter(recorded_at__gte=before).exists()


def test_queries_do_not_grow(world, sign_in, handed, django_assert_max_num_queries):
    client = sign_in("supervisor")
    address = f"/ca/{handed.case.pk}/ban-giao/"
    client.get(address)
    with django_assert_max_num_queries(60) as one:
        client.get(address)
    for n in range(3):
        data = {"name": f"Người {n}", "relation": "bạn", "safety": "safe"}
        perform(Contact, "add", by=world.actor("supervisor"), data=data, parent=handed.case.person)
        handed.make("supervisor", WorkEntry, "add", kind="call", text="Gọi.", contacted="reached")
    with django_assert_max_num_queries(60) as more:
        client.get(address)
    assert len(more) == len(one)
