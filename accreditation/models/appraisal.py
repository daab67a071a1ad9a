"""What the officer sees: the verdict on each condition, and the visit on site."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accreditation.models.application import Application
from core.records import Record
from facilities.enums import Verdict


class SiteVisit(Record):
    """A visit by a team of two or more; one open per application. `held_at` is set when its form is signed off,
    `cancelled_at` when the application ended or went another way before that."""

    LOCK_FIRST = ROOT = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    planned_on = models.DateField(_("ngày đi thẩm định"))
    lead = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    held_at = models.DateTimeField(_("thực hiện lúc"), null=True)
    met_whom = models.CharField(_("đại diện cơ sở"), max_length=200, blank=True)
    note = models.TextField(_("ghi nhận chung"), blank=True)
    cancelled_at = models.DateTimeField(_("hủy lúc"), null=True)

    class Meta:
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(held_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_visit",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["lead", "planned_on"])]

    def __str__(self) -> str:
        return f"{self.planned_on:%d/%m/%Y}"


class SiteVisitMember(models.Model):
    visit = models.ForeignKey(SiteVisit, models.CASCADE, related_name="team")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "user"], name="site_visitor_once")]

    def __str__(self) -> str:
        return str(self.user_id)


class ConditionAnswer(models.Model):
    """The verdict on one condition of the law (facilities.ChecklistItem, use appraisal); `measured` is the number found
    on site or computed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    visit = models.ForeignKey(SiteVisit, models.CASCADE, null=True, blank=True, related_name="answers")
    code = models.CharField(max_length=40)
    verdict = models.CharField(_("kết quả"), max_length=6, choices=Verdict.choices)
    measured = models.DecimalField(_("số đo"), max_digits=10, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="condition_answer_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.verdict}"
