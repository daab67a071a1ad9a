"""Indexes and foreign keys of the tables that become large: taken away before the load, put back and checked after."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections

LARGE = (
    "audit_event", "casework_person", "casework_household", "casework_contact", "casework_case", "casework_assessment",
    "casework_domainfinding", "casework_serviceplan", "casework_goal", "casework_planaction", "casework_plancomment",
    "casework_workentry", "casework_followup", "worklist_workitem", "worklist_notice", "core_proposal",
    "referrals_referral",
)  # fmt: skip


class Heavy:
    """Does nothing unless `wanted`: below a certain size what is there costs less than making it anew."""

    def __init__(self, wanted: bool):
        self.wanted = wanted
        self.foreign: list[tuple[str, str, str]] = []
        self.unique: list[tuple[str, str, str]] = []
        self.indexes: list[tuple[str, str, str]] = []

    def drop(self) -> None:
        if not self.wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint "
                "WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u', 'p') "
                "OR contype = 'f' AND confrelid::regclass::text = ANY(%s)",
                [list(LARGE), list(LARGE)],
            )
            for table, name, text, kind in cursor.fetchall():
                (self.foreign if kind == "f" else self.unique).append((table, name, text))
            names = [name for _table, name, _text in self.unique]
            cursor.execute(
                "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = "
                "current_schema()",
                [list(LARGE)],
            )
            self.indexes = [row for row in cursor.fetchall() if row[1] not in names]
            for table, name, _text in [*self.foreign, *self.unique]:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for _table, name, _text in self.indexes:
                cursor.execute(f'DROP INDEX "{name}"')

    def restore(self, hands: int = 2) -> None:
        """Unique keys first, as foreign keys need them; what does not hold is an error here."""
        if not self.wanted:
            return
        by_table: dict[str, list[str]] = {table: [] for table in LARGE}
        for table, name, text in self.unique:
            by_table[table].append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')
        for table, _name, text in self.indexes:
            by_table[table].append(text)
        self._work(list(by_table.values()), hands)
        later: dict[str, list[str]] = {}
        for table, name, text in self.foreign:
            later.setdefault(table, []).append(f'ADD CONSTRAINT "{name}" {text}')
        self._work([[f"ALTER TABLE {table} {', '.join(parts)}"] for table, parts in later.items()], 1)

    @staticmethod
    def _work(batches: list[list[str]], hands: int) -> None:
        def run(statements: list[str]) -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET maintenance_work_mem = '512MB'")
                    cursor.execute("SET max_parallel_maintenance_workers = 0")
                    for statement in statements:
                        cursor.execute(statement)
            finally:
                if hands > 1:
                    connections["default"].close()

        if hands == 1:
            for batch in batches:
                run(batch)
            return
        with ThreadPoolExecutor(hands) as pool:
            list(pool.map(run, batches))

    def analyze(self) -> None:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE" if self.wanted else "ANALYZE")
        elif connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")


__all__: list[Any] = ["Heavy"]
