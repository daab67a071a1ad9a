"""Who the people are: names as they are in Đồng Nai, ages, papers. Person number n of a seed is always the same.

Numbers of papers belong to nobody in particular; telephones are of a range that is not given out (0900 000 …).
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from benchmarks.province.words import FAMILY, GIVEN, HAMLETS, MIDDLE, PROBLEMS, STREETS
from core.folding import fold, sort_key
from core.sealed import derived_key

# What templates may name of a person; `Somebody.values` has them in this order.
ATTRIBUTES = (
    "name", "name_folded", "sort_name", "known_as", "birth_year", "birth_month", "birth_day", "sex", "id_kind",
    "id_number", "id_index", "phone", "address", "hamlet", "commune_id", "birth_text", "sex_label", "commune_label",
    "reporter", "reporter_phone", "problem", "consent_by", "contact", "contact_phone", "head_name", "old_number",
    "contact_told",
)  # fmt: skip
# Years of birth by age: whole classes of law, so that no birthday of the story's time changes what may be done.
BORN = {"child": (2012, 2021), "adult": (1968, 2002), "old": (1949, 1964), "unknown": (1955, 1995)}
MALE, FEMALE = 0, 1


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word)


@lru_cache(maxsize=20_000)
def _word_key(word: str) -> str:
    """The key of one word: what `sort_key` gives for it as a given name, without the ends of the three parts."""
    return sort_key(word)[:-3]


def folded(words: Sequence[str]) -> str:
    return " ".join(_folded(word) for word in words)


def sorted_by(words: Sequence[str]) -> str:
    """`core.folding.sort_key` of a name of two words or more, word by word from a cache."""
    middle = "".join(_word_key(word) for word in words[1:-1])
    return f"{_word_key(words[-1])}0{middle}0{_word_key(words[0])}0"


def pick(pool: Sequence[Any], dice: bytes, at: int) -> Any:
    """One of the pool by two bytes of the dice."""
    return pool[(dice[at] << 8 | dice[at + 1]) % len(pool)]


class People:
    """`values(number, kind)` are the attributes of person `number`; `kind` is child, adult, old or unknown, `full` asks
    for somebody of whom everything is known."""

    def __init__(self, seed: int, communes: Sequence[tuple[str, str]]):
        self.seed = seed.to_bytes(8, "big")
        self.communes = list(communes)
        self.index_key = derived_key(settings.DH_INDEX_KEY, "index:identity")

    def dice(self, number: int) -> bytes:
        return hashlib.blake2b(number.to_bytes(8, "big"), key=self.seed, digest_size=64).digest()

    def _words(self, sex: int, dice: bytes, at: int) -> list[str]:
        words = [pick(FAMILY, dice, at), pick(MIDDLE[sex], dice, at + 2), pick(GIVEN[sex], dice, at + 4)]
        if dice[at + 6] < 140:
            words.insert(2, pick(GIVEN[sex], dice, at + 7))
        return words

    def values(self, number: int, kind: str, full: bool = False) -> list[Any]:
        dice = self.dice(number)
        sex = FEMALE if dice[0] < 150 else MALE
        words = self._words(sex, dice, 1)
        first, last = BORN[kind]
        year = first + (dice[10] << 8 | dice[11]) % (last - first + 1)
        month: int | None = dice[12] % 12 + 1
        day: int | None = dice[13] % 28 + 1
        if not full and dice[14] < (90 if kind == "old" else 12):
            month = day = None
        papers, telephone = full or dice[15] < 205, full or dice[16] < 140
        commune, commune_label = pick(self.communes, dice, 17)
        name, known = " ".join(words), ""
        if kind == "unknown":
            words, name, papers = [], "", False
            month = day = None
            known = f"Khoảng {2026 - year} tuổi, gặp ở bến xe, không nói được tên"
        id_number = self._paper(number, sex, year) if papers else ""
        birth_text = str(year) if day is None else f"{day:02d}/{month:02d}/{year}"
        reporter_sex = dice[19] & 1
        contact, contact_phone = " ".join(self._words(FEMALE, dice, 42)), self._phone(dice, 52)
        return [
            name, folded(words), sorted_by(words) if words else "", known, year, month, day,
            ("male", "female")[sex], "personal" if papers else "none", id_number,
            hmac.digest(self.index_key, id_number.encode(), "sha256").hex() if papers else "",
            self._phone(dice, 20) if telephone else "",
            f"{dice[22] + dice[23] + 1} {pick(STREETS, dice, 24)}", pick(HAMLETS, dice, 26), commune,
            birth_text, ("Nam", "Nữ")[sex], commune_label,
            " ".join(self._words(reporter_sex, dice, 28)), self._phone(dice, 38),
            pick(PROBLEMS[kind], dice, 40), name or "Người giám hộ",
            contact, contact_phone,
            " ".join([words[0] if words else "Trần", pick(MIDDLE[MALE], dice, 54), pick(GIVEN[MALE], dice, 56)]),
            f"{number + 1:07d}/QLTH", f"{contact}, {contact_phone}",
        ]  # fmt: skip

    @staticmethod
    def _phone(dice: bytes, at: int) -> str:
        return f"0900000{(dice[at] << 8 | dice[at + 1]) % 1000:03d}"

    @staticmethod
    def _paper(number: int, sex: int, year: int) -> str:
        """Twelve digits: a code of the province, century and sex, year, a running number."""
        century = (0 if year < 2000 else 2) + sex
        return f"{'075' if number < 1_000_000 else '070'}{century}{year % 100:02d}{number % 1_000_000:06d}"


def form_of(values: Sequence[Any]) -> dict[str, Any]:
    """The fields of registration for a person's values."""
    known = dict(zip(ATTRIBUTES, values, strict=True))
    form = {name: known[name] for name in ("name", "sex", "hamlet", "address")}
    form.update(birth=known["birth_text"], commune=known["commune_id"])
    if not known["name"]:
        form.update(unidentified=True, known_as=known["known_as"])
    if known["id_number"]:
        form.update(id_kind="personal", id_number=known["id_number"])
    if known["phone"]:
        form["phone"] = known["phone"]
    return form
