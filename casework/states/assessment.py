"""Assessment: DRAFT > LOCKED > SUPERSEDED. A new version copies the last (lifecycles.md, "Assessment")."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from core.lifecycle.fsm import NEW, Lifecycle, because
from core.worklist.models import RiskLevel


class AssessmentState(models.TextChoices):
    DRAFT = "draft", _("Đang ghi")
    LOCKED = "locked", _("Đã khóa")
    SUPERSEDED = "superseded", _("Đã có bản mới")


@because("no_risk", _("Chưa chọn mức nguy cơ chung."), "#risk")
def risk_chosen(assessment: Any) -> bool:
    return bool(assessment.risk)


class AssessmentLifecycle(Lifecycle):
    state = FSMField(_("trạng thái"), default=NEW, choices=AssessmentState.choices, protected=True)
    risk = models.CharField(_("mức nguy cơ chung"), max_length=10, choices=RiskLevel.choices, blank=True, default="")
    locked_at = models.DateTimeField(null=True)

    LOCK_FIRST = ROOT = "case"
    TERMINAL = frozenset({AssessmentState.SUPERSEDED})

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=AssessmentState.DRAFT)
    def draft(self, act):
        self.author = act.by.user

    @transition(field=state, source=AssessmentState.DRAFT, target=AssessmentState.LOCKED, conditions=[risk_chosen])
    def lock(self, act):
        self.locked_at = act.at

    @transition(field=state, source=AssessmentState.LOCKED, target=AssessmentState.SUPERSEDED)
    def supersede(self, act):
        """A newer version was locked."""
