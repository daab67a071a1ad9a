"""Registers of facilities that were read and wait for confirmation. Nothing of them stands in the register before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedTextField
from core.staging.models import StagedList, StagedRow


class RowVerdict(models.TextChoices):
    NEW = "new", _("Cơ sở mới")
    KNOWN = "known", _("Đã có trong sổ")
    LIKELY = "likely", _("Có thể trùng")
    ERROR = "error", _("Có lỗi")


class RowResult(models.TextChoices):
    CREATED = "created", _("Đã ghi vào sổ")
    KEPT = "kept", _("Giữ cơ sở đã có")
    LEFT = "left", _("Không nhập")


class RowPaper(models.TextChoices):
    """What of a row waits for the head: a licence on paper, or the authority that a founding decision gives."""

    LICENCE = "licence", _("Giấy phép")
    FOUNDING = "founding", _("Quyết định thành lập")


class RegisterList(StagedList):
    """A register of facilities."""

    FOLDER = "/nhap-co-so/"

    class Meta(StagedList.Meta):
        indexes = [models.Index(fields=["unit", "-created_at"], name="register_list_of_unit")]


class RegisterRow(StagedRow):
    """One line of the file, sealed because an address may have to stay hidden; `facility` is which, once known; `paper`
    what waits for the head, `paper_note` why nothing."""

    register = models.ForeignKey(RegisterList, models.CASCADE, related_name="rows")
    verdict = models.CharField(max_length=10, choices=RowVerdict.choices)
    payload = SealedTextField(kind="safe_address")
    facility = models.ForeignKey("facilities.Facility", models.SET_NULL, null=True, related_name="+")
    result = models.CharField(max_length=10, choices=RowResult.choices, blank=True)
    paper = models.CharField(max_length=10, choices=RowPaper.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    paper_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["register", "number"]
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="one_register_row_per_number")]
        indexes = [
            models.Index(fields=["register", "verdict", "number"], name="register_by_verdict"),
            models.Index(fields=["register", "result", "number"], name="register_by_result"),
        ]
