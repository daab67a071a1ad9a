"""Which copy tells which story, when it begins, and which numbers it takes. In arrays: a million is little."""

import random
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from benchmarks.province.chaining import EventStamp
from benchmarks.province.learning import Template
from benchmarks.province.stamping import Stamp
from benchmarks.province.timing import SHIFT

_SHIFT_BITS = 14
_STORY_BITS = 8


@dataclass
class Telling:
    """A story ready to be stamped, and the days on which it may begin."""

    template: Template
    window: list[date]
    stamp: Stamp
    events: EventStamp


@dataclass
class Plan:
    """By number of copy: story, ordinal of the first day, seconds of shift, where its numbers begin."""

    tellings: list[Telling]
    stories: array = field(default_factory=lambda: array("B"))
    starts: array = field(default_factory=lambda: array("l"))
    shifts: array = field(default_factory=lambda: array("H"))
    first_number: array = field(default_factory=lambda: array("L"))
    numbers: array = field(default_factory=lambda: array("L"))
    counters: dict[tuple[str, int], int] = field(default_factory=dict)
    _years: dict[tuple[int, int], list[tuple[str, int, int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.stories)

    def series(self, story: int, start: int) -> list[tuple[str, int, int]]:
        """(series, year, seconds since 1970 without shift) of the numbers that a copy takes, in order."""
        key = (story, start)
        if key not in self._years:
            telling = self.tellings[story]
            steps = telling.stamp.slots.day(date.fromordinal(start))[2]
            days = telling.stamp.slots.book.days(date.fromordinal(start), telling.template.steps)
            self._years[key] = [
                (series, days[step].year, steps[step]) for series, step in telling.template.numbers
            ]  # fmt: skip
        return self._years[key]

    def numbers_of(self, copy: int) -> list[str]:
        start = self.first_number[copy]
        series = self.series(self.stories[copy], self.starts[copy])
        return [f"{name}-{year}-{self.numbers[start + place]:06d}" for place, (name, year, _at) in enumerate(series)]


def shares(weights: Sequence[float], count: int) -> list[int]:
    """`count` divided by weight; everybody gets one before anybody gets two, as far as it goes."""
    least = 1 if count >= len(weights) else 0
    left, total = count - least * len(weights), sum(weights)
    exact = [left * weight / total for weight in weights]
    found = [int(share) for share in exact]
    rest = sorted(range(len(weights)), key=lambda place: found[place] - exact[place])
    for place in rest[: left - sum(found)]:
        found[place] += 1
    return [share + least for share in found]


def plan(tellings: list[Telling], count: int, seed: int, taken: dict[tuple[str, int], int]) -> Plan:
    """Copies in the order of their beginning; `taken` are the last numbers given out so far."""
    rng = random.Random(seed)
    keys: list[int] = []
    for story, share in enumerate(shares([telling.template.story.weight for telling in tellings], count)):
        window = [day.toordinal() for day in tellings[story].window]
        for _copy in range(share):
            start, shift = window[int(rng.random() * len(window))], int(rng.random() * SHIFT)
            keys.append(((start << _SHIFT_BITS | shift) << _STORY_BITS) | story)
    keys.sort()
    made = Plan(tellings)
    for key in keys:
        made.stories.append(key & (1 << _STORY_BITS) - 1)
        made.shifts.append(key >> _STORY_BITS & (1 << _SHIFT_BITS) - 1)
        made.starts.append(key >> _STORY_BITS + _SHIFT_BITS)
    _number(made, taken)
    return made


def _number(made: Plan, taken: dict[tuple[str, int], int]) -> None:
    """Numbers in the order of the moments at which they are taken."""
    waiting: dict[tuple[str, int], list[int]] = defaultdict(list)
    total = 0
    for copy in range(len(made)):
        made.first_number.append(total)
        shift = made.shifts[copy]
        for series, year, at in made.series(made.stories[copy], made.starts[copy]):
            waiting[series, year].append((at + shift) << 32 | total)
            total += 1
    made.numbers = array("L", bytes(array("L").itemsize * total))
    made.counters = dict(taken)
    for series, moments in waiting.items():
        moments.sort()
        last = taken.get(series, 0)
        for number, moment in enumerate(moments, last + 1):
            made.numbers[moment & 0xFFFFFFFF] = number
        made.counters[series] = last + len(moments)
