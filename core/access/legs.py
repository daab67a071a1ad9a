"""A list that several rights open, read leg by leg: each right's rows in order by an index of its own, then merged.

An OR over columns is answered by reading every row that any of them allows; a leg with its own ORDER BY and LIMIT reads
a page of them (performance.md, "where it goes").
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from core.access.actor import Actor
from core.access.engine import parts

M = TypeVar("M", bound=Model)


def legs(actor: Actor, model: type[Model], action: str = "view") -> list[Q]:
    """What `visible()` asks for, as one condition for each right; a row may meet several."""
    return parts(actor, model, action)


def merged(rows: QuerySet[M], branches: Sequence[QuerySet[M]]) -> QuerySet[M]:
    """Those of `rows` that stand in one of the branches; each may be ordered and cut."""
    sql, values = _union(branches)
    return rows.filter(pk__in=RawSQL(sql, values)) if sql else rows.none()  # noqa: S611 - compiled by the ORM


def count_of(branches: Sequence[QuerySet[Any]], most: int) -> int:
    """How many rows stand in the branches together, up to `most`."""
    sql, values = _union(branches)
    if not sql:
        return 0
    with connections[branches[0].db].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT * FROM ({sql}) AS legs LIMIT {most:d}) AS counted", values)  # noqa: S608
        return int(cursor.fetchone()[0])


def _union(branches: Sequence[QuerySet[Any]]) -> tuple[str, list[Any]]:
    """The keys of all the branches, each once, as SQL with its values; "" where none can have a row."""
    parts_of, values = [], []
    for place, branch in enumerate(branches):
        try:
            sql, given = branch.values("pk").query.get_compiler(branch.db).as_sql()
        except EmptyResultSet:
            continue
        # Both engines allow ORDER BY and LIMIT in a part of a UNION only inside a sub-select.
        parts_of.append(f"SELECT * FROM ({sql}) AS leg{place}")  # noqa: S608 - compiled by the ORM
        values += given
    return " UNION ".join(parts_of), values
