"""Bodies outside the system that a referral can go to."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from core.records import Record
from facilities.enums import BodyKind


class OutsideBody(Record):
    """A hospital, a legal-aid centre, a school: nobody there signs in, so the sender records what it answers."""

    name = models.CharField(_("tên"), max_length=200)
    name_folded = models.CharField(max_length=200, editable=False, default="")
    kind = models.CharField(_("loại"), max_length=12, choices=BodyKind.choices)
    commune = models.ForeignKey("places.Commune", models.PROTECT, related_name="+")
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    is_active = models.BooleanField(_("còn hoạt động"), default=True)
    source = models.CharField(_("nguồn thông tin"), max_length=300)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["name_folded", "commune"], name="one_body_per_commune")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_folded = fold(self.name)
        super().save(*args, **kwargs)
