"""Provinces and communes as they are now, and what each was before.

Codes are those of the national statistics office and are the primary keys. A unit that keeps its code keeps its row;
what it was called before stands in the change tables. `valid_to` is the first day on which a unit is no more.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.records import Worded


class Province(Worded, models.Model):
    class Kind(models.TextChoices):
        PROVINCE = "tinh", _("tỉnh")
        CITY = "thanh_pho", _("thành phố")

    code = models.CharField(_("mã"), max_length=2, primary_key=True)
    name = models.CharField(_("tên"), max_length=60)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    name_folded = models.CharField(max_length=60, db_index=True, editable=False)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("tỉnh, thành phố")
        verbose_name_plural = _("tỉnh, thành phố")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """ "thành phố Đồng Nai"."""
        return f"{self.get_kind_display()} {self.name}"


class ProvinceChange(models.Model):
    """An old province and the present one that it became or went into."""

    old_code = models.CharField(max_length=2)
    old_name = models.CharField(max_length=60)
    old_kind = models.CharField(max_length=10, choices=Province.Kind.choices)
    old_name_folded = models.CharField(max_length=60, db_index=True, editable=False)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="changes")
    date = models.DateField()
    basis = models.CharField(max_length=120)
    date_confirmed = models.BooleanField(default=True)

    class Meta:
        ordering = ["date", "old_code"]
        constraints = [models.UniqueConstraint(fields=["old_code", "date"], name="province_change_once")]

    def __str__(self) -> str:
        return f"{self.old_label} → {self.province_id}"

    @property
    def old_label(self) -> str:
        return f"{self.get_old_kind_display()} {self.old_name}"


class Commune(Worded, models.Model):
    class Kind(models.TextChoices):
        COMMUNE = "xa", _("xã")
        WARD = "phuong", _("phường")
        SPECIAL_ZONE = "dac_khu", _("đặc khu")

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    name = models.CharField(_("tên"), max_length=60)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="communes")
    name_folded = models.CharField(max_length=60, db_index=True, editable=False)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    # Set by `selectors.find_commune` on what an old name led to; not a column.
    found_through: "CommuneChange | None" = None

    class Meta:
        ordering = ["code"]
        verbose_name = _("xã, phường")
        verbose_name_plural = _("xã, phường")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """ "phường Trấn Biên"."""
        return f"{self.get_kind_display()} {self.name}"


class CommuneChange(models.Model):
    """An old unit and one present commune that it became or went into; `partial` when it was divided among several.

    An old name alone does not say which unit is meant: name the old district and province with it.
    """

    class OldKind(models.TextChoices):
        COMMUNE = "xa", _("xã")
        WARD = "phuong", _("phường")
        TOWN = "thi_tran", _("thị trấn")

    old_code = models.CharField(max_length=5, db_index=True)
    old_name = models.CharField(max_length=60)
    old_kind = models.CharField(max_length=10, choices=OldKind.choices)
    old_name_folded = models.CharField(max_length=60, db_index=True, editable=False)
    old_district = models.CharField(max_length=60, blank=True, default="")
    old_province = models.CharField(max_length=60)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="changes")
    partial = models.BooleanField(default=False)
    date = models.DateField()
    basis = models.CharField(max_length=120)
    date_confirmed = models.BooleanField(default=True)

    class Meta:
        ordering = ["date", "old_code"]
        constraints = [
            models.UniqueConstraint(fields=["old_code", "date", "commune"], name="commune_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.old_label} → {self.commune_id}"

    @property
    def old_label(self) -> str:
        """ "xã Tân Hưng, huyện Hớn Quản, tỉnh Bình Phước"."""
        unit = f"{self.get_old_kind_display()} {self.old_name}"
        return ", ".join(part for part in (unit, self.old_district, self.old_province) if part)
