"""The page of any action, driven by real actions of cases."""

import re
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from casework.models import Case, Contact, WorkEntry
from core.accounts.enums import Role
from core.audit.models import Event, ReadLog
from core.lifecycle import actions
from core.lifecycle.models import Proposal
from core.web.models import Draft
from tests.factories.cases import Story, take_over


@pytest.fixture
def client_of(world):
    def make(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name))
        return client

    return make


def hidden(page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode().partition("<main")[2])
    assert found is not None, name
    return found[1]


def act_page(row, action: str) -> str:
    return f"/lam/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{action}/"


def entry_page(case: Case) -> str:
    return f"/them/casework/case/{case.pk}/casework/workentry/add/"


def test_the_form_shows_and_takes(world, client_of):
    story = Story(world).register()
    client = client_of("supervisor")
    address = act_page(story.case, "ask_more")
    page = client.get(address)
    assert page.status_code == 200
    sent = {"version": hidden(page, "version"), "key": hidden(page, "key"), "note": "Bổ sung giấy khai sinh."}
    response = client.post(address, sent)
    assert (response.status_code, response["Location"]) == (302, f"/ca/{story.case.pk}/")
    story.case.refresh_from_db()
    assert story.case.paused_at is not None
    assert [str(message) for message in client.get("/").context["messages"]] == ["Đã xong: Yêu cầu bổ sung."]


def test_sent_twice_has_one_effect(world, client_of):
    story = Story(world).in_assessment()
    client = client_of("worker")
    key = uuid.uuid4().hex
    for _each in range(2):
        response = client.post(entry_page(story.case), {"key": key, "kind": "call", "text": "Gọi con gái."})
        assert (response.status_code, response["Location"]) == (302, f"/ca/{story.case.pk}/")
    assert WorkEntry.objects.count() == 1


def test_a_key_used_for_something_else_is_said_and_the_text_kept(world, client_of):
    story = Story(world).in_assessment()
    client = client_of("worker")
    key = uuid.uuid4().hex
    client.post(entry_page(story.case), {"key": key, "kind": "call", "text": "Gọi con gái."})
    response = client.post(entry_page(story.case), {"key": key, "kind": "call", "text": "Gọi con trai."})
    assert response.status_code == 409
    assert "Gọi con trai." in response.content.decode()
    assert hidden(response, "key") != key
    assert WorkEntry.objects.count() == 1


def test_errors_stand_at_the_fields_and_the_text_stays(world, client_of):
    story = Story(world).in_assessment()
    client = client_of("worker")
    response = client.post(entry_page(story.case), {"key": "k1", "kind": "call", "minutes": "9000", "text": "Gọi đi"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "Còn 1 chỗ cần sửa" in text
    assert "Gọi đi" in text and 'value="9000"' in text
    assert hidden(response, "key") == "k1"
    assert WorkEntry.objects.count() == 0


def test_a_stale_form_says_who_and_sends_on_the_new_version(world, client_of):
    story = Story(world).in_assessment()
    client = client_of("worker")
    address = act_page(story.case, "edit_safety_note")
    page = client.get(address)
    old = hidden(page, "version")
    story.do("supervisor", "edit_safety_note", safety_note="Có chó dữ.")
    response = client.post(address, {"version": old, "key": hidden(page, "key"), "safety_note": "Đi hai người."})
    text = response.content.decode()
    assert response.status_code == 409
    assert world.user("supervisor").full_name in text
    assert "Đi hai người." in text
    assert "Gửi trên bản mới" in text
    again = {"version": hidden(response, "version"), "key": hidden(response, "key"), "safety_note": "Đi hai người."}
    assert client.post(address, again).status_code == 302
    story.case.refresh_from_db()
    assert story.case.safety_note == "Đi hai người."


def test_a_form_without_a_version_is_not_taken(world, client_of):
    story = Story(world).in_assessment()
    response = client_of("worker").post(
        act_page(story.case, "edit_safety_note"), {"key": "k", "safety_note": "Đi hai người."}
    )
    assert response.status_code == 409
    story.case.refresh_from_db()
    assert story.case.safety_note == ""


def test_what_is_missing_stands_in_place_of_the_form(world, client_of):
    story = Story(world).in_assessment()
    page = client_of("worker").get(act_page(story.case, "assess_done"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Chưa có đánh giá đã khóa của đợt này." in text
    assert f'href="/ca/{story.case.pk}/danh-gia/"' in text
    assert 'name="version"' not in text
    sent = client_of("worker").post(act_page(story.case, "assess_done"), {"version": story.case.version, "key": "k"})
    assert sent.status_code == 409


def test_others_duties_are_refused_with_the_reason(world, client_of):
    story = Story(world).register()
    response = client_of("intake").get(act_page(story.case, "screen_in"))
    assert response.status_code == 403
    assert "kiểm huấn viên" in response.content.decode()


@pytest.mark.parametrize("action", ["start", "khong_co", "register"])
def test_internal_and_unknown_actions_do_not_exist(world, client_of, action):
    story = Story(world).in_assessment()
    assert client_of("worker").get(act_page(story.case, action)).status_code == 404


def test_the_way_back_is_local_only(world, client_of):
    story = Story(world).in_assessment()
    for back, led in (("/ca/?han=today", "/ca/?han=today"), ("//evil.vn/", f"/ca/{story.case.pk}/")):
        response = client_of("worker").post(
            entry_page(story.case), {"key": uuid.uuid4().hex, "kind": "note", "text": "x", "next": back}
        )
        assert response["Location"] == led


def test_the_form_starts_from_the_record_and_the_read_is_logged(world, client_of):
    story = Story(world).in_assessment(phone="0912345678")
    page = client_of("worker").get(act_page(story.case.person, "edit"))
    assert "0912345678" in page.content.decode()
    logged = set(ReadLog.objects.filter(route="act").values_list("field_class", flat=True))
    assert {"view", "read:identity", "read:contact", "read:health"} <= logged


def test_fields_one_may_not_read_are_neither_shown_nor_lost(world, client_of):
    story = Story(world).register()
    person = story.case.person
    person.illness = "Bệnh tim bẩm sinh"
    person.save()
    client = client_of("intake")
    address = act_page(person, "edit")
    page = client.get(address)
    assert "Bệnh tim bẩm sinh" not in page.content.decode()
    assert 'name="illness"' not in page.content.decode()
    sent = {"version": hidden(page, "version"), "key": "k", "name": "Lê Văn Mới", "illness": "ghi đè"}
    assert client.post(address, sent).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.illness) == ("Lê Văn Mới", "Bệnh tim bẩm sinh")


def test_a_record_is_made_under_its_parent_only(world, client_of):
    story = Story(world).in_assessment()
    client = client_of("worker")
    wrong = f"/them/casework/case/{story.case.pk}/casework/contact/add/"
    right = f"/them/casework/person/{story.case.person_id}/casework/contact/add/"
    assert client.get(wrong).status_code == 404
    assert client.get(right).status_code == 200
    sent = {"key": "k", "name": "Lê Thị Hoa", "relation": "con", "safety": "safe"}
    assert client.post(right, sent).status_code == 302
    assert Contact.objects.get().person_id == story.case.person_id


def test_two_persons_propose_and_confirm(world, client_of):
    proposal = take_over(world)
    page = client_of("supervisor").get(f"/de-nghi/{proposal.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Tiếp quản ca đang chạy" in text
    assert "/lam/core/proposal/" in text
    address = act_page(proposal, "confirm")
    shown = client_of("supervisor").get(address)
    sent = {"version": hidden(shown, "version"), "key": hidden(shown, "key")}
    assert client_of("supervisor").post(address, sent).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "confirmed"
    assert Case.objects.filter(pk=proposal.result_id).exists()
    assert client_of("worker").get(f"/de-nghi/{proposal.pk}/").status_code == 404
    assert Proposal.objects.count() == 1


def test_drafts_are_saved_found_refused_and_dropped(world, client_of):
    story = Story(world).in_assessment()
    client, address = client_of("worker"), entry_page(story.case)
    key = re.search(r'data-draft="([^"]+)"', client.get(address).content.decode())[1]
    saved = client.post(
        "/nhap/", {"draft_key": key, "draft_version": "", "draft_data": "kind=visit&text=%C4%90ang+g%C3%B5"}
    )
    assert set(saved.json()) == {"saved_at", "version"}
    page = client.get(address).content.decode()
    assert "Đang gõ" in page and "Nháp tự lưu lúc" in page
    other_tab = client.post("/nhap/", {"draft_key": key, "draft_version": "1", "draft_data": "text=khac"})
    assert other_tab.status_code == 409
    assert "Đang gõ" not in Draft.objects.values_list("content", flat=True).get()  # sealed in its row
    assert client_of("colleague").post("/nhap/", {"draft_key": key, "draft_data": "a=b"}).status_code == 200
    client.post(address, {"key": "k", "kind": "visit", "text": "Xong"})
    assert Draft.objects.filter(user=world.user("worker")).count() == 0
    assert client.post("/nhap/", {"draft_key": "x" * 121, "draft_data": ""}).status_code == 400


def test_the_dialog_is_a_piece_of_the_same_page(world, client_of):
    story = Story(world).in_assessment()
    headers = {"HX-Request": "true", "HX-Target": "dialog"}
    text = client_of("worker").get(entry_page(story.case), headers=headers).content.decode()
    assert "<html" not in text
    assert 'id="dialog-h"' in text and 'name="key"' in text


@pytest.fixture
def entries_by_two(monkeypatch):
    """Log entries need a second person here: the real action of the product, with one setting changed."""
    entries = dict(actions._registry["casework.WorkEntry"])
    entries["add"] = replace(
        entries["add"], confirm_by=Role.SUPERVISOR, confirm_unit=lambda entry, data: entry.case.owner_unit
    )
    monkeypatch.setitem(actions._registry, "casework.WorkEntry", entries)


def test_what_is_proposed_under_a_record_comes_to_stand_under_it(world, client_of, entries_by_two):
    story, other = Story(world).in_assessment(), Story(world).in_assessment()
    sent = {"key": "k", "kind": "call", "text": "Gọi con gái."}
    answer = client_of("worker").post(entry_page(story.case), sent)
    proposal = Proposal.objects.get()
    assert (proposal.parent_model, proposal.parent_id) == ("casework.Case", story.case.pk)
    assert (answer.status_code, WorkEntry.objects.count()) == (302, 0)
    assert client_of("worker").post(entry_page(story.case), sent).status_code == 302
    assert Proposal.objects.count() == 1  # the same request once more
    assert client_of("worker").post(entry_page(other.case), sent).status_code == 409  # the same key, another parent

    supervisor = client_of("supervisor")
    shown = supervisor.get(f"/de-nghi/{proposal.pk}/").content.decode()
    assert "Gọi con gái." in shown and f'href="/ca/{story.case.pk}/"' in shown
    page = supervisor.get(act_page(proposal, "confirm"))
    sent = {"version": hidden(page, "version"), "key": hidden(page, "key")}
    assert supervisor.post(act_page(proposal, "confirm"), sent).status_code == 302
    entry, event = WorkEntry.objects.get(), Event.objects.get(verb="workentry.add")
    proposal.refresh_from_db()
    assert (entry.case_id, entry.text, proposal.result_id) == (story.case.pk, "Gọi con gái.", entry.pk)
    assert (event.root_id, event.data["proposed_by"]) == (story.case.pk, str(world.user("worker").pk))


def test_a_proposal_names_its_parent_wholly_or_not_at_all(world):
    proposal = take_over(world)
    assert (proposal.parent_model, proposal.parent_id) == ("", None)
    for half in ({"parent_model": "casework.Case"}, {"parent_id": proposal.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**half)
