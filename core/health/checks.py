"""What must hold for this process to serve. Each check returns "" or a short stable code of what is wrong: the answers
are public, so they carry no name, path, address or number of this installation."""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from core.outbox import heartbeat

OLDEST_BEAT = timedelta(seconds=60)
MEGABYTE = 1024 * 1024

log = logging.getLogger(__name__)


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return "" if cursor.fetchone() == (1,) else "no_answer"


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app in this process's code; the code does not change while it runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def migrations() -> str:
    applied = MigrationRecorder(connection).applied_migrations()
    return "" if newest_migrations() <= applied.keys() else "unapplied"


def worker() -> str:
    """The task worker's last sign of life. One of a clock that is a little ahead counts, one from far ahead does
    not."""
    last = heartbeat.last()
    if last is None:
        return "never_seen"
    return "" if -heartbeat.AHEAD <= timezone.now() - last <= OLDEST_BEAT else "silent"


def disk() -> str:
    """Room where uploads (and on SQLite the database) are written; a folder not made yet is judged by its parent."""
    folder = next(place for place in (Path(settings.VAR_DIR), *Path(settings.VAR_DIR).parents) if place.exists())
    return "" if shutil.disk_usage(folder).free >= settings.DH_LEAST_FREE_MB * MEGABYTE else "nearly_full"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "worker": worker,
    "disk": disk,
}


def run_all() -> dict[str, str]:
    """Every check's name and its code, "" where all is well. A check that cannot be made has the code "error"."""
    results = {}
    for name, check in CHECKS.items():
        try:
            results[name] = check()
        except (Error, OSError) as error:
            # The class only: the message may hold the server's address.
            log.warning("readyz: %s: %s", name, type(error).__name__)
            results[name] = "error"
    return results
