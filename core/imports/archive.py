"""Guards for xlsx and ods: what is inside the zip is measured before the spreadsheet reader may open it.

The reader keeps a sheet as a dense table, so one stray cell at XFD1048576 in a file of 5 kB would take all memory; and
the sizes that a zip declares can lie. Therefore every entry is inflated once against its declared size, and every sheet
is walked once to learn its extent. On the way, cells whose formula failed are noted: the reader shows them as empty.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.imports.problems import WorkbookError
from core.imports.text import column_index

_CHUNK = 1 << 16
_MAX_ENTRIES = 5_000
_SMALL = 10 * 2**20  # below this no compression ratio is alarming
_MAX_NOTED = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the file, bytes after unpacking, rows of a sheet, cells of a sheet as a dense table (rows × width).

    The reader takes about 95 bytes for each cell while it loads a sheet: the default keeps that near 200 MB.
    """

    file_bytes: int = 30 * 2**20
    unpacked_bytes: int = 300 * 2**20
    ratio: int = 100
    rows: int = 200_000
    cells: int = 2_200_000


@dataclass(slots=True)
class SheetFacts:
    """Extent of the filled cells (rows and columns counted from A1) and cells without a usable formula result."""

    rows: int = 0
    columns: int = 0
    broken: dict[tuple[int, int], str] = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)


@dataclass(slots=True)
class Package:
    """What the guard learned. `sheets` by sheet name."""

    kind: str
    sheets: dict[str, SheetFacts]
    date_1904: bool = False
    macros: bool = False


def damaged() -> WorkbookError:
    return WorkbookError(
        "damaged", _("Tệp bị hỏng hoặc không đúng định dạng. Hãy mở bằng Excel và lưu lại thành .xlsx.")
    )


def not_a_workbook() -> WorkbookError:
    return WorkbookError("not_excel", _("Đây không phải tệp Excel. Hãy chọn tệp .xlsx, .xls hoặc .ods."))


def password_protected() -> WorkbookError:
    return WorkbookError("password", _("Tệp có đặt mật khẩu. Hãy bỏ mật khẩu trong Excel rồi tải lên lại."))


def too_big_unpacked() -> WorkbookError:
    return WorkbookError("bomb", _("Tệp bung ra quá lớn so với giới hạn an toàn nên không được mở."))


def inspect_archive(stream: BinaryIO, limits: Limits) -> Package:
    """Check a zip-based workbook and measure its sheets. Raises WorkbookError."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as exc:
        raise damaged() from exc
    names = [entry.filename for entry in entries]
    _check_entries(entries, limits)
    if "xl/workbook.xml" in names:
        return _inspect_xlsx(stream, entries)
    if "content.xml" in names and "mimetype" in names:
        return _inspect_ods(stream, entries)
    if "xl/workbook.bin" in names:
        raise WorkbookError("xlsb", _("Tệp .xlsb chưa được hỗ trợ. Hãy lưu lại trong Excel thành .xlsx."))
    raise not_a_workbook()


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise damaged()
    if any(entry.flag_bits & 1 for entry in entries):
        raise password_protected()
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > limits.unpacked_bytes:
        raise too_big_unpacked()
    if unpacked > _SMALL and unpacked > limits.ratio * max(packed, 1):
        raise too_big_unpacked()


def _inflate(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Bytes of one entry, never more than it declares. WorkbookError when the declared size is a lie."""
    stream.seek(entry.header_offset)
    head = stream.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise damaged()
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    stream.seek(name_length + extra_length, 1)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()
    produced, left = 0, entry.compress_size
    inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)
        for piece in _pieces(inflater, chunk):
            produced += len(piece)
            if produced > entry.file_size:
                raise too_big_unpacked()
            yield piece
    if produced != entry.file_size:
        raise damaged()


def _pieces(inflater: Any, chunk: bytes) -> Iterator[bytes]:
    if inflater is None:
        yield chunk
        return
    try:
        while chunk and not inflater.eof:
            yield inflater.decompress(chunk, 1 << 20)
            chunk = inflater.unconsumed_tail
    except zlib.error as exc:
        raise damaged() from exc


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_args: Any) -> None:
        raise damaged()

    parser.StartDoctypeDeclHandler = refuse  # no office program writes one; entities are an attack
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _elements(stream: BinaryIO, entry: zipfile.ZipInfo | None) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small part as (local name, attributes by local name)."""
    if entry is None or entry.file_size > _SMALL:
        raise damaged()
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()

    def start(name: str, attrs: dict[str, str]) -> None:
        found.append((_local(name), {_local(key): value for key, value in attrs.items()}))

    parser.StartElementHandler = start
    try:
        parser.Parse(b"".join(_inflate(stream, entry)), True)
    except expat.ExpatError as exc:
        raise damaged() from exc
    return found


# --- xlsx ---------------------------------------------------------------------------------------------------------


class _WorksheetScan:
    """Follows one worksheet part. A part whose root is something else is only inflated."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.root = ""
        self._row = self._column = 0
        self._error = self._waiting = self._is_text = False
        self._columns: dict[str, int] = {}
        self.parser = _parser()
        self.parser.StartElementHandler = self._first

    def _first(self, name: str, _attrs: dict[str, str]) -> None:
        self.root = _local(name)
        self.parser.StartElementHandler = self._start if self.root == "worksheet" else None

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._cell(attrs)
        elif name in ("v", "is", "f"):
            self.facts.reach(self._row, self._column)
            if name == "f" and not self._error:
                self._note("no_result")
                self._waiting = True
                self.parser.CharacterDataHandler = self._text
            elif name == "v" and self._waiting:
                self._waiting = False
                if self._is_text:  # a formula may well give an empty text
                    self.facts.broken.pop((self._row, self._column - 1), None)
        elif name == "row":
            self._row = int(attrs.get("r") or self._row + 1)
            self._column = 0

    def _cell(self, attrs: dict[str, str]) -> None:
        if self.parser.CharacterDataHandler is not None:
            self.parser.CharacterDataHandler = None
        self._waiting = False
        ref = attrs.get("r")
        if ref:
            letters = ref.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = column_index(letters) + 1
            self._column = column
            self._row = int(ref[len(letters) :])
        else:
            self._column += 1
        kind = attrs.get("t")
        self._error = kind == "e"
        self._is_text = kind == "str"
        if self._error:
            self._note("formula_error")

    def _note(self, kind: str) -> None:
        if len(self.facts.broken) < _MAX_NOTED:
            self.facts.broken[(self._row, self._column - 1)] = kind

    def _text(self, data: str) -> None:
        """Text after <v> of a formula cell: there is a cached result."""
        if not self._waiting and data.strip():
            self.facts.broken.pop((self._row, self._column - 1), None)


def _scan_part(stream: BinaryIO, entry: zipfile.ZipInfo) -> SheetFacts | None:
    scan: _WorksheetScan | None = None
    try:
        for number, piece in enumerate(_inflate(stream, entry)):
            if number == 0 and piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                scan = _WorksheetScan()
            if scan is not None and scan.root in ("", "worksheet"):
                scan.parser.Parse(piece, False)
        if scan is not None and scan.root == "worksheet":
            scan.parser.Parse(b"", True)
            return scan.facts
    except (expat.ExpatError, ValueError) as exc:
        raise damaged() from exc
    return None


def _inspect_xlsx(stream: BinaryIO, entries: list[zipfile.ZipInfo]) -> Package:
    by_name = {entry.filename: entry for entry in entries}
    facts = {entry.filename: found for entry in entries if (found := _scan_part(stream, entry)) is not None}
    targets = {
        attrs.get("Id", ""): _resolve(attrs.get("Target", ""))
        for name, attrs in _elements(stream, by_name.get("xl/_rels/workbook.xml.rels"))
        if name == "Relationship"
    }
    package = Package("xlsx", {}, macros=any(name.lower().endswith("vbaproject.bin") for name in by_name))
    for name, attrs in _elements(stream, by_name["xl/workbook.xml"]):
        if name == "workbookPr":
            package.date_1904 = attrs.get("date1904", "").lower() in ("1", "true")
        elif name == "sheet":
            found = facts.get(targets.get(attrs.get("id", ""), ""))
            if found is not None:
                package.sheets[attrs.get("name", "")] = found
    return package


def _resolve(target: str) -> str:
    parts: list[str] = [] if target.startswith("/") else ["xl"]
    for part in target.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


# --- ods ----------------------------------------------------------------------------------------------------------


class _TableScan:
    """Follows content.xml, where one element may stand for many equal rows or cells."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self._facts = SheetFacts()
        self._row = self._column = self._width = 0
        self._row_repeat = self._cell_repeat = 1
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        name = _local(name)
        if name == "table":
            self._facts = self.sheets.setdefault(attrs.get("table:name", ""), SheetFacts())
            self._row = 0
        elif name == "table-row":
            self._row_repeat = int(attrs.get("table:number-rows-repeated", 1))
            self._column = self._width = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell_repeat = int(attrs.get("table:number-columns-repeated", 1))
            self._column += self._cell_repeat
            if "office:value-type" in attrs:
                self._width = self._column
        elif name == "p":
            self._width = max(self._width, self._column)

    def _end(self, name: str) -> None:
        if _local(name) == "table-row":
            self._row += self._row_repeat
            if self._width:
                self._facts.reach(self._row, self._width)


def _inspect_ods(stream: BinaryIO, entries: list[zipfile.ZipInfo]) -> Package:
    scan = _TableScan()
    for entry in entries:
        for number, piece in enumerate(_inflate(stream, entry)):
            if number == 0 and entry.filename == "mimetype" and b"spreadsheet" not in piece:
                raise not_a_workbook()
            if entry.filename == "META-INF/manifest.xml" and b"encryption-data" in piece:
                raise password_protected()
            if entry.filename == "content.xml":
                try:
                    scan.parser.Parse(piece, False)
                except (expat.ExpatError, ValueError) as exc:
                    raise damaged() from exc
    return Package("ods", scan.sheets)
