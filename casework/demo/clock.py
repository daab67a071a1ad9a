"""Turning the clock back, for the demo only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

TICK = timedelta(milliseconds=1)


class NotTheDemo(RuntimeError):
    """The clock of a real installation is never turned."""


class Traveller:
    """The moment that `timezone.now()` tells; each look moves it on a little, so that no two events are one."""

    def __init__(self, moment: datetime):
        self.moment = moment

    def go(self, moment: datetime) -> None:
        """On to that moment; never back, so that events are told in the order of their times."""
        self.moment = max(self.moment, moment)

    def now(self) -> datetime:
        self.moment += TICK
        return self.moment


@contextmanager
def travel(moment: datetime) -> Iterator[Traveller]:
    """Within it `timezone.now()` tells the traveller's moment, in this process. NotTheDemo outside the demo."""
    if not settings.DH_DEMO:
        raise NotTheDemo
    traveller, real = Traveller(moment), timezone.now
    timezone.now = traveller.now
    try:
        yield traveller
    finally:
        timezone.now = real
