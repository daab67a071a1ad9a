"""Referral (chuyển tuyến), lifecycles.md (b). Each transition touches its own row only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from core.clock.models import Clock
from core.lifecycle.fsm import NEW, Lifecycle, because
from referrals.enums import (
    ANSWERED,
    OPEN,
    WITH_RECEIVER,
    ConsentBasis,
    Outcome,
    ReferralKind,
    ReferralState,
)  # fmt: skip

R = ReferralState


@because("statutory", _("Việc chia sẻ này theo luật định, không dựa trên sự đồng ý."))
def by_consent(referral: Any) -> bool:
    return referral.basis == ConsentBasis.CONSENT


class ReferralLifecycle(Lifecycle, Clock):
    """Columns that the transitions read and set; the rest stands in `referrals.models`."""

    state = FSMField(_("trạng thái"), default=NEW, choices=ReferralState.choices, protected=True)
    kind = models.CharField(_("loại"), max_length=10, choices=ReferralKind.choices, default=ReferralKind.SERVICE)
    basis = models.CharField(_("căn cứ chia sẻ"), max_length=10, choices=ConsentBasis.choices, blank=True, default="")
    sent_at = models.DateTimeField(_("gửi lúc"), null=True)
    approved_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(_("nhận lúc"), null=True)
    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    completed_at = models.DateTimeField(_("xong lúc"), null=True)
    ended_at = models.DateTimeField(null=True)
    decline_code = models.CharField(_("vì sao từ chối"), max_length=20, blank=True, default="")
    outcome = models.CharField(_("kết quả"), max_length=20, choices=Outcome.choices, blank=True, default="")
    next_step = models.CharField(_("việc tiếp theo"), max_length=20, blank=True, default="")

    LOCK_FIRST = ROOT = "case"
    # Every state but the last two has a due date (invariant `state_has_due_date`). The emergency's hours stand in
    # services/clock.py, because they depend on the row.
    CLOCKS = {
        R.DRAFT: "due.referral",
        R.PENDING_APPROVAL: "due.referral_answer",
        R.SENT: "due.referral_answer",
        R.WAITLISTED: "due.waitlist_contact",
        R.ACCEPTED: "due.referral_answer",
        R.IN_SERVICE: "review.after",
        R.COMPLETED: "due.referral",
        R.DECLINED: "due.referral",
        R.EXPIRED: "due.referral",
    }
    PAUSES = frozenset({R.INFO_REQUESTED})
    TERMINAL = frozenset({R.CLOSED, R.WITHDRAWN})

    class Meta:
        abstract = True

    # --- the sender ---
    @transition(field=state, source=NEW, target=R.DRAFT)
    def draft(self, act):
        self.author = act.by.user

    @transition(field=state, source=R.DRAFT, target=RETURN_VALUE(R.SENT, R.PENDING_APPROVAL))
    def send(self, act):
        self.sent_by, self.approved_by, self.approved_at = act.by.user, None, None
        if act.data["needs_approval"]:
            return R.PENDING_APPROVAL
        self.sent_at = act.at
        return R.SENT

    @transition(field=state, source=R.PENDING_APPROVAL, target=R.SENT)
    def approve(self, act):
        self.approved_by, self.approved_at, self.sent_at = act.by.user, act.at, act.at

    @transition(field=state, source=R.PENDING_APPROVAL, target=R.DRAFT)
    def return_(self, act):
        """With what is to be mended; the packet is frozen anew when it is sent again."""
        self.packet = ""

    # --- question and answer ---
    @transition(field=state, source=R.SENT, target=R.INFO_REQUESTED)
    def ask(self, act):
        self.question, self.answer_text = act.note, ""

    @transition(field=state, source=R.INFO_REQUESTED, target=R.SENT)
    def answer(self, act):
        self.answer_text = act.note

    # --- the receiver ---
    @transition(field=state, source=WITH_RECEIVER, target=R.ACCEPTED)
    def accept(self, act):
        self.accepted_by, self.accepted_at = act.by.user, act.at

    @transition(field=state, source=[*WITH_RECEIVER, R.ACCEPTED], target=R.DECLINED)
    def decline(self, act):
        self.decline_code = act.reason

    @transition(field=state, source=R.ACCEPTED, target=R.IN_SERVICE)
    def start(self, act):
        self.started_at = act.effective_at or act.at

    @transition(field=state, source=R.IN_SERVICE, target=R.COMPLETED)
    def complete(self, act):
        self.completed_at, self.outcome, self.outcome_note = act.at, act.data["outcome"], act.note

    @transition(field=state, source=R.IN_SERVICE, target=R.COMPLETED)
    def drop_out(self, act):
        self.completed_at, self.outcome, self.outcome_note = act.at, Outcome.PARTIAL, act.note

    # --- the ends ---
    @transition(field=state, source=ANSWERED, target=R.CLOSED)
    def close(self, act):
        self.next_step, self.ended_at = act.data["next_step"], act.at

    @transition(field=state, source=OPEN, target=R.WITHDRAWN)
    def withdraw(self, act):
        self.ended_at = act.at

    @transition(field=state, source=OPEN, target=R.WITHDRAWN, conditions=[by_consent])
    def consent_revoked(self, act):
        self.ended_at = act.at

    @transition(field=state, source=[*WITH_RECEIVER, R.ACCEPTED], target=R.EXPIRED)
    def expire(self, act):
        """Nobody answered, or nobody began, in time."""
