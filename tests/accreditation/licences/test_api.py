"""Licences, certificates and decisions over the API: what is given to whom, and what moves."""

import pytest
from rest_framework.test import APIClient

from accreditation import signing
from accreditation.models import Decision, Licence
from accreditation.services import granting
from core.audit.models import ReadLog
from core.lifecycle.models import Proposal
from tests.factories.cases import GROUP

pytestmark = pytest.mark.django_db
BASE = "/api/v1/licences/"
INSIDE = {
    "application_id", "issued_by_id", "authority_id", "suspended_from", "revoked_from", "limit_reason", "notice",
    "noticed_at", "reply_by", "reply", "replied_at", "reminded",
}  # fmt: skip


@pytest.fixture
def client(world):
    def login(name):
        made = APIClient()
        made.force_login(world.user(name))
        return made

    return login


def test_anonymous_reads_nothing(db):
    for path in ("licences", "registrations", "decisions"):
        assert APIClient().get(f"/api/v1/{path}/").status_code == 401


@pytest.mark.parametrize(
    ("who", "inside"),
    [
        ("licensing", True), ("head", True), ("private_manager", True), ("auditor", True), ("worker", False),
        ("manager", False), ("chair", False), ("leader", False), ("sysadmin", False),
    ],
)  # fmt: skip
def test_who_reads_what_was_proposed_about_it(desk, client, who, inside):
    row = desk.restricted()
    body = client(who).get(f"{BASE}{row.pk}/").json()
    assert (set(body) >= INSIDE) is inside
    assert bool(INSIDE & set(body)) is inside
    assert (body["number"], body["groups"], body["phase"]) == (row.number, ["e1", GROUP], "open_ended")
    assert signing.verify(body["signed"]).state == "restricted"


def test_the_list_with_groups_and_filters(desk, client):
    row = desk.active()
    api = client("worker")
    found = api.get(BASE, {"q": "mai am", "state": "active", "kind": "licence", "code": row.code}).json()["results"]
    assert [(line["number"], line["groups"]) for line in found] == [(row.number, ["e1", GROUP])]
    assert api.get(BASE, {"state": "revoked"}).json()["results"] == []
    assert api.get(BASE, {"facility": str(desk.facility.pk), "number": row.number}).json()["results"]
    for bad in ({"state": "x"}, {"q": "a"}, {"facility": "x"}, {"unknown": "1"}):
        assert api.get(BASE, bad).status_code == 400


def test_taken_over_by_two(desk, client):
    body = {**desk.paper(), "to_unit": str(desk.office.pk), "parent": str(desk.facility.pk)}
    answer = client("licensing").post(BASE, body, format="json", headers={"Idempotency-Key": "a1"})
    assert answer.status_code in (201, 202), answer.json()
    assert Proposal.objects.get().action == "take_over"
    refused = client("worker").post(BASE, body, format="json", headers={"Idempotency-Key": "a3"})
    assert refused.status_code in (403, 404)


def test_actions_and_events(desk, client):
    row = desk.active()
    listed = {one["name"]: one for one in client("head").get(f"{BASE}{row.pk}/actions/").json()["actions"]}
    assert listed["suspend"]["status"] == "ready"
    assert listed["restrict"]["status"] == "not_you"
    body = {"version": row.version, "reason": "idle", "note": "Không hoạt động 12 tháng."}
    path = f"{BASE}{row.pk}/actions/revoke/"
    done = client("head").post(path, body, format="json", headers={"Idempotency-Key": "b"})
    assert done.status_code == 200
    again = client("head").post(path, body, format="json", headers={"Idempotency-Key": "b"})
    assert again.json() == done.json()
    assert Decision.objects.count() == 1
    stale = client("head").post(
        f"{BASE}{row.pk}/actions/reverse/", {"version": 1, "appeal_number": "1", "note": "x"}, format="json",
        headers={"Idempotency-Key": "c"},
    )  # fmt: skip
    assert stale.status_code == 409
    denied = client("worker").post(
        f"{BASE}{row.pk}/actions/reverse/", {"version": 1, "appeal_number": "1", "note": "x"}, format="json",
        headers={"Idempotency-Key": "d"},
    )  # fmt: skip
    assert denied.status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_changes_but_by_actions(desk, client, method):
    row = desk.active()
    for path in (f"{BASE}{row.pk}/", BASE):
        assert getattr(client("head"), method)(path, {"state": "active"}, format="json").status_code == 405


@pytest.mark.parametrize("name", ["activate", "supersede", "remind", "follow_term"])
def test_what_the_clock_does_is_nobodys(desk, client, name):
    row = desk.active()
    answer = client("head").post(
        f"{BASE}{row.pk}/actions/{name}/", {"version": row.version}, format="json", headers={"Idempotency-Key": "e"}
    )
    assert answer.status_code == 404


def test_certificates_and_decisions(desk, client):
    certificate = desk.decided(granting.grant, desk.application("register"))
    desk.suspended()
    made = Decision.objects.get()
    found = client("worker").get("/api/v1/registrations/").json()["results"]
    assert [line["number"] for line in found] == [certificate.number]
    for who, status in (("head", 200), ("licensing", 200), ("private_manager", 200), ("auditor", 200), ("worker", 404),
                        ("manager", 404), ("chair", 404), ("leader", 404)):  # fmt: skip
        assert client(who).get(f"/api/v1/decisions/{made.pk}/").status_code == status
    assert ReadLog.objects.filter(model="accreditation.Decision").exists()
    assert Licence.objects.get().number == made.licence.number
