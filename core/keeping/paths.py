"""Legal paths: the events of each record, in order, are steps of its lifecycle and end where the row stands.

One statement per lifecycle, so that each sees one moment whoever works meanwhile. What it looks for, by its code:
`start` the first event does not create the record; `gap` an event does not begin where the one before it ended, or
skips a version; `step` no transition of that name leads from there to there; `state` or `version` the row stands
elsewhere than its last event; `no_events` a row that nobody made; `no_row` events of a row that is gone.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from core.audit.models import Event
from core.lifecycle.actions import lifecycle_models
from core.lifecycle.fsm import NEW, Lifecycle, edges

Found = tuple[str, str, str]  # (code, key of the record, seq of the event or "")


def lifecycles() -> list[type[Lifecycle]]:
    return [model for model in lifecycle_models() if issubclass(model, Lifecycle)]


def others() -> list[type[models.Model]]:
    """Records with commands only: no states, but a version, and they are never deleted."""
    return [model for model in lifecycle_models() if not issubclass(model, Lifecycle)]


def look(model: type[models.Model]) -> Iterator[Found]:
    """Everything that is wrong with the paths of one model."""
    moving = issubclass(model, Lifecycle)
    sql = _of_lifecycle(model) if moving else _of_record(model)
    with connection.cursor() as cursor:
        cursor.execute(sql, [model._meta.label])
        while rows := cursor.fetchmany(500):
            for code, key, seq in rows:
                yield code, str(model._meta.pk.to_python(key)), str(seq or "")


def _of_lifecycle(model: type[models.Model]) -> str:
    name, table = model._meta.model_name, model._meta.db_table
    steps = sorted({f"'{name}.{verb} {source} {target}'" for verb, source, target in edges(model)})
    # A command moves nothing but counts as a version; its source and target are empty.
    return f"""
        WITH event AS MATERIALIZED (
            SELECT subject_id, seq, verb, source, target, version,
                   row_number() OVER told AS number,
                   lag(version) OVER told AS version_before,
                   lead(seq) OVER told AS next_seq
            FROM {Event._meta.db_table} WHERE subject_model = %s
            WINDOW told AS (PARTITION BY subject_id ORDER BY seq)
        ), move AS MATERIALIZED (
            SELECT subject_id, seq, verb, source, target, number,
                   lag(target) OVER told AS target_before, lead(seq) OVER told AS next_seq
            FROM event WHERE target <> '' WINDOW told AS (PARTITION BY subject_id ORDER BY seq)
        )
        SELECT 'start', subject_id, seq FROM event WHERE number = 1 AND (source <> '{NEW}' OR version <> 1)
        UNION ALL
        SELECT 'gap', subject_id, seq FROM event WHERE number > 1 AND version <> version_before + 1
        UNION ALL
        SELECT 'gap', subject_id, seq FROM move WHERE number > 1 AND source <> target_before
        UNION ALL
        SELECT 'step', subject_id, seq FROM move
        WHERE verb || ' ' || source || ' ' || target NOT IN ({", ".join(steps)})
        UNION ALL
        SELECT 'state', record.id, move.seq FROM {table} record
        JOIN move ON move.subject_id = record.id AND move.next_seq IS NULL WHERE record.state <> move.target
        UNION ALL
        SELECT 'version', record.id, event.seq FROM {table} record
        JOIN event ON event.subject_id = record.id AND event.next_seq IS NULL WHERE record.version <> event.version
        UNION ALL
        SELECT 'no_events', record.id, NULL FROM {table} record
        LEFT JOIN event ON event.subject_id = record.id AND event.number = 1 WHERE event.seq IS NULL
        UNION ALL
        SELECT 'no_row', event.subject_id, event.seq FROM event
        LEFT JOIN {table} record ON record.id = event.subject_id
        WHERE event.number = 1 AND record.id IS NULL
    """  # noqa: S608


def _of_record(model: type[models.Model]) -> str:
    """A row may come into being, or change, with the event of another record; it never falls behind its own."""
    return f"""
        WITH last AS (
            SELECT subject_id, max(seq) AS seq, max(version) AS version
            FROM {Event._meta.db_table} WHERE subject_model = %s GROUP BY subject_id
        )
        SELECT CASE WHEN record.id IS NULL THEN 'no_row' ELSE 'version' END, last.subject_id, last.seq
        FROM last LEFT JOIN {model._meta.db_table} record ON record.id = last.subject_id
        WHERE record.id IS NULL OR record.version < last.version
    """  # noqa: S608


def counted(model: type[models.Model]) -> int:
    return model._base_manager.count()


def unknown_subjects(known: list[str]) -> Iterator[Any]:
    """Events about a model that has no actions: nobody could have made them."""
    yield from Event.objects.exclude(subject_model__in=known).values_list("seq", flat=True).iterator()
