"""Two-person actions, and the keys by which a repeated request is known."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from core.accounts.enums import Role
from core.clock.models import Clock
from core.ids import new_id
from core.lifecycle.fsm import NEW, Lifecycle
from core.sealed import SealedTextField


class ProposalState(models.TextChoices):
    OPEN = "open", _("Chờ xác nhận")
    CONFIRMED = "confirmed", _("Đã xác nhận")
    REFUSED = "refused", _("Bị từ chối")
    LAPSED = "lapsed", _("Hết hạn")


class Proposal(Lifecycle, Clock):
    """An action that one person proposes and another confirms. `payload` is what the action's form was given, sealed
    because it may name people; until it is confirmed nothing of it has happened."""

    state = FSMField(default=NEW, choices=ProposalState.choices, protected=True)
    model = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    subject_version = models.PositiveIntegerField(default=0)
    # The record under which a new one is to be made; empty for what has no parent and for what is there already.
    parent_model = models.CharField(max_length=60, blank=True)
    parent_id = models.UUIDField(null=True)
    action = models.CharField(max_length=40)
    payload = SealedTextField(kind="narrative")
    summary = SealedTextField(kind="narrative")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    result_id = models.UUIDField(null=True)

    CLOCKS = {ProposalState.OPEN: "due.proposal"}
    TERMINAL = frozenset({ProposalState.CONFIRMED, ProposalState.REFUSED, ProposalState.LAPSED})

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="two_different_persons"
            ),
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state"),
            models.CheckConstraint(
                condition=Q(parent_model="", parent_id__isnull=True)
                | (~Q(parent_model="") & Q(parent_id__isnull=False)),
                name="proposal_parent_is_whole",
            ),
            models.UniqueConstraint(
                fields=["model", "subject_id", "action"], condition=Q(state="open"), name="one_open_proposal"
            ),
        ]
        indexes = [models.Index(fields=["unit", "role", "state"])]

    @transition(field=state, source=NEW, target=ProposalState.OPEN)
    def propose(self, act):
        """Somebody asks another person to let an action happen."""

    @transition(field=state, source=ProposalState.OPEN, target=ProposalState.CONFIRMED)
    def confirm(self, act):
        self.decided_by = act.by.user

    @transition(field=state, source=ProposalState.OPEN, target=ProposalState.REFUSED)
    def refuse(self, act):
        self.decided_by = act.by.user

    @transition(field=state, source=ProposalState.OPEN, target=ProposalState.LAPSED)
    def lapse(self, act):
        """Nobody answered in time."""

    def __str__(self) -> str:
        return f"{self.model}.{self.action}"


class IdempotencyKey(models.Model):
    """A request that was carried out, and what it answered; kept 72 hours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_use_of_a_key")]

    def __str__(self) -> str:
        return self.key
