"""The OpenAPI document says what the endpoints do."""

import jsonschema
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.access.routes import policy_of
from core.api.declared import OPEN, undeclared
from core.api.records import RecordViewSet
from core.api.resources import OpenList


@pytest.fixture
def document(boxes, worker):
    response = worker.get("schema/")
    assert response.status_code == 200
    return response.json()


def operation(document, path, method="post"):
    return document["paths"][f"/api/v1/{path}"][method]


def request_of(document, path):
    return operation(document, path)["requestBody"]["content"]["application/json"]["schema"]


def answer_of(document, path, method, status):
    schema = operation(document, path, method)["responses"][str(status)]["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


def test_version_and_authentication(document):
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert all(item.get("security") for path in document["paths"].values() for item in path.values())


def test_requests_come_from_the_forms(document):
    made = request_of(document, "boxes/")
    assert made["required"] == ["label"]
    assert made["additionalProperties"] is False
    properties = made["properties"]
    assert properties["colour"]["enum"] == ["red", "blue", "", None]
    assert properties["size"]["type"] == ["integer", "null"]
    assert (properties["size"]["minimum"], properties["size"]["maximum"]) == (0, 9)
    assert properties["day"] == {"type": ["string", "null"], "format": "date"}
    assert properties["sturdy"]["type"] == ["boolean", "null"]
    assert properties["tags"]["items"]["enum"] == ["a", "b"]
    assert request_of(document, "boxes/{id}/actions/close/")["required"] == ["version", "note"]
    assert request_of(document, "leaves/")["required"] == ["parent", "text"]


def test_every_action_has_its_operation(document):
    told = {path for path in document["paths"] if path.startswith("/api/v1/boxes/{id}/actions/")}
    assert told == {f"/api/v1/boxes/{{id}}/actions/{name}" for name in ("", "burn/", "close/", "rename/")}
    names = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(names) == len(set(names))
    assert set(operation(document, "boxes/{id}/actions/burn/")["responses"]) >= {"202", "409", "428"}
    assert set(operation(document, "boxes/")["responses"]) >= {"201", "422"}
    keys = [p for p in operation(document, "boxes/")["parameters"] if p["name"] == "Idempotency-Key"]
    assert keys[0]["required"] is True
    assert {p["name"] for p in operation(document, "boxes/", "get")["parameters"]} == {"limit", "cursor", "colour"}


def test_answers_hold_to_it(document, make_box, worker, boss, proposal_term):
    box = make_box(secret="kín")
    worker.post(f"boxes/{box.pk}/actions/burn/", {"version": 1, "note": "x"})
    proposal = boss.get("proposals/").json()["results"][0]["id"]
    calls = [
        ("boxes/", "boxes/"), ("boxes/{id}/", f"boxes/{box.pk}/"), ("boxes/{id}/actions/", f"boxes/{box.pk}/actions/"),
        ("boxes/{id}/events/", f"boxes/{box.pk}/events/"), ("proposals/", "proposals/"),
        ("proposals/{id}/", f"proposals/{proposal}/"), ("me/", "me/"), ("work-items/", "work-items/"),
        ("units/", "units/"),
        ("notices/", "notices/"), ("places/communes/", "places/communes/"),
    ]  # fmt: skip
    for path, where in calls:
        body = boss.get(where)
        assert body.status_code == 200
        jsonschema.validate(body.json(), answer_of(document, path, "get", 200))
    done = worker.post(f"boxes/{box.pk}/actions/close/", {"version": 1, "note": "x"})
    jsonschema.validate(done.json(), answer_of(document, "boxes/{id}/actions/close/", "post", 200))
    problem = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    for response in (
        worker.get("boxes/0/"), worker.get("boxes/", x=1), worker.post("boxes/", {}), worker.post("boxes/", {}, key=""),
        boss.post(f"boxes/{box.pk}/actions/close/", {"version": 1, "note": "x"}),
        worker.post(f"boxes/{box.pk}/actions/close/", {"version": 9, "note": "x"}),
    ):  # fmt: skip
        assert response.status_code >= 400
        jsonschema.validate(response.json(), problem)


def views(patterns, before=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern


def test_every_route_says_who_may_come_in(api_urls):
    ours = [(where, pattern) for where, pattern in views(get_resolver().url_patterns) if where.startswith("api/")]
    assert len(ours) > 15
    for where, pattern in ours:
        assert policy_of(pattern.callback, pattern.name) is not None, where


def test_every_field_is_declared(api_urls):
    seen = set()
    for _where, pattern in views(get_resolver().url_patterns):
        view = getattr(pattern.callback, "cls", None)
        if isinstance(view, type) and issubclass(view, RecordViewSet | OpenList):
            assert undeclared(view) == []
            seen.add(view.model._meta.label)
    assert seen >= set(OPEN)


def test_reading_page_has_nothing_inline(api_urls, worker, settings):
    client = Client()
    assert client.get("/api/v1/docs/").status_code == 302
    client.force_login(worker.user)
    page = client.get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in text
    assert " style=" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert text.count("<script src=") == text.count("<script")
    assert "'unsafe" not in page["Content-Security-Policy"]
