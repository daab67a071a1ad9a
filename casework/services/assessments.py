"""Assessments: a new version copies the last, the author answers and locks it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import PlanKind
from casework.guards import plans as guards
from casework.inputs import files as inputs
from casework.models import Assessment, AssessmentTool, Case, DomainFinding, ServicePlan
from casework.services import tasks
from casework.states.assessment import AssessmentState
from casework.states.case import CaseState
from casework.states.plan import PRE_ACTIVE, PlanState
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.worklist import services


def tool_for(case: Case) -> AssessmentTool:
    """The edition in force for this kind of case."""
    today = timezone.localdate()
    tools = AssessmentTool.objects.filter(for_children=case.is_child, valid_from__lte=today).exclude(
        valid_to__lte=today
    )
    return tools.order_by("-valid_from", "-edition")[0]


def prepare_draft(assessment: Assessment, act: Act) -> None:
    case = assessment.case
    last = Assessment.objects.filter(case=case).order_by("-number").first()
    assessment.number = last.number + 1 if last else 1
    assessment.episode = case.episode
    assessment.tool = tool_for(case)
    if last is not None:
        known = {item["code"] for item in assessment.tool.items()}
        assessment.answers = {code: value for code, value in last.answers.items() if code in known}
        assessment.summary, assessment.copied_from = last.summary, last


@action(
    Assessment, "draft", label=_("Ghi đánh giá"), creates=True, parent=Case, prepare=prepare_draft,
    guards=[guards.case_open, guards.no_draft_assessment], order=20,
)  # fmt: skip
def draft(assessment: Assessment, act: Act) -> None:
    """A new version begins with the findings of the last."""
    last = assessment.copied_from
    for finding in last.findings.all() if last else []:
        DomainFinding.objects.create(
            assessment=assessment, domain=finding.domain, severity=finding.severity, need=finding.need,
            strength=finding.strength, resource=finding.resource, priority=finding.priority,
        )  # fmt: skip


@action(
    Assessment, "answer", label=_("Ghi tiếp"), form=inputs.Answers, states=["draft"], guards=[guards.own_assessment],
    order=20,
)  # fmt: skip
def answer(assessment: Assessment, act: Act) -> None:
    """Answers and findings as typed so far; nothing need be complete."""
    data = act.data
    assessment.risk = data.get("risk") or ""
    assessment.risk_reason, assessment.summary = data.get("risk_reason") or "", data.get("summary") or ""
    assessment.answers = {
        item["code"]: data[f"item_{item['code']}"]
        for item in assessment.tool.items()
        if data.get(f"item_{item['code']}")
    }
    there = {finding.domain: finding for finding in assessment.findings.all()}
    for domain in assessment.tool.domains:
        code = domain["code"]
        finding = there.get(code) or DomainFinding(assessment=assessment, domain=code)
        for name in ("severity", "priority"):
            setattr(finding, name, data.get(f"{code}_{name}"))
        for name in ("need", "strength", "resource"):
            setattr(finding, name, data.get(f"{code}_{name}") or "")
        finding.save()


def _supersede(assessment: Assessment, act: Act) -> None:
    """The version in force gives way before this one is locked: the database allows one."""
    for older in Assessment.objects.filter(case=assessment.case, state=AssessmentState.LOCKED).exclude(
        pk=assessment.pk
    ):
        follow(older, "supersede", act)


@action(
    Assessment, "lock", label=_("Khóa đánh giá"), form=inputs.LockAssessment, tone="main", order=10,
    guards=[guards.case_open, guards.own_assessment, guards.tool_complete], prepare=_supersede,
)  # fmt: skip
def lock(assessment: Assessment, act: Act) -> None:
    """No longer changed; its risk is the case's risk, and the version before it is superseded."""
    assert act.event is not None
    case = assessment.case
    act.facts.update(risk=assessment.risk, before=case.risk)
    case.risk = assessment.risk
    case.save(update_fields=["risk"])
    done = ["case.emergency_assess", "case.rework", "case.takeover_assess"]
    services.close_items(event=act.event, codes=done, root_id=case.pk)
    if case.state == CaseState.ACTIVE and not _has_plan(case):
        # It ran before it was assessed (an emergency, a file of before): nothing else asks for its plan.
        tasks.for_worker("case.plan", case, act, due_at=tasks.by_parameter("due.planning", act))


def _has_plan(case: Case) -> bool:
    standing = [*PRE_ACTIVE, PlanState.ACTIVE]
    return ServicePlan.objects.filter(case=case, kind=PlanKind.SERVICE, state__in=standing).exists()


@action(Assessment, "supersede", label=_("Có bản mới"), internal=True)
def supersede(assessment: Assessment, act: Act) -> None:
    """Kept, read-only."""
