"""Application for recognition (hồ sơ đề nghị), lifecycles.md (c). Each transition touches its own row only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from accreditation.enums import BEFORE_DECISION, WITH_AUTHORITY, ApplicationState
from core.clock.models import Clock
from core.clock.parameters import Term
from core.lifecycle.fsm import NEW, Lifecycle

S = ApplicationState


class ApplicationLifecycle(Lifecycle, Clock):
    """`legal_days` is the term of the procedure as it stood at submission, in working days; the clock it starts runs
    through all states in which the authority has the file, and stands still while the applicant must act."""

    state = FSMField(_("trạng thái"), default=NEW, choices=ApplicationState.choices, protected=True)
    legal_days = models.PositiveSmallIntegerField(_("thời hạn giải quyết (ngày làm việc)"), null=True, editable=False)
    extended_days = models.PositiveSmallIntegerField(_("được gia hạn (ngày làm việc)"), default=0, editable=False)
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True)
    first_submitted_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    recommended_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True)
    appealed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(_("chờ cơ sở từ"), null=True)
    fix_by = models.DateField(_("khắc phục trước ngày"), null=True)
    conditions_by = models.DateField(_("thực hiện điều kiện trước ngày"), null=True)
    round = models.PositiveSmallIntegerField(_("lần nộp"), default=0)
    days_used = models.PositiveSmallIntegerField(_("số ngày đã giải quyết"), null=True, editable=False)
    # Reminders of what the applicant must do, since `waiting_since`; and of what the authority did not do in time.
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(_("báo quá hạn lúc"), null=True, editable=False)
    apologised_at = models.DateTimeField(_("xin lỗi lúc"), null=True, editable=False)
    promised_on = models.DateField(_("hẹn lại ngày"), null=True, editable=False)

    LOCK_FIRST = "facility"
    CLOCKS = {S.DRAFT: "application.lapse", S.RETURNED: "application.lapse", S.APPEAL: "due.appeal"}
    PAUSES = frozenset({S.CORRECTION})
    SAME_CLOCK = frozenset(WITH_AUTHORITY)
    TERMINAL = frozenset({S.APPROVED, S.WITHDRAWN, S.LAPSED})

    class Meta:
        abstract = True

    def term_of_state(self, state: str) -> Term | None:
        if state in self.SAME_CLOCK:
            return Term(days=(self.legal_days or 0) + self.extended_days)
        return super().term_of_state(state)

    def keeps_clock(self, running: str) -> bool:
        """A pause keeps the legal clock; whoever ends the application while it stands still ends the clock too."""
        return running in self.SAME_CLOCK

    # --- the applicant ---
    @transition(field=state, source=NEW, target=S.DRAFT)
    def draft(self, act):
        self.author = act.by.user
        self._waits(act)

    @transition(field=state, source=[S.DRAFT, S.RETURNED], target=S.SUBMITTED)
    def submit(self, act):
        self.submitted_by, self.submitted_at, self.waiting_since = act.by.user, act.at, None
        self.first_submitted_at = self.first_submitted_at or act.at
        self.round += 1
        self.escalated_at = self.apologised_at = self.promised_on = None

    @transition(field=state, source=S.CORRECTION, target=S.UNDER_REVIEW)
    def fixed(self, act):
        self.waiting_since, self.fix_by = None, None

    @transition(field=state, source=S.REFUSED, target=S.APPEAL)
    def appeal(self, act):
        self.appealed_at, self.ended_at = act.at, None

    @transition(field=state, source=BEFORE_DECISION, target=S.WITHDRAWN)
    def withdraw(self, act):
        self.ended_at = act.at

    # --- the officer ---
    @transition(field=state, source=[S.SUBMITTED, S.UNDER_REVIEW], target=S.RETURNED)
    def return_(self, act):
        """With one complete list of defects; the clock starts anew when they are answered."""
        self._waits(act)

    @transition(field=state, source=S.SUBMITTED, target=S.UNDER_REVIEW)
    def take(self, act):
        self.officer, self.taken_at = act.by.user, act.at

    @transition(field=state, source=S.UNDER_REVIEW, target=S.SITE_VISIT)
    def visit(self, act):
        """Team and day stand in the site visit."""

    @transition(field=state, source=[S.SITE_VISIT, S.UNDER_REVIEW, S.DECISION], target=S.CORRECTION)
    def require_fix(self, act):
        self.fix_by = act.data["fix_by"]
        self._waits(act)

    @transition(field=state, source=[S.UNDER_REVIEW, S.SITE_VISIT], target=S.DECISION)
    def recommend(self, act):
        self.recommendation, self.recommended_by, self.recommended_at = act.data["recommendation"], act.by.user, act.at

    # --- the head ---
    @transition(field=state, source=S.DECISION, target=S.APPROVED)
    def approve(self, act):
        self._decided(act)

    @transition(field=state, source=S.DECISION, target=S.CONDITIONAL)
    def conditional(self, act):
        self._decided(act)
        self.ended_at, self.conditions_by = None, act.data["conditions_by"]

    @transition(field=state, source=S.CONDITIONAL, target=S.APPROVED)
    def met(self, act):
        self.ended_at, self.conditions_by = act.at, None

    @transition(field=state, source=S.CONDITIONAL, target=S.REFUSED)
    def unmet(self, act):
        self._refused(act)

    @transition(field=state, source=S.DECISION, target=S.UNDER_REVIEW)
    def send_back(self, act):
        self.recommendation, self.recommended_by, self.recommended_at = "", None, None

    @transition(field=state, source=[S.UNDER_REVIEW, S.SITE_VISIT, S.CORRECTION, S.DECISION], target=S.REFUSED)
    def refuse(self, act):
        self._refused(act)

    @transition(field=state, source=S.APPEAL, target=S.REFUSED)
    def uphold(self, act):
        self.appeal_decided_by, self.ended_at = act.by.user, act.at

    @transition(field=state, source=S.APPEAL, target=S.UNDER_REVIEW)
    def overturn(self, act):
        """Another officer and another head look at it anew."""
        self.appeal_decided_by, self.former_officer = act.by.user, self.officer
        self.officer, self.decided_by, self.decided_at = act.data["officer"], None, None
        self.days_used, self.extended_days, self.escalated_at = None, 0, None
        self.recommendation, self.recommended_by, self.recommended_at = "", None, None

    # --- the clock ---
    @transition(field=state, source=[S.DRAFT, S.RETURNED, S.CORRECTION], target=S.LAPSED)
    def lapse(self, act):
        self.ended_at = act.at

    def _waits(self, act):
        self.waiting_since, self.reminded, self.reminded_at = act.at, 0, None

    def _decided(self, act):
        self.decided_by, self.decided_at, self.ended_at = act.by.user, act.at, act.at

    def _refused(self, act):
        self._decided(act)
        self.refused_by, self.waiting_since, self.fix_by, self.conditions_by = act.by.user, None, None, None
