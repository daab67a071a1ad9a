"""F10, F11: every transition of every machine with 2, 8 and 64 who want it at the same moment. The ways to each state,
and who may take each row, are those of the race tests beside the machines; the same contest is let go with more."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from django.db import connections

from core.audit import chain
from core.errors import Denied, NotVisible
from core.lifecycle.models import IdempotencyKey
from tests.accreditation.applications import ways as application_ways
from tests.accreditation.licences import test_races as licence_ways
from tests.casework.lifecycle import ways as case_ways
from tests.casework.lifecycle.contest import Contest, decide
from tests.casework.lifecycle.test_every_row import rows as case_rows
from tests.facilities.oversight import ways as oversight_ways
from tests.factories.accreditation import people
from tests.factories.oversight import Oversight
from tests.factories.referrals import authorise
from tests.factories.world import World
from tests.spec import reading
from tests.spec.reading import Row

from .results import Result, quantile
from .stage import Stage

SIZES = (2, 8, 64)


@dataclass(frozen=True)
class Race:
    machine: str
    row: Row
    build: Callable[[], Contest]

    @property
    def name(self) -> str:
        return f"{self.machine}.{self.row.transition} from {self.row.source}"


def races(world: World) -> Iterator[Race]:
    """Every row of the reference; each build makes a new record in the row's source state."""
    for machine in reading.MACHINES:
        for row in case_rows(machine):
            yield Race(machine, row, lambda machine=machine, row=row: case_ways.build(world, machine, row))
    oversight = Oversight(world)
    for machine, row in oversight_ways.ROWS:
        yield Race(machine, row, lambda machine=machine, row=row: _oversight(oversight, machine, row))
    for row in reading.rows("application"):
        yield Race("application", row, lambda row=row: application_ways.build(world, row))
    for row in reading.rows("licence"):
        if row.transition in licence_ways.DATA or row.transition in licence_ways.PROPOSED:
            yield Race("licence", row, lambda row=row: licence_ways.of_row(world, row))


def _oversight(story: Oversight, machine: str, row: Row) -> Contest:
    """What is made there is made under one key for each row, which an earlier race has used."""
    IdempotencyKey.objects.filter(key=f"{row.transition}-once").delete()
    return oversight_ways.build(story, machine, row)


def ready(world: World) -> World:
    """With the officers of recognition, and a facility that takes whoever is referred."""
    people(world)
    authorise(world, capacity=None)
    return world


def enlarged(contest: Contest, size: int) -> Contest:
    """The same contest with so many; they ask by turns as those two would."""
    made = replace(contest, attempts=list(itertools.islice(itertools.cycle(contest.attempts), size)))
    made.loses = (*contest.loses, Denied, NotVisible) if Denied in contest.loses else contest.loses
    return made


def run(race: Race, size: int) -> float:
    """Let them go; AssertionError unless one won, one event was written, and all others were refused. Seconds."""
    contest = enlarged(race.build(), size)
    began = time.monotonic()
    decide(contest)
    return time.monotonic() - began


def every_race(stage: Stage, count: int, seed: int) -> list[Result]:
    """All rows by each size; with a `count` above 0 no more than about so many rows by 64, and with 1 by any size."""
    found = list(races(ready(stage.world)))
    results = []
    for size in SIZES:
        few = count if size == SIZES[-1] else 12 * (count == 1)
        result = Result("F11", stage.engine, f"transitions, {size} at once")
        took = []
        for race in found[:: max(1, len(found) // max(few, 12))] if few else found:
            try:
                took.append(run(race, size))
            except Exception as error:
                result.blame([f"{race.name}: {type(error).__name__} {str(error)[:200]}"])
            result.count += 1
        broken = chain.verify()[1]
        result.blame([f"the chain is broken at {broken[:3]}"] if broken else [])
        result.figures.update(clients=result.count * size, p50_s=quantile(took, 0.5), slowest_s=quantile(took, 1))
        results.append(result.done())
    connections.close_all()
    return results
