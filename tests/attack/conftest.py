import pytest
from django.core.cache import cache

from core.api import throttling
from tests.attack.signing import Phone, give_password


@pytest.fixture(autouse=True)
def fresh_counts(settings):
    """Nothing counted yet, and room for counts: with the 300 entries of the tests' cache some would be dropped."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "attack", "OPTIONS": {"MAX_ENTRIES": 100_000}}}
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def phone(monkeypatch) -> Phone:
    # The library tells of a new factor when the transaction ends, which here is after the test.
    monkeypatch.setattr("allauth.mfa.totp.internal.flows.transaction.on_commit", lambda tell: tell())
    return Phone(monkeypatch)


@pytest.fixture
def people(world):
    """The small province; `worker` and `supervisor` know their passwords."""
    for name in ("worker", "supervisor"):
        give_password(world.user(name))
    return world
