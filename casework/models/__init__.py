"""The tables of case work."""

from casework.models.assessment import Assessment, AssessmentTool, DomainFinding
from casework.models.case import Case, CaseGroupGrant, CaseUserGrant, FollowUp
from casework.models.imports import ImportBatch, ImportRow, Result, Verdict
from casework.models.person import Contact, Household, Person
from casework.models.plan import Goal, PlanAction, PlanComment, ServicePlan
from casework.models.worklog import WorkEntry

__all__ = [
    "ImportBatch", "ImportRow", "Result", "Verdict",
    "Assessment", "AssessmentTool", "Case", "CaseGroupGrant", "CaseUserGrant", "Contact", "DomainFinding", "FollowUp",
    "Goal", "Household", "Person", "PlanAction", "PlanComment", "ServicePlan", "WorkEntry",
]  # fmt: skip
