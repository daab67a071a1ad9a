"""Canaries: an unannounced inspection is not there for the facility, the story of an incident for no other facility."""

import json

import pytest
from django.test import Client

from core.access.engine import can, fields_readable
from core.audit.models import ReadLog
from core.worklist.models import WorkItem
from facilities.models import Inspection
from tests.factories.oversight import Oversight

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CANARY = "Hoàng-Yến-Phụng"
HOUSE = ("manager", "public_worker", "public_supervisor")


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.DH_REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def client_of(story):
    def sign_in(name):
        client = Client(raise_request_exception=False)
        client.force_login(story.world.user(name), backend=BACKEND)
        return client

    return sign_in


def pages(story):
    unit = story.facility.unit_id
    return [
        "/", "/kiem-tra/", "/kiem-tra/?trang_thai=all", f"/kiem-tra/?co_so={story.facility.pk}", "/su-viec/",
        "/su-viec/?trang_thai=all", f"/co-so/{unit}/", f"/co-so/{unit}/kiem-tra/", f"/co-so/{unit}/lich-su/",
        "/api/v1/inspections/", f"/api/v1/inspections/?facility={story.facility.pk}", "/api/v1/findings/",
        "/api/v1/incidents/", f"/api/v1/facilities/{story.facility.pk}/events/", "/api/v1/papers/",
        "/api/v1/work-items/", "/api/v1/notices/", "/thong-bao/",
    ]  # fmt: skip


def of_record(row):
    key = f"/api/v1/inspections/{row.pk}"
    return [f"/kiem-tra/{row.pk}/", f"/in/bien-ban-kiem-tra/{row.pk}/", f"{key}/", f"{key}/actions/", f"{key}/events/"]


def text(response):
    """What came, without what differs from one request to the next."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def test_an_unannounced_inspection_is_not_there_for_the_facility(story, client_of):
    """By list, by key, by count, in the day's work, over the API: nothing, until it is begun."""
    row = story.planned(announced=False, subject=CANARY)
    for name in HOUSE:
        client = client_of(name)
        for url in pages(story):
            body = text(client.get(url))
            assert CANARY not in body and row.number not in body and str(row.pk) not in body, (name, url)
        for url in of_record(row):
            assert client.get(url).status_code in (403, 404), (name, url)
        assert not can(story.world.actor(name), "view", row)
    assert not WorkItem.objects.filter(unit=story.facility.unit).exists()
    story.do("licensing", "begin", row)
    assert CANARY in text(client_of("manager").get(f"/kiem-tra/{row.pk}/"))


def test_counts_do_not_tell_of_it(story, client_of):
    """The pages of the facility are the same with and without a hidden inspection."""
    client = client_of("manager")
    urls = ["/kiem-tra/?trang_thai=all", f"/co-so/{story.facility.unit_id}/kiem-tra/"]
    before = [client.get(url).content.count(b"<li") for url in urls]
    listed = client.get("/api/v1/inspections/").json()
    story.planned(announced=False)
    assert [client.get(url).content.count(b"<li") for url in urls] == before
    assert client.get("/api/v1/inspections/").json() == listed


def test_what_was_found_opens_with_the_conclusion(story, client_of):
    row = story.answered()
    finding = story.finding(row, code="", text=CANARY)
    client = client_of("manager")
    for url in (*pages(story), f"/kiem-tra/{row.pk}/", f"/api/v1/inspections/{row.pk}/"):
        assert CANARY not in text(client.get(url)), url
    assert client.get(f"/api/v1/findings/{finding.pk}/").status_code == 404
    assert client.get(f"/api/v1/inspections/{row.pk}/events/").status_code == 403
    story.do("licensing", "conclude", row, summary="Xong.")
    assert CANARY in text(client.get(f"/kiem-tra/{row.pk}/"))
    assert client.get(f"/api/v1/findings/{finding.pk}/").json()["text"] == CANARY


def test_the_story_goes_to_no_other_facility_and_to_no_log(story, world, client_of):
    """Not to the neighbour, the worker, the centre, the auditor; not into events, notices or lists."""
    row = story.reported(story=CANARY, measures=CANARY)
    story.do("licensing", "take", row)
    story.do("licensing", "conclude", row, conclusion=CANARY)
    Oversight(world, "private")
    for name in ("private_manager", "public_worker", "sibling_supervisor", "other_licensing", "other_head", "intake"):
        client = client_of(name)
        for url in (*pages(story), f"/su-viec/{row.pk}/", f"/api/v1/incidents/{row.pk}/"):
            body = text(client.get(url))
            assert CANARY not in body and row.number not in body, (name, url)
        assert client.get(f"/api/v1/incidents/{row.pk}/").status_code == 404
    auditor = client_of("auditor")
    assert row.number in text(auditor.get("/su-viec/?trang_thai=all"))
    assert CANARY not in text(auditor.get(f"/su-viec/{row.pk}/"))
    assert CANARY not in json.dumps(auditor.get(f"/api/v1/incidents/{row.pk}/").json(), ensure_ascii=False)
    for name in ("manager", "licensing", "head", "public_supervisor"):
        assert CANARY in text(client_of(name).get(f"/su-viec/{row.pk}/")), name
        assert CANARY not in text(client_of(name).get("/su-viec/?trang_thai=all")), name


def test_whoever_opens_the_story_is_written_down(story, client_of):
    row = story.reported()
    client_of("head").get(f"/su-viec/{row.pk}/")
    client_of("auditor").get(f"/su-viec/{row.pk}/")
    read = ReadLog.objects.filter(field_class="read:narrative", model="facilities.Incident")
    assert [log.actor_id for log in read if str(row.pk) in log.ids] == [story.world.user("head").pk]


def test_of_an_incident_the_facility_does_not_learn_that_somebody_will_come(story, client_of):
    row = story.reviewed(kind="death")
    visit = story.planned(kind="incident", incident=row.pk, announced=False, subject=CANARY)
    client = client_of("manager")
    for url in (f"/su-viec/{row.pk}/", f"/api/v1/incidents/{row.pk}/", f"/api/v1/incidents/{row.pk}/events/"):
        body = text(client.get(url))
        assert visit.number not in body and str(visit.pk) not in body, url
    assert visit.number in text(client_of("licensing").get(f"/su-viec/{row.pk}/"))


def test_the_one_announced_shows_the_day_and_not_why(story):
    incident = story.reported()
    row = story.planned(kind="incident", incident=incident.pk)
    readable = fields_readable(story.world.actor("manager"), row)
    assert {"planned_on", "subject"} <= readable and not {"incident", "summary", "licence_effect"} & readable
    assert Inspection.objects.get(pk=row.pk).incident == incident
