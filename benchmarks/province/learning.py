"""A template of what a story writes, learnt from runs of it by the rules.

The rows of all runs stand side by side. A cell is a constant, the key of another row of the story, a part of the cast,
an attribute of the person, a number given out, or something that follows from the days of the steps; text and JSON are
taken apart first. Where several rules of time would explain a cell, each is computed for every day on which the story
may begin: if they differ anywhere, the story is run once more on such a day.
"""

import json
import re
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from benchmarks.province.harvest import Harvester, Mark, Rows, columns, is_counted
from benchmarks.province.names import ATTRIBUTES
from benchmarks.province.playing import Cast, Player, Story
from benchmarks.province.still import standing
from benchmarks.province.timing import Book, Candidates, Expr, Frame, Step
from core.audit.models import Event
from core.catalogue.models import ClientGroup
from core.clock.models import Clock
from core.clock.parameters import Term
from core.sealed import SealedTextField

LEAST_RUNS, MOST_RUNS = 3, 20
EVENT, PERSON, NOTICE = "audit.Event", "casework.Person", "worklist.Notice"
_TOKEN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|[^\W\d_]{2}-20\d\d-\d{6}"
    r"|20\d\d-\d\d-\d\d|\d\d/\d\d/20\d\d"
)
# Signs of no language that mark where text, and where a number, is to be filled in.
_OPEN, _NUMBER = "\ue000", "\ue001"
_LEAF = re.compile(f'({_OPEN}\\d+{_OPEN}|"{_NUMBER}\\d+{_NUMBER}")')
_CHAINED = {"seq", "prev", "hash"}


class Unexplained(RuntimeError):
    """A cell differs between runs and nothing says why; the message names story, table and column, no values."""


@dataclass
class Run:
    """One playing of a story: who, when, and what it wrote."""

    start: date
    shift: int
    cast: Cast
    person: list[Any]
    steps: list[Step]
    pauses: list[tuple[int, int]]
    numbers: list[tuple[str, int, int]]
    first_number: dict[tuple[str, int], int]
    rows: Rows
    names: list[str] = field(default_factory=list)
    places: dict[Any, tuple[str, int]] = field(default_factory=dict)
    frame: Frame = None  # type: ignore[assignment]

    def settle(self, book: Book) -> None:
        self.frame = Frame(book, self.start, self.steps, self.shift)
        # Whoever is told of one event is told in the order of the keys: by their part in the story it is the same.
        parts = {value: name for name, value in self.cast.values.items()}
        self.rows.get(NOTICE, []).sort(key=lambda row: (row["at"], str(row["event_id"]), parts.get(row["user_id"], "")))
        for label, rows in self.rows.items():
            name = "id" if label == EVENT else apps.get_model(label)._meta.pk.attname
            for position, row in enumerate(rows):
                if isinstance(row[name], UUID):
                    self.places[row[name]] = (label, position)


def play(
    book: Book, story: Story, cast: Cast, person: list[Any], start: date, shift: int, harvester: Harvester | None = None
) -> Run:
    """Play it by the rules in a transaction that is rolled back."""
    from core.lifecycle.numbers import Counter

    begin = Frame(book, start, [Step(0, 0)]).moments[0]
    with standing(begin) as still, transaction.atomic():
        mark = Mark.now()
        first = {(s, y): n for s, y, n in Counter.objects.values_list("series", "year", "last")}
        player = Player(book, still, cast, person, start, shift)
        story.play(player)
        rows = (harvester or Harvester()).harvest(mark, still.made)
        transaction.set_rollback(True)
    run = Run(start, shift, cast, person, player.steps, player.pauses, player.numbers, first, rows, player.names)
    run.settle(book)
    return run


@dataclass
class Template:
    """`cells[label][row][attribute]` is an expression; see `stamping` for its forms."""

    story: Story
    steps: list[Step]
    numbers: list[tuple[str, int]]  # series, step
    cells: dict[str, list[dict[str, Expr]]]
    runs: int


class Learner:
    """Learns one story. `stage(n)` gives the n-th cast and person to try it with."""

    def __init__(self, book: Book, story: Story, stage: Callable[[int], tuple[Cast, list[Any]]]):
        self.book, self.story, self.stage = book, story, stage
        self.window: list[date] = []
        self.runs: list[Run] = []
        self.harvester = Harvester()
        self.choices: dict[tuple[Any, ...], list[Expr]] = {}

    def learn(self, window: list[date]) -> Template:
        self.window = window
        for start in dict.fromkeys((self.window[0], self.window[-1])):
            self._run(start)
        if len(self.runs) < LEAST_RUNS:
            self._run(self.window[len(self.window) // 2])
        frames: dict[date, Frame] = {}
        while True:
            cells = self._explain()
            doubt = self._doubtful_day(frames)
            if doubt is None:
                break
            if len(self.runs) >= MOST_RUNS:
                raise Unexplained(f"{self.story.name}: {MOST_RUNS} runs do not tell the rules of time apart")
            self._run(doubt)
        numbers = [(series, step) for series, _year, step in self.runs[0].numbers]
        return Template(self.story, self.runs[0].steps, numbers, cells, len(self.runs))

    def steps_on(self, start: date) -> Run:
        """A run on a day that need not be one of the window: it tells which steps the story has."""
        self._run(start)
        return self.runs[-1]

    def _run(self, start: date) -> None:
        number = len(self.runs)
        cast, person = self.stage(number)
        # Shifts that differ and are no whole hours: what moves with the shift is told from what does not.
        run = play(self.book, self.story, cast, person, start, 61 + number * 1009 % 13_000, self.harvester)
        self.runs.append(run)
        first = self.runs[0]
        shape = {label: len(rows) for label, rows in run.rows.items()}
        if run.steps != first.steps or shape != {label: len(rows) for label, rows in first.rows.items()}:
            raise Unexplained(f"{self.story.name}: runs differ in steps or in number of rows: {shape}")

    def _doubtful_day(self, frames: dict[date, Frame]) -> date | None:
        """The day on which most of the rules that all fit would differ."""
        doubts: Tally[date] = Tally()
        several = [choice for choice in self.choices.values() if len(choice) > 1]
        if not several:
            return None
        for day in self.window:
            if day not in frames:
                frames[day] = Frame(self.book, day, self.runs[0].steps)
            values = frames[day].value
            doubts[day] = sum(len({values(expr) for expr in choice}) > 1 for choice in several)
        day, count = max(doubts.items(), key=lambda item: item[1])
        return day if count else None

    # --- explaining ---
    def _explain(self) -> dict[str, list[dict[str, Expr]]]:
        self.choices = {}
        self.candidates = Candidates([run.frame for run in self.runs], self.runs[0].pauses)
        self.known = self._known_values()
        self.dues: dict[tuple[Any, ...], Expr] = {}
        cells: dict[str, list[dict[str, Expr]]] = {}
        labels = sorted(self.runs[0].rows, key=lambda label: (not issubclass(apps.get_model(label), Clock), label))
        for label in labels:
            model = apps.get_model(label)
            many = [run.rows[label] for run in self.runs]
            cells[label] = [self._row(label, model, rows) for rows in zip(*many, strict=True)]
        return cells

    def _known_values(self) -> dict[tuple[Any, ...], Expr]:
        """Vectors of values over the runs that are parts of the cast or attributes of the person."""
        known: dict[tuple[Any, ...], Expr] = {}
        self.known_counted: dict[tuple[Any, ...], Expr] = {}
        for name, first in self.runs[0].cast.values.items():
            vector = tuple(run.cast.values[name] for run in self.runs)
            (self.known_counted if isinstance(first, int) else known).setdefault(vector, ("cast", name))
        if self.runs[0].person:
            for place, name in enumerate(ATTRIBUTES):
                vector = tuple(run.person[place] for run in self.runs)
                if isinstance(vector[0], str) and len(set(vector)) > 1:
                    known.setdefault(vector, ("p", name))
        return known

    def _row(self, label: str, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> dict[str, Expr]:
        self.where = label
        found: dict[str, Expr] = {}
        for column in columns(model):
            name = column.attname
            values = tuple(row[name] for row in rows)
            self.where = f"{label}.{name}"
            if label == EVENT and name in _CHAINED:
                continue
            if column.primary_key and is_counted(model):
                found[name] = ("auto", label, self.runs[0].rows[label].index(rows[0]))
            elif label == PERSON and name in ATTRIBUTES:
                found[name] = self._of_person(name, values)
            elif name != "due_at":
                found[name] = self._cell(values, column)
        if "due_at" in rows[0]:
            self.where = f"{label}.due_at"
            found["due_at"] = self._due(model, found, rows)
        return found

    def _of_person(self, name: str, values: tuple[Any, ...]) -> Expr:
        place = ATTRIBUTES.index(name)
        if values != tuple(run.person[place] for run in self.runs):
            raise self._unexplained()
        return ("p", name)

    def _due(self, model: type[models.Model], found: dict[str, Expr], rows: Sequence[dict[str, Any]]) -> Expr:
        values = tuple(row["due_at"] for row in rows)
        first = rows[0]
        if values in self.dues:
            return self.dues[values]
        started = found.get("clock_started_at")
        if issubclass(model, Clock) and values[0] is not None and started is not None and started[0] == "moment":
            term = Term(*(first[f"clock_{unit}"] for unit in ("days", "hours", "calendar_days", "months")))
            pause = found["paused_seconds"] if term.hours is not None else found["paused_days"]
            expr: Expr = ("clock", started[1], term, pause)
            if all(run.frame.value(expr) == value for run, value in zip(self.runs, values, strict=True)):
                self.dues[values] = expr
                return expr
        return self._cell(values, model._meta.get_field("due_at"))

    def _cell(self, values: tuple[Any, ...], column: Any) -> Expr:
        if all(value is None for value in values):
            return ("c", None)
        if isinstance(column, models.JSONField):
            return self._json(values)
        if isinstance(column, SealedTextField) and str(values[0])[:1] in "[{" and values[0]:
            for ascii_only in (False, True):
                parsed = [_parsed(value, ascii_only) for value in values]
                if all(one is not None for one in parsed):
                    return self._json(tuple(parsed), as_text=True, ascii_only=ascii_only)
        if column.is_relation and values in self.known_counted:
            return self.known_counted[values]
        return self._value(values, column.is_relation and column.related_model is ClientGroup)

    def _value(self, values: tuple[Any, ...], group: bool = False) -> Expr:
        first = values[0]
        if isinstance(first, UUID):
            return self._key(values)
        if values in self.known:
            return self.known[values]
        if isinstance(first, str):
            return self._text(values)
        if isinstance(first, datetime | date) or (type(first) is int and (group or len(set(values)) > 1 or first > 0)):
            return self._timed(values, group)
        if all(value == first for value in values):
            return ("c", first)
        raise self._unexplained()

    def _key(self, values: tuple[UUID, ...]) -> Expr:
        places = {run.places.get(value) for run, value in zip(self.runs, values, strict=True)}
        if len(places) == 1 and (place := places.pop()) is not None:
            return ("id", *place)
        if values in self.known:
            return self.known[values]
        if len(set(values)) == 1:
            return ("c", values[0])
        raise self._unexplained()

    def _timed(self, values: tuple[Any, ...], group: bool = False) -> Expr:
        if values in self.dues:
            return self.dues[values]
        key = (group, *values)
        if key not in self.choices:
            self.choices[key] = self.candidates.of(values, group)
        if not self.choices[key]:
            raise self._unexplained()
        return self.choices[key][0]

    def _text(self, values: tuple[str, ...]) -> Expr:
        """A constant, or constants with keys, numbers and dates between them."""
        taken = [_TOKEN.split(value) for value in values]
        tokens = [_TOKEN.findall(value) for value in values]
        if not tokens[0] and len(set(values)) == 1:
            return ("c", values[0])
        if any(one != taken[0] for one in taken):
            raise self._unexplained()
        parts: list[Any] = [taken[0][0]]
        for place, text in enumerate(taken[0][1:]):
            parts += [self._token(tuple(one[place] for one in tokens)), text]
        parts = [part for part in parts if part != ""]
        return parts[0] if len(parts) == 1 and not isinstance(parts[0], str) else ("text", tuple(parts))

    def _token(self, values: tuple[str, ...]) -> Expr:
        first = values[0]
        if re.fullmatch(r"[0-9a-f]{8}-.*-[0-9a-f]{12}|[0-9a-f]{32}", first):
            expr = self._key(tuple(UUID(value) for value in values))
            return ("dashed" if "-" in first else "plain", expr)
        if re.fullmatch(r"\D{2}-20\d\d-\d{6}", first):
            return self._number(values)
        form = "%d/%m/%Y" if "/" in first else "%Y-%m-%d"
        days = tuple(datetime.strptime(value, form).date() for value in values)  # noqa: DTZ007
        return ("day", form, self._timed(days))

    def _number(self, values: tuple[str, ...]) -> Expr:
        places = set()
        for run, value in zip(self.runs, values, strict=True):
            series, year, number = value.split("-")
            taken = dict(run.first_number)
            for place, (one, when, _step) in enumerate(run.numbers):
                taken[one, when] = taken.get((one, when), 0) + 1
                if (one, when, taken[one, when]) == (series, int(year), int(number)):
                    places.add(place)
        if len(places) != 1:
            raise self._unexplained()
        return ("n", places.pop())

    def _json(self, values: tuple[Any, ...], as_text: bool = False, ascii_only: bool = False) -> Expr:
        """Text with expressions between. A column's JSON has sorted names and no blanks, as the chain hashes it."""
        leaves: list[Expr] = []
        shape = self._shape(values, leaves)
        form: dict[str, Any] = {} if as_text else {"separators": (",", ":"), "sort_keys": True}
        text = json.dumps(shape, ensure_ascii=False, **form)
        parts: list[Any] = []
        for piece in _LEAF.split(text):
            if piece[:1] == _OPEN:
                expr = leaves[int(piece[1:-1])]
                parts.append(("ascii", expr) if ascii_only else expr)
            elif piece[:2] == f'"{_NUMBER}':
                parts.append(leaves[int(piece[2:-2])])
            elif piece:
                parts.append(ascii_text(piece) if ascii_only else piece)
        return ("text", tuple(parts))

    def _shape(self, values: tuple[Any, ...], leaves: list[Expr]) -> Any:
        first = values[0]
        if isinstance(first, dict):
            if any(list(value) != list(first) for value in values):
                return self._mixed(values, leaves)
            return {name: self._shape(tuple(value[name] for value in values), leaves) for name in first}
        if isinstance(first, list):
            if any(len(value) != len(first) for value in values):
                raise self._unexplained()
            return [self._shape(one, leaves) for one in zip(*values, strict=True)]
        if first is None or isinstance(first, bool | float):
            if any(value != first for value in values):
                raise self._unexplained()
            return first
        expr = self._value(values)
        if expr[0] == "c" and not isinstance(first, UUID):
            return first
        leaves.append(expr)
        mark = _NUMBER if isinstance(first, int) else _OPEN
        return f"{mark}{len(leaves) - 1}{mark}"

    def _mixed(self, values: tuple[Any, ...], leaves: list[Expr]) -> Any:
        """An object whose names are keys of rows (comments by goal)."""
        orders = [list(value) for value in values]
        if len({len(order) for order in orders}) != 1:
            raise self._unexplained()
        found = {}
        for names in zip(*orders, strict=True):
            name = self._shape(names, leaves)
            found[name] = self._shape(tuple(v[n] for v, n in zip(values, names, strict=True)), leaves)
        return found

    def _unexplained(self) -> Unexplained:
        return Unexplained(f"{self.story.name}: nothing explains {self.where}")


def ascii_text(text: str) -> str:
    """As `json.dumps` writes text by default."""
    return "".join(sign if sign.isascii() else f"\\u{ord(sign):04x}" for sign in text)


def _parsed(text: str, ascii_only: bool) -> Any:
    """What the text holds, if it is JSON exactly as `json.dumps` writes it."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    exact = isinstance(found, dict | list) and json.dumps(found, ensure_ascii=ascii_only) == text
    return found if exact else None


def shape_of(template: Template) -> Iterable[tuple[str, int]]:
    """(label, number of rows) of a template."""
    return ((label, len(rows)) for label, rows in template.cells.items())


__all__ = ["Event", "Learner", "Run", "Template", "Unexplained", "play", "shape_of"]
