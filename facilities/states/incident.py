"""Incident in a facility (sự việc): told at once, looked into, concluded. Deaths in care always are."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from core.clock.models import Clock
from core.lifecycle.fsm import NEW, Lifecycle
from facilities.enums import IncidentState

N = IncidentState


class IncidentLifecycle(Lifecycle, Clock):
    state = FSMField(_("trạng thái"), default=NEW, choices=IncidentState.choices, protected=True)
    review_begun_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(_("kết luận lúc"), null=True)

    LOCK_FIRST = ROOT = "facility"
    CLOCKS = {N.REPORTED: "due.incident_take", N.REVIEW: "due.incident_review"}
    TERMINAL = frozenset({N.CLOSED})

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=N.REPORTED)
    def report(self, act):
        self.reported_by = act.by.user

    @transition(field=state, source=N.REPORTED, target=N.REVIEW)
    def take(self, act):
        self.reviewer, self.review_begun_at = act.by.user, act.at

    @transition(field=state, source=N.REVIEW, target=N.CLOSED)
    def conclude(self, act):
        self.closed_at = act.at

    @transition(field=state, source=N.CLOSED, target=N.REVIEW)
    def reopen(self, act):
        self.closed_at = None
