"""DOCX and XLSX: an honest ZIP of known parts, without macros, enclosed files, or links followed on opening."""

import io
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.documents.sniffing import DOCX, XLSX, Refused, bomb, broken, two_faces

MAX_ENTRIES = 3000
MAX_UNPACKED = 100 * 2**20
_BLOCK = 65_536
_KNOWN_PARTS = {
    "xml", "rels", "vml", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg", "wdp", "odttf",
    "fntdata",
}  # fmt: skip
_ENCODINGS = {"utf-8", "us-ascii", "ascii"}
_MAX_ELEMENTS = 1_200_000  # of a text; a book of 500 pages has a third
# Fields of a text that start a program or fetch a file when the text is opened.
_STARTS = re.compile(r"(?i)\bDDE(?:AUTO)?\b")
_FETCHES = re.compile(r"(?i)\bINCLUDE(?:PICTURE|TEXT)?\b[\s\"]*(?:\w{2,}:|\\\\|//)")
# What a relationship may not lead to, whatever the part is called: the program that opens the file goes by these types.
_ACTING = {
    "vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "attachedtoolbars", "control",
    "activexcontrolbinary", "webextension", "webextensiontaskpanes",
}  # fmt: skip
_ENCLOSING = {"afchunk", "oleobject", "package", "subdocument"}
_FETCHING = {"connections", "querytable"}
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
        left = _check_part(archive, entry, left, deep=mime == DOCX)
    types = archive.read("[Content_Types].xml")
    if b"macroenabled" in types.lower() or b"macrosheet" in types.lower():
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
        raise _enclosed()


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, deep: bool) -> int:
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
        name = entry.filename.lower()
        _Part(name, deep or name.endswith(".rels")).read(b"".join(kept))
    return left


class _Part:
    """One part of XML, read as the program reads it that opens the file: what is split over several elements or
    written in references is put together first. Of a sheet only the frame is read (not `deep`): it holds no fields."""

    def __init__(self, name: str, deep: bool):
        self.name, self.elements, self.fields, self.inside = name, 0, [""], False
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse  # no office program writes one; entities are an attack
        self.parser.XmlDeclHandler = _declared
        if deep:
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end
            self.parser.CharacterDataHandler = self._text

    def read(self, body: bytes) -> None:
        if b"ddeLink" in body:
            raise _macros()
        if not body.strip():
            return
        try:
            self.parser.Parse(body, True)
        except expat.ExpatError:
            raise broken() from None
        if _STARTS.search("".join(self.fields)):
            raise _macros()
        if _FETCHES.search("".join(self.fields)):
            raise _linked()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > _MAX_ELEMENTS:
            raise bomb()
        name = tag.rpartition(":")[2]
        if name == "Relationship":
            _check_relationship({key.rpartition(":")[2]: value for key, value in attributes.items()})
        elif name == "fldChar":  # where a field begins, shows its result, or ends
            self.fields.append("\n")
        elif name == "fldSimple":
            self.fields += ["\n", *(value for key, value in attributes.items() if key.endswith("instr")), "\n"]
        self.inside = name in ("instrText", "delInstrText")

    def _end(self, tag: str) -> None:
        self.inside = False

    def _text(self, text: str) -> None:
        if self.inside:
            self.fields.append(text)


def _refuse(*_given: Any) -> None:
    raise broken()


def _declared(_version: str, encoding: str | None, _alone: int) -> None:
    # Office writes UTF-8. Read in another encoding the same bytes would say something else.
    if encoding and encoding.lower() not in _ENCODINGS:
        raise broken()


def _check_relationship(given: dict[str, str]) -> None:
    kind = given.get("Type", "").rstrip("/").rpartition("/")[2].lower()
    if kind in _ACTING:
        raise _macros()
    if kind in _ENCLOSING:
        raise _enclosed()
    if kind in _FETCHING or (given.get("TargetMode", "").strip().lower() == "external" and kind != "hyperlink"):
        raise _linked()


def _linked() -> Refused:
    return Refused("linked", _("Tệp nối tới tệp khác ở bên ngoài nên không được nhận. Lưu thành PDF rồi gửi."))


def _enclosed() -> Refused:
    return Refused("enclosed", _("Tệp có tệp khác nhúng bên trong nên không được nhận. Lưu thành PDF rồi gửi."))


def _macros() -> Refused:
    return Refused("active", _("Tệp có macro hoặc mã chạy nên không được nhận. Lưu thành PDF, hoặc bỏ macro rồi gửi."))
