"""Is this person known already? Exact identity number, or a name that sounds alike with year and commune.

Shows only what whoever takes a call may learn: name, year of birth, commune, and why it looks alike.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from casework.models import Person
from casework.models.person import IDENTITY
from core.folding import fold
from core.sealed import blind_index

LIMIT = 8
BLOCK = 400
ALIKE = 86  # of 100: swapped letters, a missing middle name


@dataclass(frozen=True)
class Match:
    """A candidate. `reasons` are (kind, sentence), kind = eq, ap (nearly) or ne."""

    id: UUID
    name: str
    birth_year: int | None
    commune: str
    score: int
    strong: bool
    reasons: list[tuple[str, str]] = field(default_factory=list)


def matches(data: dict[str, Any], exclude: UUID | None = None) -> list[Match]:
    """Candidates for the typed name, birth (PartialDate or None), commune and identity number, the likeliest first."""
    name, birth, commune = fold(data.get("name") or ""), data.get("birth"), data.get("commune")
    year = birth.year if birth else None
    index = blind_index((data.get("id_number") or "").strip(), IDENTITY)
    people: dict[UUID, Person] = {}
    live = Person.objects.filter(merged_into__isnull=True).select_related("commune")
    if index:
        people.update({p.id: p for p in live.filter(id_index=index)[:LIMIT]})
    if name:
        people.update({p.id: p for p in _alike(live, name, year, commune)})
    if exclude is not None:
        people.pop(exclude, None)
    found = [_compare(p, name, year, commune, index, data.get("sex")) for p in people.values()]
    kept = [match for match in found if match.score > 0]
    return sorted(kept, key=lambda match: (-match.score, match.name, str(match.id)))[:LIMIT]


def _alike(live: QuerySet[Person], name: str, year: int | None, commune: Any) -> list[Person]:
    """Blocks that an index answers: the same folded name; a near year with the same commune, or with two of the name's
    words in their places; without a year, the same commune with them."""
    words = name.split()
    blocks = [live.filter(name_folded=name)]
    if year is not None:
        near = Q(birth_year__range=(year - 1, year + 1))
        # Exact namesakes are many; those of a near year must not be cut off with the rest.
        blocks.append(live.filter(near, name_folded=name))
        if commune is not None:
            blocks.append(live.filter(near, commune=commune))
        # Compared inside the index of the years (person_by_year), and only what fits is read.
        blocks.append(live.filter(pk__in=_named().filter(near, _two_words(words)).values("pk")))
    elif commune is not None:
        blocks.append(live.filter(pk__in=_named().filter(_two_words(words), commune=commune).values("pk")))
    found: dict[UUID, Person] = {}
    for block in blocks:
        for person in block.order_by("id")[:BLOCK]:
            if person.name_folded == name or fuzz.token_sort_ratio(person.name_folded, name) >= ALIKE:
                found[person.id] = person
    return list(found.values())


def _named() -> QuerySet[Person]:
    """Persons with their folded name as `known`, which the index of trigrams does not answer: among the names of a few
    years, comparing each is faster than the long lists of "ngu" and "uye"."""
    return Person.objects.alias(known=Concat("name_folded", Value("")))


def _two_words(words: list[str]) -> Q:
    """Names that differ in one word: the last is misheard, the first is, one in the middle is missing, or the order is
    swapped."""
    if len(words) == 1:
        return Q(known__startswith=words[0][:3])
    first, last = words[0], words[-1]
    either = Q(known__startswith=f"{' '.join(words[:-1])} {last[0]}")
    either |= Q(known__startswith=f"{first} ", known__endswith=f" {last}")
    either |= Q(known__startswith=f"{last} ", known__contains=f" {first}")
    middle = Q(known__contains=f" {words[1]} ") if len(words) > 2 else Q()
    return either | (middle & Q(known__endswith=f" {last}"))


def _compare(person: Person, name: str, year: int | None, commune: Any, index: str, sex: str | None) -> Match:
    reasons: list[tuple[str, str]] = []
    score = 0
    same_id = bool(index) and person.id_index == index
    if same_id:
        reasons.append(("eq", _("số giấy tờ")))
        score += 100
    same_name = bool(name) and person.name_folded == name
    likeness = fuzz.token_sort_ratio(person.name_folded, name) if name else 0
    if same_name:
        reasons.append(("eq", _("họ tên")))
        score += 40
    elif likeness >= ALIKE:
        reasons.append(("ap", _("tên gần giống")))
        score += 25
    elif name:
        reasons.append(("ne", _("họ tên")))
        score -= 20
    same_year = year is not None and person.birth_year == year
    if year is not None and person.birth_year is not None:
        near = abs(person.birth_year - year) == 1
        reasons.append(("eq" if same_year else "ap" if near else "ne", _("năm sinh")))
        score += 30 if same_year else 15 if near else -30
    same_commune = commune is not None and person.commune_id == commune.pk
    if commune is not None and person.commune_id is not None:
        reasons.append(("eq" if same_commune else "ne", person.commune.label))  # type: ignore[union-attr]
        score += 20 if same_commune else -5
    if sex in ("male", "female") and person.sex in ("male", "female") and sex != person.sex:
        reasons.append(("ne", _("giới tính")))
        score -= 15
    return Match(
        person.id, str(person), person.birth_year, person.commune.label if person.commune else "", score,
        same_id or (same_name and same_year and same_commune), reasons,
    )  # fmt: skip
