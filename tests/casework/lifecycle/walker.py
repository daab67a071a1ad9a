"""Walks at random over every machine and holds each step against the typed reference (tests/spec).

Nothing here reads the transitions from the code: which move is legal, and where it leads, comes from the CSV files; the
columns of the ways back (`held_from`, `review_from`) are kept a second time, in the walker.
"""

import random
from collections import Counter
from typing import Any

from django.db.models import Q

from casework.models import Assessment, Case, Goal, ServicePlan
from casework.states.case import LIVE
from core.access.actor import SYSTEM
from core.audit.models import Event
from core.catalogue.models import ClientGroup
from core.errors import DomainError
from core.lifecycle.engine import available, perform, system_perform
from core.lifecycle.models import Proposal
from core.worklist.models import WorkItem
from referrals.models import Referral
from referrals.selectors.loads import overdue
from tests.factories.cases import GROUP, day, take_over
from tests.factories.referrals import ReferralStory
from tests.factories.world import World
from tests.spec import reading

MACHINE = {
    "casework.Case": "case", "casework.ServicePlan": "plan", "casework.Assessment": "assessment",
    "casework.Goal": "goal", "referrals.Referral": "referral",
}  # fmt: skip
MOVES = {machine: [row for row in reading.rows(machine) if row.issue == "2"] for machine in MACHINE.values()}
NAMES = {machine: sorted({row.transition for row in rows}) for machine, rows in MOVES.items()}
SETS = {"hold": "held_from", "request_close": "review_from"}
REASONS = {
    ("case", "hold"): "hospital", ("case", "screen_out"): "withdrew", ("case", "review"): "due",
    ("case", "request_close"): "k", ("plan", "revise"): "request", ("referral", "decline"): "full",
    ("referral", "withdraw"): "not_needed", ("referral", "drop_out"): "moved",
}  # fmt: skip
STAFF = (
    "intake", "worker", "colleague", "supervisor", "supervisor2", "manager", "steward", "chair", "sibling_supervisor",
    "sibling_worker", "auditor", "public_worker",
)  # fmt: skip


ENDS = ("void", "screened_out", "closed")
BEGINNINGS = {
    "case": ["desk", "desk", "night", "before", "planning", "running"], "plan": ["planning", "planning", "running"],
    "goal": ["running"], "referral": ["referred"], "assessment": ["running"],
}  # fmt: skip


class Walker:
    """`focus` names the machine on whose records most steps are tried; walks begin where there are some."""

    def __init__(self, world: World, seed: int, focus: str = "case"):
        self.world, self.chance, self.focus = world, random.Random(f"{focus}{seed}"), focus
        self.prior: dict[tuple[Any, str], str] = {}
        self.reached: Counter = Counter()
        self.refused = 0
        self.story = ReferralStory(world)
        self.seen = 0
        self.begin()

    # --- the steps ---
    def begin(self) -> None:
        """Somebody new: by the desk, at night, from the paper of before; or on the way already, so that a walk of few
        steps comes to plans, goals and referrals too."""
        way = self.chance.choice(BEGINNINGS[self.focus])
        if way == "desk":
            self.story.register(by=self.chance.choice(["intake", "commune_intake"]), child=self.chance.random() < 0.3)
        elif way == "night":
            self.story.emergency(by="worker", child=self.chance.random() < 0.5)
        elif way == "before":
            proposal = take_over(self.world)
            done = perform(proposal, "confirm", by=self.world.actor("supervisor"), version=proposal.version)
            self.story.case = Case.objects.get(pk=done.record.result_id)
        elif way == "planning":
            self.story.in_planning()
            self.story.submit(self.story.draft_plan())
        else:
            self.story.running(provider=self.chance.choice(["own", "own+other"]))
            if way == "referred":
                self.story.do(self.worker(), "send", self.refer())
        self.check()

    def refer(self) -> Referral:
        """A referral by consent, or by the law's order, at which a supervisor looks first."""
        ground = {"basis": "statutory", "override_reason": "Theo quyết định."} if self.chance.random() < 0.3 else {}
        return self.story.draft_referral(by=self.worker(), **ground)

    def step(self) -> None:
        if self.story.case.state in ENDS and self.chance.random() < 0.3:
            self.begin()
            return
        kinds = [self.move, self.move, self.move, self.create, self.prepare, self.decide, self.foolish, self.wait]
        taken = self.chance.choice(kinds)
        before = Event.objects.count()
        try:
            taken()
        except DomainError:
            self.refused += 1
            assert Event.objects.count() == before, "a refused step left an event"
        self.check()

    def targets(self) -> list[Any]:
        case = self.story.case
        return [
            case, *Assessment.objects.filter(case=case), *ServicePlan.objects.filter(case=case),
            *Goal.objects.filter(plan__case=case), *Referral.objects.filter(case=case),
        ]  # fmt: skip

    def target(self) -> Any:
        rows = self.targets()
        wanted = [row for row in rows if self.machine(row) == self.focus]
        return self.chance.choice(wanted if wanted and self.chance.random() < 0.6 else rows)

    def wait(self) -> None:
        """The deadline of a referral passes, and the clock looks."""
        Referral.objects.filter(case=self.story.case, due_at__isnull=False).update(due_at="2026-01-05T10:00:00+07:00")
        for row in overdue():
            system_perform(row, "expire")

    def move(self) -> None:
        """Something that the engine offers to somebody just now."""
        offers = []
        target = self.target()
        for name in STAFF:
            actor = self.world.actor(name)
            try:
                found = available(actor, target)
            except DomainError:
                continue
            offers += [(actor, p.spec.name) for p in found if p.allowed and p.spec.name in NAMES[self.machine(target)]]
        if offers:
            name = self.chance.choice(sorted({name for _actor, name in offers}))
            actor = self.chance.choice([actor for actor, offered in offers if offered == name])
            perform(target, name, by=actor, version=target.version, data=self.data(self.machine(target), name))

    def foolish(self) -> None:
        """Anything by anybody, the clock included."""
        target = self.target()
        name = self.chance.choice(NAMES[self.machine(target)])
        actor = SYSTEM if self.chance.random() < 0.1 else self.world.actor(self.chance.choice(STAFF))
        perform(target, name, by=actor, version=target.version, data=self.data(self.machine(target), name))

    def create(self) -> None:
        case, worker = self.story.case, self.worker()
        name = self.chance.choice(["assessment", "plan", "revise", "safety_plan", "referral", "conference"])
        if name == "assessment":
            self.story.draft_assessment(worker)
        elif name == "plan":
            self.story.draft_plan(worker, provider=self.chance.choice(["own", "own+other"]))
        elif name == "referral":
            self.refer()
        elif name == "conference":
            self.story.conference(worker)
        else:
            data = self.data("plan", name)
            perform(ServicePlan, name, by=self.world.actor(worker), parent=case, data=data)

    def prepare(self) -> None:
        """What is missing before a move: answers, the client's view, answers to comments."""
        case, worker = self.story.case, self.worker()
        for assessment in Assessment.objects.filter(case=case, state="draft"):
            risk = self.chance.choice(["low", "medium", "high"])
            by = assessment.author.username
            self.story.do(by, "answer", assessment, **self.story.answers(assessment, risk))
        for plan in ServicePlan.objects.filter(case=case, state__in=["draft", "returned"]):
            for comment in plan.comments.filter(answered_at=None):
                self.story.do(worker, "answer", comment, answer="Đã sửa.")
            if plan.goals.exists():
                self.story.do(worker, "edit", plan, client_view="Đồng ý.", summary="Tóm tắt.")
            else:
                self.story.fill_plan(plan, worker)

    def decide(self) -> None:
        for proposal in Proposal.objects.filter(state="open"):
            name = self.chance.choice(["confirm", "refuse"])
            actor = self.world.actor(self.chance.choice(STAFF))
            perform(proposal, name, by=actor, version=proposal.version, data={"note": "Đã xem."})

    def worker(self) -> str:
        case = self.story.case
        return case.worker.username if case.worker else "worker"

    def machine(self, row: Any) -> str:
        return MACHINE[row._meta.label]

    def data(self, machine: str, name: str) -> dict[str, Any]:
        """More than any form asks; forms take what is theirs."""
        pick = self.chance.choice
        return {
            "note": "Ghi chú.", "group": ClientGroup.objects.on().get(code=GROUP).pk, "over_cap": "Không còn ai.",
            "worker": self.world.user(pick(["worker", "colleague"])).pk, "dangers": ["life"],
            "confirmed": pick(["yes", "no"]), "resume_by": day(7), "client_told_on": day(0), "done_on": day(0),
            "result": "stable", "signature": "client", "signed_on": day(0), "summary": "Ở cùng dì.", "who": "Dì.",
            "outcome": pick(["keep", "reassess", "replan"]) if machine == "case" else "achieved", "tries": 1,
            "next_step": pick(["done", "own", "another"]), "reason": REASONS.get((machine, name), ""),
        }  # fmt: skip

    # --- what must hold after each ---
    def check(self) -> None:
        self.story.case.refresh_from_db()
        self.events_follow_the_reference()
        for row in self.targets():
            replay(row)
        case_invariants(self.story.case)

    def events_follow_the_reference(self) -> None:
        for event in Event.objects.filter(seq__gt=self.seen).order_by("seq"):
            self.seen = event.seq
            machine = MACHINE.get(event.subject_model)
            if machine is None or not event.target:
                continue
            name = event.verb.partition(".")[2]
            rows = [row for row in MOVES[machine] if (row.transition, row.source) == (name, event.source)]
            assert rows, f"{event.verb} from {event.source} stands in no reference"
            allowed = {
                self.prior[event.subject_id, row.prior_column] if row.prior_column else row.target for row in rows
            }
            assert event.target in allowed, f"{event.verb}: {event.source} to {event.target}"
            if machine == "case" and name in SETS:
                self.prior[event.subject_id, SETS[name]] = event.source
            self.reached[machine, name] += 1


def replay(row: Any) -> None:
    """The events of a record, one after the other, give its state and version."""
    state, version = "new", 0
    for event in Event.objects.filter(subject_id=row.pk).order_by("seq"):
        version += 1
        assert event.version == version, f"{event.verb}: version {event.version} after {version - 1}"
        if event.target:
            assert event.source == state, f"{event.verb} starts from {event.source}, the record was {state}"
            state = event.target
    assert (row.state, row.version) == (state, version), row._meta.label


def case_invariants(case: Case) -> None:
    """tests/spec/invariants.csv, those that speak of what exists now; the name of each stands behind it."""
    open_work = WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True)
    if case.state == "closed":
        assert not ServicePlan.objects.filter(case=case, state="active").exists()  # closed_no_active_plan
        ended = Q(state__in=["closed", "withdrawn", "completed", "declined", "expired"])
        assert not Referral.objects.filter(case=case).exclude(ended).exists()  # closed_no_open_referral
    live = Case.objects.filter(person=case.person, programme=case.programme, state__in=LIVE)
    assert live.count() <= 1  # one_live_case
    if case.state in LIVE:
        assert case.worker_id or open_work.filter(role="supervisor").exists()  # state_has_owner
        dated = case.due_at or case.resume_by or open_work.filter(due_at__isnull=False).exists()
        assert dated, f"nothing is due in {case.state}"  # state_has_due_date
    if case.state in ("void", "screened_out"):
        assert not open_work.exists()
    assert Assessment.objects.filter(case=case, state="locked").count() <= 1
    for kind in ("service", "safety"):
        assert ServicePlan.objects.filter(case=case, kind=kind, state="active").count() <= 1
    pre_active = ["draft", "submitted", "returned", "approved"]
    assert ServicePlan.objects.filter(case=case, state__in=pre_active).count() <= 1
