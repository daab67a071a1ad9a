"""Hostile spreadsheets for the imports of persons and of facilities, built here. Each names the code with which it is
refused, or "" when it is read: then as text alone."""

import io
import zipfile
from functools import cache

from tests.attack.pages_files import laughs
from tests.casework.imports.books import SHEET1, ods_raw, rezip, xlsx
from tests.core.documents.files import docx, pdf, with_flag

HEADINGS = ["Họ và tên", "Năm sinh", "Giới tính"]
HONEST = xlsx({"DS": [HEADINGS, ["Nguyễn Thị Hoa", 1950, "Nữ"]]})


def sheet(body: str) -> str:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{body}</worksheet>"
    )


def with_sheet(body: str) -> bytes:
    return rezip(HONEST, {SHEET1: lambda _old: sheet(body).encode()})


def cell(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def lying(claimed: int) -> bytes:
    """A sheet whose unpacked size is said to be smaller than it is."""
    made = bytearray(rezip(HONEST, {SHEET1: lambda _old: sheet(" " * 3_000_000).encode()}))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
        entry = archive.getinfo(SHEET1)
    size = entry.file_size.to_bytes(4, "little")
    at = made.find(size)
    while at >= 0:
        made[at : at + 4] = claimed.to_bytes(4, "little")
        at = made.find(size, at + 4)
    return bytes(made)


@cache
def lists() -> dict[str, tuple[bytes, str]]:
    rows = "<sheetData>{}</sheetData>"
    honest = (
        f'<row r="1">{"".join(cell(f"{letter}1", text) for letter, text in zip("ABC", HEADINGS, strict=True))}</row>'
    )
    laughing = sheet(rows.format("")).replace("<worksheet", laughs().split("<a>")[0] + "<worksheet", 1)
    repeated = (
        '<table:table table:name="DS"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    nested = f"<r>{'<t>' * 5000}{'</t>' * 5000}</r>"
    return {
        "a paper": (pdf(), "not_excel"),
        "a letter": (docx(), "not_excel"),
        "text with commas": ("Họ và tên,Năm sinh\n=1+1,1950\n".encode(), "not_excel"),
        "a page named xls": (b"<html><table><tr><td>=1+1</td></tr></table>", "html"),
        "a book in one xml": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "html"),
        "nothing": (b"", "empty"),
        "cut in the middle": (HONEST[: len(HONEST) // 2], "damaged"),
        "cut before its directory": (HONEST[:-60], "damaged"),
        "behind a password": (with_flag(HONEST, 1), "password"),
        "old book cut": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504, "damaged"),
        "a file of this machine": (
            rezip(
                HONEST,
                {
                    "xl/workbook.xml": lambda old: old.replace(
                        b"<workbook", b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook', 1
                    )
                },
            ),
            "damaged",
        ),
        "a file of another machine": (
            rezip(
                HONEST,
                {
                    "xl/workbook.xml": lambda old: old.replace(
                        b"<workbook", b'<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd"><workbook', 1
                    )
                },
            ),
            "damaged",
        ),
        "ten million laughs": (rezip(HONEST, {SHEET1: lambda _old: laughing.encode()}), "damaged"),
        "one cell at the far corner": (
            with_sheet(rows.format(f'{honest}<row r="1048576">{cell("XFD1048576", "x")}</row>')),
            "too_many_rows",
        ),
        "one cell at the far right of row 200,000": (
            with_sheet(rows.format(f'{honest}<row r="200000">{cell("XFD200000", "x")}</row>')),
            "too_many_cells",
        ),
        "a dimension that lies": (with_sheet('<dimension ref="A1:XFD1048576"/>' + rows.format(honest)), ""),
        "a row number of twenty digits": (
            with_sheet(rows.format(f'<row r="{9 * 10**20}">{cell("A1", "x")}</row>')),
            "",
        ),
        "a row number below nought": (with_sheet(rows.format(f'<row r="-5">{cell("A-5", "x")}</row>')), "damaged"),
        "a sheet that swells": (with_sheet(rows.format(" " * 40_000_000)), "bomb"),
        "a sheet that says it is small": (lying(50), "bomb"),
        "a zip of zips": (rezip(HONEST, {"xl/media/a.zip": lambda _old: b"PK\x03\x04" + b"\x00" * 10**6}), ""),
        "five thousand parts": (rezip(HONEST, {f"xl/x{at}.xml": lambda _old: b"<x/>" for at in range(5001)}), "bomb"),
        "a part outside its folder": (rezip(HONEST, {"../../../etc/cron.d/x": lambda _old: b"x"}), ""),
        "one part twice": (rezip(HONEST, {SHEET1.upper(): lambda _old: b"<x/>"}), "damaged"),
        "strings five thousand deep": (
            rezip(HONEST, {"xl/sharedStrings.xml": lambda _old: nested.encode()}),
            "damaged",
        ),
        "a string that is not there": (
            with_sheet(rows.format('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>')),
            "damaged",
        ),
        "ods of seventeen thousand million cells": (ods_raw(repeated), "too_many_rows"),
    }
