"""Pages of recognition as people open them: `sign_in(name)` is the browser of somebody of the small province."""

import pytest
from django.test import Client

from tests.factories.accreditation import people
from tests.factories.world import World, build_world


@pytest.fixture
def world(db) -> World:
    return people(build_world())


@pytest.fixture
def sign_in(world):
    def make(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name))
        return client

    return make


@pytest.fixture
def page(sign_in):
    """The text of a page that opens."""

    def read(name: str, path: str, status: int = 200) -> str:
        response = sign_in(name).get(path)
        assert response.status_code == status, (response.status_code, path, name)
        return response.content.decode()

    return read
