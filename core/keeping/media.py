"""The papers people handed in: a tar of the private storage, as it lies there, sealed. Names in it are keys."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.functional import LazyObject
from django.utils.translation import gettext as _

from core.keeping.errors import KeepingError

NAME = "media.tar"


def root() -> Path:
    """The folder of the storage. Raises KeepingError where files are kept in another way."""
    # Asked once, so that the lazy object knows what it stands for.
    place = default_storage.location if hasattr(default_storage, "location") else ""
    actual = default_storage._wrapped if isinstance(default_storage, LazyObject) else default_storage
    if not isinstance(actual, FileSystemStorage) or not place:
        raise KeepingError(_("Giấy tờ không nằm trong một thư mục của máy này: hãy sao lưu kho tệp bằng cách của kho."))
    return Path(place)


def files(folder: Path) -> Iterator[Path]:
    """Every file below the folder, in order; temporary ones of a write that is under way are left out."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in files(folder))


def pack(folder: Path, target: Path) -> int:
    """Write the tar, an empty one where there is no folder; how many files. What vanishes meanwhile had no row: nothing
    else is ever taken away."""
    count = 0
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in files(folder):
            try:
                with path.open("rb") as file:
                    entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
                    found = os.fstat(file.fileno())
                    entry.size, entry.mtime, entry.mode = found.st_size, int(found.st_mtime), 0o600
                    tar.addfile(entry, file)
            except FileNotFoundError:
                continue
            count += 1
    return count


def unpack(source: Path, target: Path) -> int:
    """Lay the files of the tar into a new folder; how many. Raises KeepingError on anything but plain files."""
    target.mkdir(mode=0o700, parents=True)
    count = 0
    with tarfile.open(source, "r:") as tar:
        for entry in tar:
            path = (target / entry.name).resolve()
            if not entry.isfile() or not path.is_relative_to(target.resolve()):
                raise KeepingError(_("%(name)s có mục không phải là tệp giấy tờ.") % {"name": NAME})
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            content = tar.extractfile(entry)
            assert content is not None
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)
            os.utime(path, (entry.mtime, entry.mtime))
            count += 1
    os.sync()  # once: a million files synced one by one take hours
    return count


def is_empty(folder: Path) -> bool:
    return next(files(folder), None) is None
