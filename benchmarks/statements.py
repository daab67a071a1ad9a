"""What the database was asked, from pg_stat_statements: statements, buffers, and what reads more as the data grow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg

COUNT = re.compile(r"\bcount\s*\(", re.IGNORECASE)
OFFSET = re.compile(r"\boffset\s+(\$|\d)", re.IGNORECASE)
SPACES = re.compile(r"\s+")
SMALL_READ = 300  # buffers; a COUNT below it cannot have read a table of persons
OWN = "pg_stat_statements"
# What the database asks itself at COMMIT, for a foreign key that is checked late.
KEY_CHECK = re.compile(r"SELECT \S+ FROM ONLY .* FOR KEY SHARE OF x$")


@dataclass(frozen=True)
class Statement:
    text: str
    calls: int
    buffers: int
    ms: float

    @property
    def each(self) -> float:
        return self.buffers / self.calls

    @property
    def sent(self) -> bool:
        return not KEY_CHECK.match(self.text)


class Watch:
    """Counts what one database is asked between `begin` and `read`."""

    def __init__(self, url: str):
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute(f"CREATE EXTENSION IF NOT EXISTS {OWN}")

    def begin(self) -> None:
        self.connection.execute(f"SELECT {OWN}_reset()")

    def read(self) -> list[Statement]:
        rows = self.connection.execute(
            f"SELECT query, calls, shared_blks_hit + shared_blks_read, total_exec_time FROM {OWN}"
            f" WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query NOT LIKE %s",
            [f"%{OWN}%"],
        )
        return [Statement(SPACES.sub(" ", text), calls, buffers, ms) for text, calls, buffers, ms in rows]

    def close(self) -> None:
        self.connection.close()


def growing(small: list[Statement], large: list[Statement]) -> list[dict[str, Any]]:
    """Statements with an OFFSET, and those with a COUNT that reads more than half as much again of the larger data."""
    before = {statement.text: statement for statement in small}
    found = []
    for statement in large:
        known = before.get(statement.text)
        counts = COUNT.search(statement.text) and statement.each > SMALL_READ
        more = known is not None and statement.each > 1.5 * known.each
        if OFFSET.search(statement.text) or (counts and (more or known is None)):
            told = {"buffers": round(statement.each), "before": round(known.each) if known else None}
            found.append({"statement": statement.text[:400], **told})
    return sorted(found, key=lambda each: -each["buffers"])
