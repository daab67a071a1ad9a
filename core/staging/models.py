"""What every list that was handed in consists of: a file, and its lines."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.imports.keeping import unseal_file
from core.records import Record


class BatchState(models.TextChoices):
    READING = "reading", _("Đang đọc tệp")
    UNREADABLE = "unreadable", _("Không đọc được")
    READY = "ready", _("Chờ xác nhận")
    WRITING = "writing", _("Đang nhập")
    DONE = "done", _("Đã nhập")


BUSY = frozenset({BatchState.READING, BatchState.WRITING})


class StagedList(Record):
    """One file. `content` is the sealed file, kept until the lines are written; `columns` is how its columns were
    understood: [{"sheet", "letter", "heading", "target", "label", "choices": [{"target", "label"}]}]; `mapping` what a
    person chose: {"C": "birth"}. How far it has come is the worker's, no lifecycle. `FOLDER` is the path of its pages.
    The lines are `rows`.
    """

    FOLDER: ClassVar[str]
    rows: Any

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
        abstract = True
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    @property
    def doubtful_columns(self) -> list[dict[str, Any]]:
        """Columns that can be read in more than one way."""
        return [column for column in self.columns if column["choices"]]

    @property
    def is_busy(self) -> bool:
        """Whether the worker is at it."""
        return self.state in BUSY

    @property
    def page(self) -> str:
        return f"{self.FOLDER}{self.pk}/"

    def stored(self) -> models.QuerySet[Any]:
        """The row in the database: the worker changes how far it has come without a new version."""
        return type(self)._default_manager.filter(pk=self.pk)

    def again(self) -> Any:
        """The list as it stands now, without the file."""
        return self.stored().defer("content").select_related("confirmed_by", "unit").get()

    def open_file(self) -> bytes:
        """The file as it was uploaded."""
        return unseal_file(self.stored().values_list("content", flat=True).get() or b"", self.pk)


class StagedRow(models.Model):
    """One line of the file. `payload`, sealed in the table that inherits this, is JSON {"values", "errors",
    "warnings", "why"}."""

    payload: Any

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    row_number = models.PositiveIntegerField()
    accepted = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64)
    proposal = models.UUIDField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.sheet} {self.row_number}"

    @property
    def told(self) -> dict[str, Any]:
        """What the line says and what was found about it."""
        content: dict[str, Any] = json.loads(self.payload)
        return content

    @property
    def why(self) -> str:
        """One sentence on why the line is not simply new."""
        told = self.told
        return told["why"] or " ".join(told["errors"])
