"""How often one person may call, by the rate class of the route (trust.md §4).

The usual class only stops a program that runs wild: it is counted in the memory of each process, which costs no query.
Classes that stop guessing or carrying off are counted in the shared cache, one count over all processes and both doors.
"""

import time
from uuid import UUID

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import OperationalError, transaction
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.accounts.models import User
from core.clock import parameters

USUAL = "page"
# Calls in so many seconds; where a parameter is named, it holds how many (core/clock/data/parameters.csv).
RATES: dict[str, tuple[int | str, int]] = {
    USUAL: (600, 60),
    "lookup": ("limit.lookups_per_hour", 3600),
    "export": ("limit.exports_per_day", 86400),
}
_own = LocMemCache("core.api.throttling", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


def spend(user: UUID, rate: str = USUAL) -> int:
    """Count one call; 0 if it is allowed, else the seconds until the next one is."""
    if rate == USUAL:
        return _count(_own, user, rate)
    # The person's row is locked, so that calls beside each other are counted one by one.
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=user).values_list("pk").first()
        return _count(cache, user, rate)


def _count(store: BaseCache, user: UUID, rate: str) -> int:
    limit, seconds = RATES[rate]
    most = parameters.value(limit) if isinstance(limit, str) else limit
    now = int(time.time())
    key = f"rate:{rate}:{user}:{now // seconds}"
    store.add(key, 0, timeout=seconds)
    try:
        if store.incr(key) <= most:
            return 0
    except ValueError as error:
        # The shared cache says nothing when its table cannot be written; what is not counted is not allowed.
        raise OperationalError("the calls cannot be counted") from error
    return seconds - now % seconds


class RouteThrottle(BaseThrottle):
    """Counts each call under the rate class of its route; classes this table does not know count as usual ones."""

    left = 0

    def allow_request(self, request: Request, view: object) -> bool:
        policy = getattr(view, "route_policy", None)
        if not request.user or policy is None:
            return True
        self.left = spend(
            request.actor.id,  # type: ignore[attr-defined]
            policy.rate if policy.rate in RATES else USUAL,
        )
        return self.left == 0

    def wait(self) -> float | None:
        return self.left
