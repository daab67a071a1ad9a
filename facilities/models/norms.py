"""The numbers and questions that the law holds against a facility: data with dates and article (facilities/data)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Norm(models.Model):
    """One number of the law. `metric` says what is measured (facilities.selectors.norms knows how); `legal_kind`,
    `zone`, `care_group`, `ownership` narrow whom it holds for ("" = all). `bound` min: at least, max: at most."""

    class Bound(models.TextChoices):
        MIN = "min", _("ít nhất")
        MAX = "max", _("nhiều nhất")

    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên"), max_length=200)
    metric = models.CharField(_("đo cái gì"), max_length=40)
    legal_kind = models.CharField(max_length=12, blank=True)
    ownership = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=8, blank=True)
    care_group = models.CharField(max_length=20, blank=True)
    bound = models.CharField(max_length=3, choices=Bound.choices)
    value = models.DecimalField(_("mức"), max_digits=10, decimal_places=2)
    unit = models.CharField(_("đơn vị"), max_length=60)
    article = models.CharField(_("căn cứ"), max_length=200)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="norm_code_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="norm_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.valid_from:%d/%m/%Y})"

    @staticmethod
    def on(day: date) -> Q:
        return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class ChecklistItem(models.Model):
    """A question of an inspection or of an appraisal; `legal_kind` "" = every kind, `residential_only`: it is asked
    only of those who lodge people. `metric` names a norm's metric that answers it by number."""

    class Use(models.TextChoices):
        INSPECTION = "inspection", _("kiểm tra")
        APPRAISAL = "appraisal", _("thẩm định")

    use = models.CharField(max_length=12, choices=Use.choices)
    code = models.CharField(_("mã"), max_length=40)
    section = models.CharField(_("phần"), max_length=120)
    text = models.CharField(_("nội dung"), max_length=400)
    legal_kind = models.CharField(max_length=12, blank=True)
    residential_only = models.BooleanField(default=False)
    metric = models.CharField(max_length=40, blank=True)
    article = models.CharField(_("căn cứ"), max_length=200)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        ordering = ["use", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["use", "code", "valid_from"], name="checklist_code_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="checklist_period"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @staticmethod
    def on(day: date) -> Q:
        return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
