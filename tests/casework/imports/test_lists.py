"""Whole lists as communes keep them, each with another layout. Names, papers and numbers are invented."""

import datetime as dt
import unicodedata

import pytest

from casework.imports.rows import ReadReport, as_json, read_rows
from core.imports.workbook import open_workbook
from tests.casework.imports import books

TODAY = dt.date(2026, 11, 5)
GROUPS = {
    "Người khuyết tật đặc biệt nặng": "k6a",
    "Người khuyết tật nặng": "k6b",
    "Người cao tuổi": "k5a",
    "Trẻ em mồ côi": "k1",
    "Trẻ em không có nguồn nuôi dưỡng": "k1",
    "Người đơn thân nghèo nuôi con": "k4",
    "Người nhiễm HIV": "k8",
}


def read(data):
    report = ReadReport()
    with open_workbook(data) as workbook:
        rows = list(read_rows(workbook, groups=GROUPS, today=TODAY, report=report))
        return rows, report, workbook.notices


def problems(rows):
    found = {row.row_number: [(p.cell, p.code) for p in (*row.errors, *row.warnings)] for row in rows}
    return {number: codes for number, codes in found.items() if codes}


def column(rows, field):
    return [as_json(row.values).get(field) for row in rows]


def test_disabled_people_with_birth_by_sex_and_sections_by_hamlet():
    sheet = [
        ["ỦY BAN NHÂN DÂN", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["XÃ TRẢNG BOM", "", "", "", "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["DANH SÁCH NGƯỜI KHUYẾT TẬT HƯỞNG TRỢ CẤP XÃ HỘI HẰNG THÁNG"],
        ["(Kèm theo Báo cáo số 15/BC-UBND ngày 05 tháng 10 năm 2026 của UBND xã Trảng Bom)"],
        [],
        ["STT", "Họ và tên", "Ngày, tháng,\nnăm sinh", "", "Số định danh\ncá nhân", "Dạng\nkhuyết tật",
         "Mức độ khuyết tật", "", "Điện thoại", "Ghi chú"],
        ["", "", "Nam", "Nữ", "", "", "Đặc biệt nặng", "Nặng", "", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)"],
        ["I", "Ấp Tân Việt (2 người)"],
        [1, "Nguyễn Văn Sáu", "12/04/1961", "", "075061003311", "Vận động", "", "x", "0903111222", ""],
        [2, "Trần Thị Bé", "", 1957, 75157004412, "Nghe, nói", "x", "", 918222333, "Sống một mình"],
        ["II", "Ấp Sông Mây"],
        [3, "K'Brối", dt.datetime(1988, 3, 7), "", "'075088005513", "Thần kinh, tâm thần", "", "X", "", ""],
        [4, "Điểu Thị Mai", "", "31/11/1990", "075190006614", "Trí tuệ", "", "x", "chưa có", ""],
        ["", "Cộng: 4 người", 2, 2, "", "", 1, 3],
        [],
        ["", "", "", "", "", "Trảng Bom, ngày 05 tháng 11 năm 2026"],
        ["", "NGƯỜI LẬP BIỂU", "", "", "", "TM. ỦY BAN NHÂN DÂN"],
        ["", "", "", "", "", "KT. CHỦ TỊCH"],
        ["", "(Ký, ghi rõ họ tên)", "", "", "", "PHÓ CHỦ TỊCH"],
        ["", "Lê Thị Thu", "", "", "", "Phạm Văn Hùng"],
    ]  # fmt: skip
    merged = ["A1:D1", "A2:D2", "A4:J4", "A5:J5", "C7:D7", "G7:H7", *(f"{c}7:{c}8" for c in "ABEFIJ"), "B10:J10"]
    rows, report, _ = read(books.xlsx({"NKT": sheet}, merged={"NKT": merged}))
    assert column(rows, "name") == ["Nguyễn Văn Sáu", "Trần Thị Bé", "K'Brối", "Điểu Thị Mai"]
    assert column(rows, "birth") == ["1961-04-12", "1957", "1988-03-07", None]
    assert column(rows, "sex") == ["male", "female", "male", "female"]
    assert column(rows, "id_number") == ["075061003311", "075157004412", "075088005513", "075190006614"]
    assert column(rows, "disability_type") == [["mobility"], ["hearing_speech"], ["mental"], ["intellectual"]]
    assert column(rows, "disability_level") == ["severe", "special_severe", "severe", "severe"]
    assert column(rows, "hamlet") == ["Ấp Tân Việt", "Ấp Tân Việt", "Ấp Sông Mây", "Ấp Sông Mây"]
    assert set(column(rows, "commune")) == {"Xã Trảng Bom"}
    assert column(rows, "phone") == ["0903111222", "0918222333", None, None]
    assert problems(rows) == {12: [("E12", "id_zero"), ("I12", "phone_zero")], 15: [("D15", "date_impossible")]}
    assert [kind for *_rest, kind, _text in report.skipped] == [
        "header",
        "section",
        "section",
        "total",
        *["footer"] * 5,
    ]


def test_elderly_people_typed_in_capitals_with_decomposed_accents():
    sheet = [
        ["DANH SÁCH NGƯỜI CAO TUỔI TRÊN ĐỊA BÀN PHƯỜNG TRẢNG DÀI NĂM 2026"],
        ["TT", "HỌ TÊN\nNGƯỜI CAO TUỔI", "NĂM SINH", "GIỚI TÍNH", "SỐ CMND/\nCCCD", "KHU PHỐ", "SỐ NHÀ", "DIỆN", "SĐT"],
        [1, "NGUYỄN THỊ HAI", "1941", "NỮ", "270123456", 3, "12/5", "NGƯỜI CAO TUỔI", "0251 3822111"],
        [2, "LÊ VĂN TƯ", 1944.0, "NAM", "0750 4400 1234", "KP 4A", "45", "người cao tuổi", "84903456789"],
        [3, "TỐNG THỊ CỘNG", "01/01/1939", "NỮ", "CCCD 075139001235", "5", "", "Người cao tuổi", ""],
        [4, "Võ", "khoảng 1936", "nam", "mất", "3", "", "Người cao tuổi cô đơn", "không"],
        ["", "TỔNG SỐ", "", 4],
    ]
    nfd = [[unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row] for row in sheet]
    rows, _, _ = read(books.xlsx({"NCT": nfd}, merged={"NCT": ["A1:I1"]}))
    assert column(rows, "name") == ["Nguyễn Thị Hai", "Lê Văn Tư", "Tống Thị Cộng", "Võ"]
    assert column(rows, "birth") == ["1941", "1944", "1939-01-01", "1936"]
    assert column(rows, "sex") == ["female", "male", "female", "male"]
    assert (column(rows, "id_number"), column(rows, "id_old")) == (
        [None, "075044001234", "075139001235", None],
        ["270123456", None, None, None],
    )
    assert column(rows, "hamlet") == ["Khu phố 3", "Khu phố 4A", "Khu phố 5", "Khu phố 3"]
    assert column(rows, "address") == ["12/5", "45", None, None]
    assert column(rows, "group_codes") == [["k5a"], ["k5a"], ["k5a"], None]
    assert set(column(rows, "commune")) == {"Phường Trảng Dài"}
    assert column(rows, "phone") == ["02513822111", "0903456789", None, None]
    assert problems(rows) == {6: [("C6", "date_about"), ("H6", "group_candidates")]}


def test_orphans_with_their_guardians_in_two_communes():
    head = [
        ["Số TT", "Thông tin trẻ em", "", "", "", "Người nuôi dưỡng", "", "", "Nơi cư trú", "", "Đối tượng"],
        [
            "",
            "Họ và tên",
            "Ngày sinh",
            "Giới tính",
            "Mã định danh",
            "Họ và tên",
            "Năm sinh",
            "Số điện thoại",
            "Ấp",
            "Xã",
            "",
        ],
    ]
    merged = ["A1:A2", "B1:E1", "F1:H1", "I1:J1", "K1:K2"]
    first = [
        *head,
        [1, "Nguyễn Gia Hân", dt.date(2018, 6, 1), "Nữ", "075318001111", "Nguyễn Thị Lý", 1960, "0987654321",
         "Ấp 1", "Xã An Viễn", "Trẻ em mồ côi"],
        [2, "Nguyễn Gia Bảo", dt.date(2020, 2, 29), "Nam", "075220001112", "", "", "", "", "", "Trẻ em mồ côi"],
        [3, "Chưa rõ danh tính", "2026", "Nam", "", "Trung tâm CTXH", "", "", "", "",
         "Trẻ em không có nguồn nuôi dưỡng"],
    ]  # fmt: skip
    second = [
        *head,
        [
            1,
            "Thị Hương",
            "15/8/2012",
            "Nữ",
            75312001113,
            "Điểu Khánh",
            "",
            "0912000111",
            "Sóc 5",
            "Xã Tân Hưng",
            "Mồ côi",
        ],
    ]
    data = books.xlsx(
        {"An Viễn": first, "Tân Hưng": second, "Mã nhóm": [["Mã", "Tên"], ["k1", "Trẻ em"]]},
        merged={"An Viễn": [*merged, "F3:F4", "I3:I5", "J3:J5"], "Tân Hưng": merged},
        states={"Mã nhóm": "veryHidden"},
    )
    rows, report, notices = read(data)
    assert column(rows, "name") == ["Nguyễn Gia Hân", "Nguyễn Gia Bảo", None, "Thị Hương"]
    assert column(rows, "unidentified") == [None, None, True, None]
    assert column(rows, "birth") == ["2018-06-01", "2020-02-29", "2026", "2012-08-15"]
    assert column(rows, "guardian_name") == ["Nguyễn Thị Lý", None, "Trung tâm CTXH", "Điểu Khánh"]
    assert column(rows, "guardian_phone") == ["0987654321", None, None, "0912000111"]
    assert column(rows, "commune") == ["Xã An Viễn", "Xã An Viễn", "Xã An Viễn", "Xã Tân Hưng"]
    assert column(rows, "hamlet") == ["Ấp 1", "Ấp 1", "Ấp 1", "Sóc 5"]
    assert column(rows, "group_codes") == [["k1"], ["k1"], ["k1"], None]
    assert problems(rows) == {3: [("E3", "id_zero"), ("K3", "group_unknown")]}
    assert [(notice.code, notice.sheet) for notice in notices] == [("hidden_sheet", "Mã nhóm")]
    assert report.skipped_count == 0


@pytest.mark.parametrize("mac", [False, True])
def test_running_cases_to_be_taken_over(mac):
    sheet = [
        ["SỔ THEO DÕI QUẢN LÝ TRƯỜNG HỢP"],
        ["Trạng thái", "Số hồ sơ cũ", "Ngày mở hồ sơ", "Người quản lý trường hợp", "Nhu cầu hỗ trợ", "Ngày cấp",
         "CCCD", "Giới", "Ngày/tháng/năm sinh", "Họ và tên đối tượng", "Mức trợ cấp"],
        ["Đang quản lý", "12/2024", dt.date(2024, 3, 15), "Nguyễn Thị Cúc", "Chỗ ở; việc làm", "05/09/2021",
         "075180002222", "Nữ", "7/3/80", "Phạm Thị Oanh", 810000],
        ["Đã kết thúc", "13/2024", "20-3-2024", "Nguyễn Thị Cúc", "", "", "075290002223", "Nam", "1990",
         "Hồ Văn Phúc", 540000],
        ["Tạm dừng", "14/2024", "2024", "Đỗ Minh", "=SUM(A1:A2)", "", "", "nam", "3/1977", "Y Moan Ênuôl", 540000],
        ["?", "15/2024", "40/03/2024", "Đỗ Minh", "", "", "", "", "", "", 0],
    ]  # fmt: skip
    rows, report, _ = read(books.xlsx({"Sổ": sheet}, merged={"Sổ": ["A1:K1"]}, mac=mac))
    assert column(rows, "name") == ["Phạm Thị Oanh", "Hồ Văn Phúc", "Y Moan Ênuôl", None]
    assert column(rows, "case_status") == ["open", "closed", "on_hold", None]
    assert column(rows, "case_old_number") == ["12/2024", "13/2024", "14/2024", "15/2024"]
    assert column(rows, "case_opened") == ["2024-03-15", "2024-03-20", None, None]
    assert column(rows, "case_worker") == ["Nguyễn Thị Cúc", "Nguyễn Thị Cúc", "Đỗ Minh", "Đỗ Minh"]
    assert column(rows, "needs") == ["Chỗ ở; việc làm", None, "=SUM(A1:A2)", None]
    assert column(rows, "birth") == ["1980-03-07", "1990", "1977-03", None]
    assert column(rows, "id_date") == ["2021-09-05", None, None, None]
    assert problems(rows) == {
        4: [("G4", "id_year")],
        5: [("C5", "date_incomplete")],
        6: [("J6", "name_missing"), ("C6", "date_impossible")],
    }
    assert [(n.code, n.text.split("“")[1][:11]) for n in report.notices] == [("unknown_column", "Mức trợ cấp")]


def test_poor_households_from_an_ods_with_pages_and_split_names():
    head = ["STT", "Họ và tên đệm", "Tên", "Ngày", "Tháng", "Năm sinh", "Dân tộc", "Thuộc hộ", "", "Chủ hộ", "Thôn"]
    sub = [None, None, None, None, None, None, None, "Nghèo", "Cận nghèo", None, None]
    numbers = ["A", "B", "C", 1, 2, 3, 4, 5, 6, 7, 8]
    sheet = [
        ["UBND xã Bù Gia Mập"],
        [None, "DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2026"],
        head, sub, numbers,
        [1, "Điểu", "Sơn", None, None, 1975, "Xtiêng", "x", None, "Điểu Sơn", "Bù La"],
        [2, "Thị", "Nhung", None, None, 1979, "XTIÊNG", "x", None, "Điểu Sơn", "Bù La"],
        ["Trang 2"],
        head, sub, numbers,
        [3, "Hoàng Văn", "Páo", None, None, 1983, "Mông", None, "x", "Hoàng Văn Páo", "Đắk Á"],
        [4, None, "Páo", None, None, 2083, "Mông", None, "x", "Hoàng Văn Páo", "Đắk Á"],
        ["Tổng cộng", None, None, None, None, 4],
    ]  # fmt: skip
    rows, report, _ = read(books.ods("Hộ nghèo", sheet))
    assert column(rows, "name") == ["Điểu Sơn", "Thị Nhung", "Hoàng Văn Páo", "Páo"]
    assert column(rows, "ethnicity") == ["Xtiêng", "Xtiêng", "Mông", "Mông"]
    assert column(rows, "household_status") == ["poor", "poor", "near_poor", "near_poor"]
    assert column(rows, "household_head") == ["Điểu Sơn", "Điểu Sơn", "Hoàng Văn Páo", "Hoàng Văn Páo"]
    assert column(rows, "birth") == ["1975", "1979", "1983", None]
    assert set(column(rows, "commune")) == {"Xã Bù Gia Mập"}
    assert problems(rows) == {13: [("F13", "date_future")]}
    assert [kind for *_rest, kind, _text in report.skipped] == [
        "header",
        "title",
        "header",
        "header",
        "header",
        "total",
    ]


def test_an_export_of_old_software_as_xls():
    sheet = [
        ["MA_HS", "Ho va ten", "Ngay sinh", "Gioi tinh", "So CMND", "Dia chi", "Doi tuong", "Ghi chu"],
        ["BTXH-001", "Nguyen Van Hung", 20455.0, "Nam", 271000111.0, "Ap 2, xa Bau Ham", "Nguoi khuyet tat nang", ""],
        ["BTXH-002", "Tran Thi Lan", "00/00/1949", "Nu", 75149000112.0, "Ap 5, xa Bau Ham", "Nguoi cao tuoi", "-"],
        ["", "Tong cong", 2.0],
    ]
    rows, _, _ = read(books.xls("Sheet1", sheet))
    assert column(rows, "name") == ["Nguyen Van Hung", "Tran Thi Lan"]
    assert column(rows, "case_old_number") == ["BTXH-001", "BTXH-002"]
    assert column(rows, "birth") == ["1956-01-01", "1949"]
    assert column(rows, "id_old") == ["271000111", None]
    assert column(rows, "id_number") == [None, "075149000112"]
    assert column(rows, "group_codes") == [["k6b"], ["k5a"]]
    assert problems(rows) == {2: [("C2", "date_from_serial")], 3: [("E3", "id_zero")]}
