"""Service plans, goals, what is to be done, and what the approver said."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.enums import Domain, PlanKind, ProviderKind, Signature
from casework.states.plan import PRE_ACTIVE, GoalLifecycle, GoalState, PlanLifecycle, PlanState
from core.records import Record
from core.sealed import SealedTextField


class ServicePlan(PlanLifecycle):
    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="plans")
    kind = models.CharField(_("loại"), max_length=10, choices=PlanKind.choices, default=PlanKind.SERVICE)
    number = models.PositiveSmallIntegerField(_("bản"))
    episode = models.PositiveSmallIntegerField(_("đợt"))
    assessment = models.ForeignKey("casework.Assessment", models.PROTECT, null=True, related_name="plans")
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    client_view = SealedTextField(_("ý kiến của người được trợ giúp"), kind="narrative")
    summary = SealedTextField(_("tóm tắt, việc làm ngay"), kind="narrative")
    signature = models.CharField(_("ai đồng ý"), max_length=10, choices=Signature.choices, blank=True)
    signed_on = models.DateField(_("ký ngày"), null=True, blank=True)
    revises = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")
    reason = models.CharField(_("vì sao lập bản mới"), max_length=20, blank=True)

    class Meta(PlanLifecycle.Meta):
        abstract = False
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state"),
            models.UniqueConstraint(fields=["case", "number"], name="plan_number"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state="active"), name="one_active_plan_per_kind"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=[s.value for s in PRE_ACTIVE]), name="one_plan_in_preparation"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("author"))),
                name="approver_is_not_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.number}"


class Goal(GoalLifecycle):
    LOCK_FIRST = "plan"
    ROOT = "plan.case"

    plan = models.ForeignKey(ServicePlan, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(default=1)
    domain = models.CharField(_("lĩnh vực"), max_length=10, choices=Domain.choices)
    text = models.CharField(_("mục tiêu"), max_length=300)
    measure = models.CharField(_("thước đo kết quả"), max_length=300, blank=True)
    due_on = models.DateField(_("hạn"), null=True, blank=True)
    judgement = SealedTextField(_("đánh giá kết quả"), kind="narrative")
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta(GoalLifecycle.Meta):
        abstract = False
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["order", "id"], name="goal_in_order")]
        constraints = [models.CheckConstraint(condition=Q(state__in=GoalState.values), name="goal_state")]

    def __str__(self) -> str:
        return self.text


class PlanAction(Record):
    """Something to be done for a goal: who, from when to when, measured how, paid by whom. Amounts are đồng."""

    ROOT = "goal.plan.case"

    class Status(models.TextChoices):
        PLANNED = "planned", _("Chưa làm")
        WAITING = "waiting", _("Chờ nơi nhận")
        RUNNING = "running", _("Đang làm")
        DONE = "done", _("Đã xong")
        DROPPED = "dropped", _("Không làm nữa")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="actions")
    text = models.CharField(_("việc làm"), max_length=300)
    service_type = models.ForeignKey("catalogue.ServiceType", models.PROTECT, null=True, blank=True, related_name="+")
    provider = models.CharField(_("ai cung cấp"), max_length=10, choices=ProviderKind.choices, default=ProviderKind.OWN)
    who = models.CharField(_("người làm"), max_length=150, blank=True)
    starts_on = models.DateField(_("từ ngày"), null=True, blank=True)
    ends_on = models.DateField(_("đến ngày"), null=True, blank=True)
    cost = models.BigIntegerField(_("kinh phí (đồng)"), null=True, blank=True)
    funding = models.CharField(_("nguồn kinh phí"), max_length=120, blank=True)
    expected = models.CharField(_("kết quả mong đợi"), max_length=300, blank=True)
    status = models.CharField(_("tình trạng"), max_length=10, choices=Status.choices, default=Status.PLANNED)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="action_period",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PlanComment(Record):
    """What the approver said about a goal (or the whole plan) when returning it, until it is answered."""

    ROOT = "plan.case"

    plan = models.ForeignKey(ServicePlan, models.CASCADE, related_name="comments")
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, related_name="comments")
    text = SealedTextField(_("góp ý"), kind="narrative")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answer = SealedTextField(_("trả lời"), kind="narrative")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
