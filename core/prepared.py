"""Questions of a fixed shape that every request asks: written with the ORM, put into SQL once, asked with other values.

Putting a queryset into SQL costs Python more than asking it costs the database; where that is done for each request it
was a quarter of the request. `Prepared` keeps the text; only the values change.

    DUTIES = Prepared(lambda user, day: RoleAssignment.objects.filter(user=user, valid_from=day).values_list("role"))
    DUTIES(user=user.pk, day=day)     # list of tuples

A value may be a UUID, a date, a datetime (aware), a string, or a list of UUIDs; lists of each length are kept apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class _Made:
    sql: str
    # A name and the place in its list (None for a single value), or a value that never changes.
    places: tuple[tuple[str, int | None] | tuple[None, Any], ...]
    compiler: Any
    converters: Any


class Prepared:
    """`build` makes a `.values_list()` queryset from keyword values; it must use each value as it is given."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]):
        self.build = build
        self._made: dict[Any, _Made | None] = {}

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        shape = (connection.vendor, *(len(value) if isinstance(value, list) else -1 for value in values.values()))
        if shape not in self._made:
            self._made[shape] = self._make(values)
        made = self._made[shape]
        if made is None:
            return []
        params = [
            place if name is None else _adapted(values[name] if place is None else values[name][place])
            for name, place in made.places
        ]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            rows = cursor.fetchall()
        if made.converters:
            return [tuple(row) for row in made.compiler.apply_converters(rows, made.converters)]
        return rows

    def _make(self, values: dict[str, Any]) -> _Made | None:
        """The SQL for stand-ins that can be found again among its parameters; None where nothing can be found."""
        numbers = count(1)
        stand_ins = {
            name: [_stand_in(one, next(numbers)) for one in value]
            if isinstance(value, list)
            else _stand_in(value, next(numbers))
            for name, value in values.items()
        }
        names: dict[Any, tuple[str, int | None]] = {}
        for name, stand_in in stand_ins.items():
            if isinstance(stand_in, list):
                names.update({_adapted(one): (name, place) for place, one in enumerate(stand_in)})
            else:
                names[_adapted(stand_in)] = (name, None)
        rows = self.build(**stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        places = tuple(names.get(param, (None, param)) if _hashable(param) else (None, param) for param in params)
        missing = set(names.values()) - {place for place in places if place[0] is not None}
        if missing:
            raise ValueError(f"not found among the parameters: {sorted(map(str, missing))}")
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return _Made(sql, places, compiler, converters)


def _adapted(value: Any) -> Any:
    """As the engine is handed it: what the field of the model does to a value of its type."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _stand_in(value: Any, number: int) -> Any:
    """Something of the type of the value that stands nowhere else; another for each number."""
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, datetime):
        return datetime(2, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)
    if isinstance(value, date):
        return date(2, 1, 1) + timedelta(days=number)
    if isinstance(value, str):
        return uuid4().hex
    raise TypeError(f"a {type(value).__name__} cannot be prepared")


def _hashable(value: Any) -> bool:
    return not isinstance(value, list | dict)
