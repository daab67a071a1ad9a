"""Primary keys: UUIDs that sort by time (RFC 9562 version 7), so that new rows land at the end of an index."""

import os
import time
import uuid


def new_id() -> uuid.UUID:
    """A version 7 UUID: 48 bits of milliseconds since 1970, then random bits; it tells nobody anything but its age."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
