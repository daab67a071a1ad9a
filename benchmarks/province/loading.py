"""Rows into tables: COPY on PostgreSQL, executemany on SQLite, from the same lines."""

from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models

from core.audit import triggers as append_only
from core.lifecycle import triggers as legal_moves
from core.lifecycle.actions import lifecycle_models
from core.lifecycle.fsm import Lifecycle

AT_ONCE = 4_000_000  # characters of a table that wait before they are sent


def unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    signs = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    pieces, rest = [], iter(text)
    for sign in rest:
        pieces.append(signs[next(rest)] if sign == "\\" else sign)
    return "".join(pieces)


def reader(column: models.Field) -> Any:
    """How SQLite keeps what COPY's text form says."""
    if isinstance(column, models.BooleanField):
        return lambda text: int(text == "t")
    target = column
    while target.is_relation:
        target = target.target_field
    if isinstance(target, models.IntegerField):
        return int
    if isinstance(target, models.FloatField):
        return float
    return unescaped


class Sink:
    """Takes lines by label and writes them when there are many."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[str]] = {}
        self._size: Tally[str] = Tally()
        self._columns: dict[str, list[models.Field]] = {}
        self.rows: Tally[str] = Tally()

    def columns(self, label: str, names: Sequence[str] = ()) -> None:
        """The order of columns of a label's lines, where it is not the model's own."""
        model = apps.get_model(label)
        known = {column.attname: column for column in model._meta.concrete_fields}
        self._columns[label] = [known[name] for name in names] or list(model._meta.concrete_fields)

    def add(self, label: str, lines: str, count: int) -> None:
        self._waiting.setdefault(label, []).append(lines)
        self._size[label] += len(lines)
        self.rows[label] += count
        if self._size[label] > AT_ONCE:
            self.flush(label)

    def flush(self, label: str = "") -> None:
        for name in [label] if label else list(self._waiting):
            text = "".join(self._waiting.pop(name, []))
            self._size[name] = 0
            if text:
                self._write(name, text)

    def _write(self, label: str, text: str) -> None:
        if label not in self._columns:
            self.columns(label)
        table, columns = apps.get_model(label)._meta.db_table, self._columns[label]
        names = ", ".join(f'"{column.column}"' for column in columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    copy.write(text)
                return
            readers = [reader(column) for column in columns]
            rows = [
                tuple(
                    None if cell == "\\N" else read(cell) for cell, read in zip(line.split("\t"), readers, strict=True)
                )
                for line in text[:-1].split("\n")
            ]
            marks = ", ".join(["?"] * len(columns))
            cursor.cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def loosen() -> None:
    """Rows come in the state in which their history ends: the triggers that ask for a beginning must let them by. All
    others stay; `tighten` puts these back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _with_states():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_start{on}")
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # rows may come before those that they point at


def tighten() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    legal_moves.install(connection)


def _with_states() -> list[str]:
    return [model._meta.db_table for model in lifecycle_models() if issubclass(model, Lifecycle)]


def triggers() -> set[str]:
    """The names of all triggers of our making, to see that none is missing afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()}


__all__ = ["Sink", "append_only", "loosen", "tighten", "triggers", "unescaped"]
