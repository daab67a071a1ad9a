"""A clock that stands where it is put, and keys that follow it. Only for a database that has nobody in it."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from core import ids
from core.ids import new_id


class Still:
    """`moment` is what `timezone.now()` tells until `go()`; `made` are the keys given out since it began, in order."""

    def __init__(self, moment: datetime):
        self.moment = moment
        self.made: list[UUID] = []
        self._count = 0

    def go(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    # What `core.ids` asks of the modules `time` and `os`: the same layout of a key, in the order of making.
    def time_ns(self) -> int:
        return int(self.moment.timestamp() * 1000) * 1_000_000

    def urandom(self, _length: int) -> bytes:
        self._count += 1
        self.made.append(key_at(self.time_ns() // 1_000_000, self._count))
        return self._count.to_bytes(10, "big")


@contextmanager
def standing(moment: datetime) -> Iterator[Still]:
    """Within it time stands still and keys are counted, in this process."""
    still = Still(moment)
    before = timezone.now, ids.time, ids.os
    timezone.now = still.now
    ids.time = types.SimpleNamespace(time_ns=still.time_ns)  # type: ignore[assignment]
    ids.os = types.SimpleNamespace(urandom=still.urandom)  # type: ignore[assignment]
    try:
        yield still
    finally:
        timezone.now, ids.time, ids.os = before


def key_at(milliseconds: int, count: int) -> UUID:
    """The key that `new_id` gives within `standing` as the `count`-th one (from 1) at that time."""
    value = (milliseconds & (2**48 - 1)) << 80 | count
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


__all__ = ["Still", "key_at", "new_id", "standing"]
