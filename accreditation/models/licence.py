"""What recognition gives: the registration certificate (legal existence) and the licence (may operate)."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accreditation.enums import LIVING, LicenceKind, LicenceState
from accreditation.states.licence import LicenceLifecycle
from core.records import Record
from facilities.enums import LegalKind

_LIVING = [state.value for state in LIVING]


class Registration(Record):
    """Giấy chứng nhận đăng ký thành lập (NĐ 103/2017/NĐ-CP Đ.15-19), or the founding paper of before. A change gives a
    new row that replaces the former."""

    LOCK_FIRST = ROOT = "facility"

    number = models.CharField(_("số"), max_length=60, unique=True)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="registrations")
    application = models.ForeignKey(
        "accreditation.Application", models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    issuer = models.CharField(_("cơ quan cấp"), max_length=200)
    issued_on = models.DateField(_("ngày cấp"))
    facts = models.JSONField(default=dict, blank=True)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    ended_on = models.DateField(_("hết hiệu lực từ ngày"), null=True, blank=True)

    class Meta:
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility"], condition=Q(ended_on__isnull=True), name="one_living_registration"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Licence(LicenceLifecycle):
    """Giấy phép hoạt động. `number` is never used again; `code` is what the QR carries: random, it names nobody. What
    is printed on it (`facility_name`, `address`, `head_name`, `legal_kind`) is frozen at issue. `ends_on` is the first
    day on which it no longer holds, where an article gives a term."""

    number = models.CharField(_("số giấy phép"), max_length=60, unique=True)
    code = models.CharField(_("mã tra cứu"), max_length=16, unique=True)
    kind = models.CharField(_("loại"), max_length=10, choices=LicenceKind.choices, default=LicenceKind.LICENCE)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="licences")
    application = models.ForeignKey(
        "accreditation.Application", models.PROTECT, null=True, blank=True, related_name="issued"
    )
    to_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    facility_name = models.CharField(_("tên cơ sở"), max_length=200)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    head_name = models.CharField(_("người đứng đầu"), max_length=150, blank=True)
    legal_kind = models.CharField(_("loại hình"), max_length=12, choices=LegalKind.choices)
    capacity = models.PositiveIntegerField(_("quy mô tiếp nhận"), null=True, blank=True)
    tasks = models.TextField(_("nhiệm vụ, dịch vụ"), blank=True)
    conditions = models.TextField(_("điều kiện kèm theo"), blank=True)
    issuer = models.CharField(_("cơ quan cấp"), max_length=200)
    issued_on = models.DateField(_("ngày cấp"))
    starts_on = models.DateField(_("hiệu lực từ ngày"))
    ends_on = models.DateField(_("hết hiệu lực từ ngày"), null=True, blank=True)
    issued_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    authority = models.ForeignKey("facilities.Authority", models.PROTECT, null=True, blank=True, related_name="+")
    signature = models.CharField(max_length=120, blank=True, editable=False)
    source = models.CharField(_("nguồn thông tin"), max_length=300, blank=True)

    class Meta(LicenceLifecycle.Meta):
        abstract = False
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LicenceState.values), name="licence_state"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="licence_period"
            ),
            models.CheckConstraint(condition=~Q(state="suspended") | Q(mend_by__isnull=False), name="suspended_until"),
            models.CheckConstraint(condition=~Q(state="restricted") | ~Q(limit_reason=""), name="restricted_says_why"),
            models.UniqueConstraint(fields=["facility"], condition=Q(state__in=_LIVING), name="one_living_licence"),
            models.UniqueConstraint(fields=["facility"], condition=Q(state="issued"), name="one_waiting_licence"),
            # A successor that was revoked before its first day leaves the place to another.
            models.UniqueConstraint(fields=["predecessor"], condition=~Q(state="revoked"), name="one_successor"),
        ]
        indexes = [
            models.Index(fields=["to_unit", "state"], name="licence_queue"),
            models.Index(fields=["ends_on"], condition=Q(state__in=_LIVING), name="licence_ending"),
            models.Index(fields=["state", "starts_on"], name="licence_starting"),
            models.Index(fields=["facility", "-issued_on"], name="licence_facility"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def owner_unit(self) -> Any:
        return self.to_unit

    def has_ended(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on <= on


class LicenceGroup(models.Model):
    """A client group that the licence names, by its code."""

    licence = models.ForeignKey(Licence, models.CASCADE, related_name="groups")
    code = models.CharField(_("mã nhóm đối tượng"), max_length=10)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["licence", "code"], name="group_once_per_licence")]

    def __str__(self) -> str:
        return self.code
