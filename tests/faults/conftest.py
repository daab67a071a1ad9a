"""Somebody at the API, and the shared world of the races."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core.api import throttling, tokens
from core.audit import chain
from tests.factories.cases import Story
from tests.factories.world import build_world

JSON = "application/json"


@dataclass
class Door:
    """One person's calls of the API; a fault of ours is an answer here, as it is to a browser, and no exception."""

    secret: str

    def get(self, where: str) -> Any:
        return self._client().get(f"/api/v1/{where}", **self._headers())

    def post(self, where: str, body: dict[str, Any], key: str = "") -> Any:
        named = {"HTTP_IDEMPOTENCY_KEY": key or uuid.uuid4().hex}
        return self._client().post(f"/api/v1/{where}", body, JSON, **self._headers(), **named)

    def send(self, where: str, parts: dict[str, Any], key: str = "") -> Any:
        """A form with a file."""
        named = {"HTTP_IDEMPOTENCY_KEY": key or uuid.uuid4().hex}
        return self._client().post(f"/api/v1/{where}", parts, **self._headers(), **named)

    def _client(self) -> Client:
        return Client(raise_request_exception=False)

    def _headers(self) -> dict[str, str]:
        return {"HTTP_AUTHORIZATION": f"Token {self.secret}"}


@pytest.fixture(autouse=True)
def fresh_counts(settings):
    settings.STORAGES = {
        **settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }  # fmt: skip
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def door():
    """`door(user)`: that person's way in."""
    return lambda user: Door(tokens.issue(user, "thử")[1])


@pytest.fixture
def story(committed):
    """A registered case; other connections see it."""
    return Story(build_world()).register()


@pytest.fixture
def whole():
    """At the end the chain must hold."""
    yield
    assert chain.verify()[1] == []
