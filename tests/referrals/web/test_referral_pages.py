"""The inbox and the page of a referral: nothing of the person before acceptance, the packet after, two presses."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.audit.models import ReadLog
from referrals.models import Referral
from referrals.web import pages
from tests.factories.cases import Story
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db


def browser(world, name):
    client = Client()
    client.force_login(world.user(name))
    return client


def html(world, name, path):
    response = browser(world, name).get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def story(world):
    authorise(world)
    return ReferralStory(world).running(provider="other")


def press(client, row, name):
    """Press a button of the page that asks for nothing more."""
    box = client.get(f"/chuyen-tuyen/{row.pk}/").context["box"]
    button = next(action for action in box["actions"] if action["url"].partition("?")[0].endswith(f"/{name}/"))
    assert button["post"]
    return client.post(button["url"], button["fields"])


def test_before_acceptance_the_receiver_reads_the_need_and_nobodys_name(world, story):
    row = story.sent()
    person = story.case.person
    for path in ("/chuyen-tuyen/", f"/chuyen-tuyen/{row.pk}/"):
        page = html(world, "manager", path)
        assert row.number in page and person.name not in page and story.case.number not in page
    assert "Cần chỗ ở và chăm sóc." in page and "chỉ mở sau khi nhận" in page
    assert not ReadLog.objects.filter(field_class="read:packet").exists()


def test_accepting_is_two_presses_from_the_list_and_opens_the_packet(world, story):
    row = story.sent()
    client = browser(world, "manager")
    assert f'href="/chuyen-tuyen/{row.pk}/"' in client.get("/chuyen-tuyen/").content.decode()
    response = press(client, row, "accept")
    assert (response.status_code, response.url) == (302, f"/chuyen-tuyen/{row.pk}/")
    row.refresh_from_db()
    assert row.state == "accepted"
    page = html(world, "manager", f"/chuyen-tuyen/{row.pk}/")
    assert story.case.person.name in page and "Thông tin được chia sẻ" in page
    assert ReadLog.objects.filter(field_class="read:packet", actor=world.user("manager")).exists()


def test_declining_asks_why(world, story):
    row = story.sent()
    page = browser(world, "manager").get(f"/chuyen-tuyen/{row.pk}/")
    button = next(action for action in page.context["box"]["actions"] if "/decline/" in action["url"])
    assert not button.get("post") and button["stop"]


def test_the_sender_sees_person_consent_and_outcome(world, story):
    row = story.in_service()
    story.do("manager", "complete", row, outcome="achieved", note="Đã ổn định chỗ ở.")
    page = html(world, "worker", f"/chuyen-tuyen/{row.pk}/")
    assert story.case.person.name in page and "Bản thân" in page and "Đã ổn định chỗ ở." in page
    assert "Đã xem, khép lại" in page


def test_a_draft_is_the_senders_own(world, story):
    row = story.draft_referral()
    page = html(world, "worker", f"/chuyen-tuyen/{row.pk}/")
    assert "Hoàn chỉnh rồi gửi đi" in page and "Sửa chuyển tuyến" in page
    for name in ("manager", "sibling_worker", "intake"):
        assert browser(world, name).get(f"/chuyen-tuyen/{row.pk}/").status_code == 404
    assert press(browser(world, "worker"), row, "send").status_code == 302
    row.refresh_from_db()
    assert row.state == "sent"


def test_what_a_draft_still_needs_stands_open(world, story):
    row = story.draft_referral(need="", sections=[])
    box = browser(world, "worker").get(f"/chuyen-tuyen/{row.pk}/").context["box"]
    assert box["missing"]


def test_the_tab_of_the_case_and_its_timeline_name_the_referral(world, story):
    row = story.sent()
    page = html(world, "worker", f"/ca/{story.case.pk}/chuyen-tuyen/")
    assert row.number in page and "Cơ sở công lập" in page
    page = html(world, "worker", f"/ca/{story.case.pk}/?loai=referral")
    assert f"Gửi chuyển tuyến {row.number}" in page


def test_the_lists_go_by_what_the_duties_are(world, story):
    row = story.sent()
    assert row.number in html(world, "worker", "/chuyen-tuyen/?muc=di")
    assert row.number not in html(world, "sibling_worker", "/chuyen-tuyen/?muc=di")
    assert browser(world, "supervisor").get("/chuyen-tuyen/").context["wanted"] == "duyet"
    assert browser(world, "leader").get("/chuyen-tuyen/").status_code == 403


def test_the_pages_of_the_inbox_hold_each_once_in_the_order_of_the_clock(world, story, monkeypatch):
    monkeypatch.setattr(pages, "SIZE", 2)
    found = []
    for n in range(5):
        other = ReferralStory(world, Story(world).running(provider="other").case)
        found.append(other.sent(emergency=n == 3) if n == 3 else other.sent())
    client, path, seen = browser(world, "manager"), "/chuyen-tuyen/", []
    while path:
        response = client.get(path)
        seen += [item["row"].pk for item in response.context["rows"]]
        path = response.context["next_url"]
    wanted = sorted(Referral.objects.filter(state="sent"), key=lambda row: (not row.emergency, row.due_at, row.pk))
    assert seen == [row.pk for row in wanted]
    assert len(seen) == 5 and found[3].pk == seen[0]


def test_the_inbox_asks_no_more_for_more(world, story):
    def queries():
        client = browser(world, "manager")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/chuyen-tuyen/").status_code == 200
        return len(asked)

    story.sent()
    few = queries()
    for _n in range(3):
        ReferralStory(world, Story(world).running(provider="other").case).sent()
    assert queries() <= few
