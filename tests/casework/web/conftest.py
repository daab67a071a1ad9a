"""Pages as people open them: a signed-in client by the name of the small world's staff."""

import pytest
from django.core.cache import cache
from django.test import Client

from core.api import throttling


@pytest.fixture
def sign_in(world):
    def make(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name))
        return client

    return make


@pytest.fixture(autouse=True)
def fresh_counts():
    throttling._own.clear()
    cache.clear()
