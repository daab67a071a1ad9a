"""Each refusal with its status: 400, 401, 403, 404, 409, 422, 428; and what a reader may not read is not there."""

import uuid

import pytest
from rest_framework.test import APIClient

from casework.models import Case
from tests.factories.cases import Story


@pytest.fixture
def case(world):
    return Story(world).register().screen_in().case


def test_nobody_signed_in(case):
    assert APIClient().get("/api/v1/cases/").status_code == 401
    assert APIClient().get(f"/api/v1/cases/{case.pk}/").status_code == 401


@pytest.mark.parametrize("who", ["sibling_worker", "chair", "manager", "leader", "sysadmin", "no_duty"])
def test_what_is_not_visible_is_not_there(call, case, who):
    assert call(who).get(f"cases/{case.pk}/").status_code == 404
    answer = call(who).post(f"cases/{case.pk}/actions/hold/", {"version": 1, "reason": "away"})
    assert answer.status_code == 404
    assert call(who).get("cases/").json()["results"] == []


def test_somebody_elses_duty(call, case):
    refused = call("worker").act("cases", str(case.pk), "void", note="Nhầm")
    assert refused.status_code == 409 or refused.status_code == 403
    refused = call("worker").act("cases", str(case.pk), "reassign", worker=str(uuid.uuid4()), note="x")
    assert refused.status_code == 403
    assert refused.json()["reasons"][0]["code"] == "not_your_duty"


def test_not_yet(call, case):
    blocked = call("worker").act("cases", str(case.pk), "assess_done")
    assert blocked.status_code == 409
    codes = {reason["code"] for reason in blocked.json()["reasons"]}
    assert codes & {"no_risk", "no_locked_assessment"}


def test_stale_and_missing_version(call, case):
    where = f"cases/{case.pk}/actions/edit_safety_note/"
    missing = call("worker").post(where, {"safety_note": "Có chó dữ"})
    assert missing.status_code == 428
    stale = call("worker").post(where, {"safety_note": "Có chó dữ", "version": case.version + 7})
    assert stale.status_code == 409
    assert stale.json()["current_version"] == case.version
    case.refresh_from_db()
    assert case.safety_note == ""


def test_a_key_stands_for_one_request(call, case):
    body = {"version": case.version, "safety_note": "Có chó dữ"}
    where = f"cases/{case.pk}/actions/edit_safety_note/"
    first = call("worker").post(where, body, key="k1")
    again = call("worker").post(where, body, key="k1")
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    other = call("worker").post(where, {**body, "safety_note": "Khác"}, key="k1")
    assert other.status_code == 422


def test_bad_fields_are_named(call, world, case):
    empty = call("intake").post("cases/", {})
    assert empty.status_code == 400
    assert {"problem", "source", "in_danger", "legal_basis"} <= set(empty.json()["errors"])
    before = Case.objects.count()
    unknown = call("worker").act("cases", str(case.pk), "edit_safety_note", safety_note="x", state="closed")
    assert unknown.status_code == 400
    assert "state" in unknown.json()["errors"]
    assert Case.objects.count() == before
    for params in ({"state": "nowhere"}, {"due": "x"}, {"worker": "1"}, {"q": "a"}, {"no": "1"}):
        assert call("worker").get("cases/", **params).status_code == 400


def test_a_reading_token_changes_nothing(call, case):
    reader = call("worker", ("read",))
    assert reader.get(f"cases/{case.pk}/").status_code == 200
    answer = reader.post(f"cases/{case.pk}/actions/edit_safety_note/", {"version": case.version, "safety_note": "x"})
    assert answer.status_code == 403


def test_fields_follow_the_reader(call, world, case):
    told = call("worker").one("cases", str(case.pk))
    assert told["problem"]
    seen = call("auditor").one("cases", str(case.pk))
    assert "problem" not in seen and "reporter" not in seen
    listed = call("worker").get("cases/").json()["results"][0]
    assert "problem" not in listed
    person = call("worker").one("persons", str(case.person_id))
    assert person["name"] == case.person.name
