"""Real spreadsheet files for the tests of reading: xlsx by openpyxl, ods and xls byte by byte."""

import io
import struct
import zipfile

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904


def xlsx(sheets, *, merged=None, states=None, mac=False, formats=None) -> bytes:
    """`sheets`: {name: rows}; `merged`: {name: ["A1:B1"]}; `states`: {name: "hidden"};
    `formats`: {name: {"C2": "0"}}."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if mac:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    cell = sheet.cell(number, column, value)
                    if isinstance(value, str):
                        cell.data_type = "s"  # never a formula unless formula() is asked for
        for area in (merged or {}).get(name, []):
            sheet.merge_cells(area)
        for cell, number_format in (formats or {}).get(name, {}).items():
            sheet[cell].number_format = number_format
        sheet.sheet_state = (states or {}).get(name, "visible")
    return saved(book)


def saved(book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rezip(data: bytes, changes: dict) -> bytes:
    """The same zip with parts replaced: {path: function of the old bytes}; a new path gets b""."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(path for path in changes if path not in old.namelist())]:
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changes[name](content) if name in changes else content)
    return target.getvalue()


SHEET1 = "xl/worksheets/sheet1.xml"

_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    "{body}</office:spreadsheet></office:body></office:document-content>"
)


def ods_cell(value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, (int, float)):
        kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"
    if hasattr(value, "isoformat"):
        iso = value.isoformat()
        kind = f'office:value-type="date" office:date-value="{iso}"'
        return f"<table:table-cell {kind}><text:p>{iso}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def ods(name: str, rows) -> bytes:
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return ods_raw(f'<table:table table:name="{name}">{lines}</table:table>')


def ods_raw(body: str, manifest: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f"{manifest}</manifest:manifest>",
        )
        archive.writestr("content.xml", _ODS.format(body=body))
    return stream.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def xls(name: str, rows, *, mac=False, protected=False, extra_cells=()) -> bytes:
    """A BIFF8 workbook with one sheet of texts and numbers, large enough to live in ordinary sectors."""
    cells = b""
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            cells += _xls_cell(number, column, value)
    for number, column, value in extra_cells:
        cells += _xls_cell(number, column, value)
    sheet = _bof(0x0010) + cells + _record(0x000A, b"")
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = _bof(0x0005) + (_record(0x002F, b"\x00" * 6) if protected else b"")
    start += _record(0x0022, struct.pack("<H", int(mac)))
    length = len(start) + 4 + 6 + len(title) + 4
    bound = _record(0x0085, struct.pack("<IBB", length, 0, 0) + title)
    return compound("Workbook", start + bound + _record(0x000A, b"") + sheet)


def _xls_cell(row: int, column: int, value) -> bytes:
    head = struct.pack("<HHH", row, column, 0)
    if value is None:
        return b""
    if isinstance(value, (int, float)):
        return _record(0x0203, head + struct.pack("<d", value))
    return _record(0x0204, head + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))


def compound(stream_name: str, content: bytes) -> bytes:
    """An OLE compound file with one stream of at least 4096 bytes: header, FAT, directory, stream."""
    content = content.ljust(4096, b"\0")
    sectors = -(-len(content) // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE] + [n + 3 for n in range(sectors - 1)] + [0xFFFFFFFE]
    assert len(fat) <= 128
    fat += [0xFFFFFFFF] * (128 - len(fat))

    def entry(name, kind, child, start, size):
        raw = name.encode("utf-16-le") + b"\0\0"
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + b"\0" * 36 + struct.pack("<III", start, size, 0)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream_name, 2, 0xFFFFFFFF, 2, len(content))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    body = struct.pack("<128I", *fat) + directory.ljust(512, b"\0") + content.ljust(sectors * 512, b"\0")
    return header + body
