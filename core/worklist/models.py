"""Work items, who stands in for whom, and notices inside the application."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import Role
from core.ids import new_id
from core.records import Record


class RiskLevel(models.TextChoices):
    """Levels of practice (domain.md §1); the order of `RISK_RANK` sorts the day."""

    EMERGENCY = "emergency", _("Khẩn cấp")
    HIGH = "high", _("Cao")
    MEDIUM = "medium", _("Trung bình")
    LOW = "low", _("Thấp")


RISK_RANK = {RiskLevel.EMERGENCY: 4, RiskLevel.HIGH: 3, RiskLevel.MEDIUM: 2, RiskLevel.LOW: 1, "": 0}


class WorkItem(models.Model):
    """Something to be done. Opened and closed by an event, never by hand; `root_id` is the case (or application) it
    belongs to, so that closing it ends all of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    subject_model = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    root_model = models.CharField(max_length=60)
    root_id = models.UUIDField()
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    hours = models.BooleanField(default=False)
    risk = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(closed_at__isnull=True), name="one_open_item_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | (Q(unit__isnull=False) & ~Q(role="")), name="item_has_an_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "due_at", "id"], condition=Q(closed_at__isnull=True), name="item_open_user"),
            models.Index(
                fields=["unit", "role", "due_at", "id"], condition=Q(closed_at__isnull=True), name="item_open_unit"
            ),
            models.Index(fields=["root_id"], name="item_root"),
            models.Index(fields=["closed_by_user", "-closed_at"], name="item_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class AbsenceReason(models.TextChoices):
    """Why somebody is away, no finer than others need to know."""

    LEAVE = "leave", _("Nghỉ phép, nghỉ chế độ")
    ILL = "ill", _("Ốm, việc gia đình đột xuất")
    DUTY = "duty", _("Công tác, tập huấn")
    OTHER = "other", _("Lý do khác")


class Delegation(Record):
    """While the principal is away the deputy does the work, in the principal's name; every event says for whom. The
    period as agreed stays; `ended_at` cuts it short."""

    LOCK_FIRST = "principal"

    principal = models.ForeignKey("accounts.User", models.CASCADE, related_name="delegations")
    deputy = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"))
    reason = models.CharField(_("vì sao vắng"), max_length=10, choices=AbsenceReason.choices, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="delegation_period"),
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="delegation_to_another"),
        ]
        indexes = [
            models.Index(fields=["deputy", "valid_from"]),
            models.Index(fields=["principal", "valid_from"], name="delegation_of_principal"),
        ]

    def __str__(self) -> str:
        return f"{self.principal_id} → {self.deputy_id}"

    @staticmethod
    def current(on: date) -> Q:
        return Q(valid_from__lte=on, valid_to__gte=on, ended_at__isnull=True)

    @staticmethod
    def during(first: date, last: date) -> Q:
        """Those in force on some day of a period."""
        return Q(valid_from__lte=last, valid_to__gte=first, ended_at__isnull=True)


class Notice(models.Model):
    """A message inside the application, made by the outbox from an event; carries codes and keys, no personal data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    event_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    root_model = models.CharField(max_length=60)
    root_id = models.UUIDField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event_id", "kind"], name="one_notice_per_event")]
        indexes = [models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%d/%m/%Y}"
