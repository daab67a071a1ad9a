"""Lists of persons that were read and wait for confirmation. Nothing of them is a person before that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.records import Record
from core.sealed import SealedTextField


class BatchState(models.TextChoices):
    READING = "reading", _("Đang đọc tệp")
    UNREADABLE = "unreadable", _("Không đọc được")
    READY = "ready", _("Chờ xác nhận")
    WRITING = "writing", _("Đang nhập")
    DONE = "done", _("Đã nhập")


class Verdict(models.TextChoices):
    NEW = "new", _("Người mới")
    KNOWN = "known", _("Đã có hồ sơ")
    LIKELY = "likely", _("Có thể trùng")
    ERROR = "error", _("Có lỗi")


class Result(models.TextChoices):
    CREATED = "created", _("Đã tạo")
    KEPT = "kept", _("Giữ người đã có")
    LEFT = "left", _("Không nhập")


class ImportBatch(Record):
    """One file. `content` is the sealed file, kept until the batch is written; `columns` is how its columns were
    understood: [{"sheet", "letter", "heading", "target", "label", "choices": [{"target", "label"}]}]; `mapping` what a
    person chose: {"C": "birth"}.
    """

    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.READING)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    mapping = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True)
    notices = models.JSONField(default=list, blank=True)
    failure = models.CharField(max_length=400, blank=True)
    rows_seen = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["unit", "-created_at"], name="import_of_unit")]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    @property
    def doubtful_columns(self) -> list[dict]:
        """Columns that can be read in more than one way."""
        return [column for column in self.columns if column["choices"]]


class ImportRow(models.Model):
    """One line of the file. `payload` is JSON {"values", "errors", "warnings", "why"}; `person` is who, once known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    row_number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    accepted = models.BooleanField(default=False)
    has_case = models.BooleanField(default=False)
    payload = SealedTextField(kind="identity")
    fingerprint = models.CharField(max_length=64)
    person = models.ForeignKey("casework.Person", models.SET_NULL, null=True, related_name="+")
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    proposal = models.UUIDField(null=True)
    case_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row_per_number")]
        indexes = [
            models.Index(fields=["batch", "verdict", "number"], name="import_by_verdict"),
            models.Index(fields=["batch", "fingerprint"], name="import_by_fingerprint"),
            models.Index(fields=["batch", "result", "number"], name="import_by_result"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row_number}"
