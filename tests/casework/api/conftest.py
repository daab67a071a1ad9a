import json
import uuid
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import include, path
from rest_framework.test import APIClient

from core.accounts.models import User
from core.api import throttling, tokens


@dataclass
class Caller:
    """A person with a token: what it reads, and the actions it takes at the version it has just read."""

    user: User
    secret: str

    @property
    def client(self) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {self.secret}")
        return client

    def get(self, where: str, **params: Any) -> Any:
        return self.client.get(f"/api/v1/{where}", params)

    def post(self, where: str, body: dict[str, Any], key: str = "", **headers: Any) -> Any:
        key = key or uuid.uuid4().hex
        return self.client.post(f"/api/v1/{where}", body, format="json", HTTP_IDEMPOTENCY_KEY=key, **headers)

    def send(self, where: str, file: Any, key: str = "", **data: Any) -> Any:
        """A request with a file beside its JSON."""
        key = key or uuid.uuid4().hex
        parts = {"data": json.dumps(data), "file": file}
        return self.client.post(f"/api/v1/{where}", parts, format="multipart", HTTP_IDEMPOTENCY_KEY=key)

    def make(self, where: str, **body: Any) -> dict[str, Any]:
        response = self.post(where, body)
        assert response.status_code == 201, response.content.decode()
        return response.json()

    def act(self, where: str, pk: str, name: str, **body: Any) -> Any:
        """Take an action at the newest version, as a client that has just read does."""
        version = self.get(f"{where}/{pk}/actions/").json()["version"]
        return self.post(f"{where}/{pk}/actions/{name}/", {"version": version, **body})

    def done(self, where: str, pk: str, name: str, **body: Any) -> dict[str, Any]:
        response = self.act(where, pk, name, **body)
        assert response.status_code in (200, 202), f"{name}: {response.content.decode()}"
        return response.json()

    def one(self, where: str, pk: str) -> dict[str, Any]:
        response = self.get(f"{where}/{pk}/")
        assert response.status_code == 200, response.content.decode()
        return response.json()


@pytest.fixture(autouse=True)
def api_only(settings):
    import core.api.urls as core_urls

    urls = ModuleType("case_api_urls")
    urls.urlpatterns = [
        path("api/v1/", include((core_urls.urlpatterns, "api"))),
        path("accounts/", include("allauth.urls")),
    ]
    settings.ROOT_URLCONF = urls
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def call(world):
    """`call("worker")` is that person of the world, with a token."""
    made: dict[str, Caller] = {}

    def caller(name: str, scopes: tuple[str, ...] = ("read", "write")) -> Caller:
        found = made.get(name + str(scopes))
        if found is None:
            user = world.user(name)
            found = made[name + str(scopes)] = Caller(user, tokens.issue(user, "thử", scopes)[1])
        return found

    return caller
