"""Lists of persons that were read and wait for confirmation. Nothing of them is a person before that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedTextField
from core.staging.models import StagedList, StagedRow


class Verdict(models.TextChoices):
    NEW = "new", _("Người mới")
    KNOWN = "known", _("Đã có hồ sơ")
    LIKELY = "likely", _("Có thể trùng")
    ERROR = "error", _("Có lỗi")


class Result(models.TextChoices):
    CREATED = "created", _("Đã tạo")
    KEPT = "kept", _("Giữ người đã có")
    LEFT = "left", _("Không nhập")


class ImportBatch(StagedList):
    """A list of persons."""

    FOLDER = "/nhap-danh-sach/"

    class Meta(StagedList.Meta):
        indexes = [models.Index(fields=["unit", "-created_at"], name="import_of_unit")]


class ImportRow(StagedRow):
    """One line of the file; `person` is who, once known."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    has_case = models.BooleanField(default=False)
    payload = SealedTextField(kind="identity")
    person = models.ForeignKey("casework.Person", models.SET_NULL, null=True, related_name="+")
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    case_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row_per_number")]
        indexes = [
            models.Index(fields=["batch", "verdict", "number"], name="import_by_verdict"),
            models.Index(fields=["batch", "fingerprint"], name="import_by_fingerprint"),
            models.Index(fields=["batch", "result", "number"], name="import_by_result"),
        ]
