"""Identity papers and telephones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.imports.identity import birth_year_of, check_id, read_ids, read_phone, sex_of
from core.partial_dates import PartialDate

ID = "075150001234"


def codes(reading):
    return [note.code for note in reading.warnings]


@pytest.mark.parametrize(
    ("raw", "value", "warned"),
    [
        (ID, {"id_number": ID}, []),
        ("075 150 001 234", {"id_number": ID}, []),
        ("075.150.001.234", {"id_number": ID}, []),
        ("'075150001234", {"id_number": ID}, []),
        ("CCCD: 075150001234", {"id_number": ID}, []),
        ("Số 075150001234", {"id_number": ID}, []),
        (75150001234, {"id_number": ID}, ["id_zero"]),
        (75150001234.0, {"id_number": ID}, ["id_zero"]),
        ("75150001234", {"id_number": ID}, ["id_zero"]),
        (1150001234, {"id_number": "001150001234"}, ["id_zero"]),
        (271234567, {"id_old": "271234567"}, []),
        ("271.234.567", {"id_old": "271234567"}, []),
        (11234567, {"id_old": "011234567"}, ["id_zero"]),
        ("271234567/075150001234", {"id_old": "271234567", "id_number": ID}, []),
        ("CMND 271234567; CCCD 075150001234", {"id_old": "271234567", "id_number": ID}, []),
        ("271234567\n075150001234", {"id_old": "271234567", "id_number": ID}, []),
        ("B1234567", {"id_other": "B1234567"}, ["id_passport"]),
        ("", None, []),
        ("chưa có", None, []),
        ("mất", None, []),
        ("-", None, []),
    ],
)
def test_papers_are_read(raw, value, warned):
    reading = read_ids(raw)
    assert reading.error is None, reading.error
    assert (reading.value, codes(reading)) == (value, warned)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0751500012", "id_length"),
        ("07515000123456", "id_length"),
        ("12345", "id_length"),
        (99150001234, "id_length"),
        ("000000000000", "id_placeholder"),
        ("111111111", "id_placeholder"),
        ("đang làm lại", "id_unreadable"),
        ("7.515E+10", "id_unreadable"),
        (75150001234.5, "id_unreadable"),
        (True, "id_unreadable"),
        (float("nan"), "id_unreadable"),
        (float("inf"), "id_unreadable"),
        ("075150001234; 075150001235", "id_two"),
    ],
)
def test_what_is_no_paper_is_an_error(raw, code):
    reading = read_ids(raw)
    assert (reading.value, reading.error.code) == (None, code)


@pytest.mark.parametrize(
    ("digit", "year", "sex"), [("0", 1950, "male"), ("1", 1950, "female"), ("2", 2050, "male"), ("3", 2050, "female")]
)
def test_century_and_sex_of_the_personal_id(digit, year, sex):
    number = f"075{digit}50001234"
    assert (birth_year_of(number), sex_of(number)) == (year, sex)


def test_disagreement_is_a_warning_only():
    assert check_id(ID, PartialDate(1950), "female") == []
    assert check_id(ID, None, None) == []
    assert [note.code for note in check_id(ID, PartialDate(1951, 1, 1), "male")] == ["id_year", "id_sex"]


@given(st.integers(1, 96), st.integers(0, 3), st.integers(0, 99), st.integers(0, 999_999))
def test_an_id_that_lost_its_zeros_comes_back(province, century, year, rest):
    number = f"{province:03d}{century}{year:02d}{rest:06d}"
    reading = read_ids(int(number))
    assert reading.value == {"id_number": number}
    assert codes(reading) == ["id_zero"]
    assert read_ids(number) == ({"id_number": number}, (), None)


@given(st.from_regex(r"0[0-9]{2}[0-3][0-9]{8}", fullmatch=True), st.data())
def test_separators_never_change_an_id(number, data):
    places = data.draw(st.lists(st.sampled_from(["", " ", ".", "-", "\u00a0", "\u200b"]), min_size=12, max_size=12))
    spaced = "".join(digit + place for digit, place in zip(number, places, strict=True))
    if len(set(number)) > 1 and " - " not in spaced:
        assert read_ids(spaced).value == {"id_number": number}


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.dates()))
def test_any_cell_gives_papers_of_the_right_length(raw):
    value = read_ids(raw).value or {}
    assert len(value.get("id_number", "0" * 12)) == 12
    assert len(value.get("id_old", "0" * 9)) == 9


@pytest.mark.parametrize(
    ("raw", "value", "warned"),
    [
        ("0903123456", {"phone": "0903123456"}, []),
        ("0903 123 456", {"phone": "0903123456"}, []),
        ("0903.123.456", {"phone": "0903123456"}, []),
        ("+84 903 123 456", {"phone": "0903123456"}, []),
        ("84903123456", {"phone": "0903123456"}, []),
        (903123456, {"phone": "0903123456"}, ["phone_zero"]),
        ("02513822111", {"phone": "02513822111"}, []),
        ("(0251) 3822 111", {"phone": "02513822111"}, []),
        ("0903123456/0912345678", {"phone": "0903123456", "phone_other": "0912345678"}, []),
        ("0903123456 - 0912345678", {"phone": "0903123456", "phone_other": "0912345678"}, []),
        ("0903123456 (con gái)", {"phone": "0903123456"}, []),
        ("01691234567", {"phone": "01691234567"}, ["phone_old"]),
        ("không có", None, []),
        ("12345", None, ["phone_unreadable"]),
        ("hỏi trưởng ấp", None, ["phone_unreadable"]),
    ],
)
def test_telephones(raw, value, warned):
    reading = read_phone(raw)
    assert (reading.value, codes(reading)) == (value, warned)
