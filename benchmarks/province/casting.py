"""Who plays in copy number n: the centre and its people, the commune's chair, a facility. By the dice of the number."""

from collections.abc import Sequence
from typing import Any

from benchmarks.province.houses import fate_of
from benchmarks.province.names import People
from benchmarks.province.place import Province
from benchmarks.province.playing import Cast
from core.accounts.models import User

# Parts and what templates may name of them, in the order of `Casting.texts` (each as plain and as dashed text).
USERS = (
    "intake", "intake2", "supervisor", "supervisor2", "steward", "worker", "worker2", "chair", "manager", "officer",
    "officer2", "head",
)  # fmt: skip
VALUES = (*USERS, "worker_name", "centre", "commune_unit", "house", "house_group")
PLACES = {name: number for number, name in enumerate(VALUES)}
DASHED = {name: number + len(VALUES) for number, name in enumerate(VALUES)}


class Casting:
    """Casts for learning (`cast`: rows) and for stamping (`texts`)."""

    def __init__(self, province: Province, people: People):
        self.province, self.people = province, people
        self.codes = [code for code, _label in people.communes]
        self.houses: dict[str, list[Any]] = {"": province.houses[:1]}
        for house in filter(lambda one: not fate_of(one), province.houses):
            self.houses.setdefault(house.kind, []).append(house)
        self._texts: dict[Any, list[str]] = {}

    def _pick(self, number: int, kind: str) -> tuple[int, int, int, int, int]:
        """(centre, worker, which of two, commune, facility) of a copy."""
        dice = self.people.dice(number)
        centre = dice[58] % len(self.province.centres)
        workers = len(self.province.centres[centre].workers)
        worker = (dice[59] << 8 | dice[60]) % workers
        commune = (dice[17] << 8 | dice[18]) % len(self.codes)
        houses = self.houses.get(kind) or self.houses[""]
        return centre, worker, dice[61] % 4, commune, (dice[62] << 8 | dice[63]) % max(1, len(houses))

    def _users(self, picked: tuple[int, int, int, int, int], kind: str) -> dict[str, User]:
        centre, worker, which, commune, house = picked
        place, department = self.province.centres[centre], self.province.department
        houses = self.houses.get(kind) or self.houses[""]
        first, second = which & 1, which >> 1
        found = {
            "intake": place.intake[first], "intake2": place.intake[1 - first], "supervisor": place.supervisors[second],
            "supervisor2": place.supervisors[1 - second], "steward": place.stewards[0],
            "worker": place.workers[worker], "worker2": place.workers[(worker + 1) % len(place.workers)],
            "chair": self.province.chairs[self.codes[commune]], "officer": department["chuyenvien1"],
            "officer2": department["chuyenvien2"], "head": department["phogiamdoc"],
        }  # fmt: skip
        found["manager"] = houses[house].manager if houses else found["head"]
        return found

    def _values(self, picked: tuple[int, int, int, int, int], kind: str) -> dict[str, Any]:
        users = self._users(picked, kind)
        houses = self.houses.get(kind) or self.houses[""]
        house = houses[picked[4]].unit if houses else self.province.top
        values: dict[str, Any] = {name: users[name].pk for name in USERS}
        values.update(
            worker_name=users["worker"].full_name, centre=self.province.centres[picked[0]].unit.pk,
            commune_unit=self.province.commune_units[self.codes[picked[3]]].pk, house=house.pk,
            house_group=house.group_id,
        )  # fmt: skip
        return values

    def cast(self, number: int, kind: str = "") -> Cast:
        picked = self._pick(number, kind)
        return Cast(self._users(picked, kind), self._values(picked, kind))

    def texts(self, number: int, kind: str = "") -> list[str]:
        """The values of the cast as text, plain and then dashed."""
        picked = self._pick(number, kind)
        key = (picked, kind)
        if key not in self._texts:
            if len(self._texts) > 100_000:
                self._texts.clear()
            values = list(self._values(picked, kind).values())
            plain = [value.hex if hasattr(value, "hex") else str(value) for value in values]
            self._texts[key] = plain + [str(value) for value in values]
        return self._texts[key]

    def unlike(self, number: int, kind: str, others: Sequence[Cast]) -> bool:
        """Whether a copy's cast differs in every part that can differ from the last of the others."""
        if not others:
            return True
        mine, last = self.cast(number, kind).values, others[-1].values
        fixed = {"officer", "officer2", "head"}
        houses = self.houses.get(kind) or self.houses[""]
        if len(houses) < 2:
            fixed |= {"house", "house_group", "manager"}
        return all(mine[name] != last[name] for name in mine if name not in fixed)
