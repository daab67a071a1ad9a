"""Random walks: whatever anybody does in whatever order, each step is one of the reference and the invariants hold."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from accreditation.enums import APPLICATION_OPEN, WITH_AUTHORITY
from accreditation.models import Application, Decision, Licence
from accreditation.selectors import dossier, terms
from accreditation.tasks import lapse_applications, overdue_applications
from core.access.actor import SYSTEM
from core.audit import chain
from core.audit.models import Event
from core.errors import DomainError
from core.lifecycle.engine import available, perform
from core.worklist.models import WorkItem
from tests.casework.lifecycle.walker import replay
from tests.factories.accreditation import Recognition, another_house, people, photo
from tests.factories.cases import day
from tests.spec import reading

pytestmark = pytest.mark.django_db
ROWS = reading.rows("application")
NAMES = sorted({row.transition for row in ROWS} - {"draft"})
STAFF = (
    "private_manager", "licensing", "licensing2", "licensing3", "head", "head2", "head3", "private2_manager", "chair",
    "steward", "auditor",
)  # fmt: skip
BEGINNINGS = ("draft", "submitted", "under_review", "decision", "refused", "conditional")


class Walker:
    def __init__(self, world: Any, seed: int):
        self.world, self.chance = people(world), random.Random(f"application{seed}")
        self.reached: Counter = Counter()
        self.refused = self.seen = 0
        self.begin()

    def begin(self) -> None:
        self.story = Recognition(self.world, unit=another_house(self.world))
        self.story.reach(self.chance.choice(BEGINNINGS))
        self.check()

    def step(self) -> None:
        row = self.story.reload()
        if row.state in ("approved", "withdrawn", "lapsed") or (row.state == "refused" and row.appeal_decided_by_id):
            self.begin()
            return
        taken = self.chance.choice(
            [self.move, self.move, self.move, self.prepare, self.prepare, self.foolish, self.wait]
        )
        before = Event.objects.count()
        try:
            taken()
        except DomainError:
            self.refused += 1
            assert taken == self.prepare or Event.objects.count() == before, "a refused step left an event"
        self.check()

    def move(self) -> None:
        """Something that the engine offers to somebody just now."""
        offers = []
        for name in STAFF:
            actor = self.world.actor(name)
            try:
                found = available(actor, self.story.reload())
            except DomainError:
                continue
            offers += [(actor, one.spec.name) for one in found if one.allowed and one.spec.name in NAMES]
        rare = {"withdraw", "refuse", "unmet", "uphold"}
        if offers:
            names = sorted({name for _actor, name in offers})
            common = [name for name in names if name not in rare] or names
            name = self.chance.choice(common if self.chance.random() < 0.8 else names)
            actor = self.chance.choice([actor for actor, offered in offers if offered == name])
            self.take(actor, name)

    def foolish(self) -> None:
        actor = SYSTEM if self.chance.random() < 0.2 else self.world.actor(self.chance.choice(STAFF))
        self.take(actor, self.chance.choice(NAMES))

    def take(self, actor: Any, name: str) -> None:
        row = self.story.reload()
        perform(row, name, by=actor, version=row.version, data=self.data(name))

    def data(self, name: str) -> dict[str, Any]:
        """More than any form asks; forms take what is theirs."""
        pick, user = self.chance.choice, self.world.user
        return {
            **self.story.granting(), "note": "Ghi chú.", "signed_name": "Lê Thị Sáu", "pledged": True,
            "more": "Thiếu sơ đồ.", "late_reason": "Mới thấy.", "fix_by": day(9), "planned_on": day(0),
            "team": [user(pick(["licensing2", "licensing3", "licensing"])).pk], "conditions": "Lắp tay vịn.",
            "conditions_by": day(30), "recommendation": pick(["approve", "conditional", "refuse"]),
            "report": "Đã xem.", "officer": user(pick(["licensing2", "licensing3"])).pk,
        }  # fmt: skip

    def prepare(self) -> None:
        """What is missing before a move: papers, answers, verdicts, declarations."""
        story, officer = self.story, self.chance.choice(["licensing", "licensing2", "licensing3"])
        state = story.reload().state
        if state in ("draft", "returned", "correction"):
            story.answer()
            story.fill()
        elif state == "conditional":
            story.do("private_manager", "evidence", answer="Đã lắp.")
        elif state in ("submitted", "under_review", "site_visit"):
            kind = self.chance.choice(["declare", "check", "judge", "visit"])
            if kind == "declare":
                story.declare(officer, interest=self.chance.random() < 0.1)
            elif kind == "check":
                story.check(officer)
            elif kind == "judge":
                story.judge(officer)
                settled = [row.pk for row in dossier.open_defects(story.application) if row.answered_at]
                if settled:
                    story.do(officer, "answer_conditions", settled=settled)
            else:
                story.do(officer, "visit_photo", files={"file": photo()})
                story.record_visit(officer)

    def wait(self) -> None:
        """A deadline passes, and the clock looks."""
        long_past = timezone.now() - timedelta(days=70)
        rows = Application.objects.filter(pk=self.story.application.pk)
        if self.chance.random() < 0.2:
            rows.filter(waiting_since__isnull=False).update(waiting_since=long_past, reminded_at=long_past)
        rows.filter(state__in=WITH_AUTHORITY, paused_at__isnull=True).update(due_at=long_past)
        lapse_applications()
        overdue_applications()

    # --- what must hold after each ---
    def check(self) -> None:
        row = self.story.reload()
        self.events_follow_the_reference()
        replay(row)
        invariants(row)

    def events_follow_the_reference(self) -> None:
        for event in Event.objects.filter(seq__gt=self.seen).order_by("seq"):
            self.seen = event.seq
            if event.subject_model != "accreditation.Application" or not event.target:
                continue
            name = event.verb.partition(".")[2]
            allowed = {row.target for row in ROWS if (row.transition, row.source) == (name, event.source)}
            assert event.target in allowed, f"{event.verb}: {event.source} to {event.target}"
            self.reached[name] += 1


def invariants(row: Application) -> None:
    """Separation, one owner of each open state, one clock, and no licence without a decision."""
    appraised = {row.officer_id, row.recommended_by_id} - {None}
    assert row.decided_by_id not in appraised and row.submitted_by_id not in appraised
    assert row.appeal_decided_by_id is None or row.appeal_decided_by_id not in {row.refused_by_id, *appraised}
    open_items = WorkItem.objects.filter(root_id=row.pk, closed_at__isnull=True)
    if row.state in APPLICATION_OPEN:
        assert open_items.exclude(kind__in=["application.overdue", "application.drip"]).exists(), row.state
        assert row.due_at or open_items.filter(due_at__isnull=False).exists(), f"nothing is due in {row.state}"
    else:
        assert not open_items.exists(), row.state
        assert row.due_at is None or row.state == "refused"
    assert (row.paused_at is not None) == (row.state == "correction")
    counted = terms.days(row)
    assert (counted is not None) == (row.state in (*WITH_AUTHORITY, "correction") or row.days_used is not None)
    assert counted is None or counted.used + counted.left == counted.total
    waits = row.state in ("draft", "returned", "correction")
    assert (row.waiting_since is not None) == waits or row.state in ("withdrawn", "lapsed")
    issued = Licence.objects.filter(application=row)
    granted = Decision.objects.filter(Q(kind="approve") | Q(kind="conditional"), application=row)
    assert issued.count() == granted.count()
    for former in dossier.papers(row).values():
        assert not former.replaced


@pytest.mark.parametrize("seed", range(4))
def test_a_walk_keeps_to_the_reference(world, seed):
    walker = Walker(world, seed)
    for _number in range(40):
        walker.step()
    assert chain.verify()[1] == []
    # A walker that is refused everything would prove nothing.
    assert len(walker.reached) >= 6 and sum(walker.reached.values()) >= 12, walker.reached
