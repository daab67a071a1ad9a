"""Writing events: collected while the work runs, linked and stored at its end, under the lock of the chain head.

`unit_of_work()` is the only way to write: it is one transaction, and its events are stored just before it commits, so
the chain's lock is always the last one taken (lifecycles.md, lock order).
"""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from core.access.actor import Actor
from core.audit import walk
from core.audit.models import ChainHead, Event
from core.sealed import derived_key, seal

_COVERED = (
    "seq", "id", "recorded_at", "effective_at", "actor_id", "acting_for_id", "unit_id", "verb", "subject_model",
    "subject_id", "root_id", "source", "target", "version", "reason", "data", "note", "cause_id",
)  # fmt: skip
_HEAD = f'"{ChainHead._meta.db_table}"'


class OutsideWork(RuntimeError):
    """Something tried to write an event outside `unit_of_work()`."""


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction with its events; nested calls join the outer one."""
    pending: list[Event] | None = getattr(connection, "dh_events", None)
    if pending is not None:
        yield
        return
    connection.dh_events = []  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            yield
            _store(connection.dh_events)  # type: ignore[attr-defined]
    finally:
        connection.dh_events = None  # type: ignore[attr-defined]


def in_work() -> bool:
    return getattr(connection, "dh_events", None) is not None


def record(
    verb: str,
    subject: models.Model,
    by: Actor,
    *,
    root_id: UUID | None = None,
    acting_for: UUID | None = None,
    source: str = "",
    target: str = "",
    version: int = 0,
    reason: str = "",
    data: dict[str, Any] | None = None,
    note: str = "",
    effective_at: datetime | None = None,
    cause: Event | None = None,
) -> Event:
    """Add one event to the running unit of work. `data` holds codes and keys only, never names or free text: those go
    into `note`, which is sealed."""
    pending: list[Event] | None = getattr(connection, "dh_events", None)
    if pending is None:
        raise OutsideWork(verb)
    now = timezone.now()
    event = Event(
        recorded_at=now, effective_at=effective_at or now, actor_id=by.id, acting_for_id=acting_for,
        unit_id=by.home.unit_id if by.home else None, verb=verb, subject_model=subject._meta.label,
        subject_id=subject.pk, root_id=root_id, source=source, target=target, version=version, reason=reason,
        data=data if data is not None else {}, note=note, cause_id=cause.id if cause else None,
    )  # fmt: skip
    pending.append(event)
    return event


def _store(events: list[Event]) -> None:
    if not events:
        return
    seq, last = _take_head()
    for event in events:
        event.seq, event.prev = seq + 1, last
        event.data = json.loads(json.dumps(event.data, cls=DjangoJSONEncoder))
        if event.note:
            note = event.__dict__["note"]
            event.__dict__["note"] = seal(note, "narrative", f"{Event._meta.db_table}:note:{event.seq}")
        event.hash = link(event)
        seq, last = event.seq, event.hash
    Event.objects.bulk_create(events)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {_HEAD} SET seq = %s, hash = %s WHERE id = 1", [seq, last])  # noqa: S608 - our own table


def _take_head() -> tuple[int, str]:
    """The last link, locked. Every writer waits for it, so it is asked without the work of the ORM."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq, hash FROM {_HEAD} WHERE id = 1{lock}")  # noqa: S608 - our own table
        found = cursor.fetchone()
    if found is None:
        ChainHead.objects.get_or_create(pk=1)
        return _take_head()
    return found


def link(event: Event) -> str:
    """The hash that this event must carry, from its stored columns."""
    return _hash(event.prev, walk.plain_json({name: _plain(event.__dict__.get(name)) for name in _COVERED}))


def _hash(prev: str, text: str) -> str:
    key = derived_key(settings.DH_AUDIT_KEY, "audit")
    return hmac.digest(key, f"{prev}{text}".encode(), "sha256").hex()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp() * 1_000_000)
    if isinstance(value, UUID):
        return value.hex
    return value


def verify(batch: int = 2000) -> tuple[int, list[int]]:
    """Walk the whole chain; return (number of events, seq of the links that do not hold; a cut tail shows as the seq
    after the last)."""
    previous, expected, broken, count = "0" * 64, 1, [], 0
    while True:
        for seq, prev, stored, text in walk.links(_COVERED, expected, batch):
            if seq != expected or prev != previous or stored != _hash(prev, text):
                broken.append(seq)
            previous, expected, count = stored, seq + 1, count + 1
        head = ChainHead.objects.filter(pk=1).first()
        # Somebody may have written while we walked: what the head covers is there by now.
        if head is None or head.seq < expected or not Event.objects.filter(seq__gte=expected).exists():
            break
    if head is None:
        head = ChainHead()
    if head.seq != expected - 1 or head.hash != previous:
        broken.append(expected)
    return count, broken
