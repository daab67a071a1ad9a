"""Vietnamese input: what is read, and the sentence for what is not."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.partial_dates import PartialDate
from core.web.fields import IdNumberField, MoneyField, PartialDateField, PhoneField, VietnameseDateField

SPACE = "\u00a0"


def error_of(field, text) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(text)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(
    "text", ["05/09/1948", "5/9/1948", "05-09-1948", "05.09.1948", " 5 / 9 / 1948 ", "05091948", "1948-09-05"]
)
def test_day_comes_first(text):
    assert VietnameseDateField().clean(text) == date(1948, 9, 5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/12/26", "Gõ đủ bốn chữ số của năm, ví dụ 31/12/1950."),
        ("12/31/2025", "Không có tháng 31. Gõ ngày trước, tháng sau: 31/12/2026."),
        ("30/02/2024", "Tháng 2/2024 chỉ có từ ngày 1 đến ngày 29."),
        ("00/02/2024", "Tháng 2/2024 chỉ có từ ngày 1 đến ngày 29."),
        ("01/01/0195", "Năm 195 quá xa. Gõ lại năm."),
        ("05/09-1948", "Không đọc được “05/09-1948”. Gõ như 31/12/2026."),
        ("1948", "Không đọc được “1948”. Gõ như 31/12/2026."),
        ("hôm qua", "Không đọc được “hôm qua”. Gõ như 31/12/2026."),
        ("", "Gõ ngày, ví dụ 31/12/2026."),
    ],
)
def test_unreadable_days_are_explained(text, sentence):
    assert error_of(VietnameseDateField(), text) == sentence


def test_days_to_come_are_refused_where_they_cannot_be():
    year = timezone.localdate().year + 36
    assert error_of(VietnameseDateField(birth=True), f"03/04/{year}") == f"Năm {year} chưa tới. Gõ lại năm sinh."
    assert error_of(VietnameseDateField(past_only=True), f"03/04/{year}") == f"Năm {year} chưa tới. Gõ lại năm."
    assert VietnameseDateField().clean(f"03/04/{year}") == date(year, 4, 3)
    today = timezone.localdate()
    assert VietnameseDateField(past_only=True).clean(today.strftime("%d/%m/%Y")) == today


def test_a_day_is_shown_as_it_is_typed_and_blank_is_none():
    field = VietnameseDateField(required=False)
    assert field.prepare_value(date(1951, 4, 3)) == "03/04/1951"
    assert field.prepare_value("3/4/19") == "3/4/19"
    assert field.clean("") is None
    assert not field.has_changed(date(1951, 4, 3), "3.4.1951")
    assert field.has_changed(date(1951, 4, 3), "3.4.195")


@pytest.mark.parametrize(
    ("text", "value", "iso", "shown"),
    [
        ("1950", PartialDate(1950), "1950", "1950"),
        ("4/1951", PartialDate(1951, 4), "1951-04", "04/1951"),
        ("3/4/1951", PartialDate(1951, 4, 3), "1951-04-03", "03/04/1951"),
        ("1951-04-03", PartialDate(1951, 4, 3), "1951-04-03", "03/04/1951"),
    ],
)
def test_birth_dates_may_be_known_in_part(text, value, iso, shown):
    cleaned = PartialDateField().clean(text)
    assert cleaned == value
    assert (str(cleaned), cleaned.display()) == (iso, shown)
    assert PartialDateField().prepare_value(cleaned) == shown
    assert PartialDate.fromisoformat(iso) == value


def test_partial_dates_span_what_is_unknown():
    assert (PartialDate(1950).earliest(), PartialDate(1950).latest()) == (date(1950, 1, 1), date(1950, 12, 31))
    assert PartialDate(1952, 2).latest() == date(1952, 2, 29)
    assert PartialDate(1951, 4, 3).ages_on(date(2026, 4, 2)) == (74, 74)
    assert PartialDate(1951, 4, 3).ages_on(date(2026, 4, 3)) == (75, 75)
    assert PartialDate(1951).ages_on(date(2026, 6, 1)) == (74, 75)
    assert PartialDate(1951).matches(PartialDate(1951, 4, 3))
    assert not PartialDate(1951, 5).matches(PartialDate(1951, 4, 3))


@pytest.mark.parametrize("parts", [(1951, None, 3), (1951, 13, None), (1951, 2, 29)])
def test_impossible_partial_dates_cannot_be_made(parts):
    with pytest.raises(ValueError, match=r"."):
        PartialDate(*parts)


def test_a_birth_year_to_come_is_refused():
    assert error_of(PartialDateField(), "03/04/2962") == "Năm 2962 chưa tới. Gõ lại năm sinh."
    assert error_of(PartialDateField(), "2962") == "Năm 2962 chưa tới. Gõ lại năm sinh."
    assert error_of(PartialDateField(), "51") == "Không đọc được “51”. Gõ như 31/12/1950, 12/1950 hoặc 1950."


@pytest.mark.parametrize(
    "text", ["1.500.000", "1 500 000", "1,500,000", "1500000", "1.500.000 đ", "1.500.000 VND", f"1{SPACE}500{SPACE}000"]
)
def test_money_is_read_in_every_grouping(text):
    assert MoneyField().clean(text) == 1_500_000


@pytest.mark.parametrize("text", ["1.5", "1.500,5", "15.00", "1.500 000", "một triệu", "1.5000"])
def test_unclear_amounts_are_refused(text):
    assert error_of(MoneyField(), text) == f"Không đọc được số tiền “{text}”. Gõ số đồng chẵn, như 1.500.000."


def test_money_has_limits_and_is_shown_grouped():
    assert error_of(MoneyField(), "-1") == "Số tiền ít nhất là 0 đ."
    assert error_of(MoneyField(max_value=540_000), "540.001") == "Số tiền nhiều nhất là 540.000 đ."
    assert MoneyField().prepare_value(1_500_000) == "1.500.000"
    assert MoneyField(required=False).clean("") is None
    assert MoneyField().clean("0") == 0


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0900 000 000", "0900000000"),
        ("+84 900.000.000", "0900000000"),
        ("84900000000", "0900000000"),
        ("0084 900000000", "0900000000"),
        ("+84 (0) 900000000", "0900000000"),
        ("(0251) 382-2222", "02513822222"),
        ("0251 3822 222", "02513822222"),
        ("111", "111"),
        ("1900 1234", "19001234"),
    ],
)
def test_telephone_numbers_are_kept_as_digits(text, digits):
    assert PhoneField().clean(text) == digits


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("090000000", "Số điện thoại có 10 chữ số; mới có 9."),
        ("09000000000", "Số điện thoại có 10 chữ số; đang có 11."),
        ("0251382222", "Số điện thoại có 11 chữ số; mới có 10."),
        ("900000000", "Số điện thoại bắt đầu bằng 0. Gõ cả mã vùng nếu là máy bàn."),
        ("0900000000/0900000001", "Số điện thoại chỉ có chữ số. Mỗi ô một số."),
        ("0100000000", "Không có đầu số 010. Kiểm tra lại."),
        ("٠٩٠٠٠٠٠٠٠٠", "Số điện thoại chỉ có chữ số. Mỗi ô một số."),
    ],
)
def test_wrong_telephone_numbers_are_explained(text, sentence):
    assert error_of(PhoneField(), text) == sentence


@pytest.mark.parametrize(("text", "digits"), [("0751 5100 0214", "075151000214"), ("271234567", "271234567")])
def test_identity_numbers_old_and_new(text, digits):
    assert IdNumberField().clean(text) == digits


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("07515100021", "Số định danh có 12 chữ số; mới có 11."),
        ("0751510002145", "Số định danh có 12 chữ số; đang có 13."),
        ("2712345", "Số định danh có 12 chữ số, chứng minh nhân dân cũ có 9; mới có 7."),
        ("07515100021x", "Số định danh chỉ có chữ số."),
    ],
)
def test_wrong_identity_numbers_are_explained(text, sentence):
    assert error_of(IdNumberField(), text) == sentence


def test_identity_number_against_sex_and_year_only_warns():
    woman_1951 = "075151000214"
    assert IdNumberField.warnings(woman_1951, "female", 1951) == []
    assert IdNumberField.warnings(woman_1951, "male", 1951) == [
        "Chữ số thứ 4 là nữ, ô giới đang là nam. Kiểm tra giấy, vẫn lưu được."
    ]
    assert IdNumberField.warnings(woman_1951, "", 1975) == [
        "Số định danh ứng với năm sinh 1951, ô năm sinh đang là 1975. Kiểm tra giấy, vẫn lưu được."
    ]
    boy_2014 = "075214000001"
    assert IdNumberField.warnings(boy_2014, "male", 2014) == []
    assert len(IdNumberField.warnings(boy_2014, "female", 1914)) == 2
    assert IdNumberField.warnings("271234567", "female", 1951) == []
