"""What stands on the ground: buildings, rooms, beds, and who holds a bed from when to when."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.records import Record
from facilities.enums import BedAge, BedNeed, BedSex, CareModel, OccupancyKind


class FacilityModel(models.Model):
    """A care model that a facility works by: a tag beside its legal kind."""

    facility = models.ForeignKey("facilities.Facility", models.CASCADE, related_name="care_models")
    code = models.CharField(_("mô hình"), max_length=20, choices=CareModel.choices)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["facility", "code"], name="model_once_per_facility")]
        indexes = [models.Index(fields=["code", "facility"])]

    def __str__(self) -> str:
        return str(self.get_code_display())


class Building(Record):
    LOCK_FIRST = ROOT = "facility"

    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="buildings")
    name = models.CharField(_("tên tòa nhà, dãy nhà"), max_length=120)
    storeys = models.PositiveSmallIntegerField(_("số tầng"), default=1)
    built_year = models.PositiveSmallIntegerField(_("năm xây dựng"), null=True, blank=True)
    closed_on = models.DateField(_("thôi dùng từ ngày"), null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["facility", "name"], name="building_name_once")]

    def __str__(self) -> str:
        return self.name


class Room(Record):
    """`area` in square metres; `round_clock` rooms need more of it (NĐ 103/2017/NĐ-CP Đ.24). `sleeping`: beds stand in
    it and its area counts towards the area per client."""

    LOCK_FIRST = ROOT = "facility"

    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="rooms")
    building = models.ForeignKey(Building, models.PROTECT, related_name="rooms")
    name = models.CharField(_("tên phòng"), max_length=120)
    storey = models.PositiveSmallIntegerField(_("tầng"), default=1)
    area = models.DecimalField(_("diện tích (m²)"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    sleeping = models.BooleanField(_("phòng ở"), default=True)
    round_clock = models.BooleanField(_("phòng chăm sóc 24/24 giờ"), default=False)
    accessible = models.BooleanField(_("xe lăn vào được"), default=False)
    closed_on = models.DateField(_("thôi dùng từ ngày"), null=True, blank=True)

    class Meta:
        ordering = ["building__name", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="room_name_once")]

    def __str__(self) -> str:
        return self.name


class Bed(Record):
    """A place to sleep. `licensed`: it counts towards the number that the licence names; one that is not usable says
    why and since when."""

    LOCK_FIRST = ROOT = "facility"

    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="beds")
    room = models.ForeignKey(Room, models.PROTECT, related_name="beds")
    code = models.CharField(_("mã giường"), max_length=20)
    sex = models.CharField(_("dành cho"), max_length=10, choices=BedSex.choices, default=BedSex.ANY)
    age = models.CharField(_("lứa tuổi"), max_length=10, choices=BedAge.choices, default=BedAge.ANY)
    need = models.CharField(_("nhu cầu"), max_length=12, choices=BedNeed.choices, default=BedNeed.STANDARD)
    licensed = models.BooleanField(_("tính vào quy mô được cấp phép"), default=True)
    usable = models.BooleanField(_("dùng được"), default=True)
    unusable_reason = models.CharField(_("vì sao không dùng được"), max_length=200, blank=True)
    unusable_since = models.DateField(_("không dùng được từ ngày"), null=True, blank=True)
    opened_on = models.DateField(_("dùng từ ngày"))
    closed_on = models.DateField(_("bỏ từ ngày"), null=True, blank=True)

    class Meta:
        ordering = ["room__name", "code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="bed_code_once"),
            models.CheckConstraint(condition=Q(usable=True) | ~Q(unusable_reason=""), name="unusable_bed_says_why"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")), name="bed_period"
            ),
        ]
        indexes = [models.Index(fields=["facility", "usable", "sex", "age", "need"], name="bed_search")]

    def __str__(self) -> str:
        return self.code


class Occupancy(models.Model):
    """Bed, person, period [from, to): a hold or a stay. No two of a bed overlap, no two stays of a person overlap:
    an exclusion constraint on PostgreSQL, triggers on SQLite (`facilities.overlaps`). Written by whoever owns the stay
    through `facilities.services.occupancy`; `ref` is the key of that stay (or referral)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="occupancies")
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="occupancies")
    person = models.ForeignKey("casework.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=OccupancyKind.choices)
    begins = models.DateTimeField(_("từ"))
    ends = models.DateTimeField(_("đến trước"), null=True, blank=True)
    ref = models.UUIDField()

    class Meta:
        ordering = ["begins", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gt=F("begins")), name="occupancy_period"),
            models.CheckConstraint(condition=Q(kind="stay") | Q(ends__isnull=False), name="hold_ends"),
        ]
        indexes = [
            models.Index(fields=["bed", "begins"]),
            models.Index(fields=["person", "begins"]),
            models.Index(fields=["facility", "begins"]),
            models.Index(fields=["ref"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.begins:%d/%m/%Y}"
