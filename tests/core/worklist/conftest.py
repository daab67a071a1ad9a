"""Signed-in clients by the name of the small world's staff, and the making of a stand-in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.api import throttling
from core.lifecycle.engine import perform
from core.worklist.models import Delegation


@pytest.fixture(autouse=True)
def fresh_counts():
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def sign_in(world):
    def make(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture
def day():
    return lambda after: timezone.localdate() + timedelta(days=after)


@pytest.fixture
def away(world, day):
    """`away("worker", "colleague", 0, 3, by="supervisor")`: taken through the action."""

    def make(principal: str, deputy: str, first: int = 0, last: int = 3, by: str = "", **more) -> Delegation:
        data = {
            "deputy": str(world.user(deputy).pk), "valid_from": f"{day(first):%d/%m/%Y}",
            "valid_to": f"{day(last):%d/%m/%Y}", "reason": "leave", **more,
        }  # fmt: skip
        actor = world.actor(by or principal)
        return perform(Delegation, "set", by=actor, data=data, parent=world.user(principal)).record

    return make
