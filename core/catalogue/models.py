"""The words that all apps share: client groups, service types, closure codes, each with its article and its dates.

`valid_from` is the first day, `valid_to` the first day on which a row no longer holds.
"""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DatedQuerySet(models.QuerySet):
    def on(self, day: date | None = None) -> "DatedQuerySet":
        """The rows that hold on that day, today by default."""
        day = day or timezone.localdate()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Dated(models.Model):
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class ClientGroup(Dated):
    """A group of clients in the law's words (NĐ 335/2026 Đ.5, Đ.12, Đ.21; before 05/10/2026 NĐ 20/2021)."""

    class LawGroup(models.TextChoices):
        COMMUNITY = "community", _("trợ giúp xã hội hằng tháng tại cộng đồng")
        FACILITY = "facility", _("chăm sóc tại cơ sở")
        URGENT = "urgent", _("bảo vệ khẩn cấp")
        RELIEF = "relief", _("trợ giúp khẩn cấp")
        CHILD = "child", _("bảo vệ trẻ em")

    class MinistryType(models.TextChoices):
        CHILD = "L01", _("Trẻ em")
        ELDERLY = "L02", _("Người cao tuổi")
        DISABLED = "L03", _("Người khuyết tật")
        HIV = "L04", _("Người nhiễm HIV")
        VICTIM = "L05", _("Nạn nhân")
        EMERGENCY = "L06", _("Đối tượng khẩn cấp khác")
        ADMINISTRATIVE = "L07", _("Theo quyết định xử lý vi phạm hành chính")
        VOLUNTARY = "L08", _("Tự nguyện")
        MENTAL = "L09", _("Người tâm thần")
        OTHER = "L10", _("Khác")

    code = models.CharField(_("mã"), max_length=10)
    name = models.CharField(_("tên"), max_length=200)
    law_group = models.CharField(_("nhóm"), max_length=10, choices=LawGroup.choices)
    basis = models.CharField(_("căn cứ"), max_length=120)
    ministry_type = models.CharField(
        _("loại của Bộ"), max_length=3, choices=MinistryType.choices, null=True, blank=True
    )
    is_child = models.BooleanField(_("trẻ em"), default=False)
    is_emergency = models.BooleanField(_("khẩn cấp"), default=False)
    age_min = models.PositiveSmallIntegerField(_("từ đủ tuổi"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("đến hết tuổi"), null=True, blank=True)

    class Meta:
        ordering = ["law_group", "code", "valid_from"]
        verbose_name = _("nhóm đối tượng")
        verbose_name_plural = _("nhóm đối tượng")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="client_group_code_from")]

    def __str__(self) -> str:
        return self.name

    def takes_age(self, years: int) -> bool:
        """Whether a person of that age in whole years may belong to the group."""
        return (self.age_min is None or years >= self.age_min) and (self.age_max is None or years <= self.age_max)


class ServiceType(Dated):
    """A kind of help that a plan may name, under the assessment domain whose needs it answers."""

    class Domain(models.TextChoices):
        HEALTH = "health", _("Sức khỏe, dinh dưỡng")
        SELFCARE = "selfcare", _("Tự chăm sóc")
        MENTAL = "mental", _("Tâm lý, tâm thần")
        SAFETY = "safety", _("Nhà ở, an toàn")
        FAMILY = "family", _("Gia đình, năng lực chăm sóc")
        EDUCATION = "education", _("Học tập, học nghề")
        INCOME = "income", _("Việc làm, thu nhập")
        PAPERS = "papers", _("Giấy tờ, pháp lý")
        SOCIAL = "social", _("Quan hệ xã hội")

    class ProviderKind(models.TextChoices):
        OWN = "own", _("tự cung cấp")
        OTHER = "other", _("chuyển tuyến, kết nối")

    code = models.CharField(_("mã"), max_length=30, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    domain = models.CharField(_("lĩnh vực"), max_length=10, choices=Domain.choices)
    provider_kind = models.CharField(_("bên cung cấp"), max_length=5, choices=ProviderKind.choices)

    class Meta:
        ordering = ["domain", "code"]
        verbose_name = _("loại dịch vụ")
        verbose_name_plural = _("loại dịch vụ")

    def __str__(self) -> str:
        return self.name


class ClosureCode(Dated):
    """Why care stops (NĐ 335/2026 Đ.26): the letter of the law, its text, and what must be on file before closing."""

    code = models.CharField(_("mã"), max_length=2)
    text = models.CharField(_("nội dung"), max_length=200)
    article = models.CharField(_("căn cứ"), max_length=80)
    # Kinds of papers (`DocumentKind`): decision, handover_minutes, signed_request, death_or_missing_proof,
    # contract_end; and facts that the work log must tell: contact_tries, home_visit, safety_check.
    requires = models.JSONField(_("cần có"), default=list, blank=True)
    # Not where nobody can be reached, or nobody is left to be told.
    tell_client = models.BooleanField(_("báo người được trợ giúp trước"), default=True)
    # Dead or missing: never opened again, not visited after, the decision carried out without the person.
    person_gone = models.BooleanField(_("người được trợ giúp không còn"), default=False)

    class Meta:
        ordering = ["valid_from", "id"]
        verbose_name = _("lý do kết thúc")
        verbose_name_plural = _("lý do kết thúc")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="closure_code_from")]

    def __str__(self) -> str:
        return f"{self.code}) {self.text}"


class ReferenceFile(models.Model):
    """Which version of a reference file the tables hold, so that an unchanged one is not loaded again."""

    name = models.CharField(max_length=60, unique=True)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
