"""Some rows of a table, or all, by its key: no sort, no COUNT, and never more than a batch in memory."""

import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet, UUIDField

BATCH = 500
STRIDE = 20  # rows that are read from one random point on


def some(rows: QuerySet[Any], limit: int | None) -> Iterator[Any]:
    """All rows when `limit` is None or there are no more than that; otherwise about `limit` of them from random points,
    the first and the last included. Which ones nobody can tell before."""
    ordered = rows.order_by("pk")
    if limit is None:
        yield from _all(ordered)
        return
    first = list(ordered[: limit + 1])
    if len(first) <= limit:
        yield from first
        return
    yield first[0]
    last = rows.order_by("-pk")[0]
    yield last
    seen = {first[0].pk, last.pk}
    for _number in range(max(1, limit // STRIDE)):
        start = _between(rows.model, first[0].pk, last.pk)
        for row in ordered.filter(pk__gte=start)[:STRIDE]:
            if row.pk not in seen:
                seen.add(row.pk)
                yield row


def _all(ordered: QuerySet[Any]) -> Iterator[Any]:
    batch = list(ordered[:BATCH])
    while batch:
        yield from batch
        batch = list(ordered.filter(pk__gt=batch[-1].pk)[:BATCH])


def _between(model: type[Model], low: Any, high: Any) -> Any:
    """A random key of the span; keys of both kinds sort as numbers."""
    if isinstance(model._meta.pk, UUIDField):
        return UUID(int=low.int + secrets.randbelow(high.int - low.int + 1))
    return low + secrets.randbelow(high - low + 1)
