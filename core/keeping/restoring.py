"""Putting a backup back: everything is checked before anything is touched, and what was there goes only when the new
stands beside it whole."""

import contextlib
import secrets
import shutil
from pathlib import Path

from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from core.keeping import manifest, media, postgres, sqlite
from core.keeping.backup import SPARE, Say, is_sqlite
from core.keeping.disk import to_disk
from core.keeping.errors import KeepingError
from core.keeping.manifest import Manifest


def check(folder: Path) -> Manifest:
    """The manifest of a backup that is whole, ours, and unaltered. Raises KeepingError with every damage it finds."""
    body = manifest.read(folder)
    found = list(manifest.damaged(folder, body))
    if found:
        raise KeepingError("\n".join([_("Bản sao lưu bị hỏng, không khôi phục gì."), *found]))
    return body


def fits(body: Manifest) -> None:
    """Whether this installation can take the backup in. Raises KeepingError."""
    if body["kind"] != "dump":
        raise KeepingError(
            _("Đây là bản chép cả cụm (--base): khôi phục theo docs/howto/backup.md, mục về bản chép cả cụm.")
        )
    engine = "sqlite" if is_sqlite() else "postgresql"
    if body["engine"] != engine:
        words = {"theirs": body["engine"], "ours": engine}
        raise KeepingError(_("Bản sao lưu là của %(theirs)s, còn ở đây là %(ours)s: không khôi phục được.") % words)
    if unknown := sorted(set(body["migrations"]) - known_migrations()):
        text = _("Bản sao lưu có cấu trúc mà phiên bản này chưa biết (%(names)s). Cập nhật hệ thống rồi làm lại.")
        raise KeepingError(text % {"names": ", ".join(unknown[:5])})


def known_migrations() -> set[str]:
    """Every migration that the code has, and those that it has replaced."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    return known | {f"{app}.{name}" for one in loader.disk_migrations.values() for app, name in one.replaces}


def behind(body: Manifest) -> bool:
    """Whether the code has migrations that the backup has not: `migrate` must run before anybody works."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wanted = {f"{app}.{name}" for app, name in loader.disk_migrations if not loader.disk_migrations[app, name].replaces}
    return not wanted <= set(body["migrations"])


def occupied() -> list[str]:
    """What stands in the way of a restore into emptiness."""
    found = [] if (sqlite.is_empty() if is_sqlite() else postgres.is_empty()) else [_("Cơ sở dữ liệu đã có dữ liệu.")]
    return found if media.is_empty(media.root()) else [*found, _("Thư mục giấy tờ đã có tệp.")]


def restore(folder: Path, body: Manifest, say: Say, replace: bool = False) -> None:
    """Put it back. Raises KeepingError; database and papers are then what they were."""
    if not replace and (found := occupied()):
        raise KeepingError("\n".join([*found, _("Chỉ khôi phục vào chỗ trống, hoặc dùng --replace để thay.")]))
    papers = media.root()
    try:
        papers.parent.mkdir(parents=True, exist_ok=True)
        _room_for(body, papers.parent)
        fresh = papers.with_name(f".{papers.name}.{secrets.token_hex(4)}.restoring")
        try:
            count = media.unpack(folder / media.NAME, fresh)
            if count != body["media"]:
                raise KeepingError(_("Bản sao lưu thiếu giấy tờ."))
            say(_("Đã lấy ra %(count)d tệp giấy tờ.") % {"count": count})
            _database(folder, body, replace)
            say(_("Đã khôi phục cơ sở dữ liệu: %(count)d bảng đúng mã kiểm tra.") % {"count": len(body["tables"])})
            _exchange(papers, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise KeepingError(_("Không khôi phục được: %(error)s.") % {"error": error.strerror or error}) from error


def _database(folder: Path, body: Manifest, replace: bool) -> None:
    if is_sqlite():
        sqlite.restore(folder / sqlite.NAME, body["tables"])
    else:
        postgres.restore(folder / postgres.NAME, body["tables"], replace)


def _room_for(body: Manifest, place: Path) -> None:
    needed = body["files"][media.NAME]["bytes"] + SPARE
    if is_sqlite():
        needed += body["files"][sqlite.NAME]["bytes"]
    free = shutil.disk_usage(place).free
    if free < needed:
        words = {"needed": needed >> 20, "free": free >> 20}
        raise KeepingError(_("Ổ đĩa không đủ chỗ: cần khoảng %(needed)d MB, còn %(free)d MB.") % words)


def _exchange(papers: Path, fresh: Path) -> None:
    """The new folder in the place of the old; the old one goes when the new one stands."""
    old = fresh.with_name(f"{fresh.name}.old")
    with contextlib.suppress(FileNotFoundError):
        papers.rename(old)
    fresh.rename(papers)
    to_disk(papers.parent)
    shutil.rmtree(old, ignore_errors=True)
