"""The database from `DATABASE_URL`: SQLite by default, PostgreSQL in production.

    sqlite:///var/dong-hanh.sqlite3
    postgresql://user:password@host:5432/name      (user and password percent-encoded)
    postgresql:///name?host=/run/postgresql
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

# TRUNCATE + FULL loses no acknowledged write at power loss (trust.md F7); IMMEDIATE makes writers queue instead of
# failing with "database is locked" (stack.md §4).
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=TRUNCATE;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;"
        "PRAGMA cache_size=-20000;PRAGMA foreign_keys=ON;"
    ),
}


def from_url(url: str, root: Path, pool: bool = False) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(parts.path.removeprefix("/")) if not parts.path.startswith("//") else Path(parts.path[1:])
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path if path.is_absolute() else root / path),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgresql", "postgres"}:
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        options: dict[str, Any] = {"pool": {"min_size": 2, "max_size": 8}} if pool else {}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.removeprefix("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": str(parts.port or query.pop("port", "")),
            "OPTIONS": {**query, **options},
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"DATABASE_URL: unknown scheme {parts.scheme!r}; use sqlite:/// or postgresql://")
