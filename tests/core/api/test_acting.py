"""Doing: versions, keys, guards, two persons, children; and that there is no other way."""

import uuid

import pytest

from core.audit.models import Event
from core.lifecycle.models import Proposal


@pytest.fixture
def box(make_box):
    return make_box()


def close(box, note="xong", version=1):
    return f"boxes/{box.pk}/actions/close/", {"version": version, "note": note}


def test_actions_say_what_is_missing(make_box, worker, boss):
    box = make_box("chưa", size=2)
    offered = {item["name"]: item for item in worker.get(f"boxes/{box.pk}/actions/").json()["actions"]}
    assert set(offered) == {"close", "rename", "burn"}
    assert offered["close"]["status"] == "missing"
    assert offered["close"]["reasons"] == [{"code": "not_ready", "text": "Hộp chưa đặt tên.", "fix": "/boxes/"}]
    assert offered["close"]["fields"][0]["name"] == "note"
    assert offered["rename"]["status"] == "ready"
    assert offered["burn"]["two_person"] is True
    by_boss = {item["name"]: item for item in boss.get(f"boxes/{box.pk}/actions/").json()["actions"]}
    assert {item["status"] for item in by_boss.values()} == {"not_you"}
    assert all(item["fields"] == [] for item in by_boss.values())
    worker.post(f"boxes/{box.pk}/actions/rename/", {"version": 1, "label": "tên"})
    worker.post(*close(box, version=2))
    after = worker.get(f"boxes/{box.pk}/actions/").json()
    assert after["version"] == 3
    assert {item["status"] for item in after["actions"]} == {"wrong_state"}


def test_every_refusal_has_its_status(make_box, worker, boss, stranger):
    box = make_box("chưa")
    where, body = close(box)
    blocked = worker.post(where, body)
    assert (blocked.status_code, blocked.json()["type"]) == (409, "/problems/blocked")
    assert blocked.json()["reasons"][0]["code"] == "not_ready"
    denied = boss.post(where, body)
    assert (denied.status_code, denied.json()["reasons"][0]["code"]) == (403, "not_your_duty")
    assert stranger.post(where, body).status_code == 404
    missing = worker.post(where, {"note": "x"})
    assert (missing.status_code, missing.json()["type"]) == (428, "/problems/version_missing")
    stale = worker.post(where, {"version": 7, "note": "x"})
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale")
    assert stale.json()["current_version"] == 1
    assert stale.json()["changed_by"] == "Lan"
    assert stale.json()["changed_at"]
    invalid = worker.post(f"boxes/{box.pk}/actions/rename/", {"version": 1})
    assert (invalid.status_code, list(invalid.json()["errors"])) == (400, ["label"])
    for response in (blocked, denied, missing, stale, invalid):
        assert response["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status"} <= set(response.json())
    assert Event.objects.filter(subject_id=box.pk).count() == 1


@pytest.mark.parametrize("version", ["1", 1.0, True, [1], 0, -1, 2**31, {}])
def test_version_is_an_integer(box, worker, version):
    response = worker.post(f"boxes/{box.pk}/actions/close/", {"version": version, "note": "x"})
    assert (response.status_code, list(response.json()["errors"])) == (400, ["version"])


def test_key_is_required_and_replays(box, worker):
    where, body = close(box)
    missing = worker.post(where, body, key="")
    assert (missing.status_code, missing.json()["type"]) == (400, "/problems/key_missing")
    assert worker.post(where, body, key="có dấu").status_code == 400
    assert worker.post(where, body, key="a" * 101).status_code == 400
    first, again = worker.post(where, body, key="k1"), worker.post(where, body, key="k1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    other = worker.post(where, {**body, "note": "khác"}, key="k1")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key_reused")
    assert Event.objects.filter(subject_id=box.pk, verb="box.close").count() == 1


def test_refused_request_does_not_use_up_its_key(make_box, worker):
    box = make_box("chưa")
    where, body = close(box)
    assert worker.post(where, body, key="k").status_code == 409
    worker.post(f"boxes/{box.pk}/actions/rename/", {"version": 1, "label": "tên"})
    assert worker.post(where, {**body, "version": 2}, key="k").status_code == 200


def test_create_answers_with_its_place(boxes, worker):
    body = {"label": "mới", "colour": "red", "size": 4, "day": "2026-05-09", "sturdy": True, "tags": ["a", "b"]}
    first = worker.post("boxes/", body, key="k")
    assert first.status_code == 201
    assert worker.client.get(first["Location"]).json()["label"] == "mới"
    again = worker.post("boxes/", body, key="k")
    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert boxes.Box.objects.count() == 1


def test_create_needs_the_duty(boxes, boss, person):
    assert boss.post("boxes/", {"label": "x"}).status_code == 403
    assert person("khong").post("boxes/", {"label": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"label": ["x"]}, "label"), ({"label": {"a": 1}}, "label"), ({"label": 5}, "label"),
        ({"label": True}, "label"), ({"label": "x", "tags": ["z"]}, "tags"),
        ({"label": "x", "size": "3"}, "size"), ({"label": "x", "size": 1.5}, "size"),
        ({"label": "x", "size": 10}, "size"),
        ({"label": "x", "size": 10**40}, "size"), ({"label": "x", "day": "09/05/2026"}, "day"),
        ({"label": "x", "day": "2026-02-30"}, "day"), ({"label": "x", "sturdy": "yes"}, "sturdy"),
        ({"label": "x", "tags": "a"}, "tags"), ({"label": "x", "tags": [["a"]]}, "tags"),
        ({"label": "x", "colour": "pink"}, "colour"), ({"label": "x", "state": "shut"}, "state"),
        ({"label": "x", "version": 3}, "version"), ({"label": "x", "unit": str(uuid.uuid4())}, "unit"),
        ({"label": "x", "id": str(uuid.uuid4())}, "id"), ({"label": "x", "parent": str(uuid.uuid4())}, "parent"),
        ({"label": None}, "label"), ({}, "label"), ({"label": "x" * 51}, "label"),
    ],
)  # fmt: skip
def test_wrong_values_are_named(boxes, worker, body, field):
    response = worker.post("boxes/", body)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert boxes.Box.objects.count() == 0


def test_no_column_can_be_written_beside_the_form(box, worker, boxes):
    for column in [f.attname for f in boxes.Box._meta.concrete_fields if f.attname not in ("label", "version")]:
        for where, body in (close(box), (f"boxes/{box.pk}/actions/rename/", {"version": 1, "label": "y"})):
            response = worker.post(where, {**body, column: "shut"})
            assert (response.status_code, list(response.json()["errors"])) == (400, [column])
    fresh = boxes.Box.objects.get()
    assert (fresh.version, fresh.label, fresh.state) == (1, "hộp", "open")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_there_is_no_other_way(box, worker, method):
    for where in ("boxes/", f"boxes/{box.pk}/", f"boxes/{box.pk}/actions/", f"boxes/{box.pk}/actions/close/"):
        response = getattr(worker.client, method)(f"/api/v1/{where}", {"state": "shut"}, format="json")
        assert (response.status_code, response.json()["type"]) == (405, "/problems/method_not_allowed")
    assert worker.get(f"boxes/{box.pk}/actions/close/").status_code == 405


@pytest.mark.parametrize("name", ["expire", "make", "nothing", "__init__", "state"])
def test_inner_and_unknown_actions_are_not_found(box, worker, name):
    response = worker.post(f"boxes/{box.pk}/actions/{name}/", {"version": 1})
    assert response.status_code == 404
    assert response.content == worker.get("boxes/0/").content


def test_child_is_made_under_a_parent_one_may_use(box, worker, boss, stranger, boxes):
    body = {"parent": str(box.pk), "text": "tờ"}
    assert worker.post("leaves/", body).status_code == 201
    assert boxes.Leaf.objects.get().box_id == box.pk
    assert boss.post("leaves/", body).status_code == 403
    hidden, missing = stranger.post("leaves/", body), stranger.post("leaves/", {**body, "parent": str(uuid.uuid4())})
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    for parent in (None, 0, -1, [], [str(box.pk)], {"id": str(box.pk)}, "null", ""):
        wrong = worker.post("leaves/", {"parent": parent, "text": "tờ"})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["parent"])
    assert boxes.Leaf.objects.count() == 1


def test_two_persons(box, worker, boss, proposal_term, boxes):
    where = f"boxes/{box.pk}/actions/burn/"
    asked = worker.post(where, {"version": 1, "note": "hỏng"}, key="k")
    assert asked.status_code == 202
    assert worker.post(where, {"version": 1, "note": "hỏng"}, key="k").status_code == 202
    proposal = Proposal.objects.get()
    assert asked.json()["proposal"] == str(proposal.pk)
    assert boxes.Box.objects.get().state == "open"
    listed = boss.get("proposals/", state="open").json()["results"]
    assert [row["id"] for row in listed] == [str(proposal.pk)]
    assert boss.get(f"proposals/{proposal.pk}/").json()["asked"] == {"note": "hỏng"}
    work = boss.get("work-items/").json()["results"]
    assert [(row["kind"], row["action"], row["overdue"]) for row in work] == [("proposal.decide", "confirm", False)]
    own = worker.post(f"proposals/{proposal.pk}/actions/confirm/", {"version": 1})
    assert own.status_code == 403
    done = boss.post(f"proposals/{proposal.pk}/actions/confirm/", {"version": 1})
    assert done.status_code == 200
    assert boxes.Box.objects.get().state == "shut"
    event = Event.objects.get(verb="box.burn")
    assert (event.actor_id, event.note, event.data) == (boss.user.pk, "hỏng", {"proposed_by": str(worker.user.pk)})
    assert boss.get("work-items/").json()["results"] == []
    assert boss.post(f"proposals/{proposal.pk}/actions/refuse/", {"version": 2, "note": "x"}).status_code == 409


def test_page_and_api_propose_alike(make_box, worker, boss, proposal_term):
    """A page sends lists of values; confirming must read them as the page's form did."""
    from django.http import QueryDict

    from core.lifecycle.engine import perform

    box = make_box()
    asked = QueryDict("note=h%E1%BB%8Fng&csrfmiddlewaretoken=x")
    proposal = perform(box, "burn", by=worker.actor, version=1, data=asked).record
    assert boss.get(f"proposals/{proposal.pk}/").json()["asked"] == {"note": ["hỏng"]}
    boss.post(f"proposals/{proposal.pk}/actions/confirm/", {"version": 1})
    assert Event.objects.get(verb="box.burn").note == "hỏng"
