"""Handing in a paper over the API: the JSON object in one part, the file in another."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.documents.models import Document
from tests.core.documents import files
from tests.factories.cases import Story


def pdf(name="giay.pdf"):
    return SimpleUploadedFile(name, files.pdf(), "application/pdf")


@pytest.fixture
def case(world):
    return str(Story(world).in_assessment().case.pk)


def test_is_kept_once_and_found(call, case):
    key = uuid.uuid4().hex
    worker = call("worker")
    first = worker.send("papers/", pdf(), key, parent=case, kind="medical", title="Giấy ra viện")
    again = worker.send("papers/", pdf(), key, parent=case, kind="medical", title="Giấy ra viện")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"
    found = worker.get("papers/", case=case).json()["results"]
    assert [(row["kind"], row["mime"]) for row in found] == [("medical", "application/pdf")]


def test_another_file_under_the_same_key_is_refused(call, case):
    key = uuid.uuid4().hex
    worker = call("worker")
    assert worker.send("papers/", pdf(), key, parent=case, kind="medical").status_code == 201
    other = SimpleUploadedFile("khac.png", files.png(), "image/png")
    assert worker.send("papers/", other, key, parent=case, kind="medical").status_code == 422
    assert Document.objects.count() == 1


def test_what_is_wrong_is_told_at_the_field(call, case):
    worker = call("worker")
    bad = worker.send("papers/", SimpleUploadedFile("a.pdf", b"MZ\x90\x00"), parent=case, kind="medical")
    assert bad.status_code == 400
    assert list(bad.json()["errors"]) == ["file"]
    without = worker.post("papers/", {"parent": case, "kind": "medical"})
    assert without.status_code == 400
    assert list(without.json()["errors"]) == ["file"]
    typed = worker.post("papers/", {"parent": case, "kind": "medical", "file": "text"})
    assert typed.status_code == 400
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    "parts",
    [
        {"data": "[1]"}, {"data": "{"}, {"kind": "medical"}, {"data": '{"file": 1}'},
        {"data": ["{}", "{}"]},
    ],
)  # fmt: skip
def test_another_shape_is_malformed(call, case, parts):
    worker = call("worker")
    parts = {**parts, "file": pdf()}
    sent = worker.client.post("/api/v1/papers/", parts, format="multipart", HTTP_IDEMPOTENCY_KEY=uuid.uuid4().hex)
    assert sent.status_code == 400
    assert not Document.objects.exists()


def test_only_where_a_file_is_asked_for(call, case):
    worker = call("worker")
    parts = {"data": json.dumps({"version": 1})}
    address = f"/api/v1/cases/{case}/actions/hold/"
    sent = worker.client.post(address, parts, format="multipart", HTTP_IDEMPOTENCY_KEY=uuid.uuid4().hex)
    assert sent.status_code == 415


@pytest.mark.parametrize(("name", "status"), [("sibling_worker", 404), ("leader", 404), ("auditor", 403)])
def test_who_may_not(call, case, name, status):
    assert call(name).send("papers/", pdf(), parent=case, kind="medical").status_code == status
    assert not Document.objects.exists()
