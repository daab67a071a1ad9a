"""What was done: visits, calls, counselling, conferences, services, quick notes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.enums import Contacted, WorkKind
from core.records import Record
from core.sealed import SealedTextField


class WorkEntry(Record):
    """One entry of the work log. It is never edited after saving: a correction is an entry that names the one it
    corrects. A confidential entry (counselling) is read by its author and the supervisor only."""

    ROOT = LOCK_FIRST = "case"

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="entries")
    kind = models.CharField(_("loại"), max_length=12, choices=WorkKind.choices)
    at = models.DateTimeField(_("lúc"))
    minutes = models.PositiveSmallIntegerField(_("số phút"), null=True, blank=True)
    contacted = models.CharField(_("kết quả liên lạc"), max_length=12, choices=Contacted.choices, blank=True)
    with_whom = SealedTextField(_("gặp ai"), kind="narrative")
    text = SealedTextField(_("nội dung"), kind="narrative")
    confidential = models.BooleanField(_("bảo mật tham vấn"), default=False)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    colleagues = models.CharField(_("cùng đi"), max_length=200, blank=True)
    plan_action = models.ForeignKey(
        "casework.PlanAction", models.SET_NULL, null=True, blank=True, related_name="entries"
    )
    quantity = models.DecimalField(_("số lượng"), max_digits=10, decimal_places=2, null=True, blank=True)
    unit_text = models.CharField(_("đơn vị tính"), max_length=30, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["case", "-at", "-id"]),
            models.Index(fields=["by", "-at"]),
            models.Index(fields=["-at", "-id"], name="entry_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="counselling") | Q(confidential=True), name="counselling_is_confidential"
            ),
        ]
