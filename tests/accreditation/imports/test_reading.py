"""Registers of facilities as departments keep them: messy, and read without guessing in silence."""

import unicodedata
from datetime import date, datetime

import pytest

from accreditation.imports.headings import VOCABULARY
from accreditation.imports.rows import ReadReport, as_json, inspect_sheet, read_rows
from core.imports.headings import match_heading
from core.imports.problems import WorkbookError
from core.imports.workbook import open_workbook
from tests.casework.imports.books import ods, xlsx

TODAY = date(2026, 11, 23)
PLAIN = ["STT", "Tên cơ sở", "Loại hình", "Công lập/Ngoài công lập", "Địa chỉ", "Xã, phường", "Người đứng đầu",
         "Điện thoại", "Số QĐ thành lập", "Ngày QĐ thành lập", "Cơ quan cấp QĐ thành lập", "Số giấy phép",
         "Ngày cấp giấy phép", "Đối tượng phục vụ", "Quy mô", "Số người đang ở", "Ngày hết hạn", "Ghi chú"]  # fmt: skip
HOME = [1, "Mái ấm An Bình", "Chăm sóc trẻ em", "Ngoài công lập", "12 Hùng Vương", "Phường Long Khánh",
        "Nguyễn Hữu An", "0251 3822 288", "15/GCN-SLĐTBXH", "05/03/2018", "Sở LĐTBXH", "12/GP-SLĐTBXH", "09/04/2018",
        "Trẻ em mồ côi, trẻ em khuyết tật", "45 trẻ", 38, "", None]  # fmt: skip


def read(content, mapping=None):
    report = ReadReport()
    with open_workbook(content) as workbook:
        return list(read_rows(workbook, mapping, today=TODAY, report=report)), report


def one(content):
    rows, _report = read(content)
    assert len(rows) == 1
    return rows[0]


def codes(problems):
    return {problem.code for problem in problems}


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("TÊN CƠ SỞ TRỢ GIÚP XÃ HỘI", "name"), ("Tên đơn vị", "name"), ("Loại hình cơ sở", "legal_kind"),
        ("Hình thức sở hữu", "ownership"), ("Ngoài công lập", "ownership=private"), ("Trụ sở chính", "address"),
        ("Họ và tên giám đốc", "head_name"), ("Người đại diện theo pháp luật", "head_name"), ("SĐT liên hệ", "phone"),
        ("Quyết định thành lập (số, ngày)", "founding_number"), ("Số, ngày giấy phép hoạt động", "licence_number"),
        ("Năm thành lập", "founding_date"), ("Công suất (giường)", "capacity"), ("Quy mô tiếp nhận", "capacity"),
        ("Số đối tượng đang nuôi dưỡng", "residents"), ("Hiện có", "residents"), ("Đối tượng tiếp nhận", "groups"),
        ("Giấy phép có giá trị đến ngày", "ends_on"), ("Ngày hết hiệu lực", "ends_on"), ("Ghi chú khác", "note"),
    ],
)  # fmt: skip
def test_headings(heading, code):
    assert match_heading(VOCABULARY, (heading,)) == (code, ())


def test_a_heading_below_another():
    for parts, code in (
        (("Giấy phép hoạt động", "Số"), "licence_number"), (("Giấy phép hoạt động", "Ngày cấp"), "licence_date"),
        (("Giấy phép hoạt động", "Ngày hết hạn"), "ends_on"),
        (("Quyết định thành lập", "Cơ quan cấp"), "founding_issuer"),
        (("Quyết định thành lập", "Ngày"), "founding_date"), (("Loại hình", "Công lập"), "ownership=public"),
        (("Người đứng đầu", "Điện thoại"), "phone"), (("Số đối tượng", "Tổng số"), "residents"),
        (("Số đối tượng", "Trong đó: nữ"), ""), (("Địa chỉ", "Xã, phường"), "commune"),
    ):  # fmt: skip
        assert match_heading(VOCABULARY, parts) == (code, ()), parts
    assert match_heading(VOCABULARY, ("Ngày cấp",)) == (None, ("licence_date", "founding_date"))


def test_a_plain_line():
    row = one(xlsx({"DS": [PLAIN, HOME]}))
    assert row.errors == []
    assert row.values == {
        "name": "Mái ấm An Bình", "legal_kind": "children", "ownership": "private", "address": "12 Hùng Vương",
        "commune": "Phường Long Khánh", "head_name": "Nguyễn Hữu An", "phone": "02513822288",
        "founding_number": "15/GCN-SLĐTBXH", "founding_date": date(2018, 3, 5), "founding_issuer": "Sở LĐTBXH",
        "licence_number": "12/GP-SLĐTBXH", "licence_date": date(2018, 4, 9), "capacity": 45, "residents": 38,
        "licence_issuer": "Sở Lao động - Thương binh và Xã hội", "groups": ["f1a", "f1d", "k1", "k6"],
        "groups_text": "Trẻ em mồ côi, trẻ em khuyết tật",
    }  # fmt: skip
    assert as_json(row.values)["licence_date"] == "2018-04-09"


def test_any_order_nfd_and_capitals():
    turned = [unicodedata.normalize("NFD", text).upper() for text in reversed(PLAIN)]
    line = [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in reversed(HOME)]
    row = one(xlsx({"DS": [["DANH SÁCH CƠ SỞ TRỢ GIÚP XÃ HỘI"], [], turned, line]}))
    assert (row.values["name"], row.values["phone"], row.values["capacity"]) == ("Mái ấm An Bình", "02513822288", 45)
    assert row.values["licence_date"] == date(2018, 4, 9)


MESSY = [
    ["SỞ Y TẾ THÀNH PHỐ ĐỒNG NAI", None, None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["DANH SÁCH CÁC CƠ SỞ TRỢ GIÚP XÃ HỘI TRÊN ĐỊA BÀN (tính đến 31/10/2026)"],
    [],
    ["TT", "Tên cơ sở", "Địa chỉ", None, "Quyết định thành lập", None, None, "Giấy phép hoạt động", None, None,
     "Quy mô", "Đối tượng", "Người đứng đầu"],
    [None, None, "Số nhà, đường", "Xã, phường", "Số", "Ngày", "Cơ quan ban hành", "Số", "Ngày cấp", "Hết hạn"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)", "(12)", "(13)"],
    ["I", "CƠ SỞ CÔNG LẬP"],
    [1, "Trung tâm Bảo trợ xã hội tổng hợp", "Tổ 3, KP 2", "Phường Long Bình", "1234/QĐ-UBND", datetime(2003, 7, 14),
     "UBND tỉnh Đồng Nai", None, None, None, 320, "Đối tượng bảo trợ xã hội", "Lý Thành Tâm"],
    [2, "TRUNG TÂM ĐIỀU DƯỠNG NGƯỜI TÂM THẦN", "Ấp 4", None, 38002, 38002, None, None, None, None, "180 giường",
     "Người tâm thần", None],
    ["II", "CƠ SỞ NGOÀI CÔNG LẬP"],
    [3, "Cơ sở dưỡng lão Tâm Đức", "45/2 Lê Duẩn", "Phường Bình Phước", None, None, None, "07/GP-SYT ngày 01/3/2026",
     None, "01/03/2031", "30-40", "NCT; người khuyết tật; người vô gia cư", "Bùi Đức Nhân"],
    [4, "Nhà tạm lánh Bình Yên", "99 Đường Kín", "P. Tam Hiệp", None, None, None, "chưa có", None, None, 20,
     "Nạn nhân bạo lực gia đình", None],
    [5, "Mái ấm trẻ em Sao Mai", "Ấp 1", "Xã Định Quán", None, None, None, "09/GP-SYT", "31/02/2025", None, 8,
     "Trẻ em", None],
    [None, "Tổng cộng: 05 cơ sở", None, None, None, None, None, None, None, None, 608],
    [None, None, None, None, None, None, None, "Đồng Nai, ngày 05 tháng 11 năm 2026"],
    [None, "Người lập biểu", None, None, None, None, None, "KT. GIÁM ĐỐC"],
]  # fmt: skip
MERGED = ["A4:A5", "B4:B5", "C4:D4", "E4:G4", "H4:J4", "K4:K5", "L4:L5", "M4:M5", "D8:D9"]


@pytest.fixture
def messy():
    rows, report = read(xlsx({"DS": MESSY, "An": [PLAIN, HOME]}, merged={"DS": MERGED}, states={"An": "hidden"}))
    return {row.values["name"]: row for row in rows}, report


def test_a_real_looking_register(messy):
    rows, report = messy
    assert [row.row_number for row in rows.values()] == [8, 9, 11, 12, 13]
    assert [row.values["ownership"] for row in rows.values()] == ["public"] * 2 + ["private"] * 3
    public = rows["Trung tâm Bảo trợ xã hội tổng hợp"]
    assert (public.values["ownership"], public.values["legal_kind"]) == ("public", "general")
    assert public.values["founding_date"] == date(2003, 7, 14)
    assert public.values["founding_issuer"] == "UBND tỉnh Đồng Nai"
    assert "kind_derived" in codes(public.warnings)
    assert {kind for _sheet, _row, kind, _text in report.skipped} == {"header", "section", "total", "footer"}


def test_merged_cells_give_their_value_to_the_rows_below(messy):
    rows, _report = messy
    assert rows["Trung Tâm Điều Dưỡng Người Tâm Thần"].values["commune"] == "Phường Long Bình"


def test_a_number_that_is_no_paper_and_one_that_means_two_things(messy):
    rows, _report = messy
    mental = rows["Trung Tâm Điều Dưỡng Người Tâm Thần"]
    assert (mental.values["capacity"], mental.values["ownership"], mental.values["legal_kind"]) == (
        180,
        "public",
        "mental",
    )
    assert mental.values["founding_date"] == date(2004, 1, 16)  # a serial number of Excel, said so
    assert "date_from_serial" in codes(mental.warnings)
    assert codes(rows["Cơ sở dưỡng lão Tâm Đức"].errors) == {"not_a_number"}


def test_number_and_day_in_one_cell_groups_and_a_day_to_come(messy):
    rows, _report = messy
    row = rows["Cơ sở dưỡng lão Tâm Đức"]
    assert (row.values["licence_number"], row.values["licence_date"]) == ("07/GP-SYT", date(2026, 3, 1))
    assert (row.values["licence_issuer"], row.values["ends_on"]) == ("Sở Y tế", date(2031, 3, 1))
    assert row.values["groups"] == ["f1c", "f1d", "k5a", "k5b", "k6"]
    assert [problem.text for problem in row.warnings if problem.code == "groups_unknown"] == [
        "Nhóm đối tượng: Nhóm đối tượng không nhận ra: người vô gia cư."
    ]


def test_a_shelter_is_kept_hidden(messy):
    rows, _report = messy
    row = rows["Nhà tạm lánh Bình Yên"]
    assert row.values["hidden"] is True
    assert (row.values["commune"], row.values["legal_kind"]) == ("Phường Tam Hiệp", "other")
    assert "licence_number" not in row.values
    assert row.errors == []


def test_a_day_that_does_not_exist(messy):
    rows, _report = messy
    (problem,) = rows["Mái ấm trẻ em Sao Mai"].errors
    assert (problem.code, problem.cell) == ("date_impossible", "I13")
    assert "31/02/2025" in problem.text


def test_the_hidden_sheet_is_named_and_not_read(messy):
    rows, _report = messy
    assert "Mái ấm An Bình" not in rows
    with open_workbook(xlsx({"DS": MESSY, "An": [PLAIN, HOME]}, states={"An": "hidden"})) as workbook:
        assert [notice.code for notice in workbook.notices] == ["hidden_sheet"]


def test_marks_and_what_contradicts_them():
    heading = ["STT", "Tên cơ sở", "Công lập", "Ngoài công lập", "Loại hình"]
    rows, _report = read(xlsx({"DS": [
        heading, [1, "Cơ sở Một", "x", None, "Người cao tuổi"], [2, "Cơ sở Hai", None, "X", "Trẻ em"],
        [3, "Cơ sở Ba", "x", "x", "Trẻ em"], [4, "Cơ sở Bốn", None, None, "Trẻ em"],
    ]}))  # fmt: skip
    assert [row.values.get("ownership") for row in rows] == ["public", "private", "public", None]
    assert [codes(row.errors) for row in rows] == [set(), set(), {"two_marks"}, {"no_ownership"}]


def test_the_kind_column_may_hold_the_ownership():
    row = one(ods("DS", [["Tên cơ sở", "Loại hình", "Quy mô"], ["Viện dưỡng lão Bình Mỹ", "Ngoài công lập", 60]]))
    assert (row.values["ownership"], row.values["legal_kind"]) == ("private", "elderly")


def test_doubtful_columns_wait_for_a_choice():
    sheet = {"DS": [["Tên cơ sở", "Công lập/Ngoài công lập", "Loại hình", "Số", "Ngày cấp"],
                    ["Cơ sở Một", "NCL", "Trẻ em", "12/GP-SYT", "01/02/2026"]]}  # fmt: skip
    with open_workbook(xlsx(sheet)) as workbook:
        header = inspect_sheet(workbook, "DS").header
    assert [(column.letter, column.choices) for column in header.ambiguous] == [
        ("D", ("founding_number", "licence_number")), ("E", ("licence_date", "founding_date")),
    ]  # fmt: skip
    rows, _report = read(xlsx(sheet), {"D": "licence_number", "E": "licence_date"})
    assert rows[0].values["licence_date"] == date(2026, 2, 1)
    with pytest.raises(WorkbookError, match="không hợp lệ"):
        read(xlsx(sheet), {"D": "birth"})


@pytest.mark.parametrize(
    ("cell", "number"),
    [(50, 50), ("50 người", 50), ("1.200", 1200), ("60 giường", 60), ("dưới 10", 10), ("không rõ", None), ("", None)],
)
def test_sizes(cell, number):
    heading = ["Tên cơ sở", "Công lập", "Loại hình", "Quy mô"]
    row = one(xlsx({"DS": [heading, ["Cơ sở Một", "x", "Trẻ em", cell]]}))
    assert row.values.get("capacity") == number


def test_a_list_of_persons_is_not_taken_for_a_register():
    rows, report = read(xlsx({"DS": [["STT", "Họ và tên", "Năm sinh"], [1, "Nguyễn Văn Ba", 1950]]}))
    assert rows == []
    assert [notice.code for notice in report.notices] == ["no_header"]
