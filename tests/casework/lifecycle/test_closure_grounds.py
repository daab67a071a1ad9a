"""What each ground of NĐ 335/2026/NĐ-CP Đ.26 asks for before a case may be closed: by `perform()`, page and API."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from rest_framework.test import APIClient

from casework.guards.closure import FACTS
from casework.models import FollowUp, WorkEntry
from core.api import tokens
from core.catalogue.models import ClosureCode
from core.clock import parameters
from core.documents.models import Document, DocumentKind
from core.errors import Blocked, Denied
from core.lifecycle.engine import available
from tests.factories.cases import Story, day

pytestmark = pytest.mark.django_db
PAPERS = {
    "b": "Quyết định, công văn",
    "c": "Biên bản bàn giao",
    "g": "Đơn đề nghị đã ký",
    "h": "Giấy chứng tử, quyết định tuyên bố mất tích",
    "i": "Hợp đồng, thanh lý hợp đồng",
}


@pytest.fixture
def story(world):
    return Story(world).in_assessment()


def ask(story, reason, **more):
    """Ask for the closure with nothing prepared; the reasons of the refusal."""
    data = {"reason": reason, "client_told_on": day(0), "note": "Kết thúc.", **more}
    try:
        story.do("worker", "request_close", **data)
    except Blocked as refusal:
        return list(refusal.reasons)
    return []


def codes(reasons):
    return [reason.code for reason in reasons]


def client(world, name):
    browser = Client()
    browser.force_login(world.user(name))
    return browser


def api(world, name):
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(world.user(name), 'thử', ('read', 'write'))[1]}")
    return caller


def address(story, tail=""):
    return f"/api/v1/cases/{story.case.pk}/actions/{tail}"


def asked_before(story, world, reason, requires):
    """A closure that was asked for while the ground asked less than it does now."""
    ground = ClosureCode.objects.on().get(code=reason)
    before, ground.requires = ground.requires, []
    ground.save()
    assert ask(story, reason) == []
    ground.requires = before if requires is None else requires
    ground.save()


def test_every_requirement_is_a_paper_or_a_fact_that_a_guard_knows(db):
    asked = {name for row in ClosureCode.objects.all() for name in row.requires}
    assert asked <= set(DocumentKind.values) | set(FACTS)
    assert asked & set(DocumentKind.values) and set(FACTS) <= asked


@pytest.mark.parametrize("reason", sorted(PAPERS))
def test_each_paper_is_named_and_leads_to_where_it_is_handed_in(story, world, reason):
    missing = [one for one in ask(story, reason) if one.code == "paper_missing"]
    (ground,) = ClosureCode.objects.on().filter(code=reason)
    assert [str(one.text) for one in missing] == [
        f"Còn thiếu giấy tờ: {PAPERS[reason]} (lý do {reason}, {ground.article})."
    ]
    path, _mark, query = missing[0].fix.partition("?")
    assert resolve(path).url_name == "act_under"
    (kind,) = set(ground.requires) & set(DocumentKind.values)
    page = client(world, "worker").get(f"{path}?{query}").content.decode()
    assert f'<option value="{kind}" selected>' in page
    story.ground(reason)
    assert ask(story, reason) == [] and story.case.state == "closure_review"


@pytest.mark.parametrize("reason", ["a", "d", "đ", "k"])
def test_a_ground_that_asks_for_nothing_is_taken(story, reason):
    assert ask(story, reason) == [] and story.case.closure_reason == reason


def test_a_paper_of_another_kind_does_not_help(story):
    story.paper("other")
    story.paper("decision")
    assert codes(ask(story, "c")) == ["paper_missing"]


def test_somebody_who_asks_to_stop_is_met_first(story):
    assert codes(ask(story, "g")) == ["paper_missing", "no_safety_check"]
    story.paper("signed_request")
    story.make("worker", WorkEntry, "add", kind="call", text="Gọi điện.", contacted="reached")
    entry = story.make("worker", WorkEntry, "add", kind="visit", text="Không ai ở nhà.", contacted="not_reached")
    assert codes(ask(story, "g")) == ["no_safety_check"]
    met = story.make("worker", WorkEntry, "add", kind="visit", text="Gặp bà.", contacted="reached")
    long_ago = timezone.now() - timedelta(days=parameters.calendar_days("closure.safety_check") + 1)
    WorkEntry.objects.filter(pk=met.pk).update(at=long_ago)
    assert codes(ask(story, "g")) == ["no_safety_check"]
    WorkEntry.objects.filter(pk=met.pk).update(at=entry.at)
    assert ask(story, "g") == []


def test_lost_contact_needs_tries_and_a_visit_but_nobody_is_told(story):
    assert codes(ask(story, "e", client_told_on="")) == ["contact_tries", "no_visit"]
    for _number in range(3):
        story.make("worker", WorkEntry, "add", kind="call", text="Không nghe máy.", contacted="not_reached")
    assert codes(ask(story, "e", client_told_on="")) == ["no_visit"]
    story.make("worker", WorkEntry, "add", kind="visit", text="Nhà đóng cửa.", contacted="not_reached")
    reached = story.make("worker", WorkEntry, "add", kind="call", text="Có nghe máy.", contacted="reached")
    assert codes(ask(story, "e", client_told_on="")) == ["was_reached"]
    WorkEntry.objects.filter(pk=reached.pk).update(at=timezone.now() - timedelta(days=40))
    assert ask(story, "e", client_told_on="") == []


@pytest.mark.parametrize(("reason", "told"), [("a", True), ("k", True), ("e", False), ("h", False)])
def test_who_must_be_told_stands_in_the_catalogue(story, reason, told):
    assert ("client_not_told" in codes(ask(story, reason, client_told_on=""))) is told
    ClosureCode.objects.filter(code=reason).update(tell_client=not told)
    assert ("client_not_told" in codes(ask(story, reason, client_told_on=""))) is not told


def test_after_a_death_nobody_is_visited_and_nothing_opens_again(world):
    story = Story(world).in_assessment()
    story.request_close(reason="h")
    story.do("supervisor", "close")
    assert not FollowUp.objects.filter(case=story.case).exists()
    with pytest.raises(Blocked) as refused:
        story.do("supervisor", "reopen", note="Nhầm.")
    assert codes(refused.value.reasons) == ["deceased"]
    ClosureCode.objects.filter(code="h").update(person_gone=False)
    story.do("supervisor", "reopen", note="Còn sống.")
    assert story.case.state == "assessment"


def test_the_papers_of_an_earlier_closure_do_not_serve_a_second_one(world):
    story = Story(world).in_assessment()
    story.request_close(reason="c")
    story.do("supervisor", "close")
    story.do("supervisor", "reopen", note="Gia đình lại khó khăn.")
    assert codes(ask(story, "c")) == ["paper_missing"]
    story.paper("handover_minutes")
    assert ask(story, "c") == []


def test_the_ground_of_the_day_counts(story):
    """A decree changes what a ground asks for: the row of the day decides, not the letter."""
    today = timezone.localdate()
    old = ClosureCode.objects.get(code="c", valid_from=date(2026, 10, 5))
    old.valid_to = today
    old.save()
    ClosureCode.objects.create(code="c", text="Gia đình đón về", article="mới", requires=["decision"], valid_from=today)
    reasons = ask(story, "c")
    assert [str(one.text) for one in reasons] == ["Còn thiếu giấy tờ: Quyết định, công văn (lý do c, mới)."]


def test_the_supervisor_cannot_close_what_lacks_its_paper(story, world):
    asked_before(story, world, "c", None)
    with pytest.raises(Blocked) as refused:
        story.do("supervisor", "close")
    assert codes(refused.value.reasons) == ["paper_missing"]
    with pytest.raises(Denied):
        story.do("worker", "close")
    story.paper("handover_minutes", by="supervisor")
    story.do("supervisor", "close")
    assert story.case.state == "closed"


class TestPage:
    def test_the_form_says_what_each_ground_lacks(self, story, world):
        url = f"/lam/casework/case/{story.case.pk}/request_close/"
        page = client(world, "worker").get(url).content.decode()
        assert "c) Biên bản bàn giao" in page and "g) Đơn đề nghị đã ký" in page
        story.paper("handover_minutes")
        page = client(world, "worker").get(url).content.decode()
        assert "c) Biên bản bàn giao" not in page and "g) Đơn đề nghị đã ký" in page

    def test_a_refusal_keeps_what_was_typed_and_names_the_paper(self, story, world):
        url = f"/lam/casework/case/{story.case.pk}/request_close/"
        story.case.refresh_from_db()
        sent = {"reason": "c", "client_told_on": day(0), "note": "Con gái đón về.", "version": story.case.version}
        response = client(world, "worker").post(url, sent)
        page = response.content.decode()
        assert response.status_code == 409 and "Còn thiếu giấy tờ: Biên bản bàn giao" in page
        assert "Con gái đón về." in page and "upload/?kind=handover_minutes" in page
        story.case.refresh_from_db()
        assert story.case.state == "assessment"

    def test_the_case_page_lists_what_the_closing_lacks(self, story, world):
        asked_before(story, world, "b", ["decision", "handover_minutes"])
        page = client(world, "supervisor").get(f"/ca/{story.case.pk}/").content.decode()
        assert "Còn thiếu giấy tờ: Quyết định, công văn" in page
        assert "Còn thiếu giấy tờ: Biên bản bàn giao" in page
        assert f"/them/casework/case/{story.case.pk}/documents/document/upload/?kind=decision" in page
        story.paper("decision")
        story.paper("handover_minutes")
        page = client(world, "supervisor").get(f"/ca/{story.case.pk}/").content.decode()
        assert "Còn thiếu giấy tờ" not in page and "Duyệt kết thúc" in page


class TestApi:
    def test_actions_tell_what_the_closing_lacks(self, story, world):
        asked_before(story, world, "c", None)
        caller = api(world, "supervisor")
        told = {one["name"]: one for one in caller.get(address(story)).json()["actions"]}
        assert told["close"]["status"] == "missing"
        (reason,) = told["close"]["reasons"]
        assert reason["code"] == "paper_missing"
        assert reason["text"].startswith("Còn thiếu giấy tờ: Biên bản bàn giao")
        response = caller.post(
            address(story, "close/"), {"version": story.case.version}, format="json", HTTP_IDEMPOTENCY_KEY="k1"
        )
        assert response.status_code == 409 and response.json()["reasons"] == [reason]
        story.paper("handover_minutes")
        told = {one["name"]: one for one in caller.get(address(story)).json()["actions"]}
        assert (told["close"]["status"], told["close"]["reasons"]) == ("ready", [])

    def test_a_request_is_refused_until_the_paper_is_there(self, story, world):
        caller = api(world, "worker")
        body = {"reason": "h", "note": "Đã mất.", "version": story.case.version}
        url = address(story, "request_close/")
        response = caller.post(url, body, format="json", HTTP_IDEMPOTENCY_KEY="k1")
        assert response.status_code == 409
        assert [one["code"] for one in response.json()["reasons"]] == ["paper_missing"]
        story.paper("death_or_missing_proof")
        story.case.refresh_from_db()
        body["version"] = story.case.version
        assert caller.post(url, body, format="json", HTTP_IDEMPOTENCY_KEY="k2").status_code == 200
        assert Document.objects.filter(root_id=story.case.pk).count() == 1


def test_asking_what_is_possible_does_not_need_a_ground(story, world):
    found = {one.spec.name: one for one in available(world.actor("worker"), story.case)}
    assert found["request_close"].status == "ready"
