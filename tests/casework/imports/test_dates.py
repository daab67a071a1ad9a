"""Dates: day before month always, nothing guessed in silence."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.imports.dates import join_parts, read_birth, read_date
from core.partial_dates import PartialDate

TODAY = dt.date(2026, 11, 5)
EPOCH = dt.date(1899, 12, 30)
BIRTHS = st.dates(min_value=dt.date(1905, 1, 1), max_value=TODAY)


def birth(raw, **kwargs):
    return read_birth(raw, today=TODAY, **kwargs)


@pytest.mark.parametrize(
    ("raw", "iso", "codes"),
    [
        ("05/09/1948", "1948-09-05", []),
        ("5/9/1948", "1948-09-05", []),
        ("5-9-1948", "1948-09-05", []),
        ("05.09.1948", "1948-09-05", []),
        (" 05 / 09 / 1948 ", "1948-09-05", []),
        ("05/09/1948 00:00:00", "1948-09-05", []),
        ("'05/09/1948", "1948-09-05", []),
        ("1948-09-05", "1948-09-05", []),
        ("1948-09-05 00:00:00", "1948-09-05", []),
        ("ngày 5 tháng 9 năm 1948", "1948-09-05", []),
        ("tháng 3 năm 1951", "1951-03", []),
        ("03/1951", "1951-03", []),
        ("3-1951", "1951-03", []),
        ("1950", "1950", []),
        ("1950.0", "1950", []),
        (1950, "1950", []),
        (1950.0, "1950", []),
        ("năm 1950", "1950", []),
        ("Sinh năm 1950", "1950", []),
        ("SN 1950", "1950", []),
        ("00/00/1950", "1950", []),
        ("../../1950", "1950", []),
        ("--/--/1950", "1950", []),
        ("00/03/1950", "1950-03", []),
        ("khoảng 1950", "1950", ["date_about"]),
        ("1950 (?)", "1950", ["date_about"]),
        ("5/9/48", "1948-09-05", []),
        ("5/9/15", "2015-09-05", ["two_digit_year"]),
        (18264, "1950-01-01", ["date_from_serial"]),
        ("18264", "1950-01-01", ["date_from_serial"]),
        (5091948, "1948-09-05", ["date_from_digits"]),
        ("05091948", "1948-09-05", ["date_from_digits"]),
        (3.1951, "1951-03", ["month_from_number"]),
        (12.195, "1950-12", ["month_from_number"]),
        (dt.date(1950, 5, 9), "1950-05-09", []),
        (dt.datetime(1950, 5, 9, 7, 30), "1950-05-09", []),
        (dt.date(1905, 5, 3), "1950", ["year_in_date_cell"]),
        ("29/02/1952", "1952-02-29", []),
    ],
)
def test_what_lists_write_is_read(raw, iso, codes):
    reading = birth(raw)
    assert reading.error is None, reading.error
    assert (str(reading.value), [note.code for note in reading.warnings]) == (iso, codes)


@pytest.mark.parametrize("raw", ["", None, "không rõ", "-", "Chưa rõ", "//", "0", "không nhớ"])
def test_unknown_is_not_an_error(raw):
    assert birth(raw) == (None, (), None)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("05/13/1950", "date_impossible"),
        ("31/04/1950", "date_impossible"),
        ("29/02/1951", "date_impossible"),
        ("00/13/1950", "date_impossible"),
        ("06/11/2026", "date_future"),
        (2027, "date_future"),
        ("05/09/1848", "date_too_old"),
        (1899, "date_too_old"),
        ("5/9", "date_unreadable"),
        ("5/48", "date_unreadable"),
        (48, "date_unreadable"),
        ("75 tuổi", "date_unreadable"),
        ("1950-1952", "date_unreadable"),
        (True, "date_unreadable"),
        (dt.time(7, 30), "date_unreadable"),
        (1e17, "date_unreadable"),
        (-5, "date_unreadable"),
        (2.5, "date_unreadable"),
    ],
)
def test_what_cannot_be_a_birth_date_is_said(raw, code):
    reading = birth(raw)
    assert reading.value is None
    assert reading.error.code == code


def test_month_first_is_named_as_the_cause():
    assert "không có tháng 25" in birth("09/25/1948").error.text


def test_the_personal_id_settles_a_year_of_two_digits():
    assert birth("5/9/15", year_hint=1915) == (PartialDate(1915, 9, 5), (), None)
    assert birth("5/9/15", year_hint=2015) == (PartialDate(2015, 9, 5), (), None)
    assert birth("5/9/15", year_hint=1948).warnings[0].code == "two_digit_year"


def test_serials_of_both_date_systems_and_the_false_leap_day():
    assert str(birth(18264 - 1462, date_1904=True).value) == "1950-01-01"
    assert read_date(43831, today=TODAY).value == dt.date(2020, 1, 1)


def test_three_columns():
    assert str(join_parts(5.0, "09", 1948.0, today=TODAY).value) == "1948-09-05"
    assert str(join_parts("", "", "1948", today=TODAY).value) == "1948"
    assert str(join_parts("", "9", "1948", today=TODAY).value) == "1948-09"
    assert join_parts("", "", "", today=TODAY).value is None
    assert join_parts("31", "2", "1948", today=TODAY).error.code == "date_impossible"


def test_a_case_date_needs_a_day():
    reading = read_date("2020", today=TODAY)
    assert (reading.value, reading.warnings[0].code) == (None, "date_incomplete")
    assert read_date("5/9/20", today=TODAY).value == dt.date(2020, 9, 5)


@given(BIRTHS, st.sampled_from(["/", "-", ".", " / ", " "]), st.booleans())
def test_day_first_round_trip(day, separator, padded):
    parts = [f"{day.day:02d}", f"{day.month:02d}"] if padded else [str(day.day), str(day.month)]
    assert birth(separator.join([*parts, str(day.year)])).value == PartialDate.of(day)


@given(BIRTHS)
def test_iso_serial_and_cells_agree(day):
    expected = PartialDate.of(day)
    assert birth(day.isoformat()).value == expected
    if day.year > 1911:  # the first serials look like years
        assert birth((day - EPOCH).days).value == expected
        assert birth(day).value == expected
        assert birth(dt.datetime(day.year, day.month, day.day)).value == expected


@given(BIRTHS)
def test_partial_dates_survive_iso(day):
    for value in (PartialDate.of(day), PartialDate(day.year, day.month), PartialDate(day.year)):
        assert PartialDate.fromisoformat(str(value)) == value
        assert birth(value.display()).value == value


@given(st.integers(1, 31), st.integers(13, 31), st.integers(1930, 2020))
def test_a_month_above_12_is_never_taken_for_a_day(day, month, year):
    assert birth(f"{day:02d}/{month:02d}/{year}").error is not None


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.booleans(), st.dates(), st.times()))
def test_any_cell_gives_a_plausible_date_or_a_problem(raw):
    reading = birth(raw)
    assert reading.error is None or reading.value is None
    if reading.value is not None:
        assert TODAY.year - 125 <= reading.value.year <= TODAY.year
