"""Whole numbers and amounts of money in Vietnamese words, as printed on receipts and decisions.

Own code because the packages tried say "một triệu lẻ năm" for 1.000.005, or are GPL.
"""

from typing import Final, Literal

from django.utils.translation import gettext as _

Zero = Literal["linh", "lẻ"]

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS: Final = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))
_BILLION: Final = 10**9
LARGEST: Final = 10**18 - 1  # beyond "tỷ tỷ" nobody reads the words


def _below_hundred(number: int, zero: Zero, *, led: bool) -> list[str]:
    """`led`: something was said before, so a lone unit takes "linh" or "lẻ"."""
    tens, unit = divmod(number, 10)
    if number == 0:
        return []
    if tens == 0:
        return [zero, _DIGITS[unit]] if led else [_DIGITS[unit]]
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit == 1 and tens > 1:
        return [*words, "mốt"]
    if unit == 4 and tens > 1:
        return [*words, "tư"]
    if unit == 5:
        return [*words, "lăm"]
    return [*words, _DIGITS[unit]] if unit else words


def _below_thousand(number: int, zero: Zero, *, led: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or led else []
    return words + _below_hundred(rest, zero, led=bool(words))


def _positive(number: int, zero: Zero, *, led: bool = False) -> list[str]:
    words: list[str] = []
    billions, rest = divmod(number, _BILLION)
    if billions:
        words += [*_positive(billions, zero, led=led), "tỷ"]
    for size, name in _GROUPS:
        group, rest = divmod(rest, size)
        if group:
            words += _below_thousand(group, zero, led=led or bool(words))
            words += [name] if name else []
    return words


def number_in_words(number: int, *, zero: Zero = "linh") -> str:
    """105 → "một trăm linh năm". `zero` is the word for an empty tens place: "linh", or "lẻ" as said in the South.

    Raises ValueError (sentence in Vietnamese) for what is no whole number, or has more than 18 digits.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(_("Chỉ đọc được số nguyên thành chữ."))
    if abs(number) > LARGEST:
        raise ValueError(_("Số có hơn 18 chữ số, không đọc thành chữ được."))
    if number == 0:
        return _DIGITS[0]
    words = _positive(abs(number), zero)
    return " ".join(["âm", *words] if number < 0 else words)


def dong_in_words(amount: int, *, zero: Zero = "linh") -> str:
    """An amount in whole đồng: 1000005 → "Một triệu không trăm linh năm đồng". Errors as `number_in_words`."""
    words = number_in_words(amount, zero=zero)
    return f"{words[0].upper()}{words[1:]} đồng"
