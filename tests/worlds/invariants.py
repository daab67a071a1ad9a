"""What holds after every step, as queries; the words are those of `tests/spec/invariants.csv`."""

from collections.abc import Callable

from django.db.models import Count, F, Q

from accreditation.models import Application, Decision, Licence
from casework.models import Assessment, Case, ServicePlan
from core.lifecycle.models import Proposal
from core.worklist.models import WorkItem
from facilities.models import Incident, Inspection, Occupancy
from referrals.models import Referral

LIVE = ["intake", "waitlisted", "assessment", "planning", "referral", "active", "on_hold", "closure_review"]
# A referral is open until it was answered, closed or taken back (docs/adr/0007).
ENDED = ["closed", "withdrawn", "completed", "declined", "expired"]
APPLICATION_ENDED = ["approved", "refused", "withdrawn", "lapsed"]
Rule = Callable[[], None]
RULES: dict[str, Rule] = {}
# Written in the table for what does not exist yet, or held elsewhere.
ELSEWHERE = {
    "state_has_exit": "tests/architecture/test_spec.py",
    "deny_test": "tests/casework/access/test_denied.py and the roles of every step here",
    "replay_gives_row": "ledger.py",
    "deceased_no_live_payment": "there are no payments yet",
    "admission_allowed": "there are no admissions yet; acceptance asks the authority of the day (tests/referrals)",
}


def rule(name: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


def hold_all() -> None:
    for function in RULES.values():
        function()


def _open_items() -> set:
    return set(WorkItem.objects.filter(closed_at__isnull=True).values_list("root_id", flat=True))


@rule("closed_no_open_stay")
def closed_no_open_stay() -> None:
    closed = Case.objects.filter(state="closed").values("person")
    other = Case.objects.filter(state__in=LIVE).values("person")
    assert not Occupancy.objects.filter(kind="stay", ends__isnull=True, person__in=closed).exclude(
        person__in=other
    ).exists()  # fmt: skip


@rule("closed_no_open_referral")
def closed_no_open_referral() -> None:
    assert not Referral.objects.filter(case__state="closed").exclude(state__in=ENDED).exists()


@rule("closed_no_active_plan")
def closed_no_active_plan() -> None:
    assert not ServicePlan.objects.filter(case__state="closed", state="active").exists()


@rule("occupied_within_licensed")
def occupied_within_licensed() -> None:
    """Nobody is admitted yet; no bed holds two."""
    stays = Occupancy.objects.filter(ends__isnull=True, kind="stay")
    assert not stays.values("bed").annotate(n=Count("pk")).filter(n__gt=1).exists()


@rule("one_live_case")
def one_live_case() -> None:
    live = Case.objects.filter(state__in=LIVE).values("person", "programme")
    assert not live.annotate(n=Count("pk")).filter(n__gt=1).exists()


@rule("deceased_no_live_task")
def deceased_no_live_task() -> None:
    dead = Case.objects.filter(person__deceased_on__isnull=False).values("pk")
    assert not WorkItem.objects.filter(closed_at__isnull=True, root_id__in=dead).exists()


@rule("state_has_owner")
def state_has_owner() -> None:
    """Somebody answers for each live case: its worker, or a supervisor who has it on the desk."""
    orphans = Case.objects.filter(state__in=LIVE, worker__isnull=True).values_list("pk", flat=True)
    desks = WorkItem.objects.filter(closed_at__isnull=True, role="supervisor").values_list("root_id", flat=True)
    assert set(orphans) <= set(desks)
    held = set(WorkItem.objects.filter(closed_at__isnull=True).values_list("subject_id", flat=True))
    waiting = Referral.objects.filter(
        state__in=["pending_approval", "sent", "info_requested", "accepted", "in_service"]
    )
    assert set(waiting.values_list("pk", flat=True)) <= held, "a referral that nobody has to answer"
    files = Application.objects.exclude(state__in=APPLICATION_ENDED).values_list("pk", flat=True)
    assert set(files) <= _open_items(), "an application on nobody's desk"
    asked = Proposal.objects.filter(state="open").values_list("pk", flat=True)
    assert set(asked) <= held, "a proposal that nobody has to decide"
    incidents = Incident.objects.exclude(state="closed").values_list("pk", flat=True)
    assert set(incidents) <= held, "an incident that nobody looks into"
    told = Inspection.objects.exclude(state__in=["closed", "cancelled"]).exclude(state="planned", announced=False)
    assert set(told.values_list("pk", flat=True)) <= held, "an inspection that nobody works on"


@rule("state_has_due_date")
def state_has_due_date() -> None:
    dated = set(WorkItem.objects.filter(closed_at__isnull=True, due_at__isnull=False).values_list("root_id", flat=True))
    for model, ended in (
        (Case, ["closed", "screened_out", "void", "merged"]), (Referral, ["closed", "withdrawn"]),
        (Application, APPLICATION_ENDED), (Proposal, ["confirmed", "refused", "lapsed"]),
        (Inspection, ["closed", "cancelled", "planned"]), (Incident, ["closed"]),
    ):  # fmt: skip
        undated = model._base_manager.exclude(state__in=ended).filter(due_at__isnull=True)
        if model is Case:
            undated = undated.filter(resume_by__isnull=True)
        if model is Referral:  # its items lie under the case, or under itself
            undated = undated.exclude(state="info_requested")
        missing = set(undated.values_list("pk", flat=True)) - dated
        assert not missing, f"{model.__name__}: nothing is due"


@rule("items_end_with_their_root")
def items_end_with_their_root() -> None:
    """Nobody is asked to do something for what has ended; a closed case has its follow-ups still."""
    items = WorkItem.objects.filter(closed_at__isnull=True)
    over = Case.objects.filter(state__in=["void", "screened_out"]).values("pk")
    assert not items.filter(root_id__in=over).exists()
    closed = Case.objects.filter(state="closed").values("pk")
    left = items.filter(root_id__in=closed).exclude(kind="case.follow_up").exclude(kind__startswith="referral.")
    assert not left.exists(), list(left.values_list("kind", flat=True))
    for model, ended in (
        (Referral, ["closed", "withdrawn"]), (Proposal, ["confirmed", "refused", "lapsed"]),
        (Inspection, ["closed", "cancelled"]), (Incident, ["closed"]), (ServicePlan, ["cancelled", "superseded"]),
        (Application, ["withdrawn", "lapsed", "approved"]),
    ):  # fmt: skip
        gone = model._base_manager.filter(state__in=ended).values("pk")
        left = items.filter(subject_id__in=gone)
        assert not left.exists(), (model.__name__, list(left.values_list("kind", flat=True)))


# What each state asks of somebody (lifecycles.md, side-effects): one of these lies open, and none of the others.
ASKED = {
    Referral: {
        "pending_approval": {"referral.approve"}, "sent": {"referral.respond", "referral.record_answer"},
        "info_requested": {"referral.answer"}, "accepted": {"referral.begin"}, "in_service": {"referral.report"},
        "completed": {"referral.read", "referral.dropped"}, "expired": {"referral.next"},
        "declined": {"referral.next", "referral.reassess", "referral.talk", "referral.wait"},
    },
    ServicePlan: {"submitted": {"plan.approve"}, "approved": {"plan.agree"}},
    Inspection: {
        "underway": {"inspection.conclude"}, "reply": {"inspection.reply"}, "remedy": {"inspection.remedied"},
        "recheck": {"inspection.recheck"},
    },
    Incident: {"reported": {"incident.take"}, "review": {"incident.conclude"}},
    Proposal: {"open": {"proposal.decide"}},
}  # fmt: skip


@rule("asked_where_due")
def asked_where_due() -> None:
    held: dict = {}
    for key, kind in WorkItem.objects.filter(closed_at__isnull=True).values_list("subject_id", "kind"):
        held.setdefault(key, set()).add(kind)
    for model, states in ASKED.items():
        asking = set().union(*states.values())
        for key, state in model._base_manager.values_list("pk", "state"):
            kinds, due = held.get(key, set()) & asking, states.get(state, set())
            assert kinds <= due, f"{model.__name__} in {state}: {kinds} lies open"
            assert kinds or not due, f"{model.__name__} in {state}: none of {due} lies open"


@rule("one_of_each")
def one_of_each() -> None:
    """One locked assessment of a case, one active plan of each kind, one on its way."""
    assert not _twice(Assessment.objects.filter(state="locked"), "case")
    assert not _twice(ServicePlan.objects.filter(state="active"), "case", "kind")
    assert not _twice(ServicePlan.objects.filter(state__in=["draft", "submitted", "returned", "approved"]), "case")
    assert not _twice(Licence.objects.filter(state__in=["active", "restricted", "suspended"]), "facility")


def _twice(rows, *columns: str) -> bool:
    return rows.order_by().values(*columns).annotate(n=Count("pk")).filter(n__gt=1).exists()


@rule("four_people")
def four_people() -> None:
    """Applicant, officer, head and whoever decides an appeal are four; whoever proposes does not confirm."""
    same = Q()
    for one, other in (
        ("officer", "submitted_by"), ("decided_by", "officer"), ("decided_by", "recommended_by"),
        ("decided_by", "submitted_by"), ("appeal_decided_by", "refused_by"), ("appeal_decided_by", "officer"),
    ):  # fmt: skip
        same |= Q(**{one: F(other)})
    assert not Application.objects.filter(same).exists()
    assert not Proposal.objects.filter(decided_by=F("proposed_by")).exists()
    assert not ServicePlan.objects.filter(Q(approved_by=F("author")) | Q(approved_by=F("submitted_by"))).exists()
    assert not Referral.objects.filter(approved_by=F("sent_by")).exists()
    assert not Incident.objects.filter(reviewer=F("reported_by")).exists()


@rule("decision_for_licence")
def decision_for_licence() -> None:
    """No licence issued on an application without its decision."""
    issued = Licence.objects.filter(application__isnull=False).values_list("application", flat=True)
    granted = Decision.objects.filter(kind__in=["approve", "conditional"]).values_list("application", flat=True)
    assert set(issued) <= set(granted)
