import unicodedata

import pytest

from core.documents.numbers_in_words import LARGEST, dong_in_words, number_in_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (55, "năm mươi lăm"),
        (91, "chín mươi mốt"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1_000, "một nghìn"),
        (1_001, "một nghìn không trăm linh một"),
        (1_015, "một nghìn không trăm mười lăm"),
        (10_010, "mười nghìn không trăm mười"),
        (540_000, "năm trăm bốn mươi nghìn"),
        (1_115_000, "một triệu một trăm mười lăm nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_000_100, "một triệu một trăm"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (27_000_021, "hai mươi bảy triệu không trăm hai mươi mốt"),
        (1_000_000_000, "một tỷ"),
        (3_005_000_000, "ba tỷ không trăm linh năm triệu"),
        (1_000_000_000_001, "một nghìn tỷ không trăm linh một"),
        (1_001_000_000_000, "một nghìn không trăm linh một tỷ"),
        (-21, "âm hai mươi mốt"),
    ],
)
def test_numbers_are_read_as_they_are_said(number, words):
    assert number_in_words(number) == words
    assert unicodedata.is_normalized("NFC", words)


def test_the_south_says_le():
    assert number_in_words(1_000_105, zero="lẻ") == "một triệu một trăm lẻ năm"
    assert dong_in_words(1_000_005, zero="lẻ") == "Một triệu không trăm lẻ năm đồng"


def test_money_starts_with_a_capital_and_ends_in_dong():
    assert dong_in_words(1_000_005) == "Một triệu không trăm linh năm đồng"
    assert dong_in_words(0) == "Không đồng"
    assert dong_in_words(-500) == "Âm năm trăm đồng"


def _value(words):
    """The number that words stand for, by a reading of its own: digits, then what multiplies them."""
    names = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    digits = {name: at for at, name in enumerate(names)} | {"mốt": 1, "tư": 4, "lăm": 5}
    total = group = digit = 0
    for word in words.split():
        if word in digits:
            digit = digits[word]
        elif word == "mười":
            group, digit = group + 10, 0
        elif word in {"mươi", "trăm"}:
            group, digit = group + digit * {"mươi": 10, "trăm": 100}[word], 0
        elif word in {"nghìn", "triệu"}:
            total, group, digit = total + (group + digit) * {"nghìn": 10**3, "triệu": 10**6}[word], 0, 0
        elif word == "tỷ":
            total, group, digit = (total + group + digit) * 10**9, 0, 0
        else:
            assert word == "linh"
    return total + group + digit


def test_words_read_back_give_the_number():
    numbers = [*range(2_000), *range(999_000, 1_001_100), *(7**power for power in range(21)), LARGEST]
    assert [_value(number_in_words(number)) for number in numbers] == numbers


@pytest.mark.parametrize("number", [1.5, "12", None, True, LARGEST + 1, -LARGEST - 1])
def test_what_is_no_amount_is_refused(number):
    with pytest.raises(ValueError, match="số"):
        number_in_words(number)
