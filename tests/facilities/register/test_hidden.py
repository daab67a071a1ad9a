"""Where a shelter lies: nobody finds it out from pages, API, events, lists, search or prints who may not read it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from core.access.engine import fields_readable
from core.api import tokens
from core.audit.models import Event, ReadLog
from core.documents.models import Document
from core.errors import Invalid
from facilities.models import Authority, Facility, WalletPaper
from tests.core.documents.files import jpeg, pdf
from tests.factories import houses
from tests.factories.houses import change, make
from tests.factories.referrals import ReferralStory, authorise

pytestmark = pytest.mark.django_db
CANARY = "Hẻm Hoàng Yến 77"
# One of each role, those nearest to the house among them.
WHO = (
    "head", "licensing", "leader", "auditor", "sysadmin", "steward", "intake", "worker", "supervisor", "chair",
    "manager", "private_manager", "private_worker", "no_duty",
)  # fmt: skip
TABS = ["", "nha-giuong/", "nhan-su/", "dich-vu/", "giay-to/", "anh/", "kiem-tra/", "lich-su/"]


@pytest.fixture
def shelter(world):
    facility = houses.house(world, "private")
    change(
        world.actor("steward"), facility, "edit", legal_kind="other", ownership="private", source="QĐ",
        hidden_address="on", address=CANARY, commune=world.communes[0].pk,
    )  # fmt: skip
    return Facility.objects.get(pk=facility.pk)


def browser(world, who):
    client = Client(raise_request_exception=True)
    client.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def knowing(world, facility):
    return {who for who in world.users if "safe_address" in fields_readable(world.actor(who), facility)}


def pages_of(facility):
    key = facility.unit_id
    paths = [f"/co-so/{key}/{tab}" for tab in TABS]
    paths += ["/co-so/", "/co-so/?q=hoang+yen", f"/co-so/{facility.pk}/?hien=dia-chi", f"/co-so/{key}/?hien=dia-chi"]
    label = f"/lam/facilities/facility/{facility.pk}"
    return paths + [f"{label}/edit/", f"{label}/describe/", f"/giuong/{facility.pk}/", "/giuong/", "/"]


def api_of(facility):
    base = f"/api/v1/facilities/{facility.pk}/"
    return [
        base, f"{base}actions/", f"{base}events/", "/api/v1/facilities/", "/api/v1/facilities/?q=hoang yen",
        "/api/v1/buildings/", "/api/v1/rooms/", "/api/v1/beds/", "/api/v1/facility-staff/", "/api/v1/prices/",
        "/api/v1/facility-papers/", "/api/v1/papers/",
    ]  # fmt: skip


def test_who_knows_is_written(world, shelter):
    assert knowing(world, shelter) == {
        "private_manager", "head", "supervisor", "supervisor2", "sibling_supervisor", "public_supervisor",
    }  # fmt: skip


def test_no_page_tells_it(world, shelter):
    told = {}
    for who in WHO:
        client = browser(world, who)
        told[who] = {path for path in pages_of(shelter) if CANARY in client.get(path).content.decode()}
    asked = {f"/co-so/{key}/?hien=dia-chi" for key in (shelter.pk, shelter.unit_id)}
    for who, paths in told.items():
        assert paths == (asked if who in knowing(world, shelter) else set()), who


def test_opening_it_is_logged(world, shelter):
    client = browser(world, "supervisor")
    client.get(f"/co-so/{shelter.unit_id}/")
    rows = ReadLog.objects.filter(actor=world.user("supervisor"), field_class="read:safe_address")
    assert not rows.exists()
    client.get(f"/co-so/{shelter.unit_id}/?hien=dia-chi")
    assert rows.count() == 1
    browser(world, "worker").get(f"/co-so/{shelter.unit_id}/?hien=dia-chi")
    assert (
        rows.count() == 1
        and not ReadLog.objects.filter(actor=world.user("worker"), field_class="read:safe_address").exists()
    )


def test_the_api_tells_it_to_those_alone(world, shelter):
    for who in WHO:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(world.user(who), 'thử', ('read',))[1]}")
        told = {path for path in api_of(shelter) if CANARY in json.dumps(client.get(path).json(), ensure_ascii=False)}
        assert told == ({api_of(shelter)[0]} if who in knowing(world, shelter) else set()), who


def test_no_event_holds_it(shelter):
    for event in Event.objects.all():
        assert CANARY not in json.dumps(event.data, ensure_ascii=False) + str(event.note or "")


def test_hiding_takes_the_point_off_the_map(world):
    facility = houses.house(world, "private")
    by = world.actor("private_manager")
    change(by, facility, "describe", **houses.PROFILE, lat="10.95", lon="106.84")
    plain = {"legal_kind": "other", "ownership": "private", "source": "QĐ"}
    change(world.actor("steward"), facility, "edit", **plain, hidden_address="on", address=CANARY)
    assert (facility.lat, facility.lon) == (None, None)
    change(by, facility, "describe", **houses.PROFILE, lat="10.95", lon="106.84")
    assert (facility.lat, facility.lon) == (None, None)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(world.user('private_manager'), 'x', ('write',))[1]}")
    body = {"version": facility.version, "lat": 10.95, "lon": 106.84}
    url = f"/api/v1/facilities/{facility.pk}/actions/describe/"
    answer = client.post(url, body, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert answer.status_code == 400 and "lat" in answer.json()["errors"]


def test_papers_and_pictures_of_it_are_shown_to_those_who_know(world, shelter):
    by = world.actor("private_manager")
    paper = make(
        by, shelter, WalletPaper, files={"file": SimpleUploadedFile("a.pdf", pdf())}, kind="land", number="GCN 7"
    )
    photo = make(
        by, shelter, Document, "add_photo", files={"file": SimpleUploadedFile("a.jpg", jpeg())}, title="Cổng vào"
    )
    paper.refresh_from_db()
    for document in (paper.document_id, photo.pk):
        got = {who for who in WHO if browser(world, who).get(f"/giay-to/{document}/").status_code == 200}
        assert got == {"private_manager", "head"}


def test_a_referral_to_it_prints_and_shows_no_address(world, shelter):
    authorise(world)
    Authority.objects.create(
        facility=shelter, valid_from="2026-01-01", paper_number="1", paper_date="2026-01-01", paper_issuer="Sở"
    ).groups.create(code=Authority.objects.exclude(facility=shelter).get().groups.get().code)
    story = ReferralStory(world)
    story.in_planning()
    plan = story.draft_plan(provider="own+other")
    story.submit(plan)
    story.approve(plan)
    story.agree(plan)
    row = story.sent(unit="private")
    client = browser(world, "worker")
    pages = [
        f"/chuyen-tuyen/{row.pk}/", f"/ca/{story.case.pk}/", f"/ca/{story.case.pk}/chuyen-tuyen/",
        "/chuyen-tuyen/?muc=di", f"/ca/{story.case.pk}/giay-to/",
    ]  # fmt: skip
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200 and CANARY not in answer.content.decode(), path
    shown = client.get(f"/ca/{story.case.pk}/giay-to/").content.decode()
    assert "/in/" in shown  # there is something to print; its text is looked through in tests/casework/printing


def test_the_database_holds_it_sealed(shelter):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, safe_address FROM facilities_facility")
        assert "Hoàng" not in str(cursor.fetchall())


def test_an_address_in_words_of_the_profile_is_warned_of(world, shelter):
    page = browser(world, "private_manager").get(f"/lam/facilities/facility/{shelter.pk}/describe/")
    assert "Không ghi địa chỉ của nơi tạm lánh vào đây" in page.content.decode()
    with pytest.raises(Invalid):
        change(world.actor("private_manager"), shelter, "describe", **{**houses.PROFILE, "email": "khong-phai"})
