"""Lists and records: what is shown to whom, and that it is logged."""

import pytest

from core.api import router
from core.api.declared import undeclared
from core.api.fields import RecordSerializer
from core.audit.models import ReadLog

NOTHING = "boxes/01a2057e-c66a-7aea-87c1-3a932255ef50/"


def test_hidden_and_missing_are_the_same_bytes(make_box, stranger):
    box = make_box(secret="kín")
    for tail in ("", "actions/", "events/"):
        hidden, missing = stranger.get(f"boxes/{box.pk}/{tail}"), stranger.get(f"{NOTHING}{tail}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
        assert dict(hidden.headers) == dict(missing.headers)
    body = {"version": 1, "note": "x"}
    for name in ("close", "burn", "rename"):
        hidden = stranger.post(f"boxes/{box.pk}/actions/{name}/", body)
        missing = stranger.post(f"{NOTHING}actions/{name}/", body)
        assert hidden.status_code == 404
        assert hidden.content == missing.content
    assert stranger.get("boxes/").json()["results"] == []


@pytest.mark.parametrize(
    "key", ["-1", "0", "null", "[]", "1e9", "' OR 1=1", "%00", "..", "84b75d6f7ebc4507ab68006b8b9fe2080"]
)
def test_odd_keys_are_not_found(boxes, worker, key):
    assert worker.get(f"boxes/{key}/").status_code == 404


def test_fields_are_left_out_by_class(make_box, worker, boss):
    box = make_box(secret="kín", size=3)
    assert worker.get(f"boxes/{box.pk}/").json()["secret"] == "kín"
    seen = boss.get(f"boxes/{box.pk}/").json()
    assert "secret" not in seen
    assert seen["unit_name"] == "Trung tâm"
    assert seen["size"] == 3


def test_list_leaves_out_by_row(make_box, worker, boss, boxes, monkeypatch):
    monkeypatch.setattr(boxes.Boxes, "list_columns", ("id", "label", "hint"))
    make_box(hint="kín")
    assert worker.get("boxes/").json()["results"][0]["hint"] == "kín"
    assert set(boss.get("boxes/").json()["results"][0]) == {"id", "label"}
    assert list(ReadLog.objects.filter(field_class="read:narrative").values_list("actor__username")) == [("lan",)]


def test_sealed_text_stands_in_no_list(boxes, monkeypatch):
    monkeypatch.setattr(boxes.Boxes, "list_columns", ("id", "secret"))
    with pytest.raises(ValueError, match="sealed"):
        router.register("other-boxes", boxes.Boxes)


def test_reads_are_logged_by_class(make_box, worker, boss):
    box = make_box(secret="kín")
    worker.get(f"boxes/{box.pk}/")
    kinds = set(ReadLog.objects.values_list("field_class", "actor__username", "route", "denied"))
    assert kinds == {("view", "lan", "api:boxes-detail", False), ("read:narrative", "lan", "api:boxes-detail", False)}
    boss.get(f"boxes/{box.pk}/")
    assert set(ReadLog.objects.filter(actor=boss.user).values_list("field_class", flat=True)) == {"view"}
    boss.get("boxes/")
    log = ReadLog.objects.filter(route="api:boxes-list").get()
    assert log.ids == [str(box.pk)]


def test_refused_reads_are_logged_alike(make_box, stranger):
    box = make_box()
    stranger.get(f"boxes/{box.pk}/")
    stranger.get(NOTHING)
    stranger.post(f"boxes/{box.pk}/actions/close/", {"version": 1, "note": "x"})
    logs = ReadLog.objects.filter(actor=stranger.user)
    assert logs.filter(denied=True).count() == logs.count() == 3


def test_nothing_is_shown_when_the_log_cannot_be_written(make_box, worker, monkeypatch):
    box = make_box(secret="kín")

    def fail(*args, **kwargs):
        raise RuntimeError("no log")

    monkeypatch.setattr("core.api.records.log_read", fail)
    worker_client = worker.client
    worker_client.raise_request_exception = False
    for where in (f"boxes/{box.pk}/", "boxes/", f"boxes/{box.pk}/events/", f"boxes/{box.pk}/actions/"):
        response = worker_client.get(f"/api/v1/{where}")
        assert response.status_code == 500
        assert response["Content-Type"] == "application/problem+json"
        assert "kín" not in response.content.decode()
        assert "no log" not in response.content.decode()


def test_events_and_their_notes(make_box, worker, boss):
    box = make_box()
    worker.post(f"boxes/{box.pk}/actions/close/", {"version": 1, "note": "bí mật"})
    events = worker.get(f"boxes/{box.pk}/events/").json()["results"]
    assert [event["verb"] for event in events] == ["box.close", "box.make"]
    assert events[0]["note"] == "bí mật"
    assert events[0]["actor"] == {"id": str(worker.user.pk), "name": "Lan"}
    assert (events[0]["source"], events[0]["target"], events[0]["version"]) == ("open", "shut", 2)
    for event in boss.get(f"boxes/{box.pk}/events/").json()["results"]:
        assert "note" not in event


def test_filters_and_unknown_parameters(make_box, worker):
    make_box("một", colour="red")
    make_box("hai", colour="blue")
    assert [row["label"] for row in worker.get("boxes/", colour="blue").json()["results"]] == ["hai"]
    wrong = worker.get("boxes/", colour="pink")
    assert wrong.status_code == 400
    assert wrong.json()["errors"] == {"colour": ["Không có màu này."]}
    for params in ({"color": "red"}, {"format": "json"}, {"ordering": "secret"}, {"secret": "kín"}):
        unknown = worker.get("boxes/", **params)
        assert unknown.status_code == 400
        assert list(unknown.json()["errors"]) == list(params)
    assert worker.get("boxes/", colour="\x00").status_code == 400


def test_list_costs_the_same_for_many_rows(make_box, worker, django_assert_num_queries):
    make_box()
    worker.get("boxes/")
    # token, duties, deputies, BEGIN, page, read log, COMMIT (savepoints inside the test's own transaction)
    with django_assert_num_queries(6):
        worker.get("boxes/")
    for _ in range(30):
        make_box()
    with django_assert_num_queries(6):
        assert len(worker.get("boxes/").json()["results"]) == 25


def test_undeclared_field_is_found(boxes):
    assert undeclared(boxes.Boxes) == []

    class Wider(RecordSerializer):
        model = boxes.Box
        id = boxes.serializers.UUIDField()
        colour = boxes.serializers.CharField()
        code = boxes.serializers.CharField(source="unit.code")

    class WiderBoxes(boxes.Boxes):
        serializer_class = Wider

    assert undeclared(WiderBoxes) == ["boxes.Box.colour (colour)", "boxes.Box.unit__code (code)"]


def test_a_parameter_may_be_called_what_it_likes(boxes, worker):
    """Names of parameters and fields are the caller's: none of them is taken for one of ours."""
    for name in ("code", "status", "title", "detail", "errors", "type", "headers"):
        response = worker.get("boxes/", **{name: "1"})
        assert (response.status_code, list(response.json()["errors"])) == (400, [name])
