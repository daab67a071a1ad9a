"""Playing a story by the rules: each step is a `perform()` by whoever may, at its own minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from benchmarks.province.names import ATTRIBUTES, form_of
from benchmarks.province.still import Still
from benchmarks.province.timing import DAY, NIGHT, Book, Frame, Step
from core.access.actor import SYSTEM, Actor
from core.accounts.models import User
from core.lifecycle.engine import perform
from core.lifecycle.numbers import Counter
from core.outbox.tasks import DBTaskResult

GAP = 3  # minutes between the steps of a day
# Which action ends a pause of the clock that another began.
PAUSING = {"hold", "ask_more", "ask"}


@dataclass(frozen=True)
class Story:
    """`weight` of ten thousand; `kind` of person; `ago` is how many days before today its last step lies, least and
    most; `full` needs somebody of whom everything is known; `closes`: it needs the grounds of closing in force;
    `house` needs a facility that may take the person's group."""

    name: str
    play: Callable[["Player"], None]
    weight: float
    kind: str = "adult"
    ago: tuple[int, int] = (1, 300)
    full: bool = False
    closes: bool = False
    house: str = ""
    of_house: bool = False


STORIES: dict[str, Story] = {}


def story(weight: float, **options: Any) -> Callable[[Callable[["Player"], None]], Callable[["Player"], None]]:
    def register(play: Callable[["Player"], None]) -> Callable[["Player"], None]:
        name = play.__name__
        if name in STORIES:
            raise ValueError(f"story {name} is told twice")
        STORIES[name] = Story(name, play, weight, **options)
        return play

    return register


@dataclass
class Cast:
    """Who plays: names of parts and the rows that play them (users, units, a house)."""

    users: dict[str, User]
    values: dict[str, Any] = field(default_factory=dict)


class Player:
    """Takes the steps of a story and writes down when, which numbers were taken, and where a clock was paused."""

    def __init__(self, book: Book, still: Still, cast: Cast, person: Sequence[Any], start: date, shift: int):
        self.book, self.still, self.cast, self.start, self.shift = book, still, cast, start, shift
        self.person = dict(zip(ATTRIBUTES, person, strict=True)) if person else {}
        self.form = form_of(person) if person else {}
        self.steps: list[Step] = []
        self.names: list[str] = []
        self.numbers: list[tuple[str, int, int]] = []  # series, year, step
        self.pauses: list[tuple[int, int]] = []
        self._paused: list[int] = []
        self._wait, self._minute = 0, 0
        self._counters = self._count()
        self.last: Any = None  # what a story keeps for its next part

    # --- time ---
    def wait(self, days: int) -> None:
        """The next step is so many days later, on a working day, in the morning."""
        self._wait, self._minute = self._wait + days, 0

    def night(self) -> None:
        """The next step is after the office hours of the same day."""
        self._minute = max(self._minute, NIGHT)

    @property
    def today(self) -> date:
        """The local date of the next step."""
        return self.book.days(self.start, [*self.steps, Step(self._wait, self._minute)])[-1]

    def day(self, days: int) -> date:
        return self.today + days * DAY

    def _next(self) -> int:
        self.steps.append(Step(self._wait, self._minute))
        self._wait, self._minute = 0, self._minute + GAP
        self.still.go(Frame(self.book, self.start, self.steps, self.shift).moments[-1])
        return len(self.steps) - 1

    # --- acts ---
    def do(
        self, who: str, target: Any, name: str, /, parent: models.Model | None = None, files: Any = None, **data: Any
    ) -> Any:
        """Take an action as who plays the part on the newest version; returns the record. "clock" is the clock."""
        step = self._next()
        self.names.append(name)
        version = None
        if not isinstance(target, type) and who != "clock":
            version = type(target)._base_manager.values_list("version", flat=True).get(pk=target.pk)
        by = SYSTEM if who == "clock" else Actor.of(self.cast.users[who])
        record = perform(target, name, by=by, version=version, parent=parent, data=data, files=files).record
        self._deliver()
        self._note(step, name)
        return record

    def _deliver(self) -> None:
        """What the outbox would do a second later; a task that is done is forgotten after some days."""
        for task in DBTaskResult.objects.ready().order_by("enqueued_at"):
            task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        DBTaskResult.objects.all().delete()

    @staticmethod
    def _count() -> dict[tuple[str, int], int]:
        return {(series, year): last for series, year, last in Counter.objects.values_list("series", "year", "last")}

    def _note(self, step: int, name: str) -> None:
        counted = self._count()
        for (series, year), last in sorted(counted.items()):
            self.numbers += [(series, year, step)] * (last - self._counters.get((series, year), 0))
        self._counters = counted
        self.pauses += [(begun, step) for begun in self._paused]
        if name in PAUSING:
            self._paused.append(step)


def at(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
