"""What the case page reads: the case with the rights on it, its plan and assessment, what can be done, the stages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Model, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import Domain, PlanKind, Severity
from casework.models import Assessment, Case, Contact, Goal, Person, PlanAction, PlanComment, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.case import STAGES, CaseState
from casework.states.plan import PRE_ACTIVE, PlanState
from core.access.actor import Actor
from core.access.engine import mark, not_your_duty, visible, visible_one, with_rights
from core.audit.models import Event
from core.clock import due
from core.clock.calendar import Calendar
from core.errors import NotVisible
from core.lifecycle.actions import Act, Action, actions_of, lifecycle_models
from core.lifecycle.engine import Possibility, available, state_reasons
from core.worklist.kinds import kind
from core.worklist.models import WorkItem

CASE_CLASSES = ("read:narrative", "read:reporter", "read:safe_address", "read:history", "read:readers")
PERSON_CLASSES = ("read:identity", "read:contact", "read:health", "edit")
_SEALED = ("problem", "safety_note", "wishes", "closure_statement", "reporter", "reporter_phone", "found_at")


@dataclass
class Opened:
    """A record with what this person may read of it: classes like "read:narrative"."""

    row: Any
    may: frozenset[str]


def open_case(by: Actor, pk: Any) -> Opened:
    """The case, or NotVisible. Sealed columns stay closed until somebody asks for them."""
    rows = Case.objects.select_related("person__commune", "worker", "handover_to", "owner_unit", "to_unit", "group")
    return _open(by, visible_one(by, Case, pk, within=rows), CASE_CLASSES)


def open_person(by: Actor, pk: Any) -> Opened:
    rows = visible_one(by, Person, pk, within=Person.objects.select_related("commune", "household"))
    return _open(by, rows, PERSON_CLASSES)


def _open(by: Actor, rows: Any, classes: Iterable[str]) -> Opened:
    row = with_rights(by, rows, classes).first()
    if row is None:
        raise NotVisible
    return Opened(row, frozenset(name for name in classes if getattr(row, mark(name))))


def current_plan(by: Actor, case: Case) -> ServicePlan | None:
    """The plan in preparation, else the service plan in force, else the safety plan in force."""
    rows = (
        visible(by, ServicePlan)
        .filter(case=case, state__in=[*PRE_ACTIVE, PlanState.ACTIVE])
        .annotate(open_comments=Count("comments", filter=Q(comments__answered_at=None)))
        .prefetch_related(
            Prefetch(
                "goals", Goal.objects.annotate(open_comments=Count("comments", filter=Q(comments__answered_at=None)))
            )
        )
    )
    found = sorted(rows, key=lambda plan: (plan.state in PRE_ACTIVE, plan.kind == PlanKind.SERVICE, plan.number))
    if not found:
        return None
    plan = found[-1]
    plan.case = case
    return plan


def assessments_of(by: Actor, case: Case) -> list[Assessment]:
    """All versions, the newest first, with their findings."""
    rows = list(visible(by, Assessment).filter(case=case).select_related("author").order_by("-number"))
    for row in rows:
        row.case = case
    return rows


def latest(rows: list[Assessment], case: Case) -> Assessment | None:
    """The newest of the running episode."""
    return next((row for row in rows if row.episode == case.episode), None)


@dataclass(frozen=True)
class Need:
    """A domain as found; `before` is what the version before said, None when it said nothing."""

    label: str
    severity: int
    before: int | None
    need: str
    words: str = ""

    @property
    def change(self) -> str:
        if self.before is None or self.before == self.severity:
            return ""
        return _("nặng hơn trước") if self.severity > self.before else _("nhẹ hơn trước")

    @property
    def level(self) -> str:
        """The shape that stands for the severity."""
        return {3: "high", 2: "medium"}.get(self.severity, "low")


def needs_of(assessment: Assessment | None, before: Assessment | None) -> list[Need]:
    """The needs that somebody has to answer (serious, or ranked), the most pressing first."""
    if assessment is None:
        return []
    old = {row.domain: row.severity for row in before.findings.all()} if before is not None else {}
    rows = [row for row in assessment.findings.all() if (row.severity or 0) >= Severity.SERIOUS or row.priority]
    rows.sort(key=lambda row: (row.priority or 99, -(row.severity or 0), row.domain))
    return [
        Need(
            str(Domain(row.domain).label), row.severity or 0, old.get(row.domain), row.need,
            str(Severity(row.severity or 0).label),
        )
        for row in rows
    ]  # fmt: skip


# What can be done ----------------------------------------------------------------------------------------------------


def creatable(by: Actor, parent: Model) -> dict[str, Possibility]:
    """What may be made under a record, by "model.action", with the reasons why not; the twin of `available()`."""
    specs = [
        spec
        for model in lifecycle_models()
        for spec in actions_of(model).values()
        if spec.parent is type(parent) and spec.creates and not spec.internal
    ]
    names = {spec_key(spec): spec for spec in specs}
    row = with_rights(by, type(parent)._base_manager.filter(pk=parent.pk), names).first()
    return {key: _may_make(spec, parent, by, bool(row and getattr(row, mark(key)))) for key, spec in names.items()}


def spec_key(spec: Action) -> str:
    return f"{spec.model._meta.model_name}.{spec.name}"


def _may_make(spec: Action, parent: Model, by: Actor, permitted: bool) -> Possibility:
    if not permitted:
        return Possibility(spec, "not_you", (not_your_duty(type(parent), spec_key(spec)),))
    row = spec.model()
    setattr(row, getattr(spec.model, "LOCK_FIRST", "") or str(parent._meta.model_name), parent)
    act = Act(by=by, action=spec.name, at=timezone.now(), asking=True)
    refused = tuple(reason for check in spec.separation for reason in check(row, act))
    if refused:
        return Possibility(spec, "not_you", refused)
    missing = (*state_reasons(spec, row), *(reason for guard in spec.guards for reason in guard(row, act)))
    return Possibility(spec, "missing" if missing else "ready", missing)


def possible(by: Actor, case: Case, plan: ServicePlan | None, assessment: Assessment | None) -> dict[str, Possibility]:
    """Everything this person could do with the case, its plan and its assessment, by "model.action"."""
    found = {spec_key(one.spec): one for one in available(by, case)}
    found.update(creatable(by, case))
    for row in (plan, assessment):
        if row is not None:
            found.update({spec_key(one.spec): one for one in available(by, row)})
    return found


# Stages --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    label: Any
    state: str
    note: str = ""


def stages_of(case: Case) -> list[Stage]:
    """The five stages with their dates, from the transitions of the running episode."""
    at = _stage_of(case.state if case.state != CaseState.ON_HOLD else case.held_from or case.state)
    entered = _entered(case)
    if at is None:
        return [Stage(label, "todo") for label, _states in STAGES]
    found = []
    for index, (label, _states) in enumerate(STAGES):
        if 0 < index < at and index not in entered:
            # An emergency acts first; a case taken over began before the system.
            found.append(Stage(label, "todo", _("chưa qua chặng này")))
        elif index < at or case.state == CaseState.CLOSED:
            left = next((entered[later] for later in range(index + 1, len(STAGES)) if later in entered), None)
            left = case.closed_at if index == at else left
            found.append(Stage(label, "done", _("xong %(day)s") % {"day": _day(left)} if left else ""))
        elif index == at:
            since = entered.get(at)
            step = _("chặng %(n)d/%(all)d") % {"n": index + 1, "all": len(STAGES)}
            note = _("%(step)s, từ %(day)s") % {"step": step, "day": _day(since)} if since else step
            found.append(Stage(label, "hold" if case.state == CaseState.ON_HOLD else "now", note))
        else:
            found.append(Stage(label, "todo", _("chưa bắt đầu") if index == at + 1 else ""))
    return found


def _stage_of(state: str) -> int | None:
    return next((index for index, (_label, states) in enumerate(STAGES) if state in states), None)


def _entered(case: Case) -> dict[int, datetime]:
    """When each stage was last entered."""
    rows = Event.objects.filter(subject_id=case.pk).exclude(target="").order_by("seq")
    entered: dict[int, datetime] = {}
    before: int | None = None
    for source, target, at in rows.values_list("source", "target", "effective_at"):
        stage = _stage_of(target)
        if stage is None:
            continue
        if source == CaseState.CLOSED and target == CaseState.ASSESSMENT:
            entered = {}
        if stage != before or stage not in entered:
            entered[stage] = at
        before = stage
    return entered


def _day(at: datetime | None) -> str:
    from core.web.display import daymonth

    return daymonth(at) if at else ""


# Plans ---------------------------------------------------------------------------------------------------------------


@dataclass
class Compared:
    """A goal in two versions side by side; either may be missing."""

    new: Goal | None = None
    old: Goal | None = None
    changes: list[str] = field(default_factory=list)


def plan_with_goals(plan: ServicePlan) -> list[Goal]:
    goals = plan.goals.prefetch_related(
        Prefetch("actions", PlanAction.objects.select_related("service_type")),
        Prefetch("comments", PlanComment.objects.select_related("by")),
    )
    found = list(goals)
    for goal in found:
        goal.plan = plan
    return found


_COLUMNS = {column.name: column for column in Goal._meta.concrete_fields}


def compare(new: list[Goal], old: list[Goal]) -> list[Compared]:
    """Goals of two versions, matched by what they were copied from, else by their words."""
    rest = {goal.pk: goal for goal in old}
    rows = []
    for goal in new:
        match = rest.get(goal.copied_from_id) if goal.copied_from_id else None
        match = match or next((one for one in rest.values() if one.text == goal.text), None)
        if match is not None:
            rest.pop(match.pk)
        rows.append(Compared(goal, match, _changes(goal, match)))
    return [*rows, *(Compared(None, goal, [_("bỏ khỏi bản này")]) for goal in rest.values())]


def _changes(new: Goal, old: Goal | None) -> list[str]:
    if old is None:
        return [_("mới")]
    told = []
    for name in ("domain", "text", "measure", "due_on"):
        if getattr(new, name) != getattr(old, name):
            told.append(str(_COLUMNS[name].verbose_name))
    if [a.text for a in new.actions.all()] != [a.text for a in old.actions.all()]:
        told.append(_("việc làm"))
    return told


def contacts_of(by: Actor, person: Person) -> list[Contact]:
    return list(visible(by, Contact).filter(person=person))


def locked_pair(rows: list[Assessment]) -> tuple[Assessment | None, Assessment | None]:
    """The assessment in force and the one before it."""
    done = [row for row in rows if row.state in (AssessmentState.LOCKED, AssessmentState.SUPERSEDED)]
    return (done[0] if done else None), (done[1] if len(done) > 1 else None)


@dataclass(frozen=True)
class Duty:
    """A work item of the case that has a deadline of its own (an emergency's hours, a review)."""

    title: Any
    remaining: due.Remaining
    due_at: datetime


def duties_of(case: Case, now: datetime, most: int = 4) -> list[Duty]:
    """What of the case falls due first, where its state has no clock of its own: one query."""
    if case.due_at is not None:
        return []
    items = WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True, due_at__isnull=False)
    calendar = Calendar()
    return [
        Duty(
            kind(item.kind).title,
            due.remaining(item.due_at, now, item.paused_at is not None, hours=item.hours, calendar=calendar),
            item.due_at,  # type: ignore[arg-type]
        )
        for item in items.order_by("due_at", "id")[:most]
    ]
