"""Licence (giấy phép hoạt động), lifecycles.md (d). Renewal due, grace and expired follow from dates and are not
stored. Each transition touches its own row only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField, transition

from accreditation.enums import LIVING, LicenceState
from core.lifecycle.fsm import NEW, Lifecycle

L = LicenceState


class LicenceLifecycle(Lifecycle):
    state = FSMField(_("trạng thái"), default=NEW, choices=LicenceState.choices, protected=True)
    suspended_from = models.CharField(max_length=20, blank=True, default="", editable=False)
    revoked_from = models.CharField(max_length=20, blank=True, default="", editable=False)
    # The notice before a suspension, and what the facility says to it; empty again when it was decided upon.
    notice = models.CharField(_("điều kiện không còn bảo đảm"), max_length=500, blank=True)
    noticed_at = models.DateTimeField(_("thông báo lúc"), null=True)
    reply_by = models.DateTimeField(_("giải trình trước"), null=True)
    reply = models.TextField(_("giải trình của cơ sở"), blank=True)
    replied_at = models.DateTimeField(_("giải trình lúc"), null=True)
    reminded = models.PositiveSmallIntegerField(_("đã nhắc gia hạn trước (ngày)"), null=True, editable=False)
    mend_by = models.DateField(_("khắc phục trước ngày"), null=True)
    suspended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    limit_groups = models.JSONField(_("chỉ được nhận nhóm"), default=list, blank=True)
    limit_capacity = models.PositiveIntegerField(_("chỉ được nhận nhiều nhất"), null=True, blank=True)
    limit_reason = models.CharField(_("lý do thu hẹp"), max_length=500, blank=True)

    LOCK_FIRST = "facility"
    TERMINAL = frozenset({L.SURRENDERED, L.SUPERSEDED})

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=L.ISSUED)
    def issue(self, act):
        self.issued_by = act.by.user

    @transition(field=state, source=NEW, target=L.ACTIVE)
    def take_over(self, act):
        """A paper licence of before."""

    @transition(field=state, source=L.ISSUED, target=L.ACTIVE)
    def activate(self, act):
        """Its first day has come."""

    @transition(field=state, source=L.ACTIVE, target=L.RESTRICTED)
    def restrict(self, act):
        self.limit_groups, self.limit_capacity = sorted(act.data["limit_groups"]), act.data["limit_capacity"]
        self.limit_reason = act.data["limit_reason"]

    @transition(field=state, source=L.RESTRICTED, target=L.ACTIVE)
    def lift(self, act):
        self.limit_groups, self.limit_capacity, self.limit_reason = [], None, ""

    @transition(field=state, source=[L.ACTIVE, L.RESTRICTED], target=L.SUSPENDED)
    def suspend(self, act):
        self.suspended_from, self.suspended_at, self.mend_by = act.source, act.at, act.data["mend_by"]

    @transition(
        field=state, source=L.SUSPENDED,
        target=GET_STATE(lambda row, act: row.suspended_from, states=[L.ACTIVE, L.RESTRICTED]),
    )  # fmt: skip
    def reinstate(self, act):
        self.suspended_at, self.mend_by = None, None

    @transition(field=state, source=[L.ISSUED, *LIVING], target=L.REVOKED)
    def revoke(self, act):
        self.revoked_from, self.ended_at = act.source, act.at

    @transition(
        field=state, source=L.REVOKED,
        target=GET_STATE(lambda row, act: row.revoked_from, states=[L.ISSUED, *LIVING]),
    )  # fmt: skip
    def reverse(self, act):
        """The appeal was upheld: as if it had not been revoked."""
        self.ended_at = None

    @transition(field=state, source=LIVING, target=L.SURRENDERED)
    def surrender(self, act):
        self.ended_at = act.at

    @transition(field=state, source=[L.ACTIVE, L.RESTRICTED], target=L.SUPERSEDED)
    def supersede(self, act):
        self.ended_at = act.at
