"""JPEG, PNG and HEIC: walked from the first byte to the last, without decoding a pixel."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from core.documents.sniffing import bomb, broken, refuse_second_face, two_faces

# Telephones take pictures of 108 million pixels; screenshots and scans pack far tighter, so PNG is held shorter.
MAX_PIXELS, MAX_PNG_PIXELS = 120_000_000, 60_000_000
MAX_PARTS = 100_000

_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
# Telephones put more after a picture (a film, a second picture); these have no business there.
_AFTER = (b"MZ", b"PK", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"#!", b"\xd0\xcf\x11\xe0")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_EXTENT = re.compile(rb"ispe\x00\x00\x00\x00(.{8})", re.DOTALL)


def is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff")


def is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n")


def is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def check_jpeg(content: bytes) -> None:
    refuse_second_face(content)
    end = _walk_jpeg(content)
    after = content[end:].lstrip(b"\x00\r\n\t ")
    if after.startswith(_AFTER) or b"%PDF-" in after[:1024]:
        raise two_faces()


class JpegPart(NamedTuple):
    """A segment: its body, and where what follows begins (after the compressed pixels, where it heads some)."""

    marker: int
    start: int
    end: int
    following: int


def _walk_jpeg(content: bytes) -> int:
    """Where the picture ends; one segment must give its size."""
    sized = False
    for part in jpeg_parts(content):
        if part.marker in _FRAMES:
            height, width = struct.unpack(">HH", content[part.start + 1 : part.start + 5].ljust(4, b"\x00"))
            _measure(width, height, MAX_PIXELS)
            sized = True
        if part.marker == END_OF_IMAGE and sized:
            return part.end
    raise broken()


def jpeg_parts(content: bytes) -> Iterator[JpegPart]:
    """Segments up to the end of the picture, each of which must lie inside the file."""
    at = 2
    for _part in range(MAX_PARTS):
        found = _MARKER.match(content, at)
        if found is None:
            raise broken()
        marker, at = found[1][0], found.end()
        if marker == END_OF_IMAGE:
            yield JpegPart(marker, at, at, at)
            return
        if at + 2 > len(content):
            raise broken()
        length = int.from_bytes(content[at : at + 2], "big")
        if length < 2 or at + length > len(content):
            raise broken()
        start, at = at + 2, at + length
        end = at
        if marker == _START_OF_SCAN:
            following = _MARKER.search(content, at)
            if following is None:
                raise broken()
            at = following.start()
        yield JpegPart(marker, start, end, at)
    raise broken()


def check_png(content: bytes) -> None:
    refuse_second_face(content)
    parts = list(png_parts(content))
    if not parts or parts[0][0] != b"IHDR" or len(parts[0][1]) != 13 or parts[-1][0] != b"IEND":
        raise broken()
    if not any(name == b"IDAT" for name, _body in parts):
        raise broken()
    width, height = struct.unpack(">II", parts[0][1][:8])
    _measure(width, height, MAX_PNG_PIXELS)


def png_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Chunks up to IEND, which must be the end of the file."""
    at = 8
    for _part in range(MAX_PARTS):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 12 + length
        if len(content) < end:
            raise broken()
        name, body = content[at + 4 : at + 8], content[at + 8 : end - 4]
        if zlib.crc32(name + body) != int.from_bytes(content[end - 4 : end], "big"):
            raise broken()
        yield name, body
        at = end
        if name == b"IEND":
            if content[at:]:
                raise two_faces()
            return
    raise broken()


def check_heic(content: bytes) -> None:
    refuse_second_face(content)
    names = [name for name, _start, _end in boxes(content)]
    if names[0] != b"ftyp" or b"meta" not in names:
        raise broken()
    sizes = [struct.unpack(">II", found[1]) for found in _EXTENT.finditer(content)]
    if not sizes:
        raise broken()
    for width, height in sizes:
        _measure(width, height, MAX_PIXELS)


def boxes(content: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of one level (ISO/IEC 14496-12), which must fill the file, or that part of it, exactly."""
    end = len(content) if end is None else end
    for _part in range(MAX_PARTS):
        if at == end:
            return
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        head = 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end or len(name) < 4:
            raise broken()
        yield name, at, at + size
        at += size
    raise broken()


def _measure(width: int, height: int, most: int) -> None:
    if width < 1 or height < 1:
        raise broken()
    if width * height > most:
        raise bomb()


KINDS: tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes], None]], ...] = (
    (is_jpeg, "image/jpeg", check_jpeg),
    (is_png, "image/png", check_png),
    (is_heic, "image/heic", check_heic),
)
