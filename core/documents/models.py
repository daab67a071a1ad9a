"""Papers that people hand in. The table holds what is said about a file; the file lies encrypted in private storage."""

from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.records import Record
from core.sealed import SealedTextField


class DocumentKind(models.TextChoices):
    """What a paper is. Codes that a closure asks for (`ClosureCode.requires`) bear the same name here."""

    REQUEST = "signed_request", _("Đơn đề nghị đã ký")
    CONSENT = "consent", _("Giấy đồng ý")
    IDENTITY = "identity", _("Giấy tờ tùy thân, khai sinh")
    MEDICAL = "medical", _("Giấy tờ y tế, khuyết tật")
    MINUTES = "minutes", _("Biên bản")
    HANDOVER = "handover_minutes", _("Biên bản bàn giao")
    PLAN = "signed_plan", _("Kế hoạch đã ký")
    DECISION = "decision", _("Quyết định, công văn")
    CONTRACT = "contract_end", _("Hợp đồng, thanh lý hợp đồng")
    DEATH = "death_or_missing_proof", _("Giấy chứng tử, quyết định tuyên bố mất tích")
    PHOTO = "photo", _("Ảnh")
    OTHER = "other", _("Giấy tờ khác")


class Document(Record):
    """A file under a root (a case, a facility): whoever reads the root's story reads it. It is never changed; the name
    it had on the sender's machine is not kept. `sha256` is of the content as kept, `size` in bytes, `path` in storage.

    Withdrawn it is neither shown nor counted any more. Its bytes stay, sealed: how long such files must be kept is not
    settled by law that we found, so nothing but a disposal by two persons may destroy them.
    """

    root_model = models.CharField(max_length=60)
    root_id = models.UUIDField()
    # What exactly it belongs to: a plan, a referral; the root itself where nothing is said.
    subject_model = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    title = SealedTextField(_("tên giấy tờ"), kind="narrative")
    kind = models.CharField(_("loại"), max_length=30, choices=DocumentKind.choices)
    path = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("dung lượng"))
    mime = models.CharField(max_length=80)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("giấy tờ")
        verbose_name_plural = _("giấy tờ")
        indexes = [
            models.Index(fields=["root_model", "root_id", "-created_at"]),
            models.Index(fields=["subject_id"]),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def root(self) -> Any:
        return apps.get_model(self.root_model)._default_manager.get(pk=self.root_id)

    @property
    def root_key(self) -> Any:
        return self.root_id
