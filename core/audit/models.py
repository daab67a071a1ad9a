"""Events and reads. Rows are only ever added: triggers on both engines refuse UPDATE, DELETE and TRUNCATE."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.sealed import SealedTextField


class ChainHead(models.Model):
    """The last link, one row: taking its lock orders the writers (always the last lock of a transaction)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_chain_head")]

    def __str__(self) -> str:
        return str(self.seq)


class Event(models.Model):
    """One thing that happened. `hash` = HMAC-SHA256(prev + canonical JSON of the other columns); `note` is sealed and
    the chain covers its ciphertext, so that erasing a key keeps the chain whole."""

    seq = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(default=new_id, unique=True, editable=False)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    effective_at = models.DateTimeField(_("xảy ra lúc"))
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject_model = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    root_id = models.UUIDField(null=True)
    source = models.CharField(max_length=30, blank=True)
    target = models.CharField(max_length=30, blank=True)
    version = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    note = SealedTextField(kind="narrative")
    cause_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["subject_id", "-seq"]),
            models.Index(fields=["root_id", "-seq"]),
            models.Index(fields=["actor", "-seq"]),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class ReadLog(models.Model):
    """Who read which sensitive fields of whom, written before the first byte leaves. `ids` are opaque keys."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, related_name="+")
    model = models.CharField(max_length=60)
    root_id = models.UUIDField(null=True)
    ids = models.JSONField(default=list)
    field_class = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    route = models.CharField(max_length=100)
    denied = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["root_id", "-at"]), models.Index(fields=["actor", "-at"])]

    def __str__(self) -> str:
        return f"{self.model} {self.at:%d/%m/%Y %H:%M}"
