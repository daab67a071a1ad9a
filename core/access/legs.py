"""A list that several rights open, read leg by leg: each right's rows in order by an index of its own, then merged.

An OR over columns is answered by reading every row that any of them allows; a leg with its own ORDER BY and LIMIT reads
a page of them (performance.md, "where it goes").
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from core.access.actor import Actor
from core.access.engine import parts

M = TypeVar("M", bound=Model)


def legs(actor: Actor, model: type[M], action: str = "view", within: QuerySet[M] | None = None) -> list[QuerySet[M]]:
    """`visible()` as one queryset for each right; their union is the same rows, which several may share."""
    rows: QuerySet[M] = model._default_manager.all() if within is None else within
    return [rows.filter(part) for part in parts(actor, model, action)] or [rows.none()]


def merged(rows: QuerySet[M], branches: Sequence[QuerySet[M]]) -> QuerySet[M]:
    """Those of `rows` that stand in one of the branches; each may be ordered and cut."""
    compiled = []
    for branch in branches:
        try:
            compiled.append(branch.values("pk").query.get_compiler(rows.db).as_sql())
        except EmptyResultSet:
            continue
    if not compiled:
        return rows.none()
    # Both engines allow ORDER BY and LIMIT in a part of a UNION only inside a sub-select.
    quote = connections[rows.db].ops.quote_name
    sql = " UNION ".join(f"SELECT * FROM ({part}) AS {quote(f'leg{n}')}" for n, (part, _values) in enumerate(compiled))  # noqa: S608
    values: list[Any] = [value for _part, of in compiled for value in of]
    return rows.filter(pk__in=RawSQL(sql, values))  # noqa: S611 - compiled by the ORM a line above
