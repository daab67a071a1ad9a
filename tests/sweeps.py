"""Sweeps over everything there is (each route by each person, each move by each role) are many thousand cells that say
the same on both engines. A run of the whole suite on both shares them out: SQLite takes two of three, PostgreSQL, where
each costs more, the third (ADR 0015). Whoever names tests, or has one engine, runs all of it.
"""

import os

from django.db import connection

SHARED = os.environ.get("DH_SWEEPS") == "shared"
EVERY = 3


def mine(place: int) -> bool:
    """Whether the cell with this number is for the engine that runs now."""
    return not SHARED or (place % EVERY == 0) == (connection.vendor != "sqlite")
