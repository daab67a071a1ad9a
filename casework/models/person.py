"""Persons and households, with what TT 02/2020/TT-BLĐTBXH Đ.4 lists."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.enums import (
    ContactSafety,
    DisabilityLevel,
    DisabilityType,
    HouseholdStatus,
    IdKind,
    Marital,
    Sex,
)  # fmt: skip
from core.folding import fold, sort_key
from core.records import Record
from core.sealed import SealedTextField, blind_index

IDENTITY = "identity"


class Household(Record):
    """Hộ gia đình: who heads it and how it lives. Amounts are đồng per month."""

    head_name = models.CharField(_("chủ hộ"), max_length=150, blank=True)
    head_id_number = SealedTextField(_("số định danh của chủ hộ"), kind=IDENTITY)
    head_relation = models.CharField(_("chủ hộ là gì của người được trợ giúp"), max_length=60, blank=True)
    head_job = models.CharField(_("việc chính của chủ hộ"), max_length=120, blank=True)
    status = models.CharField(_("diện hộ"), max_length=10, choices=HouseholdStatus.choices, default="unknown")
    size = models.PositiveSmallIntegerField(_("số người trong hộ"), null=True, blank=True)
    position = models.CharField(_("vị trí của người được trợ giúp trong hộ"), max_length=60, blank=True)
    income_sources = models.CharField(_("nguồn thu nhập"), max_length=300, blank=True)
    income = models.BigIntegerField(_("thu nhập của hộ (đồng/tháng)"), null=True, blank=True)
    spend_food = models.BigIntegerField(_("chi ăn uống"), null=True, blank=True)
    spend_clothing = models.BigIntegerField(_("chi may mặc"), null=True, blank=True)
    spend_school = models.BigIntegerField(_("chi học hành"), null=True, blank=True)
    spend_medical = models.BigIntegerField(_("chi chữa bệnh"), null=True, blank=True)
    housing = models.TextField(_("nhà ở, điều kiện sống"), blank=True)
    caring_capacity = models.TextField(_("khả năng chăm sóc"), blank=True)
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.head_name or _now("Hộ chưa rõ chủ hộ")


class Person(Record):
    """Người được trợ giúp. One word is a name; unknown birth days and missing papers are normal."""

    name = models.CharField(_("họ và tên"), max_length=150, blank=True)
    unidentified = models.BooleanField(_("chưa rõ danh tính"), default=False)
    known_as = models.CharField(_("tên gọi khác, đặc điểm nhận dạng"), max_length=300, blank=True)
    name_folded = models.CharField(max_length=150, editable=False, default="")
    sort_name = models.CharField(max_length=400, editable=False, default="")
    birth_year = models.PositiveSmallIntegerField(_("năm sinh"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_estimated = models.BooleanField(_("tuổi ước chừng"), default=False)
    sex = models.CharField(_("giới tính"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    ethnicity = models.CharField(_("dân tộc"), max_length=40, blank=True)
    marital = models.CharField(_("hôn nhân"), max_length=10, choices=Marital.choices, default=Marital.UNKNOWN)
    id_kind = models.CharField(_("giấy tờ"), max_length=10, choices=IdKind.choices, default=IdKind.NONE)
    id_number = SealedTextField(_("số giấy tờ"), kind=IDENTITY)
    id_index = models.CharField(max_length=64, editable=False, blank=True, default="")
    phone = SealedTextField(_("điện thoại"), kind="contact")
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    hamlet = models.CharField(_("ấp, khu phố"), max_length=100, blank=True)
    address = SealedTextField(_("số nhà, đường"), kind="contact")
    address_stated = models.CharField(_("địa chỉ như đã ghi"), max_length=300, blank=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, blank=True, related_name="members")
    education = models.CharField(_("trình độ học vấn"), max_length=100, blank=True)
    school = models.CharField(_("trường, lớp đang học"), max_length=150, blank=True)
    job = models.CharField(_("nghề nghiệp"), max_length=120, blank=True)
    income = models.BigIntegerField(_("thu nhập (đồng/tháng)"), null=True, blank=True)
    policies = models.TextField(_("chính sách, dịch vụ đang hưởng"), blank=True)
    illness = SealedTextField(_("bệnh và nguyên nhân"), kind="diagnosis")
    disability_type = models.CharField(_("dạng khuyết tật"), max_length=10, choices=DisabilityType.choices, blank=True)
    disability_level = models.CharField(_("mức độ"), max_length=10, choices=DisabilityLevel.choices, blank=True)
    disability_paper = models.CharField(_("số giấy xác nhận khuyết tật"), max_length=60, blank=True)
    work_ability = models.CharField(_("khả năng lao động"), max_length=200, blank=True)
    selfcare_ability = models.CharField(_("khả năng tự phục vụ"), max_length=200, blank=True)
    treatment = SealedTextField(_("quá trình điều trị, phục hồi"), kind="diagnosis")
    condition = SealedTextField(_("tình trạng thể chất, tinh thần hiện nay"), kind="diagnosis")
    deceased_on = models.DateField(_("mất ngày"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # Whose data steward brought the person in from a list: while there is no case, that unit sees the person.
    imported_unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, editable=False, related_name="+")
    import_key = models.CharField(max_length=64, editable=False, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") | Q(unidentified=True), name="name_or_unidentified"),
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True) | Q(birth_year__isnull=False), name="month_needs_year"
            ),
            models.CheckConstraint(
                condition=Q(birth_day__isnull=True) | Q(birth_month__isnull=False), name="day_needs_month"
            ),
            models.UniqueConstraint(
                fields=["import_key"], condition=~Q(import_key=""), name="one_person_per_import_key"
            ),
        ]
        indexes = [
            models.Index(fields=["id_index"], condition=~Q(id_index=""), name="person_id_index"),
            models.Index(fields=["name_folded", "birth_year"]),
            models.Index(fields=["birth_year", "commune"]),
            # Who may be the same person: names of a year are compared inside the index (selectors.people).
            models.Index(fields=["birth_year", "name_folded", "id"], name="person_by_year"),
            models.Index(fields=["sort_name", "id"], name="person_sorted"),
        ]

    def __str__(self) -> str:
        return self.name or _now("Chưa rõ họ tên")

    def save(self, *args, **kwargs):
        self.name_folded, self.sort_name = fold(self.name), sort_key(self.name)
        self.id_index = blind_index(self.id_number, IDENTITY)
        super().save(*args, **kwargs)

    def age(self, on: date | None = None) -> int | None:
        """Whole years; where only the year is known, the age reached in that year."""
        if self.birth_year is None:
            return None
        day = on or self.deceased_on or timezone.localdate()
        years = day.year - self.birth_year
        before = self.birth_month is not None and (day.month, day.day) < (self.birth_month, self.birth_day or 1)
        return max(0, years - (1 if before else 0))

    @property
    def birth_text(self) -> str:
        if self.birth_year is None:
            return ""
        if self.birth_month is None:
            return str(self.birth_year)
        if self.birth_day is None:
            return f"{self.birth_month:02d}/{self.birth_year}"
        return f"{self.birth_day:02d}/{self.birth_month:02d}/{self.birth_year}"

    @property
    def is_child(self) -> bool:
        """Under 16 (Luật Trẻ em 2016 Đ.1); unknown ages are not taken for children."""
        age = self.age()
        return age is not None and age < 16

    @property
    def honorific(self) -> str:
        """How officials call the person: guessed by age and sex, never from the name (domain.md §11)."""
        age = self.age()
        if age is None or self.sex not in (Sex.MALE, Sex.FEMALE):
            return ""
        if age < 16:
            return _now("cháu")
        if age >= 60:
            return _now("ông") if self.sex == Sex.MALE else _now("bà")
        return _now("anh") if self.sex == Sex.MALE else _now("chị")


class Contact(Record):
    """Somebody around the person. An unsafe one is never called, written to or shown outside the case."""

    ROOT = "person"

    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    name = models.CharField(_("họ và tên"), max_length=150)
    relation = models.CharField(_("quan hệ"), max_length=60)
    phone = SealedTextField(_("điện thoại"), kind="contact")
    address = SealedTextField(_("địa chỉ"), kind="safe_address")
    safety = models.CharField(_("an toàn"), max_length=10, choices=ContactSafety.choices, default=ContactSafety.UNKNOWN)
    is_main = models.BooleanField(_("người liên hệ chính"), default=False)
    is_guardian = models.BooleanField(_("người giám hộ"), default=False)
    lives_with = models.BooleanField(_("sống cùng"), default=False)
    job = models.CharField(_("việc làm chính"), max_length=120, blank=True)
    note = SealedTextField(_("ghi chú"), kind="narrative")

    class Meta:
        ordering = ["-is_main", "-is_guardian", "created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(is_main=True, safety="unsafe"), name="main_contact_is_not_unsafe"),
        ]

    def __str__(self) -> str:
        return self.name
