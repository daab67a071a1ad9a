"""Names, words and other cells."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.imports.cells import CellContext, read_cell, read_name
from casework.imports.fields import FIELDS
from casework.imports.words import GroupWords
from core.imports.text import clean, column_index, column_letter

TODAY = dt.date(2026, 11, 5)
CONTEXT = CellContext(TODAY)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("  Nguyễn   Văn\nAn ", "Nguyễn Văn An"),
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Tuyết"), "Nguyễn Thị Tuyết"),
        ("K'Brối", "K'Brối"),
        ("K’Brối", "K'Brối"),
        ("K`BRỐI", "K'Brối"),
        ("Ka Nhời", "Ka Nhời"),
        ("Y Moan Ênuôl", "Y Moan Ênuôl"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Tý", "Tý"),
        ("Na", "Na"),
        ("1. Nguyễn Văn An", "Nguyễn Văn An"),
        ("Ðỗ Văn Ðức", "Đỗ Văn Đức"),
        ("Nguyễn Văn\u200b An\ufeff", "Nguyễn Văn An"),
    ],
)
def test_names_stay_what_they_are(raw, name):
    assert read_name(raw) == ({"name": name}, (), None)


@pytest.mark.parametrize(
    "raw",
    ["Chưa rõ danh tính", "Không rõ", "chưa rõ họ tên", "VÔ DANH", "Chưa có tên", "Không xác định được danh tính"],
)
def test_unidentified_is_a_value(raw):
    assert read_name(raw).value == {"unidentified": True}


def test_words_about_an_unidentified_person_are_kept():
    value = read_name("Chưa rõ danh tính (nam, khoảng 60 tuổi)").value
    assert value["unidentified"] is True
    assert "60 tuổi" in value["note"]


@pytest.mark.parametrize(
    ("raw", "code"), [(12345, "name_not_text"), ("12345", "name_empty"), ("...", "name_empty"), ("A" * 200, "too_long")]
)
def test_what_is_no_name_is_an_error(raw, code):
    assert read_name(raw).error.code == code


def test_asides_of_a_name_go_to_the_note():
    reading = read_name("Nguyễn Thị Lan (chết 2020)")
    assert reading.value == {"name": "Nguyễn Thị Lan", "note": "chết 2020"}
    assert reading.warnings[0].code == "name_aside"


def test_old_fonts_and_odd_signs_are_warned_about():
    assert read_name("NguyÔn V¨n An").warnings[0].code == "legacy_font"
    assert read_name("Nguyễn Văn An 2").warnings[0].code == "name_strange"
    assert read_name("=HYPERLINK(1)&x").warnings


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("sex", "Nam", "male"),
        ("sex", "nữ", "female"),
        ("sex", "NỮ", "female"),
        ("sex", unicodedata.normalize("NFD", "Nữ"), "female"),
        ("sex", "Gái", "female"),
        ("household_status", "Hộ nghèo", "poor"),
        ("household_status", "Cận nghèo", "near_poor"),
        ("household_status", "HCN", "near_poor"),
        ("household_status", "Không", "none"),
        ("household_status", "Không thuộc hộ nghèo", "none"),
        ("household_status", "Trung bình", "average"),
        ("disability_level", "Đặc biệt nặng", "special_severe"),
        ("disability_level", "ĐBN", "special_severe"),
        ("disability_level", "Nặng", "severe"),
        ("disability_level", "nhẹ", "mild"),
        ("disability_type", "Vận động", ("mobility",)),
        ("disability_type", "Nghe, nói; trí tuệ", ("hearing_speech", "intellectual")),
        ("disability_type", "Thần kinh, tâm thần", ("mental",)),
        ("disability_type", "Mù", ("vision",)),
        ("commune", "X. Trảng Bom", "Xã Trảng Bom"),
        ("commune", "P. Trảng Dài", "Phường Trảng Dài"),
        ("hamlet", "KP3", "Khu phố 3"),
        ("hamlet", "kp. 4", "Khu phố 4"),
        ("hamlet", "Ấp Tân Bình", "Ấp Tân Bình"),
        ("ethnicity", "CHƠ RO", "Chơ Ro"),
        ("case_status", "Đang quản lý", "open"),
        ("case_status", "Đã kết thúc", "closed"),
        ("case_status", "Tạm dừng", "on_hold"),
        ("case_status", "Chuyển đi nơi khác", "moved"),
        ("case_status", "Đã chết", "dead"),
        ("note", "=1+1", "=1+1"),
        ("note", "@SUM(A1)", "@SUM(A1)"),
        ("note", "-2+3", "-2+3"),
        ("case_old_number", 123.0, "123"),
        ("guardian_name", "không có", None),
        ("guardian_name", "K’Ten", "K'Ten"),
    ],
)
def test_words(field, raw, value):
    reading = read_cell(field, raw, CONTEXT)
    assert (reading.value, reading.warnings, reading.error) == (value, (), None)


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("household_status", "x", "household_mark"),
        ("household_status", "abc", "household_unknown"),
        ("disability_level", "tương đối", "level_unknown"),
        ("disability_type", "abc", "type_unknown"),
        ("case_status", "abc", "status_unknown"),
    ],
)
def test_unknown_words_are_warned_about_and_left_out(field, raw, code):
    reading = read_cell(field, raw, CONTEXT)
    assert (reading.value, reading.warnings[0].code) == (None, code)


def test_sex_that_is_no_word_is_an_error():
    assert read_cell("sex", "abc", CONTEXT).error.code == "sex_unknown"


def test_a_house_number_that_excel_made_a_date_is_warned_about():
    reading = read_cell("address", dt.date(2026, 5, 12), CONTEXT)
    assert (reading.value, reading.warnings[0].code) == ("12/05/2026", "text_became_date")


def test_too_long_text_is_an_error():
    assert read_cell("address", "a" * 501, CONTEXT).error.code == "too_long"
    assert read_cell("note", "a" * 501, CONTEXT).error is None


def test_groups_are_matched_with_the_given_catalogue():
    groups = {"Người khuyết tật nặng": "k6b", "khuyết tật": "k6", "Người cao tuổi": "k5a", "k5": "k5a"}
    context = CellContext(TODAY, groups=GroupWords(groups))
    assert read_cell("group", "NGƯỜI KHUYẾT TẬT NẶNG", context).value["group_codes"] == ("k6b",)
    both = read_cell("group", "Người cao tuổi; người khuyết tật nặng", context)
    assert set(both.value["group_codes"]) == {"k5a", "k6b"}
    near = read_cell("group", "Trẻ khuyết tật dưới 16 tuổi", context)
    assert (near.value["group_codes"], near.value["group_candidates"]) == ((), ("k6",))
    assert near.warnings[0].code == "group_candidates"
    assert read_cell("group", "Thương binh", context).warnings[0].code == "group_unknown"
    assert read_cell("group", "Thương binh", CONTEXT) == ({"group": "Thương binh"}, (), None)


@given(
    st.sampled_from(sorted(FIELDS)),
    st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.times()),
)
def test_no_cell_breaks_the_reader(field, raw):
    reading = read_cell(field, raw, CellContext(TODAY, groups=GroupWords({"Người cao tuổi": "k5a"})))
    assert reading.error is None or reading.value is None


@given(st.text(max_size=60))
def test_cleaning_is_stable_and_composed(text):
    once = clean(text)
    assert clean(once) == once == unicodedata.normalize("NFC", once)


@given(st.integers(0, 20_000))
def test_column_letters(index):
    assert column_index(column_letter(index)) == index
