"""Where stories are learnt: databases in memory, one a process, with the tables, the reference data and the place of
the real one. So learning needs no round trips, leaves nothing behind, and uses every processor."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from django.apps import apps
from django.db import connection, connections, models

from benchmarks.province.harvest import columns, tables
from core.audit.models import ChainHead
from core.lifecycle.numbers import Counter

Copied = list[tuple[type[models.Model], list[tuple[Any, ...]]]]
_job: Callable[[int], Any] | None = None
_kept: list[Any] = []  # the parent's connections: whoever lets go of them would end the parent's session


def place() -> Copied:
    """Every row that is there, as the models read it."""
    found: Copied = []
    for model in [*tables(), Counter, ChainHead]:
        rows = list(model._base_manager.values_list(*(column.attname for column in columns(model))))
        if rows:
            found.append((model, rows))
    return found


def _enter(rows: Copied, job: Callable[[int], Any]) -> None:
    """In the new process: leave the parent's database alone and make one in memory."""
    global _job  # noqa: PLW0603  one job a process, handed over when it is forked
    _job = job
    _kept.append(connections["default"])
    settings = connections.settings["default"]
    settings.update(ENGINE="django.db.backends.sqlite3", NAME=":memory:", OPTIONS={}, HOST="", PORT="", USER="")
    connections["default"] = connections.create_connection("default")
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    connection.disable_constraint_checking()
    copy_in(rows)
    connection.enable_constraint_checking()


def _do(number: int) -> Any:
    assert _job is not None
    return _job(number)


def rehearse(job: Callable[[int], Any], numbers: Sequence[int], processes: int) -> Iterator[Any]:
    """`job(number)` for each number, in so many processes; results in the order of numbers."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context, _enter, (place(), job)) as pool:
        yield from pool.map(_do, numbers)


def alone(job: Callable[[int], Any]) -> Any:
    """The result of one job in one process."""
    return next(rehearse(job, [0], 1))


def copy_in(rows: Copied) -> None:
    """Rows as the models read them into the database that is in use."""
    with connection.cursor() as cursor:
        for model, many in rows:
            fields = columns(model)
            names = ", ".join(f'"{field.column}"' for field in fields)
            cursor.executemany(
                f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(fields))})',
                [
                    [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                    for row in many
                ],
            )
