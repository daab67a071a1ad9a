"""Migrations that say something else to each engine."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class EngineSQL(migrations.RunSQL):
    """Statements for PostgreSQL and for SQLite, forwards and back; a migration with it is `atomic = False` where it
    builds indexes CONCURRENTLY, so that nobody waits for them."""

    def __init__(
        self,
        postgresql: Sequence[str],
        sqlite: Sequence[str] = (),
        back: Sequence[str] = (),
        state_operations: Sequence[Any] = (),
    ):
        self.by_engine = {"postgresql": list(postgresql), "sqlite": list(sqlite)}
        self.back = list(back)
        super().__init__(migrations.RunSQL.noop, migrations.RunSQL.noop, state_operations=state_operations)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return type(self).__name__, [], {
            "postgresql": self.by_engine["postgresql"], "sqlite": self.by_engine["sqlite"], "back": self.back,
            "state_operations": self.state_operations,
        }  # fmt: skip

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.by_engine[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.back:
            schema_editor.execute(statement, params=None)


def index(name: str, table: str, columns: str, where: str = "") -> dict[str, list[str]]:
    """Builds an index anew on both engines. SQLite orders NULLs by itself as our lists do and knows no other order in
    an index; PostgreSQL has to be told."""
    told = f"{table} ({columns})" + (f" WHERE {where}" if where else "")
    plain = told.replace(" NULLS LAST", "")
    return {
        "postgresql": [f"DROP INDEX CONCURRENTLY IF EXISTS {name}", f"CREATE INDEX CONCURRENTLY {name} ON {told}"],
        "sqlite": [f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {plain}"],
        "back": [f"DROP INDEX IF EXISTS {name}"],
    }


def without(*names: str) -> dict[str, list[str]]:
    """Drops indexes that others make needless."""
    return {
        "postgresql": [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in names],
        "sqlite": [f"DROP INDEX IF EXISTS {name}" for name in names],
    }
