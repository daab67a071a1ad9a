"""The database from `DATABASE_URL`: SQLite by default, PostgreSQL in production.

sqlite:///var/dong-hanh.sqlite3                (under the project; four slashes for an absolute path)
postgresql://user:password@host:5432/name      (user and password percent-encoded)
postgresql:///name?host=/run/postgresql
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from . import env

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
CONNECT_SECONDS = 5  # a dead server must be an error that /readyz can tell, not a request that hangs


def from_url(url: str, root: Path, pool: int = 0) -> dict[str, Any]:
    """One entry of DATABASES; `pool` is the most connections that one process keeps open (PostgreSQL, 0 = no pool).

    Raises ValueError when the address cannot be understood; the message never repeats it, as it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1 and not parts.netloc:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(root / unquote(parts.path[1:])),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1:
        options: dict[str, Any] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        address = {
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": str(options.pop("port", parts.port or "")),
        }
        options.setdefault("connect_timeout", CONNECT_SECONDS)
        if pool:
            options["pool"] = {"min_size": min(2, pool), "max_size": pool, "timeout": 10}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            **address,
            "OPTIONS": options,
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError("neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME")


def from_env(name: str, default: str, root: Path, pool: int = 0) -> dict[str, Any]:
    """Like `from_url`, with what the variable `name` says; an unreadable value is noted for `safety.refuse`."""
    try:
        return from_url(env.text(name, default), root, pool)
    except ValueError:
        env.PROBLEMS.append(
            (
                f"{name} không đọc được.",
                f"Đặt {name}=postgresql://NGƯỜI_DÙNG:MẬT_KHẨU@MÁY/TÊN hoặc sqlite:////ĐƯỜNG/DẪN/TỆP.sqlite3.",
            )
        )
        return from_url(default, root, pool)
