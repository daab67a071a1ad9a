"""Files of kept heads as a command is given them."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from core.audit import anchor


def given(names: Sequence[str]) -> dict[Path, list[str]]:
    """The lines of each file named, of DH_AUDIT_HEAD_FILE when none is; a file that was named must be there. Raises
    CommandError."""
    wanted = list(names) or [str(name) for name in [settings.DH_AUDIT_HEAD_FILE] if name]
    return {Path(name): _lines(Path(name), must=bool(names)) for name in wanted}


def _lines(path: Path, must: bool) -> list[str]:
    try:
        if must and not path.exists():
            raise FileNotFoundError
        return anchor.kept(path)
    except OSError:
        raise CommandError(_("Không đọc được tệp đầu chuỗi: %(file)s.") % {"file": path}) from None
