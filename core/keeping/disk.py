"""What must be on the disk before it counts, and go from it when the work was stopped."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def stoppable() -> Iterator[None]:
    """A stop that is asked for (SIGTERM) unwinds, so that what is half made is taken away and children end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(number: int, _frame: Any) -> None:
    raise SystemExit(128 + number)


def to_disk(path: Path) -> None:
    """Have the disk hold a file, or the names of a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
