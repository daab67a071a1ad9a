"""Facilities, and what each may do on a day."""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.records import Record
from core.sealed import SealedTextField
from facilities.enums import LegalKind, Ownership, Zone


class Facility(Record):
    """Cơ sở trợ giúp xã hội, joined to its unit one to one. `source` says which paper or list the row comes from,
    because the published totals contradict each other."""

    unit = models.OneToOneField("accounts.Unit", models.PROTECT, related_name="facility")
    legal_kind = models.CharField(_("loại hình"), max_length=12, choices=LegalKind.choices)
    ownership = models.CharField(_("công lập hay không"), max_length=8, choices=Ownership.choices)
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    hidden_address = models.BooleanField(_("giữ kín địa chỉ (nơi tạm lánh)"), default=False)
    safe_address = SealedTextField(_("địa chỉ giữ kín"), kind="safe_address")
    head_name = models.CharField(_("người đứng đầu"), max_length=150, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    capacity = models.PositiveIntegerField(_("quy mô tiếp nhận"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    source = models.CharField(_("nguồn thông tin"), max_length=300)
    zone = models.CharField(_("khu vực"), max_length=8, choices=Zone.choices, blank=True)
    land_area = models.DecimalField(
        _("diện tích đất (m²)"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    accessible = models.BooleanField(_("người cao tuổi, người khuyết tật, trẻ em đi lại thuận tiện"), default=False)
    accessibility = models.CharField(_("lối đi, thang, nhà vệ sinh"), max_length=300, blank=True)
    amenities = models.CharField(_("khu nhà, điện, nước, sân chơi"), max_length=500, blank=True)
    opening_hours = models.CharField(_("giờ làm việc, giờ đón tiếp"), max_length=200, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    website = models.URLField(_("trang thông tin"), blank=True)
    founded_on = models.DateField(_("ngày thành lập"), null=True, blank=True)
    foreign_founder = models.BooleanField(_("người sáng lập là tổ chức, cá nhân nước ngoài"), default=False)
    lat = models.FloatField(_("vĩ độ"), null=True, blank=True)
    lon = models.FloatField(_("kinh độ"), null=True, blank=True)
    closed_on = models.DateField(_("giải thể, thôi hoạt động từ ngày"), null=True, blank=True)

    class Meta:
        ordering = ["unit__name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(hidden_address=False) | Q(address=""), name="hidden_address_is_sealed"),
            models.CheckConstraint(condition=~Q(source=""), name="facility_has_a_source"),
            # The point on the map would tell the address.
            models.CheckConstraint(
                condition=Q(hidden_address=False) | Q(lat__isnull=True, lon__isnull=True),
                name="hidden_address_no_point",
            ),
        ]
        indexes = [models.Index(fields=["commune", "legal_kind"])]

    def __str__(self) -> str:
        return self.unit.name


class Authority(Record):
    """What a facility may do from a day on: which client groups, how many at once, by which paper.

    `valid_to` is the first day on which it no longer holds. No two of one facility hold on the same day; the service
    sees to it under the lock of the facility. `capacity` None: the paper names no number.
    """

    LOCK_FIRST = ROOT = "facility"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="authorities")
    capacity = models.PositiveIntegerField(_("số người được nhận cùng lúc"), null=True, blank=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    stopped_on = models.DateField(_("dừng từ ngày"), null=True, blank=True)
    stop_reason = models.CharField(_("lý do dừng"), max_length=300, blank=True)
    paper_number = models.CharField(_("số văn bản"), max_length=60)
    paper_date = models.DateField(_("ngày văn bản"))
    paper_issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    set_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="authority_period"
            ),
            models.UniqueConstraint(
                fields=["facility", "valid_from"], condition=Q(stopped_on__isnull=True), name="one_authority_per_start"
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | ~Q(stop_reason=""), name="stopped_authority_says_why"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-valid_from"])]

    def __str__(self) -> str:
        return f"{self.paper_number} · {self.valid_from:%d/%m/%Y}"

    @property
    def ends(self) -> date | None:
        """The first day on which it no longer holds, whichever reason comes first; None while it has no end."""
        ends = [day for day in (self.valid_to, self.stopped_on) if day is not None]
        return min(ends) if ends else None

    @staticmethod
    def on(day: date) -> Q:
        """The condition that an authority holds on that day."""
        return (
            Q(valid_from__lte=day)
            & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
            & (Q(stopped_on__isnull=True) | Q(stopped_on__gt=day))
        )


class AuthorityGroup(models.Model):
    """A client group that an authority names, by its code: the groups of the law change their rows with each decree,
    the codes stay."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="groups")
    code = models.CharField(_("mã nhóm đối tượng"), max_length=10)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="group_once_per_authority")]
        indexes = [models.Index(fields=["code", "authority"])]

    def __str__(self) -> str:
        return self.code
