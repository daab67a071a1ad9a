"""One application of one facility, the papers of its dossier, its defects, and who declared an interest."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accreditation.enums import (
    APPLICATION_OPEN,
    ApplicationKind,
    ApplicationState,
    PaperVerdict,
    Recommendation,
)  # fmt: skip
from accreditation.states.application import ApplicationLifecycle
from core.records import Record

_OPEN = [state.value for state in APPLICATION_OPEN]


def _differ(name: str, one: str, other: str) -> models.CheckConstraint:
    """Separation of duties (trust.md §4): the same person never stands in both columns."""
    return models.CheckConstraint(
        condition=Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{one: F(other)}), name=name
    )


class Application(ApplicationLifecycle):
    """Hồ sơ đề nghị. `asked` is what the applicant asks for, as its form left it: {"groups": [codes], "capacity": int,
    "legal_kind", "name", "address", "commune", "head_name", "reason", "changes": [..], "foreign": bool, …}."""

    number = models.CharField(_("số hồ sơ"), max_length=20, unique=True)
    kind = models.CharField(_("thủ tục"), max_length=20, choices=ApplicationKind.choices)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="applications")
    to_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    licence = models.ForeignKey(
        "accreditation.Licence", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    asked = models.JSONField(_("nội dung đề nghị"), default=dict, blank=True)
    signed_name = models.CharField(_("người ký đơn"), max_length=150, blank=True)
    receipt_number = models.CharField(_("số giấy tiếp nhận"), max_length=20, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    author = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    former_officer = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    recommended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    recommendation = models.CharField(_("đề xuất"), max_length=12, choices=Recommendation.choices, blank=True)
    report = models.TextField(_("báo cáo thẩm định"), blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    refused_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    appeal_decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    appeal_text = models.TextField(_("nội dung khiếu nại"), blank=True)
    conditions = models.TextField(_("điều kiện phải thực hiện"), blank=True)
    conditions_evidence = models.TextField(_("đã thực hiện điều kiện thế nào"), blank=True)

    class Meta(ApplicationLifecycle.Meta):
        abstract = False
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state"),
            models.CheckConstraint(condition=Q(kind__in=ApplicationKind.values), name="application_kind"),
            models.UniqueConstraint(
                fields=["facility", "kind"], condition=Q(state__in=_OPEN), name="one_open_application_per_kind"
            ),
            _differ("officer_is_not_applicant", "officer", "submitted_by"),
            _differ("head_is_not_officer", "decided_by", "officer"),
            _differ("head_is_not_recommender", "decided_by", "recommended_by"),
            _differ("head_is_not_applicant", "decided_by", "submitted_by"),
            _differ("appeal_head_is_another", "appeal_decided_by", "refused_by"),
            _differ("appeal_head_is_not_officer", "appeal_decided_by", "officer"),
            _differ("appeal_head_is_not_first_officer", "appeal_decided_by", "former_officer"),
            _differ("appeal_head_is_not_applicant", "appeal_decided_by", "submitted_by"),
            _differ("new_officer_after_appeal", "officer", "former_officer"),
        ]
        indexes = [
            models.Index(
                fields=["to_unit", "state", "due_at", "id"], condition=Q(state__in=_OPEN), name="application_queue"
            ),
            models.Index(fields=["facility", "-created_at"], name="application_facility"),
            models.Index(fields=["officer", "state"], name="application_officer"),
            models.Index(fields=["waiting_since"], condition=Q(waiting_since__isnull=False), name="application_waits"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in APPLICATION_OPEN

    @property
    def owner_unit(self) -> Any:
        return self.to_unit


class ApplicationPaper(Record):
    """What was handed in for one component of the dossier; a new upload replaces the former, which stays readable."""

    LOCK_FIRST = ROOT = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    component = models.CharField(_("thành phần hồ sơ"), max_length=40)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField(_("số trang"), null=True, blank=True)
    issued_on = models.DateField(_("ngày cấp"), null=True, blank=True)
    expires_on = models.DateField(_("hết hạn ngày"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    replaced = models.BooleanField(default=False)
    verdict = models.CharField(_("kết quả xem"), max_length=10, choices=PaperVerdict.choices, blank=True)
    verdict_note = models.CharField(_("cần sửa gì"), max_length=500, blank=True)

    class Meta:
        ordering = ["component", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "component"], condition=Q(replaced=False), name="one_paper_per_component"
            )
        ]

    def __str__(self) -> str:
        return self.component


class Defect(models.Model):
    """One item of the complete list with which a file is returned, or of what must be mended on site. `answer` is what
    the applicant says; `settled_at` when the officer took it as mended."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="defects")
    round = models.PositiveSmallIntegerField()
    on_site = models.BooleanField(default=False)
    component = models.CharField(_("thành phần hồ sơ"), max_length=40, blank=True)
    condition = models.CharField(_("điều kiện"), max_length=40, blank=True)
    text = models.CharField(_("thiếu sót"), max_length=500)
    # Not in the list of the first return: an officer may not drip-feed, so it says why it was not seen before.
    late = models.BooleanField(_("phát hiện sau danh sách đầu"), default=False)
    late_reason = models.CharField(_("vì sao trước không phát hiện"), max_length=500, blank=True)
    contested = models.BooleanField(_("cơ sở không đồng ý"), default=False)
    answer = models.CharField(_("đã sửa thế nào"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round", "id"]
        indexes = [models.Index(fields=["application", "round"])]
        constraints = [
            models.CheckConstraint(condition=Q(late=False) | ~Q(late_reason=""), name="late_defect_says_why")
        ]

    def __str__(self) -> str:
        return self.text


class InterestDeclaration(models.Model):
    """Before a file is taken the officer says whether there is an interest in it; with one, another takes it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="declarations")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    has_interest = models.BooleanField(_("có lợi ích liên quan"))
    what = models.CharField(_("quan hệ, lợi ích gì"), max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="one_declaration_per_person"),
            models.CheckConstraint(condition=Q(has_interest=False) | ~Q(what=""), name="interest_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.has_interest}"
