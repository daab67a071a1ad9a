"""Walks at random over a whole province: anybody tries anything with any record, time passes, people come and go.

The machine says what must come of each step (steps.py) from tests/spec, folds the events (ledger.py) and holds the
invariants (invariants.py). A step is one try of one action, or one passing of time, or one change of duties.
"""

import random
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from core.access.actor import SYSTEM, Actor
from core.accounts.models import RoleAssignment
from core.accounts.services import assign, end_assignment
from core.audit import chain
from core.errors import Blocked, DomainError
from core.lifecycle.actions import Action, actions_of, lifecycle_models
from core.lifecycle.engine import Outcome, is_transition, perform
from core.lifecycle.fsm import NEW, edges
from core.outbox import chores  # noqa: F401 - registers the jobs of core itself
from core.outbox.schedule import jobs
from tests.factories.world import World

from . import invariants
from .cast import START
from .clock import Frozen
from .filling import Filler
from .ledger import Ledger
from .spoken import NAMES
from .steps import Judge, Try, unsaved

SEEDS = st.integers(0, 2**32 - 1)
# Jobs of the worker that touch records with a lifecycle; the others keep house.
SWEEPS = (
    "referrals.expire", "core.proposals", "facilities.no_reply", "facilities.remedies", "facilities.visits",
    "facilities.papers", "facilities.lapsed_holds", "accreditation.activate_licences", "accreditation.remind_licences",
    "accreditation.follow_terms", "accreditation.lapse_applications", "accreditation.overdue_applications",
)  # fmt: skip
# Records on which most is tried; the others have two or three actions each.
BUSY = (
    "case",
    "plan",
    "referral",
    "application",
    "inspection",
    "licence",
    "goal",
    "assessment",
    "incident",
    "proposal",
)
# Lists of hundreds of lines are read by the worker from files; their walks are in tests/casework/imports_web.
LEFT_OUT = {"casework.ImportBatch", "accreditation.RegisterList"}


def makers() -> list[Action]:
    """Every action that brings a record into being."""
    return [
        spec for model in lifecycle_models() for spec in actions_of(model).values()
        if spec.creates and not spec.internal and model._meta.label not in LEFT_OUT
    ]  # fmt: skip


def acts_on_existing(spec: Action) -> bool:
    if not spec.creates:
        return True
    return is_transition(spec) and any(n == spec.name and s != NEW for n, s, _t in edges(spec.model))


class Walk(RuleBasedStateMachine):
    """`world` and `start` are the province, made once, and the fold of its events; each walk begins there."""

    world: ClassVar[World]
    start: ClassVar[Ledger]
    clock: ClassVar[Frozen]
    reached: ClassVar[Counter] = Counter()
    tally: ClassVar[Counter] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.clock.moment = START
        self.point = transaction.atomic()
        self.point.__enter__()
        self.judge = Judge(self.start.copy())
        self.users = [self.world.users[name] for name in sorted(self.world.users)]

    def teardown(self) -> None:
        try:
            ledger = self.judge.ledger
            ledger.take()
            ledger.hold()
            ledger.nothing_else()
            assert chain.verify()[1] == []
            Walk.reached.update(ledger.reached)
            Walk.tally.update(self.judge.tally)
        finally:
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    # --- what can be picked ---
    def models(self) -> list[Any]:
        return [
            model for model in lifecycle_models()
            if model._meta.label not in LEFT_OUT and any(map(acts_on_existing, actions_of(model).values()))
        ]  # fmt: skip

    def record(self, chance: random.Random) -> Any:
        """Some record that has actions; most often of a machine."""
        models = self.models()
        busy = [model for model in models if NAMES[model._meta.label] in BUSY]
        for _try in range(4):
            model = chance.choice(busy if chance.random() < 0.8 else models)
            keys = sorted(self.judge.rows.tables[NAMES[model._meta.label]].all(), key=lambda row: row.id)
            if keys:
                return model._base_manager.get(pk=chance.choice(keys).id)
        return None

    def user(self, chance: random.Random) -> Any:
        return chance.choice(self.users)

    def near(self, chance: random.Random, row: Any) -> Any:
        """Somebody who sees the record, where there is one: strangers are refused at the first question."""
        name = NAMES[type(row)._meta.label]
        plain = self.judge.rows.tables[name][row.pk]
        seeing = [user for user in self.users if self.judge.rows.may(self.judge.who(user), name, "view", plain)]
        return chance.choice(seeing or self.users)

    def run(self, one: Try) -> Any:
        came = self.judge.take(one)
        if isinstance(came, Outcome):
            invariants.hold_all()
            self.clock.go(seconds=1)
        return came

    def typed(self, chance: random.Random, spec: Action, row: Any, by: Actor) -> tuple[Any, Any, bool]:
        filler = Filler(chance)
        data, files, valid = filler.fill(spec, row, by)
        if not files and chance.random() < 0.1:
            data, valid = filler.spoil(spec, data, row, by)
        return data, files, valid

    # --- the rules ---
    @rule(seed=SEEDS)
    def offered_to_one(self, seed: int) -> None:
        self.offered(seed)

    def offered(self, seed: int) -> None:
        """Somebody opens a record, is told what can be done with it, and does something of it."""
        chance = random.Random(seed)
        row = self.record(chance)
        if row is None:
            return
        wanted = "ready" if chance.random() < 0.85 else chance.choice(["missing", "wrong_state", "not_you"])
        for _number in range(3):
            user = self.near(chance, row) if chance.random() < 0.9 else self.user(chance)
            found = [one for one in self.judge.offers(user, row) if acts_on_existing(one.spec)]
            fitting = [one for one in found if one.status == wanted]
            if fitting:
                self.choose(chance, user, row, chance.choice(fitting))
                return

    @rule(seed=SEEDS)
    def offered_to_a_second(self, seed: int) -> None:
        self.offered(seed)

    @rule(seed=SEEDS)
    def offered_to_a_third(self, seed: int) -> None:
        self.offered(seed)

    def choose(self, chance: random.Random, user: Any, row: Any, offer: Any) -> None:
        by = Actor.of(user)
        data, files, valid = self.typed(chance, offer.spec, row, by)
        self.run(Try(
            user.username, by, offer.spec, row, None, data, files, valid, row.version, offer.status,
        ))  # fmt: skip

    @rule(seed=SEEDS)
    def anything(self, seed: int) -> None:
        """Anybody does anything, also what is the clock's, also on an old version or on none."""
        chance = random.Random(seed)
        row = self.record(chance)
        if row is None:
            return
        specs = [spec for spec in actions_of(type(row)).values() if acts_on_existing(spec)]
        user = self.near(chance, row) if chance.random() < 0.5 else self.user(chance)
        by, spec = Actor.of(user), chance.choice(specs)
        data, files, valid = ({}, {}, False)
        expected = self.judge.expected(Try(user.username, by, spec, row, version=row.version))
        if Outcome in expected:
            data, files, valid = self.typed(chance, spec, row, by)
        version = chance.choice([row.version] * 5 + [row.version - 1, row.version + 1, None])
        self.run(Try(user.username, by, spec, row, None, data, files, valid, version))

    @rule(seed=SEEDS)
    def creates(self, seed: int) -> None:
        """A new record, under another or by itself."""
        chance = random.Random(seed)
        spec, parent = chance.choice(makers()), None
        if spec.parent is not None:
            rows = sorted(self.judge.rows.tables[NAMES[spec.parent._meta.label]].all(), key=lambda row: row.id)
            if not rows:
                return
            parent = spec.parent._base_manager.get(pk=chance.choice(rows).id)
        user = self.user(chance)
        if parent is not None and chance.random() < 0.8:
            user = self.near(chance, parent)
        by = Actor.of(user)
        trial = Try(user.username, by, spec, None, parent)
        if Outcome in self.judge.expected(trial):
            trial.data, trial.files, trial.valid = self.typed(chance, spec, unsaved(spec, parent), by)
        self.run(trial)

    @rule(seed=SEEDS)
    def by_the_clock(self, seed: int) -> None:
        """The clock tries something of its own on a record that is not due, or not there yet."""
        chance = random.Random(seed)
        row = self.record(chance)
        if row is None:
            return
        specs = [
            spec for spec in actions_of(type(row)).values()
            if spec.internal and is_transition(spec) and acts_on_existing(spec) and spec.form is None
            and spec.name in ("expire", "lapse", "no_reply", "activate")
        ]  # fmt: skip
        if specs:
            self.run(Try("the clock", SYSTEM, chance.choice(specs), row, version=None))

    @rule(seed=SEEDS)
    def repeats(self, seed: int) -> None:
        """The same request twice, by a key: it happens once and is answered alike."""
        chance = random.Random(seed)
        row = self.record(chance)
        if row is None:
            return
        user = self.near(chance, row)
        ready = [one for one in self.judge.offers(user, row) if one.status == "ready" and acts_on_existing(one.spec)]
        if not ready:
            return
        spec, by = chance.choice(ready).spec, Actor.of(user)
        data, files, valid = self.typed(chance, spec, row, by)
        # The same seed may come twice in a walk: that is another request.
        key = f"k{seed}-{self.judge.tries}"
        one = Try(user.username, by, spec, row, None, data, files, valid, row.version, "ready", key=key)
        came = self.run(one)
        if not isinstance(came, Outcome) or files:
            return
        before = self.judge.footprint()
        again = perform(
            (spec.model, row.pk), spec.name, by=by, version=row.version, data=dict(data), files={}, key=one.key
        )
        assert again.replayed and again.result == came.result
        assert self.judge.footprint(anew=True) == before, "repeated, and it left a trace"

    @rule(seed=SEEDS)
    def time_passes(self, seed: int) -> None:
        """Hours or days go by, and the worker makes its rounds."""
        chance = random.Random(seed)
        self.clock.go(hours=chance.choice([1, 1, 4, 4, 12, 24, 24, 72, 24 * 8, 24 * 21]))
        self.judge.changed()
        due = {job.name: job for job in jobs()}
        for name in chance.sample(SWEEPS, 4):
            due[name].function()
            events = self.judge.ledger.take()
            for event in events:
                assert event.actor_id is None, f"{name}: {event.verb} of a person"
                self.judge.tally["swept", event.verb] += 1
            self.judge.ledger.hold({event.subject_id for event in events})
        self.judge.changed()
        self.judge.tally["steps"] += 1
        invariants.hold_all()

    @rule(seed=SEEDS)
    def people_change(self, seed: int) -> None:
        """A duty begins or ends, an account is closed or opened again, a unit too."""
        chance = random.Random(seed)
        kind, user = chance.choice(["ends", "begins", "closed", "opened"]), self.user(chance)
        rows = list(RoleAssignment.objects.filter(user=user, valid_to__isnull=True).order_by("pk"))
        if kind == "ends" and rows and RoleAssignment.objects.filter(role=rows[0].role).count() > 2:
            end_assignment(rows[0])
        elif kind == "begins":
            try:
                units = sorted(self.world.units)
                role = chance.choice(RoleAssignment._meta.get_field("role").choices)[0]
                last = timezone.localdate() + timedelta(days=chance.choice([0, 3, 30]))
                assign(user, role, self.world.units[chance.choice(units)], valid_to=chance.choice([None, last]))
            except (Blocked, DomainError):
                pass
        elif kind in ("closed", "opened"):
            type(user).objects.filter(pk=user.pk).update(is_active=kind == "opened")
        for one in self.users:
            one.refresh_from_db(fields=["is_active"])
        self.judge.changed()
        self.judge.tally["steps"] += 1

    @initialize()
    def begins(self) -> None:
        for user in self.users:
            user.refresh_from_db(fields=["is_active"])
