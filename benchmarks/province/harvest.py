"""What a story wrote: every row in every table that was not there before, sealed columns opened."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from core.audit.models import ChainHead, Event
from core.lifecycle.numbers import Counter
from core.outbox.tasks import DBTaskResult
from core.sealed import Sealed, SealedTextField, unseal

Rows = dict[str, list[dict[str, Any]]]
# Made anew for each copy (numbers, the chain) or forgotten (tasks that are done).
_APART = {Counter, ChainHead, DBTaskResult}
_AT_ONCE = 500


@lru_cache(maxsize=1)
def tables() -> list[type[models.Model]]:
    """Every table in which a history may leave rows, by label."""
    found = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and model not in _APART
    ]
    return sorted(found, key=lambda model: model._meta.label)


def is_keyed(model: type[models.Model]) -> bool:
    """Whether its primary key is one of ours (a UUID)."""
    return isinstance(model._meta.pk, models.UUIDField)


def is_counted(model: type[models.Model]) -> bool:
    """Whether the database counts its primary key."""
    return isinstance(model._meta.pk, models.AutoField)


def columns(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


@lru_cache(maxsize=1)
def _counted_tables() -> list[type[models.Model]]:
    return [model for model in tables() if is_counted(model)]


@dataclass(frozen=True)
class Mark:
    """How far the counted tables and the chain were before a story."""

    counted: dict[str, int]
    seq: int

    @classmethod
    def now(cls) -> "Mark":
        parts = [
            f"SELECT '{model._meta.label}', COALESCE(MAX({model._meta.pk.column}), 0) FROM {model._meta.db_table}"
            for model in [*_counted_tables(), ChainHead]
        ]
        parts[-1] = f"SELECT 'seq', COALESCE(MAX(seq), 0) FROM {Event._meta.db_table}"
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            counted = dict(cursor.fetchall())
        return cls({label: last for label, last in counted.items() if label != "seq"}, counted["seq"])


class Overlooked(RuntimeError):
    """Keys were given out for rows that stand in none of the tables that were read."""


class Harvester:
    """Reads what runs of one story wrote: the first time from every table, later from those that had rows. Keys without
    a row (of rows that the story itself took away) must be as many each time, so that nothing is overlooked."""

    def __init__(self) -> None:
        self._models: list[type[models.Model]] | None = None
        self._gone = 0

    def harvest(self, mark: Mark, made: list[UUID]) -> Rows:
        """Rows by label, in the order in which they were made: {column attribute: value}."""
        found: Rows = {}
        for model in tables() if self._models is None else self._models:
            rows = _rows(model, mark, made)
            if rows:
                found[model._meta.label] = rows
        after = Mark.now().counted
        grown = {label for label, last in after.items() if last > mark.counted[label]}
        keys = {row["id"] for rows in found.values() for row in rows if isinstance(row.get("id"), UUID)}
        gone = len(set(made) - keys)
        if self._models is None:
            self._models, self._gone = [apps.get_model(label) for label in found], gone
        elif gone != self._gone or not grown <= set(found):
            raise Overlooked(f"{gone} keys without a row, {self._gone} before; counted tables {sorted(grown)}")
        return found


def _rows(model: type[models.Model], mark: Mark, made: list[UUID]) -> list[dict[str, Any]]:
    if model is Event:
        return read(model, model._base_manager.filter(seq__gt=mark.seq).order_by("seq"))
    if is_keyed(model):
        return by_keys(model, made)
    if is_counted(model):
        after = model._base_manager.filter(pk__gt=mark.counted[model._meta.label])
        return read(model, after.order_by("pk"))
    return []


def by_keys(model: type[models.Model], keys: list[UUID]) -> list[dict[str, Any]]:
    rows = []
    for start in range(0, len(keys), _AT_ONCE):
        rows += read(model, model._base_manager.filter(pk__in=keys[start : start + _AT_ONCE]))
    return sorted(rows, key=lambda row: row[model._meta.pk.attname])  # type: ignore[union-attr]


def read(model: type[models.Model], rows: models.QuerySet) -> list[dict[str, Any]]:
    fields = columns(model)
    names = [field.attname for field in fields]
    sealed = [(field.attname, field) for field in fields if isinstance(field, SealedTextField)]
    pk = model._meta.pk.attname  # type: ignore[union-attr]
    found = []
    for values in rows.values_list(*names):
        row = dict(zip(names, values, strict=True))
        for name, field in sealed:
            if isinstance(row[name], Sealed):
                row[name] = unseal(row[name], field.kind, f"{model._meta.db_table}:{field.column}:{row[pk]}")
        found.append(row)
    return found
