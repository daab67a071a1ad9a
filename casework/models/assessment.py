"""Assessments, and the tool that says what is asked (data, dated)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.enums import Domain, Severity
from casework.states.assessment import AssessmentLifecycle, AssessmentState
from core.records import Record
from core.sealed import SealedTextField


class AssessmentTool(models.Model):
    """What an assessment asks: `definition` = {"domains": [{"code", "items": [{"code", "text", "options": [{"value",
    "text", "score"}]}]}], "risk": [{"at_least", "level"}]}. A new version is a new row."""

    code = models.CharField(max_length=40)
    edition = models.PositiveSmallIntegerField()
    name = models.CharField(_("tên"), max_length=200)
    for_children = models.BooleanField(default=False)
    definition = models.JSONField()
    basis = models.CharField(_("căn cứ"), max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "edition"], name="tool_edition")]

    def __str__(self) -> str:
        return self.name

    @property
    def domains(self) -> list[dict[str, Any]]:
        return self.definition["domains"]

    def items(self) -> list[dict[str, Any]]:
        return [item for domain in self.domains for item in domain["items"]]


class Assessment(AssessmentLifecycle):
    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="assessments")
    number = models.PositiveSmallIntegerField(_("bản"))
    episode = models.PositiveSmallIntegerField(_("đợt"))
    tool = models.ForeignKey(AssessmentTool, models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    summary = SealedTextField(_("nhận định chung"), kind="narrative")
    risk_reason = SealedTextField(_("vì sao chọn mức này"), kind="narrative")
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta(AssessmentLifecycle.Meta):
        abstract = False
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AssessmentState.values), name="assessment_state"),
            models.UniqueConstraint(fields=["case", "number"], name="assessment_number"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="draft"), name="one_draft_assessment"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="locked"), name="one_locked_assessment"),
            models.CheckConstraint(condition=Q(state="draft") | ~Q(risk=""), name="locked_assessment_has_risk"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.number}"


class DomainFinding(Record):
    """What was found in one of the nine domains; `priority` 1 is the most urgent need."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="findings")
    domain = models.CharField(max_length=10, choices=Domain.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, null=True)
    need = SealedTextField(_("nhu cầu"), kind="narrative")
    strength = SealedTextField(_("điểm mạnh"), kind="narrative")
    resource = SealedTextField(_("nguồn lực"), kind="narrative")
    priority = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["assessment", "domain"]
        constraints = [models.UniqueConstraint(fields=["assessment", "domain"], name="one_finding_per_domain")]
