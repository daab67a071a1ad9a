"""Events of all copies in the order of time, each hashed with the one before (`core.audit.chain`).

For every day come the copies that have steps on it; what can be written before its place in the chain is known is
written then; after sorting only the number, the sealed note and the hash are left.
"""

import base64
import hmac
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from benchmarks.province.learning import EVENT, Template
from benchmarks.province.stamping import Copy, Getter, Seals, Slots, key_steps
from benchmarks.province.stamping import plain as plain_text
from benchmarks.province.timing import Book, Expr
from core.audit.models import Event
from core.sealed import derived_key

# In the order of a chained body (sorted names), without the three parts that are known late.
_HEAD = ("acting_for_id", "actor_id", "cause_id", "data", "effective_at", "id")
_MIDDLE = ("reason", "recorded_at", "root_id")
_TAIL = ("source", "subject_id", "subject_model", "target", "unit_id", "verb", "version")
_KEYS = {"acting_for_id", "actor_id", "cause_id", "id", "root_id", "subject_id", "unit_id"}
_MOMENTS = {"effective_at", "recorded_at"}
REST = (
    "id", "recorded_at", "effective_at", "actor_id", "acting_for_id", "unit_id", "verb", "subject_model", "subject_id",
    "root_id", "source", "target", "version", "reason", "data", "cause_id",
)  # fmt: skip
COLUMNS = ("seq", "prev", "hash", "note", *REST)
Pending = tuple[int, int, int, str, str, str, str, str]


@dataclass
class _One:
    """One event of a story: the step it belongs to, and formats of its parts."""

    step: int
    head: tuple[str, Callable[..., Any]]
    middle: tuple[str, Callable[..., Any]]
    tail: tuple[str, Callable[..., Any]]
    rest: tuple[str, Callable[..., Any]]
    note: int | str


class EventStamp:
    """The events of a story, by the day (a number from 0 of the days that it has) on which they happen."""

    def __init__(self, book: Book, template: Template, cast: dict[str, int], cast_dashed: dict[str, int], seals: Seals):
        self.template, self.keys = template, key_steps(template)
        days, self.day_of_step = 0, []
        for number, step in enumerate(template.steps):
            days += number > 0 and step.wait > 0
            self.day_of_step.append(days)
        self.slots: list[Slots] = []
        self.events: list[list[_One]] = []
        rows = template.cells[EVENT]
        for day in range(days + 1):
            slots = Slots(book, template, self.keys, cast)
            here = [row for row in rows if self.day_of_step[row["recorded_at"][1]] == day]
            self.events.append([self._event(slots, row) for row in here])
            slots.prepare(seals, cast_dashed)
            self.slots.append(slots)
        self.needs_person = [any(kind == "p" for kind, _what in slots.order) for slots in self.slots]

    def _event(self, slots: Slots, row: dict[str, Expr]) -> _One:
        def parts(names: Iterable[str], start: str, end: str) -> tuple[str, Callable[..., Any]]:
            pieces: list[int | str] = [start]
            for number, name in enumerate(names):
                pieces.append(f'{"," if number else ""}"{name}":')
                pieces += self._json(slots, name, row[name])
            return self._format([*pieces, end])

        rest: list[int | str] = []
        for number, name in enumerate(REST):
            rest += ["\t"] if number else []
            rest.append(slots.of(row[name]))
        head = parts(_HEAD, "{", ',"note":"')
        middle = parts(_MIDDLE, '",', ',"seq":')
        tail = parts(_TAIL, ",", "}")
        return _One(row["recorded_at"][1], head, middle, tail, self._format(rest), slots.of(row["note"], in_text=True))

    @staticmethod
    def _json(slots: Slots, name: str, expr: Expr) -> list[int | str]:
        if expr == ("c", None):
            return ["null"]
        if name == "data":
            return [slots.of(expr, in_text=True)]
        if name in _MOMENTS:
            return [slots.of(("micros", expr))]
        if name in _KEYS:
            return ['"', slots.of(("plain", expr)), '"']
        if expr[0] != "c":
            return ['"', slots.of(expr, in_text=True), '"']
        return [json.dumps(expr[1], ensure_ascii=False)]

    @staticmethod
    def _format(pieces: list[int | str]) -> tuple[str, Callable[..., Any]]:
        form = "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in pieces)
        return form, Getter([piece for piece in pieces if isinstance(piece, int)]).make()

    def of_day(self, copy: Copy, day: int) -> Iterator[Pending]:
        """(second, copy, place within the copy's day, head, note, middle, tail, rest of the row)"""
        slots = self.slots[day]
        values = slots.fill(copy)
        steps = slots.day(copy.start)[2]
        for place, one in enumerate(self.events[day]):
            yield (
                steps[one.step] + copy.shift, copy.number, place, one.head[0] % one.head[1](values),
                values[one.note] if isinstance(one.note, int) else one.note,
                one.middle[0] % one.middle[1](values), one.tail[0] % one.tail[1](values),
                one.rest[0] % one.rest[1](values),
            )  # fmt: skip


def of_row(row: dict[str, Any], number: int) -> Pending:
    """An event that the rules wrote elsewhere, as if it had been stamped: it gets its place among the others."""

    def parts(names: Iterable[str]) -> str:
        plain = {name: _plain(row[name]) for name in names}
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)[1:-1]

    rest = [json.dumps(row[name], ensure_ascii=False) if name == "data" else row[name] for name in REST]
    return (
        int(row["recorded_at"].timestamp()), -1, number, f"{{{parts(_HEAD)},\"note\":\"", row["note"],
        f"\",{parts(_MIDDLE)},\"seq\":", f",{parts(_TAIL)}}}", "\t".join(plain_text(value) for value in rest),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp()) * 1_000_000
    return value.hex if isinstance(value, UUID) else value


class Chain:
    """Links events from a head on; `lines` gives rows for COPY in the order of COLUMNS."""

    def __init__(self, seq: int, last: str, seals: Seals):
        self.seq, self.last = seq, last
        self._key = derived_key(settings.DH_AUDIT_KEY, "audit")
        self._encrypt = seals.box("narrative")
        self._place = f"{Event._meta.db_table}:note:".encode()

    def lines(self, pending: list[Pending]) -> list[str]:
        pending.sort()
        found, key, previous, seq = [], self._key, self.last, self.seq
        digest = hmac.digest
        noise = os.urandom(12 * len(pending))
        for number, (_second, _copy, _place, head, note, middle, tail, rest) in enumerate(pending):
            seq += 1
            if note:
                nonce = noise[number * 12 : number * 12 + 12]
                box = self._encrypt(nonce, note.encode(), self._place + str(seq).encode())
                note = "v1." + base64.urlsafe_b64encode(nonce + box).decode()
            body = f"{previous}{head}{note}{middle}{seq}{tail}"
            mark = digest(key, body.encode(), "sha256").hex()
            found.append(f"{seq}\t{previous}\t{mark}\t{note}\t{rest}\n")
            previous = mark
        self.seq, self.last = seq, previous
        return found


__all__ = ["COLUMNS", "Chain", "EventStamp", "of_row"]
