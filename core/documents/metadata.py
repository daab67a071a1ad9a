"""Taking out of a picture what the telephone wrote into it: place, time, owner, small previews, a film behind it.

Pixels are not decoded and not written again, so nothing of the picture itself is lost; how it is to be turned, its
colours and its resolution stay. Only for content that `images` has checked.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from core.documents.images import END_OF_IMAGE, boxes, check_heic, jpeg_parts, png_parts
from core.documents.sniffing import broken

_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_EXIF = b"Exif\x00\x00"
_JFIF_BYTES = 14
# The chunks of the picture, and those that say how the pixels look.
_PNG_LOOK = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND",
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs", b"sPLT",
    b"hIST",
}  # fmt: skip
# Exif, and whatever has a media type of its own (XMP).
_TELLING = (b"Exif", b"mime", b"uri ")
_HEIC_BOXES = {b"ftyp", b"meta", b"mdat", b"free", b"skip"}
# Properties of an item that are words or times (23008-12, 6.5.20 to 6.5.22).
_HEIC_WORDS = {b"udes", b"altt", b"crtt", b"mdft"}
_ORIENTATION, _SHORT = 0x0112, 3


def without_metadata(content: bytes, mime: str) -> bytes:
    """The picture alone; other kinds of files as they are. Refused ("broken") where a HEIC does not tell where its
    metadata lie."""
    if mime == "image/jpeg":
        return _jpeg(content)
    if mime == "image/png":
        return _png(content)
    return _heic(content) if mime == "image/heic" else content


# --- JPEG ---


def _jpeg(content: bytes) -> bytes:
    kept, turned, at = [b"\xff\xd8"], 1, 1
    for part in jpeg_parts(content):
        body = content[part.start : part.end]
        if part.marker == END_OF_IMAGE:
            kept.append(b"\xff\xd9")  # what comes after it is a preview, a second picture or a film
        elif part.marker == _APP0 and body.startswith(b"JFIF\x00"):
            kept.append(_segment(_APP0, body[: _JFIF_BYTES - 2] + b"\x00\x00" if len(body) > _JFIF_BYTES else body))
            at = len(kept)
        elif part.marker == _APP1 and body.startswith(_EXIF):
            turned = _orientation(body[len(_EXIF) :]) or turned
        elif not _tells(part.marker, body):
            kept.append(_segment(part.marker, body) + content[part.end : part.following])
    if turned != 1:
        kept.insert(at, _segment(_APP1, _EXIF + _tiff(turned)))
    return b"".join(kept)


def _tells(marker: int, body: bytes) -> bool:
    """Whether a segment is about the picture's making; colour profiles and Adobe's note on the colours are not."""
    if marker == _APP2:
        return not body.startswith(b"ICC_PROFILE\x00")
    if marker == _APP14:
        return not body.startswith(b"Adobe")
    return _APP0 <= marker <= _APP15 or marker == _COMMENT


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _orientation(tiff: bytes) -> int:
    """2 to 8 as the first directory has it, else 0 (Exif 2.32, 4.6.4 A)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 0
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return 0
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _number, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
        if tag == _ORIENTATION and kind == _SHORT:
            return value if 2 <= value <= 8 else 0
    return 0


def _tiff(turned: int) -> bytes:
    """A directory that holds the orientation and nothing else."""
    return b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)


# --- PNG ---


def _png(content: bytes) -> bytes:
    kept, turned = [content[:8]], 0
    for name, body in png_parts(content):
        if name == b"eXIf":
            turned = _orientation(body)
        elif name in _PNG_LOOK:
            kept.append(_chunk(name, body))
    if turned:
        kept.insert(2, _chunk(b"eXIf", _tiff(turned)))
    return b"".join(kept)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# --- HEIC (ISO/IEC 23008-12, 14496-12 8.11): metadata are items; their bytes are blanked where they lie ---


# An Exif item without a single entry: where its directory begins, the directory, and of it nothing.
_EMPTY_EXIF = b"\x00\x00\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"


class _Item(NamedTuple):
    key: int
    kind: bytes


def _heic(content: bytes) -> bytes:
    blank = bytearray(content)
    data = [(start + 8, end) for name, start, end in boxes(content) if name == b"mdat"]
    for name, start, end in boxes(content):
        head = 16 if content[start : start + 4] == b"\x00\x00\x00\x01" else 8
        if name not in _HEIC_BOXES:  # a film of the moment, what the maker adds
            blank[start + 4 : start + 8] = b"free"
            blank[start + head : end] = bytes(end - start - head)
        elif name == b"meta":
            try:
                _blank_items(content, blank, start + head + 4, end, data)
            except (struct.error, IndexError):
                raise broken() from None
    check_heic(bytes(blank))  # what gave its size may have stood in a box that is no part of the picture
    return bytes(blank)


def _blank_items(content: bytes, blank: bytearray, start: int, end: int, data: list[tuple[int, int]]) -> None:
    """`data`: where the bytes of items may lie, beside the `idat` of this box; a place outside would be the picture's
    own frame."""
    inside = {name: (a, b) for name, a, b in boxes(content, start, end)}
    if b"iprp" in inside:
        _blank_words(content, blank, *inside[b"iprp"])
    if b"iinf" not in inside:
        return
    telling = {item.key: item.kind for item in _items(content, *inside[b"iinf"]) if item.kind in _TELLING}
    if not telling:
        return
    if b"iloc" not in inside:
        raise broken()
    found: set[int] = set()
    base_of_data = inside[b"idat"][0] + 8 if b"idat" in inside else len(content)
    areas = [*data, (base_of_data, inside.get(b"idat", (0, 0))[1])]
    for key, method, offset, length in _places(content, inside[b"iloc"][0]):
        if key in telling:
            begin = offset + (base_of_data if method == 1 else 0)
            if method > 1 or length == 0 or not any(a <= begin and begin + length <= b for a, b in areas):
                raise broken()
            empty = _EMPTY_EXIF if telling[key] == b"Exif" else b""
            blank[begin : begin + length] = empty[:length].ljust(length, b"\x00")
            found.add(key)
    if found != set(telling):
        raise broken()


def _blank_words(content: bytes, blank: bytearray, start: int, end: int) -> None:
    """Properties are counted by their place: one that tells something stays, with nothing in it."""
    for holder, a, b in boxes(content, start + 8, end):
        for name, at, stop in boxes(content, a + 8, b) if holder == b"ipco" else ():
            if name in _HEIC_WORDS:
                blank[at + 12 : stop] = bytes(max(0, stop - at - 12))


def _items(content: bytes, start: int, end: int) -> Iterator[_Item]:
    """Items of an `iinf`, those of the first versions of the format apart."""
    first = start + 12 + (2 if content[start + 8] == 0 else 4)
    for name, at, _end in boxes(content, first, end):
        version = content[at + 8]
        if name == b"infe" and version >= 2:
            (key,) = struct.unpack_from(">H" if version == 2 else ">I", content, at + 12)
            kind = at + 12 + (2 if version == 2 else 4) + 2
            yield _Item(key, content[kind : kind + 4])


def _places(content: bytes, start: int) -> Iterator[tuple[int, int, int, int]]:
    """(item, method, offset, length) of each extent of an `iloc`."""
    version, sizes = content[start + 8], content[start + 12 : start + 14]
    offset_size, length_size, base_size = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index_size = sizes[1] & 15 if version else 0
    at, wide = start + 14, 4 if version == 2 else 2
    count, at = _number(content, at, wide)
    for _item in range(count):
        key, at = _number(content, at, wide)
        method = 0
        if version:
            method, at = _number(content, at, 2)
        base, at = _number(content, at + 2, base_size)
        extents, at = _number(content, at, 2)
        for _extent in range(extents):
            offset, at = _number(content, at + index_size, offset_size)
            length, at = _number(content, at, length_size)
            yield key, method & 15, base + offset, length


def _number(content: bytes, at: int, size: int) -> tuple[int, int]:
    if at + size > len(content):
        raise broken()
    return int.from_bytes(content[at : at + size], "big"), at + size
