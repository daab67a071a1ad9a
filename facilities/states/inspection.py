"""Inspection of a facility (kiểm tra): planned, done, answered, remedied, looked at again. Each transition touches its
own row only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from core.clock.models import Clock
from core.lifecycle.fsm import NEW, Lifecycle
from facilities.enums import InspectionState, LicenceEffect

I = InspectionState  # noqa: E741


class InspectionLifecycle(Lifecycle, Clock):
    state = FSMField(_("trạng thái"), default=NEW, choices=InspectionState.choices, protected=True)
    begun_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True)
    ended_at = models.DateTimeField(null=True)
    licence_effect = models.CharField(
        _("ảnh hưởng đến giấy phép"), max_length=10, choices=LicenceEffect.choices, default=LicenceEffect.NONE
    )

    LOCK_FIRST = ROOT = "facility"
    CLOCKS = {
        I.REPLY: "due.inspection_reply",
        I.UNDERWAY: "due.inspection_minutes",
        I.RECHECK: "due.inspection_recheck",
    }
    TERMINAL = frozenset({I.CLOSED, I.CANCELLED})

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=I.PLANNED)
    def plan(self, act):
        self.planned_by = act.by.user

    @transition(field=state, source=I.PLANNED, target=I.UNDERWAY)
    def begin(self, act):
        self.begun_at = act.effective_at or act.at

    @transition(field=state, source=I.UNDERWAY, target=RETURN_VALUE(I.REPLY, I.CLOSED))
    def conclude(self, act):
        """With findings the facility has its say first; without any it ends here."""
        self.concluded_at, self.concluded_by = act.at, act.by.user
        self.licence_effect = act.data.get("licence_effect") or LicenceEffect.NONE
        if act.data["has_findings"]:
            return I.REPLY
        self.ended_at = act.at
        return I.CLOSED

    @transition(field=state, source=I.REPLY, target=I.REMEDY)
    def reply(self, act):
        """Right of reply: per finding accepted or contested, with what will be done."""

    @transition(field=state, source=I.REPLY, target=I.REMEDY)
    def no_reply(self, act):
        """The days for a reply are over; the findings stand."""

    @transition(field=state, source=I.REMEDY, target=I.RECHECK)
    def remedied(self, act):
        """The facility says what it has mended, with evidence."""

    @transition(field=state, source=I.RECHECK, target=RETURN_VALUE(I.REMEDY, I.CLOSED))
    def recheck(self, act):
        """Looked at again: what is not mended goes back with a new date."""
        if act.data["still_open"]:
            return I.REMEDY
        self.ended_at = act.at
        return I.CLOSED

    @transition(field=state, source=[I.REMEDY, I.RECHECK], target=I.CLOSED)
    def end(self, act):
        """Ended with open findings: what follows is for the licence."""
        self.ended_at = act.at
        self.licence_effect = act.data["licence_effect"]

    @transition(field=state, source=[I.PLANNED, I.UNDERWAY], target=I.CANCELLED)
    def cancel(self, act):
        self.ended_at = act.at
