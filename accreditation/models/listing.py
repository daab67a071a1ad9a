"""Registers of facilities that were read and wait for confirmation. Nothing of them stands in the register before."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.records import Record
from core.sealed import SealedTextField


class ListStage(models.TextChoices):
    READING = "reading", _("Đang đọc tệp")
    UNREADABLE = "unreadable", _("Không đọc được")
    READY = "ready", _("Chờ xác nhận")
    WRITING = "writing", _("Đang nhập")
    DONE = "done", _("Đã nhập")


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


class RegisterList(Record):
    """One file. `content` is the sealed file, kept until its rows are written; `columns` is how its columns were
    understood: [{"sheet", "letter", "heading", "target", "label", "choices": [{"target", "label"}]}]; `mapping` what a
    person chose: {"C": "founding_date"}. How far it has come is the worker's, no lifecycle."""

    stage = models.CharField(max_length=12, choices=ListStage.choices, default=ListStage.READING)
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
        indexes = [models.Index(fields=["unit", "-created_at"], name="register_list_of_unit")]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    @property
    def doubtful_columns(self) -> list[dict[str, Any]]:
        """Columns that can be read in more than one way."""
        return [column for column in self.columns if column["choices"]]


class RegisterRow(models.Model):
    """One line of the file. `payload` is JSON {"values", "errors", "warnings", "why"}, sealed because an address may
    have to stay hidden; `facility` is which, once known; `paper` what waits for the head, `paper_note` why nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    register = models.ForeignKey(RegisterList, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    row_number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=RowVerdict.choices)
    accepted = models.BooleanField(default=False)
    payload = SealedTextField(kind="safe_address")
    fingerprint = models.CharField(max_length=64)
    facility = models.ForeignKey("facilities.Facility", models.SET_NULL, null=True, related_name="+")
    result = models.CharField(max_length=10, choices=RowResult.choices, blank=True)
    paper = models.CharField(max_length=10, choices=RowPaper.choices, blank=True)
    proposal = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    paper_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["register", "number"]
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="one_register_row_per_number")]
        indexes = [
            models.Index(fields=["register", "verdict", "number"], name="register_by_verdict"),
            models.Index(fields=["register", "result", "number"], name="register_by_result"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row_number}"
