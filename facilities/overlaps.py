"""What the database itself refuses of `Occupancy`: two rows of one bed, or two stays of one person, that overlap.

Periods are [begins, ends), open where `ends` is null. PostgreSQL: exclusion constraints, which need the extension
btree_gist; it is trusted, so whoever owns the database may create it. Where that is refused, triggers under advisory
locks hold the same. SQLite: triggers; one writer at a time. Put in place after every migrate, because SQLite drops a
table's triggers silently when a migration remakes it.
"""

import logging
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError

logger = logging.getLogger("facilities")

TABLE = "facilities_occupancy"
BED, PERSON = "occupancy_bed_once", "occupancy_person_once"
_RULES = {BED: ("bed_id", ""), PERSON: ("person_id", "kind = 'stay'")}
_COLUMNS = "bed_id, person_id, kind, begins, ends"
_NEEDED = "btree_gist cannot be created: have the owner of the database run CREATE EXTENSION btree_gist, migrate again"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the rules in place, replacing what stands there; rows that break them already make it fail."""
    if TABLE not in connection.introspection.table_names():
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            _install_sqlite(cursor)
    elif _has_gist(connection):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            _drop_postgres_triggers(cursor)
            _install_exclusions(cursor)
    else:
        logger.warning(_NEEDED)
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            install_postgres_triggers(cursor)


def _has_gist(connection: BaseDatabaseWrapper) -> bool:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except DatabaseError:
        return False
    return True


def _install_exclusions(cursor: Any) -> None:
    for name, (column, only) in _RULES.items():
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass", [name, TABLE])
        if cursor.fetchone() is None:
            where = f" WHERE ({only})" if only else ""
            cursor.execute(
                f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} "
                f"EXCLUDE USING gist ({column} WITH =, tstzrange(begins, ends, '[)') WITH &&){where}"
            )


def install_postgres_triggers(cursor: Any) -> None:
    """The same rules without the extension. Whoever comes second waits at the lock and then sees the first one's row:
    each statement of the function takes a snapshot of its own."""
    for name, (column, only) in _RULES.items():
        kind = f" AND NEW.{only} AND o.{only}" if only else ""
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION dh_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
            f"PERFORM pg_advisory_xact_lock(hashtext('{name}'), hashtext(NEW.{column}::text)); "
            f"IF EXISTS (SELECT 1 FROM {TABLE} o WHERE o.{column} = NEW.{column} AND o.id <> NEW.id{kind} "
            "AND tstzrange(o.begins, o.ends, '[)') && tstzrange(NEW.begins, NEW.ends, '[)')) THEN "
            f"RAISE EXCEPTION '{name}: periods overlap' USING ERRCODE = 'exclusion_violation'; END IF; "
            "RETURN NEW; END $$"
        )
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
        cursor.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {_COLUMNS} ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION dh_{name}()"
        )


def _drop_postgres_triggers(cursor: Any) -> None:
    for name in _RULES:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")


# Moments are compared as text, which holds for the one form that Django writes: UTC, "2026-11-23 08:00:00[.ffffff]".
_SQLITE_MOMENT = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]"


def _install_sqlite(cursor: Any) -> None:
    for event in ("INSERT", f"UPDATE OF {_COLUMNS}"):
        verb = event[:6].lower()
        for name, (column, only) in _RULES.items():
            kind = f" AND NEW.{only} AND o.{only}" if only else ""
            rule = (
                f"EXISTS (SELECT 1 FROM {TABLE} o WHERE o.{column} = NEW.{column} AND o.id <> NEW.id{kind} "  # noqa: S608
                "AND (NEW.ends IS NULL OR o.begins < NEW.ends) AND (o.ends IS NULL OR o.ends > NEW.begins))"
            )
            _sqlite_trigger(cursor, f"{name}_{verb}", event, rule, f"{name}: periods overlap")
        unlike = " OR ".join(
            f"(NEW.{column} NOT GLOB '{_SQLITE_MOMENT}' AND NEW.{column} NOT GLOB '{_SQLITE_MOMENT}.[0-9]*' "
            f"OR NEW.{column} GLOB '*[^0-9.: -]*')"
            for column in ("begins", "ends")
        )
        _sqlite_trigger(cursor, f"occupancy_moments_{verb}", event, unlike, f"{TABLE}: not a moment in UTC")


def _sqlite_trigger(cursor: Any, name: str, event: str, rule: str, message: str) -> None:
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} WHEN {rule} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
