"""The same verbs over the API: begin, hand in files, submit, appraise, decide; and what each reader is given."""

import json

import pytest
from django.test import Client

from accreditation.models import Application
from tests.factories.accreditation import Recognition, people, scan
from tests.factories.cases import GROUP

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def call(world):
    people(world)

    def make(who, method, path, body=None, key="", files=None):
        there = Client()
        there.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
        headers = {"Idempotency-Key": key} if key else {}
        if files is not None:
            return there.post(f"{API}/{path}", {"data": json.dumps(body or {}), **files}, headers=headers)
        data = json.dumps(body or {}) if method == "post" else None
        sent = {"data": data, "content_type": "application/json"} if method == "post" else {}
        return getattr(there, method)(f"{API}/{path}", headers=headers, **sent)

    return make


def test_from_the_draft_to_the_licence(world, call):
    story = Recognition(people(world))
    body = {"parent": str(story.facility.pk), "kind": "licence", "groups": [GROUP], "capacity": 12}
    made = call("private_manager", "post", "applications/", body, key="a-begin-1")
    assert made.status_code == 201, made.content
    again = call("private_manager", "post", "applications/", body, key="a-begin-1")
    assert again.content == made.content and Application.objects.count() == 1
    story.application = Application.objects.get()
    pk = story.application.pk
    shown = call("private_manager", "get", f"applications/{pk}/").json()
    assert [row["code"] for row in shown["checklist"] if row["problem"]] == ["form", "founding"]
    for component in ("form", "founding"):
        paper = call(
            "private_manager", "post", "application-papers/", {"parent": str(pk), "component": component},
            key=f"paper-{component}", files={"file": scan()},
        )  # fmt: skip
        assert paper.status_code == 201, paper.content
    story.reload()
    body = {"version": story.application.version, "signed_name": "Lê Thị Sáu", "pledged": True}
    done = call("private_manager", "post", f"applications/{pk}/actions/submit/", body, key="submit-1")
    assert done.status_code == 200, done.content
    shown = call("private_manager", "get", f"applications/{pk}/").json()
    assert shown["state"] == "submitted" and shown["days"] == {"used": 0, "left": 15, "total": 15, "paused": False}
    assert shown["appointment_on"] == shown["due_at"][:10]
    story.take().judge().recommend()
    body = {"version": story.application.version, "groups": [GROUP], "capacity": 12}
    assert call("head", "post", f"applications/{pk}/actions/approve/", body, key="ok-1").status_code == 200
    assert story.licence().capacity == 12


def test_what_is_missing_is_said_with_its_reasons(world, call):
    story = Recognition(people(world)).draft()
    pk = story.application.pk
    offered = call("private_manager", "get", f"applications/{pk}/actions/").json()["actions"]
    submit = next(action for action in offered if action["name"] == "submit")
    assert submit["status"] == "missing"
    assert {reason["fix"] for reason in submit["reasons"]} == {"#giay-form", "#giay-founding"}
    body = {"version": story.application.version, "signed_name": "Sáu", "pledged": True}
    refused = call("private_manager", "post", f"applications/{pk}/actions/submit/", body, key="submit-2")
    assert refused.status_code == 409 and len(refused.json()["reasons"]) == 2


def test_each_reader_is_given_their_part(world, call):
    story = Recognition(people(world)).decision()
    pk = story.application.pk
    dossier, appraisal = {"asked", "defects", "checklist"}, {"report", "officer_id", "answers"}
    parts = {
        "private_manager": (True, False), "licensing2": (True, True), "head": (True, True), "auditor": (True, True),
    }  # fmt: skip
    for who, (reads_dossier, reads_appraisal) in parts.items():
        shown = set(call(who, "get", f"applications/{pk}/").json())
        assert (dossier <= shown) == reads_dossier and (appraisal <= shown) == reads_appraisal, who
        assert bool(dossier & shown) == reads_dossier and bool(appraisal & shown) == reads_appraisal, who
    for who in ("private2_manager", "worker", "chair", "commune_officer", "leader"):
        assert call(who, "get", f"applications/{pk}/").status_code == 404, who
    assert call("private_manager", "get", f"applications/{pk}/events/").status_code == 403
    assert call("licensing2", "get", f"applications/{pk}/events/").status_code == 200


def test_lists_are_narrowed_and_unknown_filters_refused(world, call):
    Recognition(people(world)).submitted()
    Recognition(world, "register").draft()
    listed = call("private_manager", "get", "applications/?state=submitted").json()["results"]
    assert [row["state"] for row in listed] == ["submitted"]
    assert len(call("licensing", "get", "applications/").json()["results"]) == 1  # the draft is nobody else's
    assert call("licensing", "get", "applications/?state=nonsense").status_code == 400
    assert call("licensing", "get", "applications/?wrong=1").status_code == 400
    assert call("licensing", "get", "applications/?due=later&kind=licence").json()["results"]


def test_a_state_is_nobodys_to_write(world, call):
    story = Recognition(people(world)).draft()
    pk, version = story.application.pk, story.application.version
    for body in ({"state": "approved"}, {"officer": str(world.user("head").pk)}, {"legal_days": 1}, {"to_unit": "x"}):
        sent = {"version": version, **body}
        answer = call("private_manager", "post", f"applications/{pk}/actions/edit/", sent, key=f"edit-{list(body)}")
        assert answer.status_code == 400, body
    for method in ("put", "patch", "delete"):
        assert call("private_manager", method, f"applications/{pk}/").status_code in (403, 405)
    assert story.reload().version == version
