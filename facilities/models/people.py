"""Who works there, what is offered at what price, and which papers the facility keeps."""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.records import Record
from core.sealed import SealedTextField
from facilities.enums import CareGroup, PaperKind, Position


class _OfFacility(Record):
    LOCK_FIRST = ROOT = "facility"

    class Meta:
        abstract = True


class StaffMember(_OfFacility):
    """Somebody who works in a facility. The practice certificate is that of NĐ 110/2024/NĐ-CP. `left_on` is the first
    day on which they no longer work there."""

    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="staff")
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    full_name = models.CharField(_("họ và tên"), max_length=150)
    position = models.CharField(_("công việc"), max_length=15, choices=Position.choices)
    cares_for = models.CharField(_("chăm sóc nhóm"), max_length=20, choices=CareGroup.choices, blank=True)
    full_time = models.BooleanField(_("toàn thời gian"), default=True)
    qualification = models.CharField(_("trình độ, chuyên môn"), max_length=200, blank=True)
    phone = SealedTextField(_("điện thoại"), kind="phone")
    certificate_number = models.CharField(_("số chứng nhận hành nghề"), max_length=60, blank=True)
    certificate_issuer = models.CharField(_("nơi cấp"), max_length=200, blank=True)
    certificate_scope = models.CharField(_("phạm vi hành nghề"), max_length=200, blank=True)
    certificate_expires = models.DateField(_("hết hạn ngày"), null=True, blank=True)
    # The smallest number of days before its end at which the house was told; None before the first reminder.
    certificate_reminded = models.PositiveSmallIntegerField(null=True, editable=False)
    works_from = models.DateField(_("làm việc từ ngày"))
    left_on = models.DateField(_("nghỉ từ ngày"), null=True, blank=True)

    class Meta:
        ordering = ["position", "full_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("works_from")), name="staff_period"
            ),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(position="director", left_on__isnull=True), name="one_director"
            ),
        ]
        indexes = [models.Index(fields=["facility", "position"]), models.Index(fields=["certificate_expires"])]

    def __str__(self) -> str:
        return self.full_name

    @staticmethod
    def working(on: date) -> Q:
        return Q(works_from__lte=on) & (Q(left_on__isnull=True) | Q(left_on__gt=on))


class ClientCount(models.Model):
    """How many of each care group the facility serves or plans to serve: the denominators of the staffing norms, kept
    by the facility until the stays count them."""

    facility = models.ForeignKey("facilities.Facility", models.CASCADE, related_name="client_counts")
    care_group = models.CharField(_("nhóm chăm sóc"), max_length=20, choices=CareGroup.choices)
    number = models.PositiveIntegerField(_("số người"))

    class Meta:
        ordering = ["care_group"]
        constraints = [models.UniqueConstraint(fields=["facility", "care_group"], name="count_once_per_care_group")]

    def __str__(self) -> str:
        return f"{self.care_group}: {self.number}"


class PriceItem(_OfFacility):
    """What a service costs in a period; `price` in đồng per `per`."""

    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="prices")
    service_type = models.ForeignKey("catalogue.ServiceType", models.PROTECT, related_name="+")
    detail = models.CharField(_("cụ thể"), max_length=200, blank=True)
    per = models.CharField(_("đơn vị tính"), max_length=40)
    price = models.DecimalField(_("đơn giá (đồng)"), max_digits=14, decimal_places=0, validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    basis = models.CharField(_("căn cứ"), max_length=200)

    class Meta:
        ordering = ["service_type_id", "detail", "-valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="price_period"
            ),
            models.UniqueConstraint(
                fields=["facility", "service_type", "detail", "per", "valid_from"], name="one_price_per_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_type} · {self.per}"


class WalletPaper(_OfFacility):
    """A paper that the facility keeps, with the last day on which it holds. A renewed paper replaces the former one.
    `reminded`: the smallest number of days before its end at which the house was told."""

    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="papers")
    kind = models.CharField(_("loại giấy tờ"), max_length=20, choices=PaperKind.choices)
    number = models.CharField(_("số"), max_length=60, blank=True)
    issuer = models.CharField(_("nơi cấp"), max_length=200, blank=True)
    issued_on = models.DateField(_("ngày cấp"), null=True, blank=True)
    expires_on = models.DateField(_("hết hạn ngày"), null=True, blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    withdrawn_on = models.DateField(_("bỏ từ ngày"), null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["kind", "-issued_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(issued_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="wallet_paper_period",
            )
        ]
        indexes = [models.Index(fields=["expires_on"]), models.Index(fields=["facility", "kind"])]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @staticmethod
    def current() -> Q:
        return Q(replaced_by__isnull=True, withdrawn_on__isnull=True)
