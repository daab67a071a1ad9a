"""What must be on the disk before it counts."""

import os
from pathlib import Path


def to_disk(path: Path) -> None:
    """Have the disk hold a file, or the names of a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
