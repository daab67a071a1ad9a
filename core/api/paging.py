"""Pages by key: no COUNT, no OFFSET, page 1,000 costs what page 1 costs.

The cursor holds the keys of the row where the page ended, sealed, because keys may be names, and bound to the person,
the route and the filters: elsewhere it does not open.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.access.legs import merged
from core.api.problems import bad_field
from core.sealed import SealBroken, seal, unseal

USUAL, MOST = 25, 100
PARAMETERS = ("limit", "cursor")
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Key:
    """A column that orders. One that may be NULL has its NULLs last, whatever the direction."""

    column: str
    descending: bool = False
    nullable: bool = False

    def order(self, backwards: bool) -> Any:
        column, falls = F(self.column), self.descending != backwards
        if not self.nullable:
            return column.desc() if falls else column.asc()
        ends = {"nulls_first": True} if backwards else {"nulls_last": True}
        return column.desc(**ends) if falls else column.asc(**ends)

    def beyond(self, value: Any, backwards: bool) -> Q | None:
        """Rows strictly beyond the value in this column; None when there can be none."""
        if value is None:
            return Q(**{f"{self.column}__isnull": False}) if backwards else None
        side = "lt" if self.descending != backwards else "gt"
        further = Q(**{f"{self.column}__{side}": value})
        return further | Q(**{f"{self.column}__isnull": True}) if self.nullable and not backwards else further

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})


def keyset(*ordering: str | Key, last: str = "pk") -> tuple[Key, ...]:
    """("-opened_at",) becomes opened_at and pk, both falling; `last` makes the order total."""
    keys = [key if isinstance(key, Key) else Key(key.lstrip("-"), key.startswith("-")) for key in ordering]
    if keys[-1].column != last:
        keys.append(Key(last, keys[-1].descending))
    return tuple(keys)


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next: str | None
    previous: str | None

    def body(self, results: list[Any]) -> dict[str, Any]:
        return {"results": results, "next": self.next, "previous": self.previous}


def page(
    request: Request,
    rows: QuerySet[Any],
    keys: Sequence[Key],
    read: Callable[[Any, str], Any] = getattr,
    legs: Sequence[Q] | None = None,
) -> Page:
    """One page of the rows; with `legs` (core.access.legs) of those to which any of these conditions applies, and of
    none if there is no condition. `read(row, column)` gives a key; for `.values()` rows pass `dict.__getitem__`."""
    limit = _limit(request)
    place = _place(request)
    values, backwards = _open(request, place, len(keys))
    order = [key.order(backwards) for key in keys]
    found: list[Any] = []
    for bound in [Q()] if values is None else _bounds(keys, values, backwards):
        if len(found) <= limit:
            part = _within(rows, legs, bound, order, limit + 1)
            found += part.order_by(*order)[: limit + 1 - len(found)]
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()

    def link(row: Any, back: bool) -> str:
        return _link(request, [read(row, key.column) for key in keys], back, place)

    ahead = more if not backwards else values is not None
    behind = more if backwards else values is not None
    return Page(
        found, link(found[-1], False) if found and ahead else None, link(found[0], True) if found and behind else None
    )


def _within(rows: QuerySet[Any], legs: Sequence[Q] | None, bound: Q, order: Sequence[Any], most: int) -> QuerySet[Any]:
    """Rows within the bound; of several legs only the first rows of each, which the order makes."""
    if legs is None or len(legs) < 2:
        return rows.filter(bound if legs is None else bound & (legs[0] if legs else NOTHING))
    bare = rows.values("pk")
    return merged(rows, [bare.filter(leg, bound).order_by(*order)[:most] for leg in legs])


def _bounds(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> list[Q]:
    """What lies beyond the values, in parts that an index can begin to read at, in their order: rows with a value in
    the first column, and those without one."""
    first, value = keys[0], values[0]
    empty = Q(**{f"{first.column}__isnull": True})
    if value is None:
        beside = empty & _after(keys[1:], values[1:], backwards)
        return [beside, Q(**{f"{first.column}__isnull": False})] if backwards else [beside]
    side = "lte" if first.descending != backwards else "gte"
    # The first column is bounded twice, so that an index can start there.
    filled = Q(**{f"{first.column}__{side}": value}) & _after(
        [replace(first, nullable=False), *keys[1:]], values, backwards
    )
    return [filled, empty] if first.nullable and not backwards else [filled]


def _after(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> Q:
    """Lexicographically beyond the values."""
    total, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        further = key.beyond(value, backwards)
        if further is not None:
            total |= equal & further
        equal &= key.same(value)
    return total


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise bad_field("invalid", limit=_("Số dòng từ 1 đến %(most)d.") % {"most": MOST})
    return int(text)


def _place(request: Request) -> str:
    actor = request.actor  # type: ignore[attr-defined]
    filters = sorted((name, values) for name, values in request.query_params.lists() if name not in PARAMETERS)
    digest = hashlib.sha256(json.dumps([request.path, filters]).encode()).hexdigest()
    return f"cursor:{actor.id}:{actor.route}:{digest}"


def _link(request: Request, values: list[Any], backwards: bool, place: str) -> str:
    text = json.dumps([int(backwards), *(_packed(value) for value in values)], ensure_ascii=False)
    params = request.query_params.copy()
    params["cursor"] = seal(text, "cursor", place)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


def _open(request: Request, place: str, count: int) -> tuple[list[Any] | None, bool]:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None, False
    try:
        backwards, *values = json.loads(unseal(cursor, "cursor", place))
    except (SealBroken, ValueError) as error:
        raise bad_field("invalid", cursor=_("Con trỏ trang không dùng được ở đây. Đọc lại từ trang đầu.")) from error
    if len(values) != count:
        raise bad_field("invalid", cursor=_("Con trỏ trang đã cũ. Đọc lại từ trang đầu."))
    return [_unpacked(value) for value in values], bool(backwards)


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, UUID):
        return {"id": value.hex}
    return value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    read: dict[str, Callable[[str], Any]] = {"moment": datetime.fromisoformat, "day": date.fromisoformat, "id": UUID}
    return read[kind](text)
