"""Vietnamese text made comparable: cleaned for storage, folded for search, keyed for sorting.

SQLite knows no Unicode case, and both engines keep composed and decomposed letters apart; so what is searched or sorted
is computed here once and stored beside the text (ADR: search columns).
"""

import unicodedata

# The order of the Vietnamese alphabet, with the four foreign letters where Latin order puts them.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Tones in the order of Vietnamese dictionaries: level, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": 2, "\u0309": 3, "\u0303": 4, "\u0301": 5, "\u0323": 6}
# Digits sort before letters under every collation of both engines, so these 36 signs order the same everywhere.
SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
LETTER_SIGNS = {letter: SIGNS[place] for place, letter in enumerate(ALPHABET, start=1)}
END, OTHER = SIGNS[0], SIGNS[-1]


def clean(text: str) -> str:
    """Composed letters (NFC), every run of white space one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Lower-case words of [a-z0-9] with one space between: no marks, đ as d, anything else a space."""
    bare = (sign for sign in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(sign) != "Mn")
    plain = "".join(bare).replace("đ", "d")
    return " ".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in plain).split())


def _word_key(word: str) -> str:
    letters, tone = [], 1
    for composed in unicodedata.normalize("NFC", word.lower()):
        sign = unicodedata.normalize("NFD", composed)
        tone = next((TONES[mark] for mark in sign if mark in TONES), tone)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in sign if mark not in TONES))
        if letter:
            letters.append(LETTER_SIGNS.get(letter, OTHER))
    # The tone follows the letters: it decides only between syllables that are otherwise the same.
    return "".join(letters) + END + str(tone)


def _field_key(words: list[str]) -> str:
    return "".join(_word_key(word) for word in words) + END


def sort_key(name: str) -> str:
    """A key of [0-9a-z] that orders full names as Vietnamese lists do: given name, then middle, then family name.

    "Nguyễn Văn An" is compared as An, Văn, Nguyễn. At most twice the letters of the name plus three; "" for "".
    """
    words = clean(name).split()
    if not words:
        return ""
    family, middle, given = ([], [], words) if len(words) == 1 else (words[:1], words[1:-1], words[-1:])
    return _field_key(given) + _field_key(middle) + _field_key(family)
