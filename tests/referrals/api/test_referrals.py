"""Referrals as their receiver reads them."""

import uuid
from types import ModuleType

import pytest
from django.core.cache import cache
from django.urls import include, path
from rest_framework.test import APIClient

from core.api import throttling, tokens
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import build_world


@pytest.fixture(autouse=True)
def fresh(settings):
    import core.api.urls as core_urls

    urls = ModuleType("referral_api_urls")
    urls.urlpatterns = [
        path("api/v1/", include((core_urls.urlpatterns, "api"))), path("accounts/", include("allauth.urls")),
    ]  # fmt: skip
    settings.ROOT_URLCONF = urls
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def world(db):
    """The whole province, not the small one of the other tests of referrals."""
    return build_world()


@pytest.fixture
def client(world):
    def make(name):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(world.user(name), 'thử', ('read', 'write'))[1]}")
        return client

    return make


@pytest.fixture
def story(world):
    authorise(world)
    return ReferralStory(world).running()


def test_before_acceptance_only_the_need_and_a_band_of_age(client, story):
    row = story.sent()
    told = client("manager").get(f"/api/v1/referrals/{row.pk}/").json()
    assert (told["need"], told["age_band"]) == (row.need, "60_79")
    assert not {"case_id", "packet", "author_id", "consent_by", "outcome"} & set(told)
    assert client("private_manager").get(f"/api/v1/referrals/{row.pk}/").status_code == 404
    listed = client("manager").get("/api/v1/referrals/", {"state": "sent"}).json()["results"]
    assert [line["id"] for line in listed] == [str(row.pk)]
    assert "case_id" not in listed[0]


def test_a_draft_is_the_senders_alone(client, story):
    row = story.draft_referral()
    assert client("manager").get(f"/api/v1/referrals/{row.pk}/").status_code == 404
    assert client("worker").get(f"/api/v1/referrals/{row.pk}/").json()["state"] == "draft"


def test_accepting_opens_the_packet(client, story):
    row = story.sent()
    accepted = client("manager").post(
        f"/api/v1/referrals/{row.pk}/actions/accept/", {"version": row.version}, format="json",
        HTTP_IDEMPOTENCY_KEY=uuid.uuid4().hex,
    )  # fmt: skip
    assert accepted.status_code == 200, accepted.content
    told = client("manager").get(f"/api/v1/referrals/{row.pk}/").json()
    assert {part["code"] for part in told["packet"]} == {"identity", "plan"}


def test_the_register_is_read_by_all_and_a_hidden_address_by_few(client, story):
    found = client("worker").get("/api/v1/facilities/", {"q": "co so"}).json()["results"]
    assert found and "safe_address" not in found[0]
    facility = found[0]["id"]
    assert "safe_address" not in client("worker").get(f"/api/v1/facilities/{facility}/").json()
    assert "safe_address" in client("supervisor").get(f"/api/v1/facilities/{facility}/").json()
    authorities = client("worker").get("/api/v1/authorities/", {"facility": facility}).json()["results"]
    assert len(authorities) == 1
