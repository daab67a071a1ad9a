"""DOCX and XLSX: an honest ZIP of known parts, without macros, enclosed files, or links followed on opening."""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from core.documents.sniffing import DOCX, XLSX, Refused, bomb, broken, two_faces

MAX_ENTRIES = 3000
MAX_UNPACKED = 100 * 2**20
_BLOCK = 65_536
_KNOWN_PARTS = {
    "xml", "rels", "vml", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg", "wdp", "odttf",
    "fntdata",
}  # fmt: skip
_DOCUMENT_TYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ACTING_TEXT = re.compile(rb"(?i)\bDDEAUTO\b|<(?:\w+:)?ddeLink\b")
_CENTRAL_END = 22


def check(content: bytes) -> str:
    """The media type, or Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_frame(archive, content)
            return _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError):
        raise broken() from None


def _check_frame(archive: zipfile.ZipFile, content: bytes) -> None:
    """Nothing before or after, no parts that overlap, none twice, no name that leaves its folder."""
    entries = archive.infolist()
    if not entries or len(entries) > MAX_ENTRIES:
        raise bomb() if entries else broken()
    if min(entry.header_offset for entry in entries) != 0 or content[-_CENTRAL_END:][:4] != b"PK\x05\x06":
        raise two_faces()
    if sum(entry.compress_size for entry in entries) > len(content):
        raise bomb()
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names):
        raise broken()
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 0x1 or name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name:
            raise broken()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise bomb()


def _check_parts(archive: zipfile.ZipFile) -> str:
    names = {entry.filename for entry in archive.infolist()}
    if "[Content_Types].xml" not in names:
        raise Refused("unknown_kind", _("Tệp nén không được nhận. Giải nén rồi gửi từng tệp."))
    if "word/document.xml" in names:
        mime, main = DOCX, b"wordprocessingml.document.main+xml"
    elif "xl/workbook.xml" in names:
        mime, main = XLSX, b"spreadsheetml.sheet.main+xml"
    else:
        raise Refused("unknown_kind", _("Chỉ nhận Word (.docx) và Excel (.xlsx). Lưu tệp này thành PDF rồi gửi."))
    left = MAX_UNPACKED
    for entry in archive.infolist():
        _check_name(entry.filename)
        left = _check_part(archive, entry, left)
    types = archive.read("[Content_Types].xml")
    if b"macroenabled" in types.lower():
        raise _macros()
    if main not in types:
        raise broken()
    return mime


def _check_name(name: str) -> None:
    lower = name.lower()
    if "vbaproject" in lower or "vbadata" in lower or "activex" in lower or "macrosheets" in lower:
        raise _macros()
    if lower.endswith("/") or ("/printersettings/" in lower and lower.endswith(".bin")):
        return
    if lower.rpartition(".")[2] not in _KNOWN_PARTS:
        raise Refused("enclosed", _("Tệp có tệp khác nhúng bên trong nên không được nhận. Lưu thành PDF rồi gửi."))


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Unpack one part, never more than `left` bytes in all; returns how many are left."""
    text = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    kept: list[bytes] = []
    with archive.open(entry) as part:
        while block := part.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise bomb()
            if text:
                kept.append(block)
    if text:
        _check_text(b"".join(kept), entry.filename.lower())
    return left


def _check_text(body: bytes, name: str) -> None:
    # Office writes UTF-8. In another encoding a search for bytes would find nothing.
    if b"\x00" in body[:200] or _DOCUMENT_TYPE.search(body):
        raise broken()
    if _ACTING_TEXT.search(body):
        raise _macros()
    if not name.endswith(".rels"):
        return
    if b"&#" in body:
        raise broken()
    for link in _RELATIONSHIP.findall(body):
        external = re.search(rb"""TargetMode\s*=\s*["']\s*External""", link, re.IGNORECASE)
        if external and not re.search(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""", link):
            raise Refused("linked", _("Tệp nối tới tệp khác ở bên ngoài nên không được nhận. Lưu thành PDF rồi gửi."))


def _macros() -> Refused:
    return Refused("active", _("Tệp có macro hoặc mã chạy nên không được nhận. Lưu thành PDF, hoặc bỏ macro rồi gửi."))
