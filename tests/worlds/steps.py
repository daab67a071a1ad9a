"""One step of a walk: somebody tries something; what must come of it is said beforehand from tests/spec, and held
against what came."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from core.access.actor import SYSTEM, Actor
from core.audit.models import Event
from core.errors import Blocked, Denied, DomainError, Invalid, NotVisible, Stale, VersionMissing
from core.lifecycle.actions import Action
from core.lifecycle.engine import Outcome, available, parent_field, perform

from .filling import fresh
from .ledger import MACHINE, Ledger, actors
from .spoken import NAMES, Rows, Who

DONE = Outcome
# Columns of the record that must name somebody else than who acts (lifecycles.md: "not the author", "not the opener",
# "another supervisor"; trust.md: inspector, decider and appeal are different people).
APART: dict[tuple[str, str], tuple[str, ...]] = {
    ("plan", "approve"): ("author_id", "submitted_by_id"),
    ("case", "review_emergency"): ("emergency_opened_by_id",),
    ("case", "close"): ("worker_id",),
    ("referral", "approve"): ("sent_by_id",),
    ("referral", "return"): ("sent_by_id",),
    ("incident", "take"): ("reported_by_id",),
    ("proposal", "confirm"): ("proposed_by_id",),
    ("proposal", "refuse"): ("proposed_by_id",),
    **{
        ("application", name): ("officer_id", "recommended_by_id", "submitted_by_id")
        for name in ("approve", "conditional", "refuse", "send_back")
    },
    **{("application", name): ("officer_id", "refused_by_id", "submitted_by_id") for name in ("uphold", "overturn")},
}  # fmt: skip
SELF: dict[tuple[str, str], str] = {
    ("case", "accept_handover"): "handover_to_id", ("case", "decline_handover"): "handover_to_id",
    ("assessment", "lock"): "author_id", ("assessment", "answer"): "author_id",
}  # fmt: skip
UNCHANGING = ("places_", "catalogue_", "clock_", "django_", "auth_permission", "casework_assessmenttool", "account_")
OF_LAW = {"facilities_norm", "facilities_checklistitem", "accreditation_procedure", "accreditation_component"}


@dataclass
class Try:
    """Who tries what. `row` is None where a record comes into being; `status` is what `available()` said, if asked."""

    who: str
    by: Actor
    spec: Action
    row: Any = None
    parent: Any = None
    data: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    valid: bool = True
    version: int | None = None
    status: str = ""
    key: str = ""

    def __str__(self) -> str:
        record = self.row or self.parent
        state = getattr(self.row, "state", "new")
        return f"{self.who}: {self.spec.model._meta.model_name}.{self.spec.name} of {type(record).__name__} ({state})"


class Judge:
    """Says what must come of a try and holds it against what came. `rows` is the plain reading of the tables, thrown
    away whenever something has changed."""

    def __init__(self, ledger: Ledger):
        self.ledger, self.rows = ledger, Rows()
        self.trace: int | None = None
        self.tries = 0
        self.tally: Counter = Counter()

    def changed(self, people: bool = True) -> None:
        self.rows, self.trace = Rows(None if people else self.rows), None

    def who(self, user: Any) -> Who:
        return self.rows.who(user.pk, timezone.localdate(), timezone.now())

    # --- before ---
    def expected(self, one: Try) -> set[type]:
        """The outcomes that the reference allows, as classes."""
        if one.by.is_system:
            return self._by_the_clock(one)
        who, spec = self.who(one.by.user), one.spec
        name = NAMES[spec.model._meta.label]
        if spec.internal:
            return {NotVisible}
        if one.row is None:
            return self._of_new(one, who, name)
        row = self.rows.tables[name][one.row.pk]
        if not self.rows.may(who, name, spec.name, row):
            return {Denied} if self.rows.may(who, name, "view", row) else {NotVisible}
        if one.version is None:
            return {VersionMissing}
        if one.version != row.version:
            return {Stale}
        machine = self.machine(one)
        if machine and self.is_move(one) and not self.ledger.targets(machine, spec.name, one.row.pk):
            return {Blocked}
        return self._by_what_was_said(one)

    def _of_new(self, one: Try, who: Who, name: str) -> set[type]:
        spec = one.spec
        if not spec.creates:
            return {NotVisible}
        if one.parent is None:
            if not self.rows.may_make(who, name, spec.name):
                return {Denied} if who.duties else {NotVisible}
        else:
            above = NAMES[type(one.parent)._meta.label]
            row, right = self.rows.tables[above][one.parent.pk], f"{spec.model._meta.model_name}.{spec.name}"
            if not self.rows.may(who, above, right, row):
                return {Denied} if self.rows.may(who, above, "view", row) else {NotVisible}
        return self._by_what_was_said(one)

    def _by_what_was_said(self, one: Try) -> set[type]:
        possible = {
            "ready": {DONE, Blocked}, "missing": {Blocked}, "not_you": {Denied}, "wrong_state": {Blocked},
            "": {DONE, Blocked, Denied},
        }[one.status]  # fmt: skip
        if one.valid:
            return set(possible)
        return (possible - {DONE}) | {Invalid}

    def _by_the_clock(self, one: Try) -> set[type]:
        machine = self.machine(one)
        if machine and self.is_move(one) and not self.ledger.targets(machine, one.spec.name, one.row.pk):
            return {Blocked}
        return {DONE, Blocked, Denied, Invalid}

    def machine(self, one: Try) -> str:
        label = one.spec.model._meta.label
        return "proposal" if label == "core.Proposal" else MACHINE.get(label, "")

    def is_move(self, one: Try) -> bool:
        machine = self.machine(one)
        return machine == "proposal" or bool(machine and actors(machine, one.spec.name))

    # --- what `available()` says of everything at once ---
    def offers(self, user: Any, row: Any) -> list[Any]:
        """Every possibility of the record, each held against the table; empty for whoever may not see it."""
        who, name = self.who(user), NAMES[type(row)._meta.label]
        plain = self.rows.tables[name][row.pk]
        sees = self.rows.may(who, name, "view", plain)
        try:
            found = available(Actor.of(user), row)
        except NotVisible:
            assert not sees, f"{user} sees this {name} by the table, and is told that there is none"
            return []
        assert sees, f"{user} does not see this {name} by the table, and is offered {found}"
        for one in found:
            self._said_rightly(one, who, name, plain)
        self.tally["offered"] += len(found)
        return found

    def _said_rightly(self, one: Any, who: Who, name: str, plain: Any) -> None:
        may = self.rows.may(who, name, one.spec.name, plain)
        told = f"{one.spec.name} of {name}: {one.status} {[reason.code for reason in one.reasons]}"
        codes = {reason.code for reason in one.reasons}
        if one.status in ("ready", "missing"):
            assert may, f"{told}, not allowed by the table"
        if one.status == "not_you":
            assert may == ("not_your_duty" not in codes), f"{told}, by the table {may}"
        trial = Try("", SYSTEM, one.spec, plain)
        if self.is_move(trial):
            there = bool(self.ledger.targets(self.machine(trial), one.spec.name, plain.id))
            assert there == (one.status != "wrong_state"), f"{told}, but the machine says {there}"

    # --- the step itself ---
    def take(self, one: Try) -> Any:
        """Try it; returns the outcome, or the refusal. Fails where that is not what the reference says."""
        expected = self.expected(one)
        # That no event was written is looked at after each refusal; all that is stored after every third.
        self.tries += 1
        whole = self.tries % 3 == 0 and (self.trace is not None or DONE not in expected)
        before = self.footprint() if whole else None
        former = self.rows.tables[NAMES[one.spec.model._meta.label]][one.row.pk] if one.row is not None else None
        who = None if one.by.is_system else self.who(one.by.user)
        target: Any = one.spec.model if one.row is None else (one.spec.model, one.row.pk)
        came: Any
        try:
            came = perform(
                target, one.spec.name, by=one.by, version=one.version, data=dict(one.data), files=fresh(one.files),
                parent=one.parent, key=one.key,
            )  # fmt: skip
        except DomainError as refusal:
            came = refusal
        told = f"{one}: {came!r}, not {sorted(kind.__name__ for kind in expected)}; {one.status} {one.data}"
        assert type(came) in expected, told
        self.tally[type(came).__name__] += 1
        self.tally["steps"] += 1
        if isinstance(came, Outcome):
            self.changed(people=False)
            self.after(one, who, former)
            return came
        if one.status == "ready" and isinstance(came, Blocked):
            for reason in came.reasons:
                self.tally["asked later", one.spec.model._meta.model_name, one.spec.name, reason.code] += 1
        if before is not None:
            assert self.footprint(anew=True) == before, f"{one}: refused, and left a trace"
        else:
            assert not Event.objects.filter(seq__gt=self.ledger.seq).exists(), f"{one}: refused, and told of"
        return came

    def after(self, one: Try, who: Who | None, former: Any) -> None:
        """One event that has no cause, of this person, now; all others follow from it; the rows say what they say."""
        events = self.ledger.take()
        ids, first = {event.id for event in events}, [event for event in events if event.cause_id is None]
        assert len(first) == 1, f"{one}: {[event.verb for event in first]}"
        root, verb = first[0], f"{one.spec.model._meta.model_name}.{one.spec.name}"
        assert all(event.cause_id in ids for event in events if event is not root), f"{one}: an event without a cause"
        assert root.verb == ("proposal.propose" if one.spec.two_person else verb), root.verb
        assert root.actor_id == one.by.id and root.recorded_at == timezone.now()
        if one.row is not None and not one.spec.two_person:
            assert root.subject_id == one.row.pk and root.version == former.version + 1
        self.ledger.hold({event.subject_id for event in events})
        if who is not None:
            self._by_right(one, who, former, root)

    def _by_right(self, one: Try, who: Who, former: Any, root: Event) -> None:
        machine, name = self.machine(one), one.spec.name
        if machine and machine != "proposal" and self.is_move(one):
            assert {role for role, _unit in who.duties} & actors(machine, name), f"{one}: {who.duties}"
        if former is None:
            return
        for column in APART.get((machine, name), ()):
            assert getattr(former, column) != who.id, f"{one}: it is their own ({column})"
        if (machine, name) in SELF:
            assert who.is_one(getattr(former, SELF[machine, name])), f"{one}: it is somebody else's"
        worker = getattr(former, "worker_id", None)
        absent = worker if worker != who.id and worker in who.stands_for else None
        assert root.acting_for_id == absent, f"{one}: done for {root.acting_for_id}, not {absent}"

    # --- traces ---
    def footprint(self, anew: bool = False) -> int:
        """A number for all that is stored; kept until something changes."""
        if self.trace is None or anew:
            self.trace = _footprint()
        return self.trace


_tables: list[str] = []


def _footprint() -> int:
    if not _tables:
        names = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
        _tables.extend(sorted(n for n in names if not n.startswith(UNCHANGING) and n not in OF_LAW))
    total = 0
    with connection.cursor() as cursor:
        for number, table in enumerate(_tables):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our tables
            for row in cursor.fetchall():
                total ^= hash((number, repr(row)))
    return total


def unsaved(spec: Action, parent: Any) -> Any:
    """The row that a form is given while the record does not exist yet."""
    row = spec.model()
    if parent is not None:
        setattr(row, parent_field(spec.model, type(parent)), parent)
    return row
