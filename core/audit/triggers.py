"""Triggers that keep events and reads append-only on both engines.

SQLite drops a table's triggers silently when a migration remakes it, so they are put back after every migrate (P4 of
stack.md) instead of living in a migration. A superuser can still disable them: docs/adr/0005 says what that leaves
open.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_event", "audit_readlog")


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, replacing what stands there."""
    existing = set(connection.introspection.table_names())
    drop(connection)
    with connection.cursor() as cursor:
        for table in TABLES:
            if table in existing:
                _create(connection.vendor, cursor, table)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove them; only a test that empties its database does this."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for kind in ("update", "delete", "truncate"):
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{kind}")
                elif table in connection.introspection.table_names():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{kind} ON {table}")


def _create(vendor: str, cursor: Any, table: str) -> None:
    if vendor == "sqlite":
        for kind in ("update", "delete"):
            cursor.execute(
                f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    cursor.execute(
        "CREATE OR REPLACE FUNCTION dh_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    for kind in ("update", "delete"):
        cursor.execute(
            f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION dh_append_only()"
        )
    cursor.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION dh_append_only()"
    )
