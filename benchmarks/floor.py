"""The floor: the bare SQL of an operation, prepared, by pgbench with as many connections as the product is asked with.

Reads and updates the product's own tables with all their indexes and triggers. Its events go to a table of the same
shape in the schema `bench`, because a bare INSERT cannot continue the chain.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.load import percentile

TRANSITION = r"""
\set n random(1, :cases)
BEGIN;
SELECT id, version, state FROM casework_case WHERE id = (SELECT id FROM bench.cases WHERE n = :n) FOR UPDATE;
UPDATE casework_case SET version = version + 1, updated_at = now(), stage_since = now(),
  held_from = CASE state WHEN 'on_hold' THEN '' ELSE state END,
  state = CASE state WHEN 'on_hold' THEN 'active' ELSE 'on_hold' END
  WHERE id = (SELECT id FROM bench.cases WHERE n = :n);
INSERT INTO bench.event (seq, id, prev, hash, recorded_at, effective_at, verb, subject_model, subject_id, root_id,
  source, target, version, reason, data, note)
  SELECT nextval('bench.event_seq'), gen_random_uuid(), repeat('0', 64), repeat('0', 64), now(), now(), 'case.hold',
  'casework.Case', id, id, 'active', 'on_hold', 2, 'hospital', '{}', repeat('x', 120) FROM bench.cases WHERE n = :n;
COMMIT;
"""
PAGE = r"""
\set n random(1, :workers)
SELECT c.id, c.version, c.number, c.state, c.risk, c.track, c.programme, c.opened_at, c.due_at, c.paused_at, p.name,
  p.birth_year FROM casework_case c JOIN casework_person p ON p.id = c.person_id
  WHERE c.worker_id = (SELECT id FROM bench.workers WHERE n = :n) AND c.closed_at IS NULL
  ORDER BY c.opened_at DESC NULLS LAST, c.id DESC LIMIT 25;
"""
SEARCH = r"""
\set n random(1, :words)
WITH p AS MATERIALIZED (SELECT id, name, birth_year, sort_name FROM casework_person
  WHERE name_folded LIKE (SELECT '%' || words || '%' FROM bench.words WHERE n = :n))
SELECT p.id, p.name, p.birth_year, c.id, c.number, c.state FROM p JOIN casework_case c ON c.person_id = p.id
  ORDER BY p.sort_name, p.id LIMIT 25;
"""
SCRIPTS = {"transition": TRANSITION, "page": PAGE, "search": SEARCH}

SCHEMA = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.cases (n int PRIMARY KEY, id uuid NOT NULL);
CREATE TABLE bench.workers (n int PRIMARY KEY, id uuid NOT NULL);
CREATE TABLE bench.words (n int PRIMARY KEY, words text NOT NULL);
CREATE TABLE bench.event (LIKE audit_event INCLUDING ALL);
CREATE SEQUENCE bench.event_seq;
"""


@dataclass(frozen=True)
class Floor:
    pgbench: str
    socket: str
    user: str
    database: str
    sizes: dict[str, int]

    def run(self, name: str, connections: int, seconds: float) -> dict[str, Any]:
        """{"tps", "p50", "p95" (ms), "requests"} of so many seconds."""
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "script.sql"
            script.write_text(SCRIPTS[name], encoding="utf-8")
            sizes = [word for key, size in self.sizes.items() for word in ("-D", f"{key}={size}")]
            command = [
                self.pgbench, "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T",
                str(max(1, round(seconds))),
                "-l", "--log-prefix", f"{folder}/log", "-f", str(script), *sizes, "-h", self.socket, "-U", self.user,
                self.database,
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            times = sorted(
                int(line.split()[2]) / 1000
                for log in Path(folder).glob("log*")
                for line in log.read_text(encoding="utf-8").splitlines()
            )
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        assert found is not None, done.stdout
        p50, p95 = percentile(times, 50), percentile(times, 95)
        return {"tps": float(found[1]), "requests": len(times), "p50": p50, "p95": p95}


def prepare(url: str, cast: dict[str, Any], **how: str) -> Floor:
    """Fill the schema `bench` with what the scripts choose from."""
    rows = {
        "cases": [(case["id"],) for case in cast["cases"]["bare"]],
        "workers": [(person["id"],) for person in cast["people"] if person["role"] == "social_worker"],
        "words": [(word["words"],) for word in cast["words"]],
    }
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SCHEMA)
        for table, values in rows.items():
            with connection.cursor() as cursor:
                numbered = [(place, *value) for place, value in enumerate(values, start=1)]
                cursor.executemany(f"INSERT INTO bench.{table} VALUES (%s, %s)", numbered)
        connection.execute("ANALYZE bench.cases, bench.workers, bench.words")
    return Floor(sizes={table: len(values) for table, values in rows.items()}, **how)
