"""PostgreSQL's own programs: which ones, and how they reach the server. Passwords go by the environment only."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from core.keeping.errors import KeepingError

# Where Debian and Red Hat keep one folder for each major version; elsewhere PATH knows.
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
_SECRET = ("password", "sslpassword")
_LIBPQ = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}


def find(name: str, least: int) -> str:
    """The program of the lowest major version that is not below the server's. Raises KeepingError."""
    folders = [str(folder) for pattern in _FOLDERS for folder in Path("/").glob(pattern[1:])]
    found = {shutil.which(name, path=folder) for folder in folders} | {shutil.which(name)}
    fitting = [(major, path) for path in found if path and (major := _major(path)) >= least]
    if not fitting:
        words = {"name": name, "major": least}
        raise KeepingError(
            _("Không thấy %(name)s của PostgreSQL %(major)d trở lên: cài gói postgresql-client.") % words
        )
    return min(fitting)[1]


def _major(path: str) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def parameters() -> dict[str, Any]:
    """How Django reaches the database, as libpq knows it, without secrets."""
    given = connection.get_connection_params()
    return {
        name: value for name, value in given.items() if name in _LIBPQ and name not in _SECRET and value is not None
    }


def address(**more: Any) -> str:
    """The connection string for a command line: no password in it."""
    return make_conninfo(**{**parameters(), **more})


def environment() -> dict[str, str]:
    """For the children: the password, and messages that do not depend on the machine."""
    password = connection.get_connection_params().get("password")
    return {**os.environ, "LC_MESSAGES": "C", **({"PGPASSWORD": str(password)} if password else {})}


def open_connection() -> psycopg.Connection[Any]:
    """A connection of our own, outside the pool and outside any transaction of the caller."""
    secret = {name: value for name, value in connection.get_connection_params().items() if name in _SECRET and value}
    return psycopg.connect(address(), **secret, autocommit=True)


def failed(said: str) -> str:
    """The line of a program's answer that says what went wrong; it may name tables, never what is in them."""
    lines = [line for line in said.splitlines() if "error:" in line.lower() or "ERROR:" in line]
    return (lines or said.splitlines() or [""])[0][:300]
