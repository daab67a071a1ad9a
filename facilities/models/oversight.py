"""Inspections with their answers and findings, and incidents in care."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.records import Record
from core.sealed import SealedTextField
from facilities.enums import (
    IncidentKind,
    IncidentState,
    InspectionKind,
    InspectionState,
    LicenceEffect,
    Severity,
    Verdict,
)  # fmt: skip
from facilities.states.incident import IncidentLifecycle
from facilities.states.inspection import InspectionLifecycle


class Incident(IncidentLifecycle):
    """What happened, when, to how many. No person is named in open columns; the story is sealed."""

    number = models.CharField(_("số"), max_length=20, unique=True)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="incidents")
    kind = models.CharField(_("loại sự việc"), max_length=10, choices=IncidentKind.choices)
    occurred_at = models.DateTimeField(_("xảy ra lúc"))
    people = models.PositiveSmallIntegerField(_("số người bị ảnh hưởng"), default=0)
    story = SealedTextField(_("diễn biến"), kind="narrative")
    measures = SealedTextField(_("đã xử lý thế nào"), kind="narrative")
    conclusion = SealedTextField(_("kết luận"), kind="narrative")
    no_inspection = SealedTextField(_("vì sao không kiểm tra"), kind="narrative")
    reported_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta(IncidentLifecycle.Meta):
        abstract = False
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IncidentState.values), name="incident_state"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("reported_by")), name="incident_reviewer_is_another"
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "-occurred_at"]),
            models.Index(fields=["state", "due_at"], name="incident_queue"),
        ]

    def __str__(self) -> str:
        return self.number


class Inspection(InspectionLifecycle):
    """One inspection of one facility; a re-inspection points back at what it looks at again."""

    number = models.CharField(_("số"), max_length=20, unique=True)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="inspections")
    kind = models.CharField(_("loại"), max_length=15, choices=InspectionKind.choices)
    by_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    planned_on = models.DateField(_("ngày kiểm tra"))
    announced = models.BooleanField(_("báo trước cho cơ sở"), default=True)
    subject = models.CharField(_("nội dung"), max_length=300, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="inspections")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="rechecks")
    planned_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    concluded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    summary = models.TextField(_("kết luận"), blank=True)

    class Meta(InspectionLifecycle.Meta):
        abstract = False
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=InspectionState.values), name="inspection_state"),
            models.CheckConstraint(condition=Q(licence_effect__in=LicenceEffect.values), name="inspection_effect"),
        ]
        indexes = [
            models.Index(fields=["facility", "-planned_on"]),
            models.Index(fields=["by_unit", "state", "planned_on"], name="inspection_queue"),
        ]

    def __str__(self) -> str:
        return self.number


class InspectionMember(models.Model):
    """Who went. At least two; nobody of the facility."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="team")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "user"], name="inspector_once")]

    def __str__(self) -> str:
        return str(self.user_id)


class InspectionAnswer(models.Model):
    """The answer to one item of the checklist. The rows are made when the inspection begins, without a verdict: `code`
    names the item in the edition that held on that day."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="answers")
    code = models.CharField(max_length=40)
    verdict = models.CharField(_("kết quả"), max_length=6, choices=Verdict.choices)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["inspection", "code"], name="inspection_answer_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.verdict}"


class Finding(Record):
    """What is wrong, until when it must be mended, what the facility says, whether it was mended."""

    LOCK_FIRST = "inspection"
    ROOT = "inspection.facility"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(_("vi phạm, thiếu sót"), max_length=500)
    severity = models.CharField(_("mức độ"), max_length=6, choices=Severity.choices)
    remedy_by = models.DateField(_("khắc phục trước ngày"))
    contested = models.BooleanField(_("cơ sở không đồng ý"), default=False)
    reply = models.CharField(_("giải trình của cơ sở"), max_length=1000, blank=True)
    evidence = models.CharField(_("đã khắc phục thế nào"), max_length=1000, blank=True)
    mended_on = models.DateField(_("xác nhận đã khắc phục ngày"), null=True, blank=True)
    dropped = models.BooleanField(_("bỏ, do giải trình đúng"), default=False)

    class Meta:
        ordering = ["remedy_by", "id"]
        indexes = [models.Index(fields=["inspection", "remedy_by"])]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.mended_on is None and not self.dropped
