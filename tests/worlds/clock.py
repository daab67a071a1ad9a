"""A clock that stands still until it is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone


class Frozen:
    """What `timezone.now()` tells; it goes forward only when told to."""

    def __init__(self, moment: datetime):
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def go(self, **span: float) -> None:
        self.moment += timedelta(**span)


@contextmanager
def frozen(moment: datetime) -> Iterator[Frozen]:
    """Within it all of this process reads the moment from the frozen clock."""
    clock, real = Frozen(moment), timezone.now
    timezone.now = clock
    try:
        yield clock
    finally:
        timezone.now = real
