"""The assessment page: saved in part, locked when nothing is missing, never a risk chosen beforehand."""

import re

import pytest
from django.test import Client

from core.audit.models import ReadLog
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def browser(world, name="worker"):
    client = Client()
    client.force_login(world.user(name))
    return client


@pytest.fixture
def story(world):
    return Story(world).in_assessment()


def send(client, row, do, key, **data):
    row.refresh_from_db()
    return client.post(f"/danh-gia/{row.pk}/", {"version": row.version, "key": key, "do": do, **data})


def test_the_page_asks_everything_and_chooses_no_risk(world, story):
    row = story.draft_assessment()
    page = browser(world).get(f"/danh-gia/{row.pk}/").content.decode()
    for item in row.tool.items():
        assert f'id="item_{item["code"]}"' in page
    chosen = re.findall(r'<input type="radio" name="risk"[^>]*checked', page)
    assert chosen == []
    assert 'id="risk"' in page and "Còn thiếu trước khi khóa" in page
    assert ReadLog.objects.filter(model="casework.Assessment", actor=world.user("worker")).exists()


def test_saving_keeps_what_was_typed_and_stays(world, story):
    row = story.draft_assessment()
    item = row.tool.items()[0]
    answer = str(item["options"][1]["value"])
    response = send(
        browser(world), row, "save", "k1", **{f"item_{item['code']}": answer, "health_need": "Thuốc hằng ngày"}
    )
    assert (response.status_code, response.url) == (302, f"/danh-gia/{row.pk}/")
    row.refresh_from_db()
    assert row.answers == {item["code"]: answer} and row.state == "draft"
    assert row.findings.get(domain="health").need == "Thuốc hằng ngày"


def test_locking_says_what_is_missing_and_keeps_the_answers(world, story):
    row = story.draft_assessment()
    response = send(browser(world), row, "lock", "k1", summary="Nhận định.")
    page = response.content.decode()
    assert response.status_code == 409 and "chưa khóa được" in page and "câu chưa trả lời" in page
    row.refresh_from_db()
    assert row.state == "draft" and row.summary == "Nhận định."


def test_a_complete_one_is_locked_and_read_only(world, story):
    row = story.draft_assessment()
    response = send(browser(world), row, "lock", "k1", **story.answers(row, "high"))
    assert (response.status_code, response.url) == (302, f"/ca/{story.case.pk}/")
    row.refresh_from_db()
    assert (row.state, row.risk) == ("locked", "high")
    page = browser(world, "supervisor").get(f"/danh-gia/{row.pk}/").content.decode()
    assert "<textarea" not in page and "Nhu cầu: An toàn, chỗ ở" in page


def test_a_stale_form_keeps_its_text(world, story):
    row = story.draft_assessment()
    client, old = browser(world), row.version
    send(client, row, "save", "k1", summary="Bản của người khác.")
    response = client.post(
        f"/danh-gia/{row.pk}/", {"version": old, "key": "k2", "do": "save", "summary": "Chữ của tôi."}
    )
    page = response.content.decode()
    assert response.status_code == 409 and "Chữ của tôi." in page
    row.refresh_from_db()
    assert row.summary == "Bản của người khác."
    assert f'name="version" value="{row.version}"' in page


def test_what_cannot_be_taken_is_said_at_its_field(world, story):
    row = story.draft_assessment()
    response = send(browser(world), row, "save", "k1", health_priority="12", summary="Giữ lại.")
    page = response.content.decode()
    assert response.status_code == 422 and "Giữ lại." in page and 'class="sum"' in page


def test_the_second_version_draws_what_changed(world, story):
    first = story.assess()
    story.do("worker", "assess_done")
    second = story.draft_assessment()
    item = second.tool.items()[0]
    worst = max(item["options"], key=lambda option: option["score"])
    send(browser(world), second, "save", "k1", **{**story.answers(second, ""), f"item_{item['code']}": worst["value"]})
    page = browser(world).get(f"/danh-gia/{second.pk}/").content.decode()
    assert "Nặng hơn lần trước" in page and f"bản {first.number}" in page
    assert f"nặng hơn {worst['score'] - item['options'][0]['score']} điểm" in page


def test_others_may_read_but_not_write(world, story):
    row = story.draft_assessment()
    page = browser(world, "supervisor").get(f"/danh-gia/{row.pk}/").content.decode()
    assert "<textarea" not in page
    assert send(browser(world, "supervisor"), row, "save", "k1", summary="x").status_code == 403
    for name in ("sibling_worker", "intake", "auditor"):
        assert browser(world, name).get(f"/danh-gia/{row.pk}/").status_code == 404
