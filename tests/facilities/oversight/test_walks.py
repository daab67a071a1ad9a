"""Walks at random over both machines; each step is held against the typed reference, and what must hold is looked at
after each. Nothing here reads the transitions from the code."""

import random

import pytest

from core.access.actor import SYSTEM
from core.audit.models import Event
from core.errors import DomainError
from core.lifecycle.engine import available, perform
from core.worklist.models import WorkItem
from facilities import tasks
from facilities.models import Finding, Incident, Inspection
from tests.casework.lifecycle.walker import replay
from tests.factories.oversight import LONG_AGO, UNMET, Oversight
from tests.spec import reading

pytestmark = pytest.mark.django_db
MOVES = {name: reading.rows(name) for name in ("inspection", "incident")}
STAFF = (
    "licensing",
    "licensing2",
    "manager",
    "private_manager",
    "head",
    "auditor",
    "public_supervisor",
    "other_licensing",
)
STEPS = 60


class Walker:
    def __init__(self, world, seed):
        self.story, self.chance = Oversight(world), random.Random(seed)
        self.world, self.seen, self.reached, self.refused = world, 0, set(), 0

    def records(self):
        return [*Inspection.objects.order_by("pk"), *Incident.objects.order_by("pk")]

    def data(self, row, name):
        story, pick = self.story, self.chance.choice
        known = {
            "reply": lambda: story.reply_data(row, pick(["accepted", "contested"])),
            "remedied": lambda: story.remedy_data(row),
            "recheck": lambda: story.recheck_data(row, pick(["mended", "still", "dropped"])),
            "answer": lambda: story.answers(row, pick([(), (UNMET,)])),
            "edit": story.plan_data,
            "end": lambda: {"licence_effect": pick(["suspend", "revoke"]), "note": "Vì thế."},
        }
        more = {"note": "Ghi chú.", "summary": "Xong.", "conclusion": "Rõ.", "no_inspection": pick(["", "Bệnh già."])}
        return {**more, **(known[name]() if name in known else {})}

    def begin(self):
        if self.chance.random() < 0.6:
            self.story.planned(announced=self.chance.random() < 0.5)
        else:
            self.story.reported(kind=self.chance.choice(["death", "injury", "fire"]))

    def move(self):
        """Something that the engine offers to somebody just now."""
        row, actor = self.chance.choice(self.records()), self.world.actor(self.chance.choice(STAFF))
        offers = [one.spec.name for one in available(actor, row) if one.allowed]
        if offers:
            name = self.chance.choice(offers)
            perform(row, name, by=actor, version=row.version, data=self.data(row, name))

    def foolish(self):
        """Anything by anybody, the clock included."""
        row = self.chance.choice(self.records())
        machine = row._meta.model_name
        name = self.chance.choice(MOVES[machine]).transition
        actor = SYSTEM if self.chance.random() < 0.2 else self.world.actor(self.chance.choice(STAFF))
        perform(row, name, by=actor, version=row.version, data=self.data(row, name))

    def found(self):
        rows = list(Inspection.objects.filter(state="underway"))
        if rows:
            self.story.finding(self.chance.choice(rows))

    def dropped(self):
        rows = list(Finding.objects.filter(dropped=False))
        if rows:
            self.story.do("licensing", "drop", self.chance.choice(rows), note="Bỏ.")

    def wait(self):
        Inspection.objects.filter(state__in=["reply", "remedy"]).update(due_at=LONG_AGO)
        tasks.end_replies()
        tasks.tell_of_late_remedies()
        tasks.lay_out_visits()

    def step(self):
        taken = self.chance.choice([self.begin, *[self.move] * 6, self.foolish, self.found, self.dropped, self.wait])
        before = Event.objects.count()
        try:
            taken()
        except DomainError:
            self.refused += 1
            assert Event.objects.count() == before, "a refused step left an event"
        self.check()

    def check(self):
        for event in Event.objects.filter(seq__gt=self.seen).order_by("seq"):
            self.seen = event.seq
            machine, _dot, name = event.verb.partition(".")
            if machine in MOVES and event.target:
                edge = (name, event.source, event.target)
                assert edge in {row.edge for row in MOVES[machine]}, edge
                self.reached.add((machine, *edge))
        for row in self.records():
            replay(row)
            self.holds(row)

    def holds(self, row):
        items = WorkItem.objects.filter(subject_id=row.pk, closed_at__isnull=True)
        if row.state in type(row).TERMINAL:
            assert not items.exists()
            if row.state == "closed" and isinstance(row, Inspection) and row.licence_effect == "none":
                assert not row.findings.filter(mended_on__isnull=True, dropped=False).exists()
            return
        assert row.due_at is not None, f"nothing is due in {row.state}"  # state_has_due_date
        if isinstance(row, Inspection):
            hidden = row.state == "planned" and not row.announced
            assert hidden or items.exists(), f"nobody works on {row.state}"  # state_has_owner
            assert row.team.count() >= 2
            house = items.filter(unit=self.story.facility.unit)
            assert not house.exists() or row.concluded_at is not None, "the facility is asked before the conclusion"
        else:
            assert items.count() == 1
            assert row.reviewer_id is None or row.reviewer_id != row.reported_by_id


@pytest.mark.parametrize("seed", range(6))
def test_walks_keep_to_the_reference(world, seed):
    walker = Walker(world, seed)
    walker.begin()
    for _number in range(STEPS):
        walker.step()
    assert walker.refused and len(walker.reached) >= 4
