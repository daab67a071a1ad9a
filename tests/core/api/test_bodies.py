"""Bodies that are no JSON object, or none that can be stored."""

import pytest


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b"1", 400), (b"\xff\xfe", 400),
        (b'{"label": "\xff"}', 400), (b'{"label": NaN}', 400), (b'{"label": "\\ud800"}', 400),
        (b'{"label": "a\\u0000b"}', 400),
        (b'{"label": "a", "label": "b"}', 400), (b'{"label": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"label": "' + b"x" * 1_100_000 + b'"}', 413), (b'{"size": ' + b"1" * 5000 + b"}", 400),
    ],
)  # fmt: skip
def test_bad_bodies(boxes, worker, body, status):
    client = worker.client
    response = client.generic("POST", "/api/v1/boxes/", body, "application/json", HTTP_IDEMPOTENCY_KEY="k")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert boxes.Box.objects.count() == 0


@pytest.mark.parametrize(
    "media", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_only_json(boxes, worker, media):
    response = worker.client.generic("POST", "/api/v1/boxes/", b"label=x", media, HTTP_IDEMPOTENCY_KEY="k")
    assert (response.status_code, response.json()["type"]) == (415, "/problems/unsupported_media_type")


def test_answers_are_json_whatever_is_accepted(boxes, worker):
    response = worker.client.get("/api/v1/boxes/", HTTP_ACCEPT="text/html; indent=4")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert b"\n" not in response.content


def test_a_busy_database_is_503_and_says_to_repeat(boxes, worker, monkeypatch):
    from django.db import OperationalError

    def busy(*args, **kwargs):
        raise OperationalError("database is locked: secret words")

    monkeypatch.setattr("core.api.records.perform", busy)
    response = worker.post("boxes/", {"label": "x"})
    assert response.status_code == 503
    assert response["Retry-After"]
    assert b"secret" not in response.content


def test_a_fault_of_ours_is_logged_without_its_words(boxes, worker, monkeypatch, caplog):
    number = str(79_012_345_678)

    def fail(*args, **kwargs):
        raise RuntimeError("Nguyễn Văn A " + number)

    monkeypatch.setattr("core.api.records.perform", fail)
    client = worker.client
    client.raise_request_exception = False
    response = client.post("/api/v1/boxes/", {"label": "x"}, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert (response.status_code, response.json()["type"]) == (500, "/problems/failed")
    assert "RuntimeError at api:boxes-list" in caplog.text
    assert number not in caplog.text
    assert number not in response.content.decode()
