"""Finding header rows and matching columns."""

import itertools
import random
import unicodedata

import pytest

from casework.imports.headings import find_header, is_number_row, match_heading, read_mapping
from core.imports.workbook import MergedRange


def header_of(rows, merged=(), overrides=None):
    return find_header(list(enumerate(rows, start=1)), merged, overrides)


def targets(header):
    return {column.letter: column.target for column in header.columns}


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Họ và tên", "name"),
        ("HỌ TÊN", "name"),
        ("Họ và\ntên đối tượng", "name"),
        ("Họ, chữ đệm và tên", "name"),
        ("Họ và tên (chữ in hoa)", "name"),
        ("Họ tên người khuyết tật", "name"),
        ("Họ và chữ đệm", "name_family"),
        ("Số TT", "ordinal"),
        ("Ngày, tháng, năm sinh", "birth"),
        ("Ngày/tháng/năm sinh (dd/mm/yyyy)", "birth"),
        ("Năm sinh", "birth"),
        ("Sinh năm", "birth"),
        ("Năm sinh (Nam)", "birth_male"),
        ("Năm sinh nữ", "birth_female"),
        ("Giới tính (Nam/Nữ)", "sex"),
        ("Số CMND/CCCD", "id_number"),
        ("Số căn cước công dân", "id_number"),
        ("Số định danh cá nhân", "id_number"),
        ("Số CMND", "id_old"),
        ("Ngày cấp CCCD", "id_date"),
        ("Nơi cấp", ""),
        ("SĐT", "phone"),
        ("Điện thoại liên hệ", "phone"),
        ("SĐT người giám hộ", "guardian_phone"),
        ("Dân tộc", "ethnicity"),
        ("Xã/phường", "commune"),
        ("Ấp, khu phố", "hamlet"),
        ("Thôn (ấp, KP)", "hamlet"),
        ("Tổ dân phố", "hamlet"),
        ("Địa chỉ thường trú", "address"),
        ("Địa chỉ cũ (trước sáp nhập)", "address_old"),
        ("Đối tượng", "group"),
        ("Diện hưởng trợ cấp", "group"),
        ("Dạng tật", "disability_type"),
        ("Mức độ KT", "disability_level"),
        ("Hộ nghèo, cận nghèo", "household_status"),
        ("Hộ cận nghèo", "household_status=near_poor"),
        ("Họ tên chủ hộ", "household_head"),
        ("Người chăm sóc", "guardian_name"),
        ("Nhu cầu trợ giúp", "needs"),
        ("Ghi chú", "note"),
        ("Số hồ sơ cũ", "case_old_number"),
        ("Ngày mở hồ sơ", "case_opened"),
        ("Ngày bắt đầu quản lý", "case_opened"),
        ("Cán bộ phụ trách", "case_worker"),
        ("Tình trạng hồ sơ", "case_status"),
        ("Họ tên cha", None),
        ("Quan hệ với chủ hộ", None),
        ("Số quyết định", None),
        ("Mức trợ cấp", None),
    ],
)
def test_headings_that_communes_write(heading, target):
    for spelling in (heading, heading.upper(), unicodedata.normalize("NFD", heading), f" {heading} (1)"):
        text = " ".join(unicodedata.normalize("NFC", spelling).split())
        assert match_heading((text,)) == (target, ())


@pytest.mark.parametrize(
    ("parts", "target"),
    [
        (("Ngày, tháng, năm sinh", "Nam"), "birth_male"),
        (("Năm sinh", "Nữ"), "birth_female"),
        (("Ngày sinh", "Năm"), "birth_year"),
        (("Giới tính", "Nam"), "sex=male"),
        (("CCCD", "Số"), "id_number"),
        (("CCCD", "Ngày cấp"), "id_date"),
        (("Nơi cư trú", "Ấp"), "hamlet"),
        (("Địa chỉ cũ", "Xã"), "address_old"),
        (("Người giám hộ", "Họ và tên"), "guardian_name"),
        (("Người giám hộ", "Năm sinh"), ""),
        (("Chủ hộ", "CCCD"), ""),
        (("Cha", "Họ và tên"), ""),
        (("Dạng khuyết tật", "Vận động"), "disability_type=mobility"),
        (("Khuyết tật", "Mức độ"), "disability_level"),
        (("Mức độ khuyết tật", "Đặc biệt nặng"), "disability_level=special_severe"),
        (("Thuộc hộ", "Cận nghèo"), "household_status=near_poor"),
        (("Đối tượng", "Trẻ em mồ côi"), "group=Trẻ em mồ côi"),
        (("Thông tin đối tượng", "Họ và tên"), "name"),
    ],
)
def test_a_parent_heading_decides_what_is_below(parts, target):
    assert match_heading(parts) == (target, ())


def test_columns_in_any_order():
    headings = ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Số CCCD", "Địa chỉ", "Ghi chú"]
    expected = dict(zip(headings, ["ordinal", "name", "birth", "sex", "id_number", "address", "note"], strict=True))
    for order in random.Random(1).sample(list(itertools.permutations(headings)), 40):
        header = header_of([["UBND XÃ TRẢNG BOM"], [], list(order)])
        assert (header.first_row, header.last_row) == (3, 3)
        assert [column.target for column in header.columns] == [expected[heading] for heading in order]


def test_merged_parent_over_two_columns():
    rows = [
        ["STT", "Họ và tên", "Ngày, tháng, năm sinh", "", "Địa chỉ"],
        ["", "", "Nam", "Nữ", ""],
        [1, "A B", 1950, "", "Ấp 3"],
    ]
    merged = [MergedRange(1, 2, 1, 3), *(MergedRange(1, c, 2, c) for c in (0, 1, 4))]
    expected = {"A": "ordinal", "B": "name", "C": "birth_male", "D": "birth_female", "E": "address"}
    for known in (merged, []):  # ods does not tell merged cells
        header = header_of(rows, known)
        assert (header.first_row, header.last_row, targets(header)) == (1, 2, expected)


def test_three_header_rows():
    rows = [
        ["DANH SÁCH NGƯỜI KHUYẾT TẬT"],
        ["TT", "Thông tin cá nhân", "", "", "", "Khuyết tật", "", ""],
        ["", "Họ và tên", "Năm sinh", "", "CCCD", "Dạng", "Mức độ", ""],
        ["", "", "Nam", "Nữ", "", "", "Nặng", "Đặc biệt nặng"],
        [1, "A B", 1950, "", "", "Vận động", "x", ""],
    ]
    merged = [MergedRange(2, 0, 4, 0), MergedRange(2, 1, 2, 4), MergedRange(2, 5, 2, 7), MergedRange(3, 1, 4, 1),
              MergedRange(3, 2, 3, 3), MergedRange(3, 4, 4, 4), MergedRange(3, 5, 4, 5),
              MergedRange(3, 6, 3, 7)]  # fmt: skip
    header = header_of(rows, merged)
    assert (header.first_row, header.last_row) == (2, 4)
    assert list(targets(header).values()) == [
        "ordinal", "name", "birth_male", "birth_female", "id_number", "disability_type",
        "disability_level=severe", "disability_level=special_severe",
    ]  # fmt: skip


def test_a_name_heading_over_two_columns_joins_them():
    header = header_of([["STT", "Họ và tên", "", "Năm sinh"], [1, "Nguyễn Văn", "An", 1950]], [MergedRange(1, 1, 1, 2)])
    assert targets(header) == {"A": "ordinal", "B": "name", "C": "name", "D": "birth"}


def test_unknown_and_doubtful_columns_are_reported_apart():
    header = header_of([["STT", "Họ tên", "ĐT", "Mức trợ cấp", "Năm sinh"]])
    assert [c.letter for c in header.unknown] == ["D"]
    assert [(c.letter, c.choices) for c in header.ambiguous] == [("C", ("phone", "ethnicity", "group"))]


def test_two_columns_for_one_field_ask():
    header = header_of([["Họ tên", "Năm sinh", "Số CCCD", "Mã định danh"]])
    assert targets(header)["C"] == "id_number"
    assert [(c.letter, c.choices) for c in header.ambiguous] == [("D", ("id_number",))]


def test_the_present_address_wins_over_the_registered_one():
    header = header_of([["Họ tên", "Năm sinh", "Hộ khẩu thường trú", "Nơi ở hiện nay"]])
    assert (targets(header)["C"], targets(header)["D"]) == (None, "address")


def test_a_persons_choice_wins():
    header = header_of([["Họ tên", "ĐT", "Ghi chú", "Năm sinh"]], overrides={1: "phone", 2: ""})
    assert targets(header) == {"A": "name", "B": "phone", "C": "", "D": "birth"}
    header = header_of([["Đương sự", "Năm sinh", "Địa chỉ"], ["A B", 1950, "Ấp 3"]], overrides={0: "name"})
    assert (header.last_row, header.missing) == (1, ())


def test_without_a_name_there_is_no_header():
    assert header_of([["STT", "Năm sinh", "Địa chỉ"], [1, 1950, "Ấp 3"]]) is None
    assert header_of([["Tổng hợp chi ngân sách"], ["Khoản mục", "Số tiền"], ["Quà Tết", 5_000_000]]) is None


@pytest.mark.parametrize("mapping", [{"C": "surname"}, {"1": "name"}, {"": "name"}, {"B": "sexx=male"}])
def test_nonsense_choices_are_refused(mapping):
    with pytest.raises(ValueError):
        read_mapping(mapping)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["(1)", "(2)", "(3)", "(4)"], True),
        (["1", "2", "3", "4"], True),
        (["A", "B", "1", "2", "3"], True),
        (["1", "2", "3", "4=(2)+(3)"], True),
        (["1", "Nguyễn Văn An", "1950"], False),
        (["12", "3", "15"], False),
        (["1", "2"], False),
    ],
)
def test_the_row_of_column_numbers(cells, expected):
    assert is_number_row(cells) is expected
