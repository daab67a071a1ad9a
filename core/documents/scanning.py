"""The virus scanner, where one is set: DH_VIRUS_SCANNER is a command that reads the file from its standard input and
ends with 0 (clean), 1 (infected) or anything else (failed), as `clamdscan --no-summary -` does.

Whatever is not clean is refused: a scanner that is set but does not answer lets nothing through.
"""

import logging
import shlex
import subprocess

from django.conf import settings
from django.utils.translation import gettext as _

from core.documents.sniffing import Refused

SECONDS = 30
CLEAN, INFECTED = 0, 1
log = logging.getLogger(__name__)


def scan(content: bytes) -> None:
    """Pass, or raise Refused ("infected", "not_scanned"). Without a scanner every file passes."""
    command = shlex.split(getattr(settings, "DH_VIRUS_SCANNER", "") or "")
    if not command:
        return
    try:
        # The command comes from the settings, the file by standard input: no shell, no name, nothing on disk.
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        log.error("the virus scanner does not run: %s", type(error).__name__)
        raise _failed() from None
    if done.returncode == INFECTED:
        log.warning("the virus scanner refused a file")
        raise Refused("infected", _("Tệp có mã độc nên không được nhận. Báo người quản trị kiểm tra máy đã gửi tệp."))
    if done.returncode != CLEAN:
        log.error("the virus scanner failed with %s", done.returncode)
        raise _failed()


def _failed() -> Refused:
    return Refused("not_scanned", _("Chưa quét được mã độc nên chưa nhận tệp. Thử lại sau ít phút."))
