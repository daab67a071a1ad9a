"""Vietnamese text as it comes out of spreadsheets."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Any

from core.folding import fold as _fold

# Zero-width characters, soft hyphen, byte order mark, bidirectional marks: they come with text pasted from the web.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "`": "'", "´": "'", "＇": "'"})
_UNKNOWN = re.compile(
    r"(khong|chua|k|ko) (ro|biet|nho|xac dinh|co|cap|lam)( giay to)?|khong|k|ko|chua|null|none|n a|0|"
)
# Letters of TCVN3 (ABC) fonts as Unicode shows them: "NguyÔn V¨n", "Hä vµ tªn", "§Þa chØ". None is a Vietnamese letter.
_LEGACY = re.compile("[A-Za-z][µ¸¹¨©ª«¬®Þ]|[§®µ¸Þ][a-z]|§Þ")
# Eth stands for đ in files made with old keyboards; they look the same.
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})


def clean(value: Any) -> str:
    """Text of a cell: NFC, one line, no invisible characters. Numbers without a trailing ".0", dates as dd/mm/yyyy."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        if not text.isprintable():  # line breaks, no-break spaces and the invisible ones
            text = _INVISIBLE.sub("", text)
        if "Ð" in text or "ð" in text:
            text = text.translate(_ETH)
        return " ".join(text.split())
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime) and (value.hour or value.minute or value.second):
        return value.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """`core.folding.fold`, remembered: lists repeat the same words in every row."""
    return _fold(text)


def plain_apostrophes(text: str) -> str:
    """K’Brối, K`Brối and K'Brối are one name."""
    return text.translate(_APOSTROPHES)


def says_unknown(text: str) -> bool:
    """True for a cell that says "not known", "none yet" or holds only dashes."""
    if len(text) > 40:
        return False
    folded = fold(text)
    return _UNKNOWN.fullmatch(folded) is not None


def legacy_letters(text: str) -> int:
    """How many places look typed with a TCVN3 (ABC) font, which Unicode shows as other letters."""
    return len(_LEGACY.findall(text))


def column_letter(index: int) -> str:
    """0 → "A", 26 → "AA"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """ "A" → 0, "AA" → 26. ValueError for anything else."""
    if not letters.isascii() or not letters.isalpha():
        raise ValueError(letters)
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row_number: int, column: int) -> str:
    """Row 1-based, column 0-based: (12, 2) → "C12"."""
    return f"{column_letter(column)}{row_number}"
