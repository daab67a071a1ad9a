"""Service plan (kế hoạch trợ giúp), lifecycles.md (e), and its goals."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from core.lifecycle.fsm import NEW, Lifecycle


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Nháp")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    APPROVED = "approved", _("Đã duyệt, chờ đồng ý")
    ACTIVE = "active", _("Đang thực hiện")
    COMPLETED = "completed", _("Đã hoàn thành")
    SUPERSEDED = "superseded", _("Đã có bản mới")
    CANCELLED = "cancelled", _("Đã hủy")


P = PlanState
PRE_ACTIVE = [P.DRAFT, P.SUBMITTED, P.RETURNED, P.APPROVED]
EDITABLE = [P.DRAFT, P.RETURNED]


class PlanLifecycle(Lifecycle):
    state = FSMField(_("trạng thái"), default=NEW, choices=PlanState.choices, protected=True)
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    active_from = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    LOCK_FIRST = ROOT = "case"
    TERMINAL = frozenset({P.COMPLETED, P.SUPERSEDED, P.CANCELLED})

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=P.DRAFT)
    def draft(self, act):
        self.author = act.by.user

    @transition(field=state, source=NEW, target=P.DRAFT)
    def revise(self, act):
        """While another version is in force; its open goals are copied."""
        self.author = act.by.user

    @transition(field=state, source=NEW, target=P.ACTIVE)
    def safety_plan(self, act):
        self.author, self.active_from = act.by.user, act.at

    @transition(field=state, source=EDITABLE, target=P.SUBMITTED)
    def submit(self, act):
        self.submitted_by, self.submitted_at = act.by.user, act.at

    @transition(field=state, source=P.SUBMITTED, target=P.RETURNED)
    def return_(self, act):
        """With comments per goal."""

    @transition(field=state, source=P.SUBMITTED, target=P.DRAFT)
    def recall(self, act):
        """Its author takes it back."""

    @transition(field=state, source=P.SUBMITTED, target=P.APPROVED)
    def approve(self, act):
        self.approved_by, self.approved_at = act.by.user, act.at

    @transition(field=state, source=P.APPROVED, target=P.ACTIVE)
    def agree(self, act):
        self.active_from = act.at
        self.signature, self.signed_on = act.data["signature"], act.data["signed_on"]

    @transition(field=state, source=P.APPROVED, target=P.RETURNED)
    def not_agreed(self, act):
        self.approved_by = self.approved_at = None

    @transition(field=state, source=P.ACTIVE, target=P.COMPLETED)
    def complete(self, act):
        self.ended_at = act.at

    @transition(field=state, source=P.ACTIVE, target=P.SUPERSEDED)
    def supersede(self, act):
        self.ended_at = act.at

    @transition(field=state, source=[*PRE_ACTIVE, P.ACTIVE], target=P.CANCELLED)
    def cancel(self, act):
        self.ended_at = act.at


class GoalState(models.TextChoices):
    PLANNED = "planned", _("Chưa bắt đầu")
    IN_PROGRESS = "in_progress", _("Đang thực hiện")
    ACHIEVED = "achieved", _("Đạt")
    PARTLY = "partly", _("Đạt một phần")
    NOT_ACHIEVED = "not_achieved", _("Không đạt")
    DROPPED = "dropped", _("Bỏ")


G = GoalState
GOAL_OPEN = [G.PLANNED, G.IN_PROGRESS]


class GoalLifecycle(Lifecycle):
    state = FSMField(_("kết quả"), default=NEW, choices=GoalState.choices, protected=True)
    judged_at = models.DateTimeField(null=True)

    TERMINAL = frozenset({G.ACHIEVED, G.PARTLY, G.NOT_ACHIEVED, G.DROPPED})

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=G.PLANNED)
    def add(self, act):
        """A goal is written into a plan."""

    @transition(field=state, source=G.PLANNED, target=G.IN_PROGRESS)
    def begin(self, act):
        """Work on it has begun."""

    @transition(field=state, source=GOAL_OPEN, target=G.ACHIEVED)
    def achieve(self, act):
        self.judged_at = act.at

    @transition(field=state, source=GOAL_OPEN, target=G.PARTLY)
    def achieve_partly(self, act):
        self.judged_at = act.at

    @transition(field=state, source=GOAL_OPEN, target=G.NOT_ACHIEVED)
    def not_achieve(self, act):
        self.judged_at = act.at

    @transition(field=state, source=GOAL_OPEN, target=G.DROPPED)
    def drop(self, act):
        self.judged_at = act.at
