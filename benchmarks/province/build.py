"""Building a province: place, stories learnt, plan, rows and chain, and everything put back as it was."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_
from hashlib import blake2b
from inspect import getsource
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.province import houses, place
from benchmarks.province.casting import DASHED, PLACES, Casting
from benchmarks.province.chaining import COLUMNS, Chain, EventStamp, Pending, of_row
from benchmarks.province.learning import EVENT, Learner, Template
from benchmarks.province.loading import Sink, loosen, tighten, triggers
from benchmarks.province.names import ATTRIBUTES, People
from benchmarks.province.planning import Telling, plan
from benchmarks.province.playing import Story
from benchmarks.province.rehearsal import alone, copy_in, rehearse
from benchmarks.province.stamping import Copy, Seals, Stamp, plain
from benchmarks.province.stories import STORIES
from benchmarks.province.tables import Heavy
from benchmarks.province.timing import DAY, Book
from casework.models import AssessmentTool, Person
from core.accounts.models import Unit, User
from core.audit.models import ChainHead, Event
from core.catalogue.models import ClosureCode
from core.lifecycle.numbers import Counter

FIRST_MONTHS = 320  # days that histories reach back
KEPT_NOTICES = timedelta(days=14)
MANY = 50_000  # from so many persons on indexes are made after the rows
ASIDE = 900_000_000  # numbers of people for learning only
Say = Callable[[str], None]


class Occupied(RuntimeError):
    """The database already holds people, units or events."""


@dataclass
class Report:
    """What was made and how long it took: seconds by phase, rows by table, megabytes at the most."""

    persons: int = 0
    names: int = 0
    events: int = 0
    head: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    runs: int = 0
    memory_mb: int = 0

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


class Builder:
    """One build; `build()` runs all of it, tests take it apart."""

    def __init__(
        self, persons: int, seed: int, workers: int, facilities: int, today: date, stories: list[Story], say: Say
    ):
        self.persons, self.seed, self.workers, self.facilities = persons, seed, workers, facilities
        self.today, self.told, self.say = today, stories, say
        self.first = max(today - FIRST_MONTHS * DAY, AssessmentTool.objects.order_by("valid_from")[0].valid_from)
        self.closing = ClosureCode.objects.order_by("valid_from")[0].valid_from
        self.book, self.seals, self.report = Book(), Seals(), Report()
        self._began = time.perf_counter()

    def _phase(self, name: str) -> None:
        now = time.perf_counter()
        self.report.seconds[name] = now - self._began
        self._began = now
        self.say(f"{name}: {self.report.seconds[name]:.1f} s")

    # --- what histories stand on ---
    def settle(self) -> None:
        since = self.first - 40 * DAY
        self.triggers = triggers()
        loosen()
        self.province = place.build(self.seed, self.workers, self.facilities, since)
        added, self.early = alone(lambda _number: houses.played(self.province, self.book, self.first, self.today))
        copy_in(added)
        _reset_sequences([model._meta.label for model, _rows in added])
        self.people = People(self.seed, self.province.communes)
        self.casting = Casting(self.province, self.people)
        self._phase("place")

    def window(self, story: Story, template_days: Callable[[date], list[date]], close: int | None) -> list[date]:
        """The days on which the story may begin."""
        last, most = self.today - max(1, story.ago[0]) * DAY, story.ago[1]
        while most < 400:
            found = []
            day = self.first
            while day <= last:
                days = template_days(day)
                fits = self.today - most * DAY <= days[-1] <= last and days[0] == day
                if fits and (close is None or days[close] >= self.closing):
                    found.append(day)
                day += DAY
            if found:
                return found
            most += 1
        raise LookupError(f"{story.name}: no day on which it may begin")

    def learn(self, processes: int) -> None:
        """Learn every story; the longest first, so that no processor waits long."""
        order = sorted(range(len(self.told)), key=lambda number: -len(getsource(self.told[number].play)))
        found: dict[int, Telling] = {}
        for number, (template, window) in zip(order, rehearse(self.tell, order, processes), strict=True):
            template.story = self.told[number]
            self.report.runs += template.runs
            found[number] = self.telling(template, window)
        self.tellings = [found[number] for number in range(len(self.told))]
        self._phase("learning")

    def tell(self, number: int) -> tuple[Template, list[date]]:
        """Learn one story: its template, and the days on which it may begin."""
        story = self.told[number]
        learner = Learner(self.book, story, self._stage(story))
        trial = learner.steps_on(self.today)
        closes = trial.names.index("request_close") if story.closes else None
        window = self.window(story, lambda day: self.book.days(day, trial.steps), closes)
        template = learner.learn(window)
        template.story = None  # type: ignore[assignment]  # it stays where it is told
        return template, window

    def telling(self, template: Template, window: list[date]) -> Telling:
        stamp = Stamp(self.book, template, PLACES, DASHED, self.seals)
        return Telling(template, window, stamp, EventStamp(self.book, template, PLACES, DASHED, self.seals))

    def _stage(self, story: Story) -> Callable[[int], tuple[Any, list[Any]]]:
        found: list[tuple[Any, list[Any]]] = []

        def stage(number: int) -> tuple[Any, list[Any]]:
            """The number-th cast and person, unlike the one before in all that can differ."""
            at = ASIDE + len(found) * 1000
            while len(found) <= number:
                at += 1
                values = self.people.values(at, story.kind, full=True)
                other = found[-1][1] if found else None
                same = other is not None and any(
                    mine == theirs for name, mine, theirs in zip(ATTRIBUTES, values, other, strict=True)
                    if name not in ("known_as", "name", "name_folded", "sort_name", "id_kind", "id_number", "id_index",
                                    "consent_by", "birth_month", "birth_day", "birth_year", "birth_text")
                )  # fmt: skip
                if not same and self.casting.unlike(at, story.house, [cast for cast, _person in found]):
                    found.append((self.casting.cast(at, story.house), values))
            return found[number]

        return stage

    # --- copies ---
    def plan(self) -> None:
        taken = {(s, y): last for s, y, last in Counter.objects.values_list("series", "year", "last")}
        self.plan_ = plan(self.tellings, self.persons, self.seed, taken)
        self._phase("planning")

    def copy(self, number: int, with_person: bool = True) -> Copy:
        """Copy `number` of the plan, with all that it brings."""
        made = self.plan_
        story = made.tellings[made.stories[number]].template.story
        person: list[str] = []
        if with_person:
            values = self.people.values(number, story.kind, story.full)  # names hold nothing that COPY would mistake
            person = [value if type(value) is str else plain(value) for value in values]
        return Copy(
            number, date.fromordinal(made.starts[number]), made.shifts[number], self.tail(number),
            self.casting.texts(number, story.house), person, made.numbers_of(number), self.counted,
        )  # fmt: skip

    def tail(self, number: int) -> str:
        """The last 64 bits of a copy's keys: the variant of RFC 9562 and 62 bits of its own."""
        raw = int.from_bytes(blake2b(number.to_bytes(8, "big"), key=self.people.seed, digest_size=8).digest(), "big")
        return f"{raw >> 2 | 0x8000000000000000:016x}"

    def stamp_rows(self, sink: Sink) -> None:
        """All rows but events, in the order of beginning."""
        since = int((timezone.now() - KEPT_NOTICES).timestamp())
        self.counted = self._counted()
        names: set[str] = set()
        for number in range(len(self.plan_)):
            telling = self.plan_.tellings[self.plan_.stories[number]]
            copy = self.copy(number)
            names.add(copy.person[0])
            for label, lines in telling.stamp.rows(copy, since):
                count = telling.stamp.counts.get(label, 1)
                sink.add(label, lines, count)
                if label in self.counted:
                    self.counted[label] += count
            if number % 50_000 == 49_999:
                self.say(f"  {number + 1:,} histories written")
        sink.flush()
        self.report.names = len(names)

    def _counted(self) -> dict[str, int]:
        """The next key of each table whose keys the database counts."""
        from django.apps import apps

        found = {}
        for telling in self.tellings:
            for label, rows in telling.template.cells.items():
                model = apps.get_model(label)
                if any(row[model._meta.pk.attname][0] == "auto" for row in rows if model._meta.pk.attname in row):
                    last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
                    found[label] = (last or 0) + 1
        return found

    # --- events ---
    def days_of_events(self) -> Iterator[tuple[int, list[int]]]:
        """(day, [copy << 8 | day of the copy, …]) in the order of days."""
        from array import array

        buckets: dict[int, array] = {}
        known: dict[tuple[int, int], list[int]] = {}
        made = self.plan_
        for number in range(len(made)):
            key = (made.stories[number], made.starts[number])
            if key not in known:
                telling = made.tellings[key[0]]
                days = self.book.days(date.fromordinal(key[1]), telling.template.steps)
                known[key] = sorted({day.toordinal() for day in days})
            for place_, day in enumerate(known[key]):
                if day not in buckets:
                    buckets[day] = array("L")
                buckets[day].append(number << 8 | place_)
        for day in sorted(buckets):
            yield day, list(buckets.pop(day))

    def chain(self, sink: Sink) -> tuple[int, str]:
        """All events, linked from the head on; returns (seq, hash) of the last."""
        head = ChainHead.objects.filter(pk=1).first() or ChainHead()
        chain = Chain(head.seq, head.hash, self.seals)
        self.counted = {}
        sink.columns(EVENT, COLUMNS)
        made = self.plan_
        early = [of_row(row, number) for number, row in enumerate(self.early)]
        for day_, copies in self.days_of_events():
            until = int(datetime.combine(date.fromordinal(day_ + 1), time_(), tzinfo=self.book.zone).timestamp())
            pending: list[Pending] = [one for one in early if one[0] < until]
            early = [one for one in early if one[0] >= until]
            for entry in copies:
                number, day = entry >> 8, entry & 0xFF
                events: EventStamp = made.tellings[made.stories[number]].events
                if events.events[day]:
                    pending += events.of_day(self.copy(number, events.needs_person[day]), day)
            self._write_events(sink, chain.lines(pending))
        self._write_events(sink, chain.lines(early))
        sink.flush()
        return chain.seq, chain.last

    @staticmethod
    def _write_events(sink: Sink, lines: list[str]) -> None:
        for start in range(0, len(lines), 5000):
            part = lines[start : start + 5000]
            sink.add(EVENT, "".join(part), len(part))

    def finish(self, head: tuple[int, str]) -> None:
        """Head of the chain, counters, sequences."""
        ChainHead.objects.update_or_create(pk=1, defaults={"seq": head[0], "hash": head[1]})
        for (series, year), last in self.plan_.counters.items():
            Counter.objects.update_or_create(series=series, year=year, defaults={"last": last})
        self.report.events, self.report.head = head


def _reset_sequences(labels: list[str]) -> None:
    from django.apps import apps
    from django.core.management.color import no_style

    models = [apps.get_model(label) for label in labels]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def refuse_occupied() -> None:
    for model in (Person, Unit, User, Event):
        if model._base_manager.exists():
            raise Occupied("Cơ sở dữ liệu này đã có người, đơn vị hoặc sự kiện: chỉ tạo trên cơ sở dữ liệu trống.")


def build(
    persons: int, seed: int, workers: int = 0, facilities: int = 300, *, processes: int = 2,
    stories: list[Story] | None = None, say: Say = lambda text: None,
) -> Report:  # fmt: skip
    """Make a province of `persons` with their cases. `workers` 0: one for 2,750 persons, at least 8, at most 400.

    Raises Occupied on a database that is not empty. On PostgreSQL a second process chains the events meanwhile, unless
    `processes` is 1 or a transaction is open.
    """
    refuse_occupied()
    workers = workers or min(400, max(8, persons // 2750))
    builder = Builder(persons, seed, workers, facilities, timezone.localdate(), stories or list(STORIES.values()), say)
    with transaction.atomic():  # nothing is kept of what could not be learnt
        builder.settle()
        builder.learn(processes)
    builder.plan()
    load(builder, processes)
    return builder.report


def load(builder: Builder, processes: int = 2) -> None:
    """Write all rows and events of the plan."""
    forked = connection.vendor == "postgresql" and processes > 1 and not connection.in_atomic_block
    heavy = Heavy(builder.persons >= MANY and connection.vendor == "postgresql" and not connection.in_atomic_block)
    heavy.drop()
    builder._phase("taking indexes away")
    sink = Sink()
    if forked:
        head = _beside(builder, sink)
    else:
        with transaction.atomic():
            builder.stamp_rows(sink)
            head = builder.chain(sink)
    builder._phase("rows and chain")
    builder.finish(head)
    heavy.restore(2 if forked else 1)
    tighten()
    _reset_sequences(sorted({label for telling in builder.tellings for label in telling.template.cells}))
    missing = builder.triggers - triggers()
    if missing:
        raise RuntimeError(f"triggers are missing afterwards: {sorted(missing)}")
    heavy.analyze()
    builder._phase("indexes, triggers, statistics")
    report = builder.report
    report.persons, report.rows = len(builder.plan_), dict(sink.rows)
    report.rows[EVENT] = report.events
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    report.memory_mb = sum(used) // 1024


def _beside(builder: Builder, sink: Sink) -> tuple[int, str]:
    """Rows here, events in a child with a connection of its own."""
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    connection.close()
    child = context.Process(target=_chain, args=(builder, theirs))
    child.start()
    theirs.close()
    try:
        with transaction.atomic():  # foreign keys between the tables are checked at its end
            builder.stamp_rows(sink)
        return mine.recv()
    except EOFError as error:
        raise RuntimeError("the process that chains the events has failed") from error
    finally:
        if not mine.closed:
            mine.close()
        child.join()


def _chain(builder: Builder, result: Any) -> None:
    sink = Sink()
    head = builder.chain(sink)
    result.send(head)
    result.close()
    connection.close()


__all__ = ["Builder", "Occupied", "Report", "UTC", "build", "datetime", "load"]
