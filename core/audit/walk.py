"""Reading the stored chain fast: plain values, no model instances, a batch in memory at a time.

What a link covers is written here from the stored columns exactly as `chain.link` writes it from an instance; a test
holds the two against each other.
"""

import json
from collections.abc import Iterator
from json.encoder import encode_basestring as quoted

from django.db import connection, models

from core.audit.models import Event

# Of all links the JSON has the same shape: sorted keys, no blanks, letters as they are.
plain_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
Link = tuple[int, str, str, str]


def links(covered: tuple[str, ...], first: int, batch: int) -> Iterator[Link]:
    """(seq, prev, hash, text that the hash covers after prev) from `first` on, in order, until there are no more. Each
    batch is a statement of its own, so that nobody waits for the walk."""
    names = sorted(covered)
    heads = [f'"{name}":' for name in names]
    times = [number for number, name in enumerate(names) if _is_time(name)]
    data, seq = names.index("data"), names.index("seq")
    columns = ", ".join(_as_stored(name) for name in names)
    sql = f"SELECT prev, hash, {columns} FROM {Event._meta.db_table} WHERE seq >= %s ORDER BY seq LIMIT %s"  # noqa: S608
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [first, batch])
            rows = cursor.fetchall()
        for prev, stored, *values in rows:
            for number in times:
                if values[number] is not None:  # as int(datetime.timestamp() * 1_000_000) rounds it
                    values[number] = int(values[number] / 1_000_000 * 1_000_000)
            parts = [_written(value) for value in values]
            parts[data] = _canonical(values[data])
            yield values[seq], prev, stored, "{" + ",".join(map(str.__add__, heads, parts)) + "}"
        if len(rows) < batch:
            return
        first = rows[-1][2 + seq] + 1


def _written(value: str | int | None) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else quoted(str(value))


def _canonical(data: str) -> str:
    if data == "{}":
        return data
    try:
        return plain_json(json.loads(data))
    except ValueError:  # SQLite stores anything; no link was ever made over it
        return ""


def _is_time(name: str) -> bool:
    return isinstance(_field(name), models.DateTimeField)


def _field(name: str) -> models.Field:
    return next(field for field in Event._meta.concrete_fields if field.attname == name)


def _as_stored(name: str) -> str:
    """The column as text or whole number: keys as 32 digits, times in microseconds since 1970."""
    field = _field(name)
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if connection.vendor == "sqlite":
        if _is_time(name):
            # Of the whole seconds alone: SQLite rounds to milliseconds, and up into the next second.
            seconds = f"CAST(strftime('%%s', substr({name}, 1, 19)) AS INTEGER)"
            return f"{seconds} * 1000000 + CAST(substr(substr({name}, 21) || '000000', 1, 6) AS INTEGER)"
        return f"{name} || ''" if isinstance(target, models.UUIDField) else name
    if _is_time(name):
        return f"(extract(epoch FROM {name}) * 1000000)::bigint"
    if isinstance(target, models.UUIDField):
        return f"replace({name}::text, '-', '')"
    return f"{name}::text" if isinstance(target, models.JSONField) else name
