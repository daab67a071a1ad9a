"""From a template to rows: formats made once a story, filled once a copy.

What is the same in all copies stands in the format; the rest are *slots*: keys, moments, what the days give, the cast,
the person, numbers, texts made of these, and sealed columns. Rows are in the text form of PostgreSQL's COPY.
"""

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import models

from benchmarks.province.learning import EVENT, Template, ascii_text
from benchmarks.province.names import ATTRIBUTES
from benchmarks.province.timing import SHIFTED, Book, Expr, Frame
from core.sealed import SealedTextField, derived_key

EPOCH = date(1970, 1, 1)
HMS = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)]
_days: dict[int, str] = {}
NOTICE = "worklist.Notice"


def moment_text(seconds: int) -> str:
    """A moment in seconds since 1970 as both engines take it: UTC, without a zone."""
    day, rest = divmod(seconds, 86_400)
    text = _days.get(day)
    if text is None:
        text = _days[day] = f"{(EPOCH + timedelta(days=day)).isoformat()} "
    return text + HMS[rest]


def dashed(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def plain(value: Any) -> str:  # noqa: PLR0911  one line a type
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | int | float):
        return str(value)
    return escaped(str(value))


class Seals:
    """`core.sealed.seal` for many: the same form, the keys derived once."""

    def __init__(self) -> None:
        self._boxes: dict[str, AESGCM] = {}

    def box(self, kind: str) -> Callable[[bytes, bytes, bytes | None], bytes]:
        if kind not in self._boxes:
            self._boxes[kind] = AESGCM(derived_key(settings.DH_SEAL_KEY, f"seal:{kind}"))
        return self._boxes[kind].encrypt


def sealed(encrypt: Callable[..., bytes], nonce: bytes, text: str, place: str) -> str:
    box = encrypt(nonce, text.encode(), place.encode())
    return "v1." + base64.urlsafe_b64encode(nonce + box).decode()


class Getter:
    """The values of some slots, always as a tuple."""

    def __init__(self, places: Sequence[int]):
        self.places = tuple(places)

    def make(self) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        if not self.places:
            return lambda values: ()
        if len(self.places) == 1:
            only = self.places[0]
            return lambda values: (values[only],)
        return itemgetter(*self.places)


@dataclass
class Copy:
    """What a copy brings: its number, days, shift, the texts of cast and person, the numbers it was given."""

    number: int
    start: date
    shift: int
    tail: str  # the last sixteen digits of its keys
    cast: list[str]
    person: list[str]
    numbers: list[str]
    auto: dict[str, int]


class Slots:
    """Registers what a set of rows needs, and computes it for a copy."""

    def __init__(self, book: Book, template: Template, key_steps: dict[tuple[str, int], int], cast: dict[str, int]):
        self.book, self.template, self.key_steps, self.cast_places = book, template, key_steps, cast
        self.keys: dict[tuple[str, int], int] = {}
        self.dashed: dict[tuple[str, int], int] = {}
        self.moments: dict[tuple[Any, ...], int] = {}
        self.texts: list[tuple[str, Callable[..., Any]]] = []
        self.dayly: dict[tuple[Any, ...], int] = {}
        self.others: dict[tuple[Any, ...], int] = {}
        self.order: list[tuple[str, Any]] = []
        self._known: dict[Any, int] = {}
        self._days: dict[date, tuple[list[int], list[str]]] = {}
        self._rows = {place: number for number, place in enumerate(sorted(key_steps))}

    def slot(self, kind: str, what: Any) -> int:
        """The place of a value among those of a copy."""
        if (kind, what) not in self._known:
            self._known[kind, what] = len(self.order)
            self.order.append((kind, what))
        return self._known[kind, what]

    def _shifted(self, expr: Expr) -> bool:
        if expr[0] in SHIFTED:
            return True
        if expr[0] == "clock":
            return expr[2].hours is not None
        if expr[0] == "term":
            term = self.book.term(expr[2], self.book.days(date(2026, 6, 1), self.template.steps)[expr[1]])
            return term is not None and term.hours is not None
        return False

    def of(self, expr: Expr, in_text: bool = False) -> int | str:  # noqa: PLR0911, PLR0912  one branch a form
        """A slot for an expression, or the text of a constant (escaped, unless it goes into a text)."""
        kind = expr[0]
        if kind == "c":
            return str(expr[1]) if in_text else plain(expr[1])
        if kind == "id":
            return self.slot("dashed" if in_text else "key", expr[1:])
        if kind in ("dashed", "plain"):
            inner = expr[1]
            if inner[0] == "id":
                return self.slot("dashed" if kind == "dashed" else "key", inner[1:])
            if inner[0] == "cast":
                return self.slot("cast", (inner[1], kind == "dashed"))
            text = inner[1].hex
            return dashed(text) if kind == "dashed" else text
        if kind == "cast":
            return self.slot("cast", (expr[1], in_text))
        if kind == "ascii":
            inner_slot = self.of(expr[1], in_text=True)
            return inner_slot if isinstance(inner_slot, str) else self.slot("ascii", inner_slot)
        if kind == "p":
            return self.slot("p", ATTRIBUTES.index(expr[1]))
        if kind == "n":
            return self.slot("n", expr[1])
        if kind == "auto":
            return self.slot("auto", expr[1:])
        if kind == "text":
            return self._text(expr, in_text)
        if kind == "day":
            return self.slot("dayly", expr)
        if kind == "micros":
            return self.slot(
                "micros" if self._shifted(expr[1]) else "dayly", expr if not self._shifted(expr[1]) else expr[1]
            )
        if self._shifted(expr):
            return self.slot("moment", expr)
        return self.slot("dayly", expr)

    def _text(self, expr: Expr, in_text: bool) -> int | str:
        pieces = [part if isinstance(part, str) else self.of(part, in_text=True) for part in expr[1]]
        if all(isinstance(piece, str) for piece in pieces):
            text = "".join(pieces)  # type: ignore[arg-type]
            return text if in_text else escaped(text)
        fix = (lambda text: text) if in_text else escaped
        form = "".join(fix(p).replace("%", "%%") if isinstance(p, str) else "%s" for p in pieces)
        return self.slot("text", (form, tuple(piece for piece in pieces if isinstance(piece, int))))

    def seal(self, expr: Expr, kind: str, table: str, column: str, key: Expr) -> int | str:
        """A slot for a sealed column; "" stays as it is."""
        if expr == ("c", ""):
            return ""
        inside = self.of(expr, in_text=True)
        place = self.of(("dashed", key), in_text=True)
        return self.slot("seal", (inside, kind, f"{table}:{column}:", place))

    # --- filling ---
    def prepare(self, seals: Seals, cast_dashed: dict[str, int]) -> None:
        """Sort the slots by what they need, once all are known."""
        self.plan: list[tuple[int, str, Any]] = []
        self._moment_slots, self._day_slots = [], []
        for place, (kind, what) in enumerate(self.order):
            if kind in ("moment", "micros"):
                self._moment_slots.append((place, what, kind == "micros"))
            elif kind == "dayly":
                self._day_slots.append((place, what))
        self._key_slots = [
            (place, self.key_steps[what], f"7{self._rows[what]:03x}")
            for place, (kind, what) in enumerate(self.order) if kind == "key"
        ]  # fmt: skip
        self._dashed_slots = [
            (place, self.key_steps[what], f"7{self._rows[what]:03x}")
            for place, (kind, what) in enumerate(self.order) if kind == "dashed"
        ]  # fmt: skip
        self._key_steps_used = sorted({step for _p, step, _r in [*self._key_slots, *self._dashed_slots]})
        self._cast_slots = [
            (place, self.cast_places[what[0]] if not what[1] else cast_dashed[what[0]])
            for place, (kind, what) in enumerate(self.order) if kind == "cast"
        ]  # fmt: skip
        self._person_slots = [(p, what) for p, (kind, what) in enumerate(self.order) if kind == "p"]
        self._number_slots = [(p, what) for p, (kind, what) in enumerate(self.order) if kind == "n"]
        self._auto_slots = [(p, what) for p, (kind, what) in enumerate(self.order) if kind == "auto"]
        self._late: list[tuple[int, str, Any]] = []
        for place, (kind, what) in enumerate(self.order):
            if kind == "text":
                self._late.append((place, kind, (what[0], Getter(what[1]).make())))
            elif kind == "ascii":
                self._late.append((place, kind, what))
            elif kind == "seal":
                inside, seal_kind, start, key = what
                self._late.append((place, kind, (inside, seals.box(seal_kind), start, key)))
        self.seals = sum(kind == "seal" for _p, kind, _w in self._late)

    def day(self, start: date) -> tuple[list[int], list[str], list[int]]:
        """For a first day: the seconds of the moments, the texts of what the days give, seconds of all steps."""
        found = self._days.get(start)
        if found is None:
            frame = Frame(self.book, start, self.template.steps)
            seconds = [int(frame.value(expr).timestamp()) for _place, expr, _micros in self._moment_slots]
            texts = [self._day_text(frame, expr) for _place, expr in self._day_slots]
            steps = [int(moment.timestamp()) for moment in frame.moments]
            found = self._days[start] = (seconds, texts, steps)  # type: ignore[assignment]
        return found  # type: ignore[return-value]

    @staticmethod
    def _day_text(frame: Frame, expr: Expr) -> str:
        if expr[0] == "day":
            return frame.value(expr[2]).strftime(expr[1])
        if expr[0] == "micros":
            return f"{int(frame.value(expr[1]).timestamp())}000000"
        value = frame.value(expr)
        return moment_text(int(value.timestamp())) if isinstance(value, datetime) else plain(value)

    def fill(self, copy: Copy) -> list[Any]:
        """The values of all slots for a copy."""
        values: list[Any] = [None] * len(self.order)
        seconds, texts, steps = self.day(copy.start)
        shift, tail = copy.shift, copy.tail
        for (place, _expr, micros), at in zip(self._moment_slots, seconds, strict=True):
            values[place] = f"{at + shift}000000" if micros else moment_text(at + shift)
        for (place, _expr), text in zip(self._day_slots, texts, strict=True):
            values[place] = text
        heads = {step: f"{(steps[step] + shift) * 1000:012x}" for step in self._key_steps_used}
        for place, step, row in self._key_slots:
            values[place] = heads[step] + row + tail
        for place, step, row in self._dashed_slots:
            head = heads[step]
            values[place] = f"{head[:8]}-{head[8:]}-{row}-{tail[:4]}-{tail[4:]}"
        for place, at in self._cast_slots:
            values[place] = copy.cast[at]
        for place, at in self._person_slots:
            values[place] = copy.person[at]
        for place, at in self._number_slots:
            values[place] = copy.numbers[at]
        for place, (label, at) in self._auto_slots:
            values[place] = str(copy.auto[label] + at)
        if self._late:
            self._fill_late(values)
        return values

    def _fill_late(self, values: list[Any]) -> None:
        noise = os.urandom(12 * self.seals) if self.seals else b""
        used = 0
        for place, kind, what in self._late:
            if kind == "text":
                values[place] = what[0] % what[1](values)
            elif kind == "ascii":
                values[place] = ascii_text(values[what])
            else:
                inside, encrypt, start, key = what
                text = values[inside] if isinstance(inside, int) else inside
                if not text:
                    values[place] = ""
                    continue
                nonce, used = noise[used : used + 12], used + 12
                at = start + (values[key] if isinstance(key, int) else key)
                values[place] = "v1." + base64.urlsafe_b64encode(
                    nonce + encrypt(nonce, text.encode(), at.encode())
                ).decode()  # fmt: skip


def key_steps(template: Template) -> dict[tuple[str, int], int]:
    """The step at which each keyed row was made: its key tells the time."""
    found = {}
    for label, rows in template.cells.items():
        model = apps.get_model(label)
        name = "id" if label == EVENT else model._meta.pk.attname
        for position, row in enumerate(rows):
            if row[name][0] == "id":
                found[label, position] = _made_at(label, row)
    return found


def _made_at(label: str, row: dict[str, Expr]) -> int:
    for name in ("recorded_at", "created_at", "opened_at", "at"):
        expr = row.get(name)
        if expr is not None and expr[0] == "moment":
            return int(expr[1])
    raise LookupError(f"{label}: nothing tells when a row was made")


class Stamp:
    """All rows of a story but its events."""

    def __init__(self, book: Book, template: Template, cast: dict[str, int], cast_dashed: dict[str, int], seals: Seals):
        self.template = template
        self.steps_of_keys = key_steps(template)
        self.slots = Slots(book, template, self.steps_of_keys, cast)
        pieces: dict[str, list[list[int | str]]] = {}
        for label, rows in template.cells.items():
            if label != EVENT:
                pieces[label] = [self._row(apps.get_model(label), row) for row in rows]
        self.slots.prepare(seals, cast_dashed)
        self.notices = [
            (template.cells[NOTICE][position]["at"][1], *self._format([row]))
            for position, row in enumerate(pieces.pop(NOTICE, []))
        ]
        self.formats = {label: self._format(rows) for label, rows in pieces.items()}
        self.counts = {label: len(rows) for label, rows in pieces.items()}

    def _row(self, model: type[models.Model], row: dict[str, Expr]) -> list[int | str]:
        found: list[int | str] = []
        for column in model._meta.concrete_fields:
            expr = row[column.attname]
            if isinstance(column, SealedTextField):
                key = row[model._meta.pk.attname]  # type: ignore[union-attr]
                found.append(self.slots.seal(expr, column.kind, model._meta.db_table, column.column, key))
            elif isinstance(column, models.UUIDField) or column.is_relation or expr[0] != "id":
                found.append(self.slots.of(expr))
            else:
                found.append(self.slots.of(("dashed", expr)))
        return found

    @staticmethod
    def _format(rows: list[list[int | str]]) -> tuple[str, Callable[..., tuple[Any, ...]]]:
        lines, places = [], []
        for row in rows:
            lines.append("\t".join(cell.replace("%", "%%") if isinstance(cell, str) else "%s" for cell in row))
            places += [cell for cell in row if isinstance(cell, int)]
        return "\n".join(lines) + "\n", Getter(places).make()

    def rows(self, copy: Copy, notices_from: int) -> list[tuple[str, str]]:
        """[(label, lines)]; notices of moments (seconds since 1970) before the last argument are long forgotten."""
        values = self.slots.fill(copy)
        found = [(label, form % take(values)) for label, (form, take) in self.formats.items()]
        if self.notices:
            steps = self.slots.day(copy.start)[2]
            for step, form, take in self.notices:
                if steps[step] + copy.shift >= notices_from:
                    found.append((NOTICE, form % take(values)))
        return found
