"""Tokens for programs. Only a digest is stored; the secret is shown once, when it is made."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id


class ApiToken(models.Model):
    """A secret of 256 random bits, so that a plain SHA-256 of it cannot be guessed back. `prefix` is its beginning, by
    which people tell tokens apart; `scopes` is ["read"], ["write"] or both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="api_tokens", verbose_name=_("người dùng"))
    name = models.CharField(_("tên"), max_length=100)
    prefix = models.CharField(_("bắt đầu bằng"), max_length=8, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("phạm vi"), default=list)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    last_used_on = models.DateField(_("dùng gần nhất ngày"), null=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("mã truy cập API")
        verbose_name_plural = _("mã truy cập API")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    def holds(self, moment: datetime) -> bool:
        """Whether it may be used at that moment; a deactivated person's may not."""
        return self.revoked_at is None and moment < self.expires_at and self.user.is_active
