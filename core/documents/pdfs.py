"""PDF: complete, not encrypted, and without anything that acts when it is opened (scripts, programs, enclosed files).

No library of the lock reads PDF, so this looks at names, in the open and inside compressed object streams, however they
are spelt (#4aavaScript). What cannot be looked into is refused.
"""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.documents.sniffing import Refused, bomb, broken, refuse_second_face, two_faces

MAX_PAGES, MAX_STREAMS = 1000, 50_000
MAX_PIXELS = 400_000_000  # one scanned A0 sheet at 400 dots per inch
MAX_UNPACKED, MAX_UNPACKED_TOTAL = 64 * 2**20, 192 * 2**20
MAX_SHEET = 20_000  # points; A0 is 3371 high
_DICTIONARY = 3000  # how far before "stream" its dictionary begins, at most


def _spelt(*names: str) -> bytes:
    """Pattern of a name in which any letter may be written as #xx."""
    letters = [
        b"".join(b"(?:%c|#%s)" % (ord(char), b"".join(_either(digit) for digit in f"{ord(char):02x}")) for char in name)
        for name in names
    ]
    return rb"/(?:%s)(?![A-Za-z0-9])" % b"|".join(letters)


def _either(digit: str) -> bytes:
    return f"[{digit}{digit.upper()}]".encode() if digit.isalpha() else digit.encode()


# Long enough that they do not turn up by chance in packed bytes: looked for everywhere.
_ACTS = re.compile(
    _spelt(
        "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData", "Rendition"
    )
)
_ACTS_SHORT = re.compile(_spelt("JS", "XFA", "GoToE", "GoToR"))
_ENCRYPTED = re.compile(_spelt("Encrypt"))
_OBJECTS = re.compile(_spelt("ObjStm"))
# Where the first object of a stream of objects lies: readers take a stream for one even where its type is not said.
_FIRST = re.compile(_spelt("First"))
_PARAMETERS = re.compile(_spelt("DecodeParms", "DP"))
_IMAGE = re.compile(_spelt("Image"))
_FILTERS = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[A-Za-z0-9#]+)")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_SIZE = re.compile(rb"/(?:Width|Height)\s+(\d{1,12})")
_SHEET = re.compile(rb"/(?:MediaBox|CropBox)\s*\[([^\]]{0,200})\]")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_STREAM_SOMEHOW = re.compile(rb"(?<!end)stream[\r\n]")
_END = re.compile(rb"%%EOF\s*\Z")


def check(content: bytes) -> int:
    """How many pages it has, as far as can be seen; or raise Refused."""
    refuse_second_face(content)
    if not re.match(rb"%PDF-[12]\.\d", content) or b"%%EOF" not in content[-4096:]:
        raise broken()
    if not _END.search(content[-4096:].rstrip(b"\x00")):
        raise two_faces()
    if _ENCRYPTED.search(content):
        raise Refused("encrypted", _("PDF có mật khẩu không được nhận. Lưu lại bản không có mật khẩu rồi gửi."))
    open_text = bytearray()
    last, pages, total, looked, count = 0, 0, 0, 0, 0
    for start, head, body in _streams(content):
        count += 1
        open_text += content[last:start]
        last = start + len(body)
        unpacked = _unpack(head, body)
        total += len(unpacked)
        if total > MAX_UNPACKED_TOTAL:
            raise bomb()
        if _holds_objects(head):
            looked += bool(_OBJECTS.search(head))
            pages += _look(unpacked)
        _measure_image(head)
    open_text += content[last:]
    pages += _look(bytes(open_text))
    if _ACTS.search(content):
        raise _acts()
    if len(_OBJECTS.findall(content)) != looked or len(_STREAM_SOMEHOW.findall(open_text)) != count:
        raise _hidden()
    if pages > MAX_PAGES:
        raise Refused("too_many_pages", _("PDF quá %(limit)d trang. Chia thành nhiều tệp.") % {"limit": MAX_PAGES})
    return pages


def _streams(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(offset, dictionary before it, packed bytes) of every stream."""
    at = 0
    for _number in range(MAX_STREAMS):
        found = _STREAM.search(content, at)
        if found is None:
            return
        end = content.find(b"endstream", found.end())
        if end < 0:
            raise broken()
        before = content[max(at, found.start() - _DICTIONARY) : found.start()]
        if before.rstrip().endswith(b">>"):
            yield found.end(), before[before.rfind(b"obj") + 3 :], content[found.end() : end]
            at = end + len(b"endstream")
        else:
            at = found.end()
    raise bomb()


def _holds_objects(head: bytes) -> bool:
    return bool(_OBJECTS.search(head) or _FIRST.search(head))


def _unpack(head: bytes, body: bytes) -> bytes:
    """What is packed in a stream that is not a picture, at most MAX_UNPACKED bytes of it."""
    named = _FILTERS.search(head)
    filters = re.findall(rb"/([A-Za-z0-9#]+)", named[1]) if named else []
    objects = _holds_objects(head)
    # A reader may spell, shift or pack in more ways than this one: what is not plain is not looked into but refused.
    plain = b"#" not in head and not _PARAMETERS.search(head) and filters in ([], [b"FlateDecode"], [b"Fl"])
    if objects and not plain:
        raise _hidden()
    if not filters:
        return body if objects else b""
    if filters[0] not in (b"FlateDecode", b"Fl") or _IMAGE.search(head):
        return b""
    worker = zlib.decompressobj()
    try:
        unpacked = worker.decompress(body, MAX_UNPACKED)
    except zlib.error:
        if objects:
            raise _hidden() from None
        return b""
    if worker.unconsumed_tail:
        raise bomb()
    if objects and not worker.eof:
        raise _hidden()
    if len(filters) > 1 and filters[1] in (b"FlateDecode", b"Fl"):
        raise bomb()
    return unpacked


def _look(text: bytes) -> int:
    """Look through objects in the open; returns how many pages they hold."""
    if _ACTS.search(text) or _ACTS_SHORT.search(text):
        raise _acts()
    for box in _SHEET.finditer(text):
        if any(abs(float(number)) > MAX_SHEET for number in re.findall(rb"-?\d{1,12}(?:\.\d+)?", box[1])):
            raise bomb()
    return len(_PAGE.findall(text))


def _measure_image(head: bytes) -> None:
    sides = [int(side) for side in _SIZE.findall(head)]
    if len(sides) >= 2 and sides[0] * sides[1] > MAX_PIXELS:
        raise bomb()


def _acts() -> Refused:
    return Refused(
        "active", _("PDF có mã chạy hoặc tệp đính kèm bên trong nên không được nhận. In lại thành PDF rồi gửi.")
    )


def _hidden() -> Refused:
    return Refused("hidden", _("Không xem được hết nội dung PDF này nên không nhận. In lại thành PDF rồi gửi."))
