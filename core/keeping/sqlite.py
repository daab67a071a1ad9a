"""Copying and putting back a SQLite database. VACUUM INTO reads one moment of it; meanwhile writers wait."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.keeping import content
from core.keeping.disk import to_disk
from core.keeping.errors import KeepingError

NAME = "database.sqlite3"
WAIT = 60  # seconds for a writer to finish


def path() -> Path:
    """The file of the database. Raises KeepingError for one in memory."""
    name = str(connection.settings_dict["NAME"])
    if not name or ":memory:" in name or name.startswith("file:"):
        raise KeepingError(_("Cơ sở dữ liệu trong bộ nhớ không sao lưu được."))
    return Path(name)


@contextlib.contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection beside Django's, in autocommit, closed at the end."""
    database = sqlite3.connect(file, timeout=WAIT, isolation_level=None)
    try:
        yield database
    finally:
        database.close()


def version() -> str:
    return sqlite3.sqlite_version


def size() -> int:
    return path().stat().st_size


def copy(target: Path) -> tuple[content.Tables, dict[str, Any]]:
    """Write the copy; what it holds, and what it says of itself. Raises KeepingError where the database is damaged."""
    try:
        with opened(path()) as database:
            database.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.Error as error:
        raise KeepingError(_("Không sao chép được cơ sở dữ liệu: %(error)s.") % {"error": error}) from error
    to_disk(target)
    return look(target)


def look(file: Path) -> tuple[content.Tables, dict[str, Any]]:
    """Check a file that nobody writes; its tables, and {"migrations", "audit"}."""
    try:
        with opened(file) as database:
            if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise KeepingError(_("Cơ sở dữ liệu bị hỏng (PRAGMA integrity_check)."))
            return content.of_sqlite(database), about(database)
    except sqlite3.Error as error:
        raise KeepingError(_("Cơ sở dữ liệu bị hỏng: %(error)s.") % {"error": error}) from error


def about(database: sqlite3.Connection) -> dict[str, Any]:
    """The migrations that were made and the head of the audit chain."""
    made = database.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    head = database.execute("SELECT seq, hash FROM audit_chainhead WHERE id = 1").fetchone() or (0, "")
    return {"migrations": [name for (name,) in made], "audit": {"seq": head[0], "hash": head[1]}}


def is_empty() -> bool:
    file = path()
    if not file.exists() or file.stat().st_size == 0:
        return True
    with opened(file) as database:
        return database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def restore(source: Path, wanted: content.Tables) -> None:
    """Put the copy in the place of the database, in one step, after it was compared with what the backup says."""
    target = path()
    for suffix in ("-journal", "-wal"):
        left = target.with_name(target.name + suffix)
        if left.exists() and left.stat().st_size:
            # Once the new file stands there, SQLite would play the old journal into it.
            text = _("Còn tệp %(file)s: hệ thống đang chạy hoặc bị ngắt giữa chừng. Dừng hẳn hệ thống rồi làm lại.")
            raise KeepingError(text % {"file": left.name})
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.restoring")
    try:
        with opened(source) as database:
            database.execute("VACUUM INTO ?", [str(fresh)])
        fresh.chmod(0o600)
        found, _about = look(fresh)
        if names := content.differences(wanted, found):
            raise KeepingError(_("Bảng %(tables)s khác lúc sao lưu.") % {"tables": ", ".join(names)})
        to_disk(fresh)
        connection.close()
        fresh.replace(target)
        to_disk(target.parent)
    finally:
        fresh.unlink(missing_ok=True)
