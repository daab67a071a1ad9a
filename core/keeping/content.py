"""What a database holds, as one number of rows and one checksum per table: equal in the original and in the restored.

The checksum is the sum, modulo 2^64 each, of the first and second eight bytes of the SHA-256 of every row as the engine
writes it, 32 hex digits; so the order of rows does not matter. Each engine has its own way of writing a row.
"""

import hashlib
import sqlite3
from typing import Any

Tables = dict[str, dict[str, Any]]  # {table: {"rows": int, "sum": 32 hex digits}}
_HALF = 1 << 64


def of_sqlite(database: sqlite3.Connection) -> Tables:
    """Read through a connection of its own to a file that nobody writes."""
    database.text_factory = bytes
    try:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        names = [name.decode() for (name,) in found if not name.startswith(b"sqlite_")]
        return {name: _sqlite_table(database, name) for name in names}
    finally:
        database.text_factory = str


def _sqlite_table(database: sqlite3.Connection, table: str) -> dict[str, Any]:
    columns = [row[1].decode() for row in database.execute(f'PRAGMA table_info("{table}")')]
    written = " || ',' || ".join(f'quote("{name}")' for name in columns)
    rows = first = second = 0
    for (line,) in database.execute(f'SELECT {written} FROM "{table}"'):  # noqa: S608
        digest = hashlib.sha256(line).digest()
        first += int.from_bytes(digest[:8])
        second += int.from_bytes(digest[8:16])
        rows += 1
    return {"rows": rows, "sum": _hex(first, second)}


# Everything that changes how PostgreSQL writes a value.
POSTGRES_SETTINGS = {
    "TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "lc_monetary": "C", "jit": "off",
}  # fmt: skip


def postgres_question(schema: str, table: str) -> str:
    """SQL that gives rows, first and second half of a table."""
    halves = ", ".join(
        f"coalesce(sum(('x' || encode(substr(digest, {start}, 8), 'hex'))::bit(64)::bigint), 0)" for start in (1, 9)
    )
    return (
        f"SELECT count(*), {halves} FROM (SELECT sha256(convert_to(dh_row::text, 'UTF8')) AS digest "  # noqa: S608
        f'FROM "{schema}"."{table}" AS dh_row) AS digests'
    )


def of_postgres_answer(rows: Any, first: Any, second: Any) -> dict[str, Any]:
    return {"rows": int(rows), "sum": _hex(int(first), int(second))}


def _hex(first: int, second: int) -> str:
    return f"{first % _HALF:016x}{second % _HALF:016x}"


def differences(wanted: Tables, found: Tables) -> list[str]:
    """Names of the tables that are not the same in both."""
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
