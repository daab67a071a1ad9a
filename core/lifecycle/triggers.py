"""The database knows the legal pairs too: a state set by raw SQL, an import or a forgotten `update()` is refused.

Made from the declared transitions after every migrate, on both engines.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from core.lifecycle.actions import lifecycle_models
from core.lifecycle.fsm import NEW, Lifecycle, edges


def install(connection: BaseDatabaseWrapper) -> None:
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in lifecycle_models():
            if issubclass(model, Lifecycle) and model._meta.db_table in existing:
                _install(connection.vendor, cursor, model)


def _install(vendor: str, cursor: Any, model: type[models.Model]) -> None:
    table = model._meta.db_table
    pairs = edges(model)
    moves = sorted({f"'{source}>{target}'" for _name, source, target in pairs if source not in (NEW, target)})
    starts = sorted({f"'{target}'" for _name, source, target in pairs if source == NEW})
    move_rule = f"OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ({', '.join(moves) or chr(39) * 2})"
    start_rule = f"NEW.state NOT IN ({', '.join(starts) or chr(39) * 2})"
    for name, event, rule in (("move", "UPDATE OF state", move_rule), ("start", "INSERT", start_rule)):
        trigger = f"{table}_{name}"
        if vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            cursor.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} WHEN {rule} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: no such transition'); END"
            )
        else:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION dh_no_such_transition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION '%: no such transition', TG_TABLE_NAME "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            cursor.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW WHEN ({rule}) "
                "EXECUTE FUNCTION dh_no_such_transition()"
            )
