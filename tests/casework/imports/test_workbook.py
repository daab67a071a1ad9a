"""Opening files: guards, hidden sheets, formats."""

import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest

from core.imports.archive import Limits
from core.imports.problems import WorkbookError
from core.imports.workbook import open_workbook
from tests.casework.imports import books

PEOPLE = [["STT", "Họ và tên", "Năm sinh"], [1, "Nguyễn Văn An", 1950], [2, "Điểu Thị Brang", 1948]]


def code_of(data, **limits):
    with pytest.raises(WorkbookError) as caught:
        open_workbook(data, Limits(**limits)).sheet("DS")
    text = str(caught.value)
    assert text.endswith(".") and any(ch in text for ch in "ệạằầốếộđềăơưả"), text
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Ho ten;Nam sinh\nA;1950\n", "not_excel"),
        (b"%PDF-1.7 ...", "not_excel"),
        (b"<html><body><table><tr><td>A</td></tr></table></body></html>", "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "html"),
        (b"PK\x03\x04 not a zip at all", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (books.compound("WordDocument", b"x"), "not_excel"),
        (books.compound("EncryptedPackage", b"x"), "password"),
        (books.xls("DS", PEOPLE, protected=True), "password"),
        (books.ods_raw("", '<manifest:encryption-data manifest:checksum="x"/>'), "password"),
        (books.xlsx({"DS": []}), "empty"),
    ],
)
def test_what_is_not_a_readable_workbook_is_refused_in_vietnamese(data, code):
    assert code_of(data) == code


def test_a_word_file_is_not_a_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert code_of(stream.getvalue()) == "not_excel"


def test_a_missing_path_is_said(tmp_path):
    assert code_of(tmp_path / "khong-co.xlsx") == "no_file"


def test_path_bytes_and_wrong_suffix_read_the_same(tmp_path):
    data = books.xlsx({"DS": PEOPLE})
    for name in ("ds.xlsx", "ds.xls", "ds.bin"):
        (tmp_path / name).write_bytes(data)
        with open_workbook(tmp_path / name) as workbook:
            assert [cells for _n, cells in workbook.sheet("DS").rows()][1][1] == "Nguyễn Văn An"
    with open_workbook(data) as workbook:
        assert workbook.sheet("DS").row_count == 3


@pytest.mark.parametrize("data", [books.xls("DS", PEOPLE), books.ods("DS", PEOPLE), books.xlsx({"DS": PEOPLE})])
def test_three_formats_give_the_same_rows(data):
    with open_workbook(data) as workbook:
        assert [(n, cells) for n, cells in workbook.sheet("DS").rows()] == [
            (1, ["STT", "Họ và tên", "Năm sinh"]),
            (2, [1.0, "Nguyễn Văn An", 1950.0]),
            (3, [2.0, "Điểu Thị Brang", 1948.0]),
        ]


def test_hidden_and_very_hidden_sheets_are_reported_and_not_readable():
    data = books.xlsx({"DS": PEOPLE, "Ẩn": PEOPLE, "Kín": PEOPLE}, states={"Ẩn": "hidden", "Kín": "veryHidden"})
    with open_workbook(data) as workbook:
        assert workbook.readable_sheets == ["DS"]
        assert [(n.code, n.sheet) for n in workbook.notices] == [("hidden_sheet", "Ẩn"), ("hidden_sheet", "Kín")]
        with pytest.raises(WorkbookError, match="Kín"):
            workbook.sheet("Kín")


def test_a_workbook_whose_only_list_is_hidden_is_empty():
    assert code_of(books.xlsx({"DS": [], "Ẩn": PEOPLE}, states={"Ẩn": "hidden"})) == "empty"


def test_rows_keep_their_numbers_when_the_sheet_does_not_start_at_a1():
    book = openpyxl.Workbook()
    book.active.title = "DS"
    book.active["C4"] = "Họ và tên"
    with open_workbook(books.saved(book)) as workbook:
        assert list(workbook.sheet("DS").rows())[-1] == (4, ["", "", "Họ và tên"])


def test_file_size_and_row_limits():
    data = books.xlsx({"DS": [["Họ và tên"], *([f"Người {n}"] for n in range(50))]})
    assert code_of(data, file_bytes=100) == "too_large"
    assert code_of(data, rows=50) == "too_many_rows"
    assert open_workbook(data, Limits(rows=51)).sheet("DS").row_count == 51


def test_limits_do_not_count_hidden_sheets_of_xlsx():
    data = books.xlsx({"DS": PEOPLE, "Ẩn": [["x"]] * 40}, states={"Ẩn": "hidden"})
    assert open_workbook(data, Limits(rows=10)).readable_sheets == ["DS"]


@pytest.mark.parametrize("far", ["XFD100000", "XFD1048576", "A1048576"])
def test_a_stray_cell_far_away_does_not_take_the_memory(far):
    book = openpyxl.Workbook()
    book.active.title = "DS"
    book.active["A1"] = "Họ và tên"
    book.active[far] = "x"
    assert code_of(books.saved(book)) in ("too_many_cells", "too_many_rows")


def test_cells_without_references_are_counted_too():
    many = b"<row r='900000'>" + b"<c><v>1</v></c>" * 40 + b"</row></sheetData>"
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {books.SHEET1: lambda old: old.replace(b"</sheetData>", many)})
    assert code_of(data) == "too_many_rows"
    assert code_of(data, rows=2_000_000) == "too_many_cells"


def test_styled_empty_cells_far_away_are_harmless():
    empty = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {books.SHEET1: lambda old: old.replace(b"</sheetData>", empty)})
    assert open_workbook(data).sheet("DS").row_count == 3


def test_xls_and_ods_with_far_cells_are_refused_before_loading():
    assert code_of(books.xls("DS", PEOPLE, extra_cells=[(65_000, 250, 1.0)])) == "too_many_cells"
    row = f'<table:table-row table:number-rows-repeated="{{}}">{books.ods_cell("a") * 5}</table:table-row>'
    body = '<table:table table:name="DS">' + row.format(900_000) + "</table:table>"
    assert code_of(books.ods_raw(body)) == "too_many_rows"
    wide = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    rows = f'<table:table-row table:number-rows-repeated="9000">{wide}</table:table-row>'
    body = f'<table:table table:name="DS">{rows}</table:table>'
    assert code_of(books.ods_raw(body)) == "too_many_cells"


def test_a_zip_bomb_is_refused_by_its_declared_size():
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {"xl/media/image1.png": lambda _old: b"\0" * 40_000_000})
    assert len(data) < 200_000
    assert code_of(data) == "bomb"


def test_a_zip_that_lies_about_its_sizes_is_refused():
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {"xl/sharedStrings.xml": lambda old: old + b" " * 20_000_000})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    lying = data.replace(struct.pack("<I", size), struct.pack("<I", 1000))
    assert lying != data
    assert code_of(lying) == "bomb"


def test_entities_and_doctype_are_refused(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    evil = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {books.SHEET1: lambda old: evil + old[old.index(b"<worksheet") :]})
    assert code_of(data) == "damaged"


def test_a_sheet_part_that_is_no_worksheet_is_not_loaded():
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {books.SHEET1: lambda old: old.decode().encode("utf-16")})
    assert code_of(data) in ("damaged", "empty")


def test_an_encrypted_entry_asks_for_the_password_to_be_removed():
    data = bytearray(books.xlsx({"DS": PEOPLE}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert code_of(bytes(data)) == "password"


def test_xlsb_is_refused_with_what_to_do():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")
    assert code_of(stream.getvalue()) == "xlsb"


def test_macros_are_said_and_never_matter():
    data = books.rezip(books.xlsx({"DS": PEOPLE}), {"xl/vbaProject.bin": lambda _old: b"macro"})
    with open_workbook(data) as workbook:
        assert [notice.code for notice in workbook.notices] == ["macros"]


def test_1904_date_cells_are_right_in_both_systems():
    born = dt.date(1950, 5, 9)
    for mac in (False, True):
        with open_workbook(books.xlsx({"DS": [["Họ và tên", "Ngày sinh"], ["A B", born]]}, mac=mac)) as workbook:
            assert workbook.date_1904 is mac
            assert list(workbook.sheet("DS").rows())[1][1][1] == born


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("make", [lambda: books.xlsx({"DS": PEOPLE}), lambda: books.xls("DS", PEOPLE)])
def test_a_truncated_file_is_damaged_not_a_crash(make, cut):
    data = make()
    assert code_of(data[: int(len(data) * cut)]) == "damaged"
