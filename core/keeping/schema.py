"""What the database itself refuses: whether the triggers and constraints that the code declares stand in it."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.audit import triggers
from core.keeping.paths import lifecycles

Missing = tuple[str, str]  # (code: migration, trigger or constraint; its name)


def expected_triggers() -> set[str]:
    kinds = ["update", "delete"] if connection.vendor == "sqlite" else ["update", "delete", "truncate"]
    audit = {f"{table}_no_{kind}" for table in triggers.TABLES for kind in kinds}
    return audit | {f"{model._meta.db_table}_{name}" for model in lifecycles() for name in ("move", "start")}


def expected_constraints() -> Iterator[tuple[str, str]]:
    """(table, constraint) of every model that the product makes."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for constraint in model._meta.constraints:
                yield model._meta.db_table, constraint.name


def missing() -> Iterator[tuple[str, str, bool]]:
    """(code, name, whether it is missing) of each thing looked for."""
    executor = MigrationExecutor(connection)
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "migration", f"{migration.app_label}.{migration.name}", True
    with connection.cursor() as cursor:
        active = _active_triggers(cursor)
        for name in sorted(expected_triggers()):
            yield "trigger", name, name not in active
        standing: dict[str, set[str]] = {}
        for table, name in expected_constraints():
            if table not in standing:
                standing[table] = set(connection.introspection.get_constraints(cursor, table))
            yield "constraint", f"{table}.{name}", name not in standing[table]


def _active_triggers(cursor) -> set[str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
        )
    return {row[0] for row in cursor.fetchall()}
