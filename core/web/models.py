from django.db import models

from core.ids import new_id
from core.sealed import SealedTextField


class Draft(models.Model):
    """What somebody typed and has not sent: kept on the server by person and form, sealed, never in the browser."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    form = models.CharField(max_length=120)
    content = SealedTextField(kind="draft")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.form
