"""Written decisions: numbered, signed by a head, never changed; a mistake is put right by another decision."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accreditation.enums import DecisionKind
from core.records import Record


class Decision(Record):
    application = models.ForeignKey(
        "accreditation.Application", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    licence = models.ForeignKey(
        "accreditation.Licence", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    kind = models.CharField(_("quyết định gì"), max_length=12, choices=DecisionKind.choices)
    number = models.CharField(_("số"), max_length=60, unique=True)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    signed_on = models.DateField(_("ngày ký"))
    effective_on = models.DateField(_("có hiệu lực từ ngày"))
    basis = models.CharField(_("căn cứ"), max_length=300, blank=True)
    reasons = models.TextField(_("lý do, nội dung"), blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(licence__isnull=False), name="decision_about_something"
            ),
            models.CheckConstraint(condition=~Q(kind="refuse") | ~Q(reasons=""), name="refusal_has_reasons"),
        ]
        indexes = [models.Index(fields=["application"]), models.Index(fields=["licence"])]

    def __str__(self) -> str:
        return self.number

    @property
    def root(self) -> Any:
        return self.application if self.application_id else self.licence

    @property
    def root_key(self) -> Any:
        return self.application_id or self.licence_id
