"""Everybody of a world signed in, for tests that ask thousands of times; what stays the same is read once."""

from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.test import Client

from core.access.actor import Actor
from tests.factories.world import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def remember(patch: pytest.MonkeyPatch) -> None:
    """Nobody's duties change here: who somebody is and what they hold is read once (that it is read anew for every
    request is shown in tests/casework/access/test_reads.py)."""
    users: dict[Any, Any] = {}
    actors: dict[Any, Actor] = {}
    find, read = AuthenticationBackend.get_user, Actor.of

    def user_of(self: Any, pk: Any) -> Any:
        return users[pk] if pk in users else users.setdefault(pk, find(self, pk))

    def actor_of(user: Any) -> Actor:
        return actors[user.pk] if user.pk in actors else actors.setdefault(user.pk, read(user))

    patch.setattr(AuthenticationBackend, "get_user", user_of)
    patch.setattr(Actor, "of", actor_of)
    patch.setattr("core.api.throttling.spend", lambda *args: 0)  # thousands of calls a minute are the test's own
    patch.setattr("casework.web.lookup.spend", lambda *args: 0)
    patch.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.cache")


def everybody(world: World) -> dict[str, Client]:
    """A client for each user of the world, by name."""
    clients = {name: Client(raise_request_exception=False) for name in world.users}
    for name, user in world.users.items():
        clients[name].force_login(user, backend=BACKEND)
    return clients
