"""Kế hoạch trợ giúp, kế hoạch an toàn: goals by domain, who does what until when, and what it costs."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import Domain, PlanKind, Signature
from casework.models import Assessment, Goal, PlanAction, ServicePlan
from casework.printing.heading import letterhead, signature
from casework.printing.people import (
    Readable,
    address_of,
    birth_of,
    guardian_of,
    joined,
    name_of,
    phone_of,
)  # fmt: skip
from casework.selectors import staff
from casework.states.plan import GoalState, PlanState
from core.access.actor import Actor
from core.access.engine import visible, visible_one
from core.accounts.enums import Role
from core.documents.numbers_in_words import dong_in_words
from core.documents.printing import contracts
from core.web.display import money, vndate

DECIDED = {PlanState.APPROVED, PlanState.ACTIVE, PlanState.COMPLETED, PlanState.SUPERSEDED}


def service_plan(plan: ServicePlan, by: Actor) -> contracts.ServicePlan:
    """`plan` was fetched for `by`, its case with "read:narrative". One that is not approved says so beside its version
    and carries no day."""
    case, unit = plan.case, plan.case.owner_unit
    goals = list(visible(by, Goal).filter(plan=plan).exclude(state=GoalState.DROPPED).order_by("order", "id"))
    actions = _actions(goals, by)
    starts = [row.starts_on for row in actions if row.starts_on]
    ends = [row.ends_on for row in actions if row.ends_on] + [goal.due_on for goal in goals if goal.due_on]
    total = sum(row.cost or 0 for row in actions)
    version = str(plan.number)
    if plan.state not in DECIDED:
        version = f"{plan.number}, {str(plan.get_state_display()).lower()}"
    by_guardian = plan.signature == Signature.GUARDIAN
    guardian = guardian_of(case.person, by)
    return contracts.ServicePlan(
        letterhead=letterhead(unit, issued_on=_day(plan.approved_at or plan.active_from)),
        heading=plan.get_kind_display(), version=version,
        starts=_day(plan.active_from) or min(starts, default=None), ends=max(ends, default=None),
        person=_person(plan, by), assessment=_assessment(plan, by), domains=_domains(goals, actions),
        total_cost=f"{money(total).removesuffix('đ').strip()} đồng" if total else "",
        total_in_words=dong_in_words(total) if total else "",
        reviews=_("Rà soát trước ngày %(day)s, và ngay khi có sự việc mới.") % {"day": vndate(case.review_due)}
        if case.review_due else "",
        client_view=plan.client_view,
        client_name=(guardian.name if guardian else "") if by_guardian else name_of(case.person),
        client_is_guardian=by_guardian,
        manager_name=case.worker.full_name if case.worker else plan.author.full_name,
        head=_approver(plan),
    )  # fmt: skip


def _approver(plan: ServicePlan) -> contracts.Signature:
    """The commune's chair for a child-protection plan (NĐ 56/2017/NĐ-CP Đ.28), else the head of the unit."""
    unit, role = staff.approving_unit(plan.case, plan.author_id)
    return signature(unit, role) if role == Role.COMMUNE else signature(plan.case.owner_unit)


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _actions(goals: list[Goal], by: Actor) -> list[PlanAction]:
    rows = visible(by, PlanAction).filter(goal__in=goals).exclude(status=PlanAction.Status.DROPPED)
    return list(rows.select_related("service_type").order_by("starts_on", "created_at", "id"))


def _person(plan: ServicePlan, by: Actor) -> contracts.PlanPerson:
    person = plan.case.person
    shown, guardian = Readable(person, by), guardian_of(person, by)
    return contracts.PlanPerson(
        name=name_of(person), born=birth_of(person), sex=shown.label("sex"), identity_number=shown.id_number,
        address=address_of(person, by), case_number=plan.case.number, guardian=guardian.name if guardian else "",
        guardian_relation=guardian.relation if guardian else "", guardian_phone=phone_of(guardian),
    )  # fmt: skip


def _assessment(plan: ServicePlan, by: Actor) -> contracts.PlanAssessment:
    """A safety plan stands on what is to be done at once; a service plan on its assessment."""
    urgent = plan.summary if plan.kind == PlanKind.SAFETY else ""
    found = visible_one(by, Assessment, plan.assessment_id).first() if plan.assessment_id else None
    if found is None:
        return contracts.PlanAssessment(risk_level=plan.case.get_risk_display(), summary=urgent)
    findings = list(found.findings.all())
    return contracts.PlanAssessment(
        assessed_on=_day(found.locked_at), risk_level=found.get_risk_display(), summary=urgent or found.summary,
        strengths=joined(finding.strength for finding in findings),
        resources=joined(finding.resource for finding in findings),
    )  # fmt: skip


def _domains(goals: list[Goal], actions: list[PlanAction]) -> tuple[contracts.PlanDomain, ...]:
    made = []
    for domain in Domain:
        inside = [goal for goal in goals if goal.domain == domain]
        if inside:
            made.append(contracts.PlanDomain(str(domain.label), tuple(_goal(goal, actions) for goal in inside)))
    return tuple(made)


def _goal(goal: Goal, actions: list[PlanAction]) -> contracts.PlanGoal:
    return contracts.PlanGoal(
        goal=goal.text, actions=tuple(_action(row, goal) for row in actions if row.goal_id == goal.pk)
    )


def _action(row: PlanAction, goal: Goal) -> contracts.PlanAction:
    return contracts.PlanAction(
        what=row.text, who=row.who or row.get_provider_display(), starts=row.starts_on, ends=row.ends_on or goal.due_on,
        measure=row.expected or goal.measure, funding=joined([money(row.cost), row.funding], ", "),
    )  # fmt: skip
