"""Lines of a list: persons, and what is no person."""

import datetime as dt
import time
import unicodedata

import openpyxl
import pytest

from casework.imports.rows import ReadReport, as_json, fingerprint, inspect_sheet, read_rows
from core.imports.problems import WorkbookError
from core.imports.workbook import open_workbook
from tests.casework.imports import books

TODAY = dt.date(2026, 11, 5)
HEAD = ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Số CCCD", "Địa chỉ"]
AN = [1, "Nguyễn Văn An", "05/09/1950", "Nam", "075050001234", "Ấp 3"]
BA = [2, "Điểu Thị Ba", 1948, "Nữ", "075148001235", "Ấp 4"]


def read(data, **kwargs):
    report = ReadReport()
    with open_workbook(data) as workbook:
        return list(read_rows(workbook, today=TODAY, report=report, **kwargs)), report


def names(rows):
    return [row.values.get("name") for row in rows]


def kinds(report):
    return [kind for _sheet, _row, kind, _text in report.skipped]


def lines(*rows, head=HEAD):
    return books.xlsx({"DS": [head, *rows]})


def test_a_row_carries_values_raw_text_and_place():
    (row,), report = read(lines(AN))
    assert (row.sheet, row.row_number, row.verdict, report.rows) == ("DS", 2, "ok", 1)
    assert as_json(row.values) == {
        "name": "Nguyễn Văn An", "birth": "1950-09-05", "sex": "male", "id_number": "075050001234", "address": "Ấp 3",
    }  # fmt: skip
    assert row.raw == {"A": "1", "B": "Nguyễn Văn An", "C": "05/09/1950", "D": "Nam", "E": "075050001234", "F": "Ấp 3"}


def test_errors_name_the_cell():
    rows, _ = read(lines([1, "A B", "31/02/1950", "abc", "123", ""]))
    problems = {(p.field, p.cell, p.code) for p in rows[0].errors}
    assert problems == {
        ("birth", "C2", "date_impossible"),
        ("sex", "D2", "sex_unknown"),
        ("id_number", "E2", "id_length"),
    }
    assert all(p.text.startswith(f"Ô {p.cell}: ") for p in rows[0].errors)
    assert rows[0].verdict == "error"


def test_a_row_without_a_name_is_an_error_and_an_unidentified_person_is_not():
    rows, _ = read(lines([1, "", 1950, "Nam", "", ""], [2, "Chưa rõ danh tính", "", "Nam", "", "Chợ Trảng Bom"]))
    assert [(p.code, p.cell) for p in rows[0].errors] == [("name_missing", "B2")]
    assert (rows[1].values["unidentified"], rows[1].errors) == (True, [])


def test_blank_numbered_and_total_rows_are_passed_over():
    rows, report = read(
        lines(AN, [], [3, "", "", "", "", ""], BA, ["", "Tổng cộng: 2 người"], ["Cộng", "", 2], ["", "TỔNG SỐ", 2, 2])
    )
    assert names(rows) == ["Nguyễn Văn An", "Điểu Thị Ba"]
    assert kinds(report) == ["total", "total", "total"]


def test_people_called_tong_and_cong_are_people():
    rows, report = read(
        lines([1, "Tống Thị Cộng", 1950, "Nữ", "", ""], [2, "Cộng", 1960, "Nam", "075060001236", ""],
              [3, "Tống Công", 1961, "Nam", "", ""], [4, "Tong Cong Minh", 1961, "Nam", "", ""])
    )  # fmt: skip
    assert len(rows) == 4
    assert kinds(report) == []


def test_the_signature_block_is_passed_over_and_a_person_below_it_is_not():
    rows, report = read(
        lines(
            AN,
            ["", "Danh sách này có 1 người"],
            ["", "", "", "", "Trảng Bom, ngày 5 tháng 11 năm 2026"],
            ["", "NGƯỜI LẬP BIỂU", "", "", "TM. ỦY BAN NHÂN DÂN"],
            ["", "(Ký, ghi rõ họ tên)", "", "", "KT. CHỦ TỊCH"],
            ["", "Trần Thị Bích", "", "", "Lê Văn Cường"],
            ["", "Nơi nhận:"],
            BA,
        )
    )
    assert names(rows) == ["Nguyễn Văn An", "Điểu Thị Ba"]
    assert set(kinds(report)) == {"footer"}
    assert len(report.skipped) == 6


def test_headers_titles_and_column_numbers_of_later_pages_are_passed_over():
    numbers = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]
    rows, report = read(lines(numbers, AN, ["DANH SÁCH ĐỐI TƯỢNG (tiếp theo)"], HEAD, numbers, BA))
    assert names(rows) == ["Nguyễn Văn An", "Điểu Thị Ba"]
    assert kinds(report) == ["header", "title", "header", "header"]


def test_sections_set_commune_hamlet_and_group_for_the_rows_below():
    head = ["STT", "Họ và tên", "Năm sinh"]
    rows, _ = read(
        lines(
            ["I", "Xã Trảng Bom (3 người)"],
            ["", "Ấp 3"],
            [1, "A A", 1950],
            ["Ấp Tân Bình:"],
            [2, "B B", 1951],
            ["II. XÃ AN VIỄN"],
            [3, "C C", 1952],
            ["A", "Trẻ em mồ côi"],
            [4, "D D", 2015],
            head=head,
        ),
        groups={"Trẻ em mồ côi": "k1"},
    )
    got = [tuple(row.values.get(k) for k in ("name", "commune", "hamlet", "group", "group_codes")) for row in rows]
    assert got == [
        ("A A", "Xã Trảng Bom", "Ấp 3", None, None),
        ("B B", "Xã Trảng Bom", "Ấp Tân Bình", None, None),
        ("C C", "Xã An Viễn", None, None, None),
        ("D D", "Xã An Viễn", None, "Trẻ em mồ côi", ("k1",)),
    ]


def test_a_numbered_row_with_only_a_name_is_a_person():
    rows, _ = read(lines([1, "Bé gái bị bỏ rơi"], [2, "Làng"], [3, "Y Moan Ênuôl"]))
    assert names(rows) == ["Bé gái bị bỏ rơi", "Làng", "Y Moan Ênuôl"]


def test_the_commune_of_the_title_stands_for_all_rows():
    data = books.xlsx({"DS": [["ỦY BAN NHÂN DÂN"], ["XÃ TRẢNG BOM"], ["DANH SÁCH NGƯỜI CAO TUỔI NĂM 2026"], HEAD, AN]})
    (row,), report = read(data)
    assert row.values["commune"] == "Xã Trảng Bom"
    assert "commune_from_title" in [notice.code for notice in report.notices]
    two = books.xlsx({"DS": [["Xã Trảng Bom"], ["Xã An Viễn"], HEAD, AN]})
    assert "commune" not in read(two)[0][0].values


def test_cells_merged_downwards_fill_the_rows_they_cover():
    head = ["STT", "Họ và tên", "Năm sinh", "Ấp", "Chủ hộ"]
    body = [
        [1, "A A", 1950, "Ấp 3", "Trần Văn C"],
        [2, "B B", 1951],
        [3, "C C", 1952, "", "Lê Thị D"],
        [4, "D D", 1953],
    ]
    data = books.xlsx({"DS": [head, *body]}, merged={"DS": ["D2:D4", "E2:E3"]})
    rows, _ = read(data)
    assert [row.values.get("hamlet") for row in rows] == ["Ấp 3", "Ấp 3", "Ấp 3", None]
    assert [row.values.get("household_head") for row in rows] == ["Trần Văn C", "Trần Văn C", "Lê Thị D", None]


def test_birth_in_the_column_of_the_sex_and_marks():
    head = ["STT", "Họ và tên", "Nam", "Nữ"]
    rows, _ = read(
        lines(
            [1, "A A", "05/09/1950", ""], [2, "B B", "", 1951], [3, "C C", "x", ""], [4, "D D", 1950, 1951], head=head
        )
    )
    got = [(row.values.get("sex"), str(row.values.get("birth", ""))) for row in rows]
    assert got[:3] == [("male", "1950-09-05"), ("female", "1951"), ("male", "")]
    assert [problem.code for problem in rows[3].errors] == ["two_sexes"]


def test_marks_below_household_and_disability():
    head = [["STT", "Họ tên", "Năm sinh", "Thuộc hộ", "", "Dạng khuyết tật", "", ""],
            ["", "", "", "Nghèo", "Cận nghèo", "Vận động", "Nhìn", "Trí tuệ"]]  # fmt: skip
    body = [[1, "A A", 1950, "x", "", "x", "", "X"], [2, "B B", 1951, "", "1", "", "✓", ""], [3, "C C", 1952, "x", "x"]]
    rows, _ = read(books.xlsx({"DS": [*head, *body]}, merged={"DS": ["D1:E1", "F1:H1", "A1:A2", "B1:B2", "C1:C2"]}))
    got = [(row.values.get("household_status"), row.values.get("disability_type")) for row in rows]
    assert got[:2] == [("poor", ("mobility", "intellectual")), ("near_poor", ("vision",))]
    assert [problem.code for problem in rows[2].errors] == ["two_marks"]


def test_words_below_a_column_of_marks_mean_what_they_say():
    rows, _ = read(lines([1, "A A", 1950, "Cận nghèo"], [2, "B B", 1951, "x"], [3, "C C", 1952, "không"],
                         head=["STT", "Họ tên", "Năm sinh", "Hộ nghèo"]))  # fmt: skip
    assert [row.values.get("household_status") for row in rows] == ["near_poor", "poor", None]


def test_the_id_settles_a_short_year_and_disagreement_warns():
    rows, _ = read(
        lines([1, "A A", "05/09/15", "Nam", "075015001234", ""], [2, "B B", 1951, "Nam", "075150001234", ""])
    )
    assert str(rows[0].values["birth"]) == "1915-09-05"
    assert rows[0].warnings == []
    assert [(p.code, p.cell) for p in rows[1].warnings] == [("id_year", "E3"), ("id_sex", "E3")]


def test_papers_in_two_columns_meet():
    head = ["Họ tên", "Năm sinh", "Số CMND", "Số CCCD"]
    rows, _ = read(lines(["A A", 1950, "271234567", "075050001234"], ["B B", 1950, "075050001234", ""],
                         ["C C", 1950, "075050001234", "075050001235"], head=head))  # fmt: skip
    assert (rows[0].values["id_old"], rows[0].values["id_number"]) == ("271234567", "075050001234")
    assert rows[1].values["id_number"] == "075050001234"
    assert [p.code for p in rows[2].errors] == ["id_two"]


def test_formulas_give_their_cached_value_and_broken_ones_are_errors():
    data = lines(AN, [2, "B B", 1, "Nam", "", ""], [3, "C C", 1, "Nam", "", ""], [4, "D D", "x", "Nam", "", "y"])

    def change(old):
        for cell, new in {
            b'<c r="C3" t="n"><v>1</v></c>': b'<c r="C3"><f>1900+51</f><v>1951</v></c>',
            b'<c r="C4" t="n"><v>1</v></c>': b'<c r="C4"><f>1900+52</f></c>',
        }.items():
            assert cell in old
            old = old.replace(cell, new)
        at = old.index(b'<c r="C5"')
        end = old.index(b"</c>", at) + 4
        old = old[:at] + b'<c r="C5" t="e"><f>VLOOKUP(1,A1,1)</f><v>#N/A</v></c>' + old[end:]
        at = old.index(b'<c r="F5"')
        end = old.index(b"</c>", at) + 4
        return old[:at] + b'<c r="F5" t="str"><f>IF(1,"","")</f><v></v></c>' + old[end:]

    rows, _ = read(books.rezip(data, {books.SHEET1: change}))
    assert str(rows[1].values["birth"]) == "1951"
    assert [[(p.code, p.cell) for p in row.errors] for row in rows] == [
        [],
        [],
        [("formula", "C4")],
        [("formula", "C5")],
    ]


@pytest.mark.parametrize(
    "payload",
    ["=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+84903123456", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0",
     "\t=1+1", "＝1+1", "%0A=1", ";=1"],
)  # fmt: skip
def test_formula_like_text_stays_text(payload):
    (row,), _ = read(lines([1, "A B", 1950, payload], head=["STT", "Họ tên", "Năm sinh", "Ghi chú"]))
    assert row.values["note"] == " ".join(payload.split())


def test_a_real_formula_is_never_computed():
    book = openpyxl.Workbook()
    book.active.append(["Họ tên", "Năm sinh", "Ghi chú"])
    book.active.append(["A B", 1950, '=WEBSERVICE("http://127.0.0.1:9/")'])
    (row,), _ = read(books.saved(book))
    assert "note" not in row.values
    assert [p.code for p in row.errors] == ["formula"]


def test_dates_turned_by_an_american_excel_are_noticed():
    head = ["STT", "Họ tên", "Ngày sinh"]
    turned = [[n, "A B", dt.date(1950, n, 3)] for n in range(1, 6)] + [
        [n, "C D", f"{n + 12}/09/1950"] for n in range(6, 10)
    ]
    rows, report = read(lines(*turned, head=head))
    assert "swapped_dates" in [notice.code for notice in report.notices]
    assert [p.code for p in rows[0].warnings] == ["swapped_dates"]
    assert rows[6].warnings == []
    right = [[n, "A B", dt.date(1950, 3, n)] for n in range(10, 16)] + [[9, "C D", "25/09/1950"]] * 4
    assert "swapped_dates" not in [notice.code for notice in read(lines(*right, head=head))[1].notices]


def test_all_visible_lists_are_read_and_others_noticed():
    data = books.xlsx(
        {
            "Xã A": [HEAD, AN],
            "Trống": [],
            "Tổng hợp": [["Khoản", "Số"], ["Quà", 5]],
            "Xã B": [HEAD, BA],
            "Ẩn": [HEAD, AN],
        },
        states={"Ẩn": "hidden"},
    )
    rows, report = read(data)
    assert [(row.sheet, row.values["name"]) for row in rows] == [("Xã A", "Nguyễn Văn An"), ("Xã B", "Điểu Thị Ba")]
    assert {(n.code, n.sheet) for n in report.notices} == {("empty_sheet", "Trống"), ("no_header", "Tổng hợp")}
    assert names(read(data, sheet="Xã B")[0]) == ["Điểu Thị Ba"]


def test_a_second_table_with_other_columns_stops_reading_with_an_error():
    other = [["STT", "Họ và tên", "Số tiền", "Ký nhận", "Tài khoản", "Ngân hàng"], [1, "C C", 500, "", "", ""]]
    rows, report = read(lines(AN, [], *other))
    assert names(rows) == ["Nguyễn Văn An"]
    assert [(n.level, n.code, n.row) for n in report.notices if n.level == "error"] == [("error", "second_table", 4)]


def test_old_fonts_are_named_as_the_cause():
    data = books.xlsx({"DS": [["STT", "Hä vµ tªn", "N¨m sinh"], [1, "NguyÔn V¨n An", 1950]]})
    rows, report = read(data)
    assert rows == []
    assert [notice.code for notice in report.notices] == ["legacy_font"]


def test_mapping_by_a_person_and_a_wrong_mapping():
    data = lines(["A B", "0903123456", 1950], head=["Đương sự", "ĐT", "NS"])
    with open_workbook(data) as workbook:
        assert inspect_sheet(workbook, "DS").header is None
        plan = inspect_sheet(workbook, "DS", {"A": "name", "B": "phone"})
        assert [c.target for c in plan.header.columns] == ["name", "phone", "birth"]
        (row,) = read_rows(workbook, "DS", {"A": "name", "B": "phone"}, today=TODAY)
        assert (row.values["name"], row.values["phone"]) == ("A B", "0903123456")
        with pytest.raises(WorkbookError, match="không hợp lệ"):
            inspect_sheet(workbook, "DS", {"A": "nonsense"})


def test_nfd_lists_read_as_nfc():
    nfd = [
        [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row] for row in (HEAD, AN)
    ]
    (row,), _ = read(books.xlsx({"DS": [*nfd, [unicodedata.normalize("NFD", "Tổng cộng")]]}))
    assert row.values == read(lines(AN))[0][0].values


def test_serials_of_the_1904_system():
    head = ["Họ tên", "Ngày sinh", "Ghi chú"]
    for mac in (False, True):
        serial = 18264 - (1462 if mac else 0)
        data = books.xlsx({"DS": [head, ["A B", dt.date(1950, 1, 1)], ["C D", serial]]}, mac=mac)
        rows, _ = read(data)
        assert [str(row.values["birth"]) for row in rows] == ["1950-01-01", "1950-01-01"]


def test_a_year_typed_into_a_date_cell():
    data = books.xlsx({"DS": [["Họ tên", "Ngày sinh"], ["A B", 1950]]}, formats={"DS": {"B2": "dd/mm/yyyy"}})
    (row,), _ = read(data)
    assert str(row.values["birth"]) == "1950"
    assert [p.code for p in row.warnings] == ["year_in_date_cell"]


@pytest.mark.parametrize("evil", ["tre ", "nguoi huong ", "1", "xã ", "(", "ho khau thuong tru ", "05/", " ?", "ấp 1 "])
def test_endless_cells_do_not_stop_the_reader(evil):
    cell = (evil * 32_000)[:32_000] + "x"
    short = (evil * 30)[:110] + "x"
    head = [*HEAD, "Họ tên " + short, "Số CCCD " + short, cell, short]
    started = time.process_time()
    rows, _ = read(books.xlsx({"DS": [[cell], [short], head, [cell] * 10, [short] * 10, ["", cell], AN]}))
    assert names(rows)[-1] == "Nguyễn Văn An"
    assert time.process_time() - started < 10


class TestFingerprint:
    def test_same_person_in_a_later_list_with_other_columns(self):
        first = read(lines(AN))[0][0].values
        later = read(lines(["Trảng Bom", "0903123456", "NGUYỄN VĂN AN", 75050001234, dt.date(1950, 9, 5)],
                           head=["Xã", "SĐT", "Họ tên", "CCCD", "Ngày sinh"]))[0][0].values  # fmt: skip
        assert fingerprint(first) == fingerprint(later)

    def test_without_papers_spelling_does_not_matter_but_birth_and_place_do(self):
        base = {"name": "Điểu Thị Ba", "birth": "1948", "sex": "female", "commune": "Xã Trảng Bom", "hamlet": "Ấp 3"}
        assert fingerprint(base) == fingerprint({**base, "name": "ĐIỂU THỊ BA", "commune": "Trảng Bom", "note": "x"})
        for change in ({"birth": "1949"}, {"sex": "male"}, {"commune": "Xã An Viễn"}, {"hamlet": "Ấp 4"}):
            assert fingerprint(base) != fingerprint({**base, **change})

    def test_values_and_their_json_agree(self):
        for row in read(lines(AN, BA, [3, "Chưa rõ danh tính", 1950, "Nam", "", "Chợ"]))[0]:
            assert fingerprint(row.values) == fingerprint(as_json(row.values))

    def test_the_key_changes_it_and_nothing_personal_shows(self):
        values = {"id_number": "075050001234"}
        assert fingerprint(values, key=b"a") != fingerprint(values, key=b"b")
        assert fingerprint(values, key=b"a") == fingerprint(values, key=b"a")
        assert len(fingerprint(values)) == 64
        assert "075050001234" not in fingerprint(values)

    def test_two_unidentified_people_differ(self):
        one, other = {"unidentified": True, "note": "ở chợ"}, {"unidentified": True, "note": "ở bến xe"}
        assert fingerprint(one) != fingerprint(other)
