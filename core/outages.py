"""Faults of the machine that pass by themselves: the database away, too busy or full, no room left for a file.

Both doors answer them with 503 and not with 500: nothing was kept, and the same request may be sent again.
"""

import errno

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, OperationalError

RETRY_SECONDS = 5
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


def is_outage(error: BaseException | None) -> bool:
    """Whether it was the machine and not the program. A full SQLite file and PostgreSQL's DiskFull are operational
    errors too; Django calls a session that could not be kept "interrupted", whatever the reason."""
    while isinstance(error, SessionInterrupted | UpdateError):
        error = error.__context__
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return isinstance(error, OperationalError | InterfaceError)
