"""Making a backup: a folder with the database, the papers and the signed manifest, there whole or not at all.

It is written beside its place under a hidden name and renamed when everything is on the disk. Files have mode 0600.
"""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.keeping import manifest, media, postgres, sqlite
from core.keeping.disk import to_disk
from core.keeping.errors import KeepingError
from core.keeping.manifest import Manifest

BASE = "base"
SPARE = 64 << 20  # bytes that stay free whatever happens
Say = Callable[[str], None]


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def make(target: Path, say: Say, whole_cluster: bool = False) -> Manifest:
    """Write the backup to `target`, which must not exist yet. Raises KeepingError; then nothing is there."""
    if whole_cluster and is_sqlite():
        raise KeepingError(_("--base chỉ dùng cho PostgreSQL. Với SQLite hãy bỏ --base."))
    if target.exists() or target.is_symlink():
        raise KeepingError(_("%(folder)s đã có. Chọn một thư mục chưa có.") % {"folder": target})
    papers = media.root()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _room_for(target.parent, papers)
        with _written_whole(target) as folder:
            body = (_base if whole_cluster else _dump)(folder, say)
            # After the database: a paper is stored before its row, so every row of the copy finds its file.
            body["media"] = media.pack(papers, folder / media.NAME)
            say(_("Giấy tờ: %(count)d tệp.") % {"count": body["media"]})
            names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
            body["files"] = {name: manifest.digest(folder / name) for name in names}
            manifest.write(folder, body)
    except OSError as error:
        text = _("Không ghi được bản sao lưu vào %(folder)s: %(error)s.")
        raise KeepingError(text % {"folder": target.parent, "error": error.strerror or error}) from error
    return body


def _room_for(place: Path, papers: Path) -> None:
    needed = (sqlite.size() if is_sqlite() else postgres.size()) + media.size(papers) + SPARE
    free = shutil.disk_usage(place).free
    if free < needed:
        words = {"needed": needed >> 20, "free": free >> 20}
        raise KeepingError(_("Ổ đĩa không đủ chỗ: cần khoảng %(needed)d MB, còn %(free)d MB.") % words)


def _common(kind: str, server: str, about: dict[str, Any]) -> Manifest:
    return {
        "form": manifest.FORM, "kind": kind, "made_at": timezone.now().isoformat(timespec="seconds"),
        "engine": connection.vendor, "server": server, "migrations": about["migrations"], "audit": about["audit"],
        "keys": manifest.fingerprints(), "tables": {},
    }  # fmt: skip


def _dump(folder: Path, say: Say) -> Manifest:
    if is_sqlite():
        tables, about = sqlite.copy(folder / sqlite.NAME)
        about["server"] = sqlite.version()
    else:
        tables, about = postgres.copy(folder / postgres.NAME)
    rows = sum(table["rows"] for table in tables.values())
    say(_("Cơ sở dữ liệu: %(tables)d bảng, %(rows)d dòng.") % {"tables": len(tables), "rows": rows})
    return {**_common("dump", about["server"], about), "tables": tables}


def _base(folder: Path, say: Say) -> Manifest:
    server, about = postgres.base(folder / BASE)
    say(_("Cụm cơ sở dữ liệu: đã chép trọn, kèm nhật ký ghi trước."))
    return _common("base", server, about)


@contextlib.contextmanager
def _written_whole(target: Path) -> Iterator[Path]:
    folder = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    before = os.umask(0o077)
    try:
        folder.mkdir(mode=0o700)
        yield folder
        for path in sorted(folder.rglob("*"), reverse=True):
            path.chmod(0o700 if path.is_dir() else 0o600)
            to_disk(path)
        to_disk(folder)
        folder.rename(target)
        to_disk(target.parent)
    finally:
        os.umask(before)
        shutil.rmtree(folder, ignore_errors=True)
