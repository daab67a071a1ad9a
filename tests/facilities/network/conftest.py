import pytest
from django.test import Client


@pytest.fixture
def browse(world):
    """browse("head", "/giuong/") → response of the page, as that person sees it."""

    clients = {}

    def get(name, url, **params):
        if name not in clients:
            clients[name] = Client()
            backend = "allauth.account.auth_backends.AuthenticationBackend"
            clients[name].force_login(world.user(name), backend=backend)
        return clients[name].get(url, params)

    return get
