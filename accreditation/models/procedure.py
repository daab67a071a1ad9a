"""The procedures of the law as data: who decides, in how many working days, on which papers (accreditation/data)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import UnitKind


class _Dated(models.Model):
    article = models.CharField(_("căn cứ"), max_length=200)
    note = models.CharField(_("ghi chú"), max_length=400, blank=True, default="")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def on(day: date) -> Q:
        return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class Procedure(_Dated):
    """`competent` is the kind of unit that decides; for a commune it is the one where the facility lies. `online`:
    applied for here; otherwise only told to the public. `switched_on` False: known, waiting for an article."""

    code = models.CharField(_("mã"), max_length=20)
    name = models.CharField(_("tên thủ tục"), max_length=200)
    competent = models.CharField(_("cơ quan giải quyết"), max_length=20, choices=UnitKind.choices)
    competent_label = models.CharField(_("tên cơ quan giải quyết"), max_length=200)
    working_days = models.PositiveSmallIntegerField(_("thời hạn (ngày làm việc)"))
    form = models.CharField(_("mẫu đơn"), max_length=120, blank=True)
    result = models.CharField(_("kết quả"), max_length=200)
    online = models.BooleanField(_("nộp tại đây"), default=True)
    switched_on = models.BooleanField(_("đang áp dụng"), default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="procedure_code_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="procedure_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProcedureComponent(_Dated):
    """One paper of a dossier. `when` names the fact about the application under which it is asked for ("" = always:
    `foreign`, `rented`, `name`, `address`, `head`, `area`, …); `template` the DOCX that is offered prefilled;
    `valid_months` how old the paper may be at submission."""

    procedure = models.CharField(_("thủ tục"), max_length=20)
    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("thành phần hồ sơ"), max_length=300)
    what = models.CharField(_("là gì, lấy ở đâu"), max_length=400, blank=True)
    required = models.BooleanField(_("bắt buộc"), default=True)
    when = models.CharField(max_length=20, blank=True)
    template = models.CharField(_("mẫu tải về"), max_length=60, blank=True)
    has_expiry = models.BooleanField(_("có ngày hết hạn"), default=False)
    valid_months = models.PositiveSmallIntegerField(_("cấp trong vòng (tháng)"), null=True, blank=True)
    max_pages = models.PositiveSmallIntegerField(_("nhiều nhất (trang)"), default=200)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["procedure", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "code", "valid_from"], name="component_code_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="component_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name
