"""The case (hồ sơ đối tượng), lifecycles.md (a). Each transition touches its own row only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, RETURN_VALUE, FSMField, transition

from casework.enums import Track
from core.clock import due
from core.clock.models import Clock
from core.lifecycle.fsm import NEW, Lifecycle, because
from core.worklist.models import RiskLevel


class CaseState(models.TextChoices):
    INTAKE = "intake", _("Chờ sàng lọc")
    WAITLISTED = "waitlisted", _("Chờ xếp người, xếp chỗ")
    ASSESSMENT = "assessment", _("Đang đánh giá")
    PLANNING = "planning", _("Đang lập kế hoạch")
    REFERRAL = "referral", _("Chờ nơi nhận")
    ACTIVE = "active", _("Đang thực hiện")
    ON_HOLD = "on_hold", _("Tạm dừng")
    CLOSURE_REVIEW = "closure_review", _("Chờ duyệt kết thúc")
    CLOSED = "closed", _("Đã kết thúc")
    SCREENED_OUT = "screened_out", _("Không tiếp nhận")
    MERGED = "merged", _("Đã gộp")
    VOID = "void", _("Nhập nhầm")


S = CaseState
OPEN = [S.ASSESSMENT, S.PLANNING, S.REFERRAL, S.ACTIVE, S.ON_HOLD]
LIVE = [S.INTAKE, S.WAITLISTED, *OPEN, S.CLOSURE_REVIEW]
RUNNING = [S.ASSESSMENT, S.PLANNING, S.REFERRAL, S.ACTIVE]

# On screen: the law's five steps in the words of the centre.
STAGES: list[tuple[Any, list[CaseState]]] = [
    (_("Tiếp nhận"), [S.INTAKE, S.WAITLISTED]),
    (_("Đánh giá"), [S.ASSESSMENT]),
    (_("Lập kế hoạch"), [S.PLANNING]),
    (_("Chuyển tuyến và thực hiện"), [S.REFERRAL, S.ACTIVE, S.ON_HOLD]),
    (_("Kết thúc"), [S.CLOSURE_REVIEW, S.CLOSED]),
]


@because("no_worker", _("Chưa giao người phụ trách ca."))
def has_worker(case: Any) -> bool:
    return case.worker_id is not None


@because("no_risk", _("Chưa ghi mức nguy cơ."), "danh-gia")
def has_risk(case: Any) -> bool:
    return bool(case.risk)


@because("no_handover", _("Không có bàn giao nào đang chờ nhận."))
def handover_pending(case: Any) -> bool:
    return case.handover_to_id is not None


@because("handover_pending", _("Ca đang chờ người mới nhận bàn giao."))
def no_handover_pending(case: Any) -> bool:
    return case.handover_to_id is None


@because("not_emergency", _("Ca không ở diện khẩn cấp."))
def is_emergency(case: Any) -> bool:
    return case.track == Track.EMERGENCY


@because("already_reviewed", _("Việc mở khẩn cấp đã được kiểm huấn viên xem."))
def emergency_unreviewed(case: Any) -> bool:
    return case.emergency_reviewed_at is None


class CaseLifecycle(Lifecycle, Clock):
    """Columns that the transitions of a case read and set; the rest of the file stands in `casework.models.case`."""

    state = FSMField(_("trạng thái"), default=NEW, choices=CaseState.choices, protected=True)
    track = models.CharField(_("diện"), max_length=10, choices=Track.choices, default=Track.STANDARD)
    held_from = models.CharField(max_length=20, blank=True, default="", editable=False)
    review_from = models.CharField(max_length=20, blank=True, default="", editable=False)
    risk = models.CharField(_("nguy cơ"), max_length=10, choices=RiskLevel.choices, blank=True, default="")
    episode = models.PositiveSmallIntegerField(_("đợt"), default=1)
    opened_at = models.DateTimeField(_("mở lúc"), null=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    resume_by = models.DateField(_("tiếp tục trước ngày"), null=True, blank=True)
    hold_reason = models.CharField(max_length=20, blank=True, default="")
    closure_reason = models.CharField(_("lý do kết thúc"), max_length=10, blank=True, default="")
    emergency_reviewed_at = models.DateTimeField(null=True)
    stage_since = models.DateTimeField(null=True)

    CLOCKS = {
        S.INTAKE: "due.intake",
        S.ASSESSMENT: "due.assessment",
        S.PLANNING: "due.planning",
        S.REFERRAL: "due.referral",
        S.CLOSURE_REVIEW: "due.closure_review",
    }
    PAUSES = frozenset({S.ON_HOLD})
    TERMINAL = frozenset({S.CLOSED, S.SCREENED_OUT, S.MERGED, S.VOID})

    class Meta:
        abstract = True

    def keeps_clock(self, running: str) -> bool:
        """A hold keeps the clock of the state it was entered from, not that of a closure asked for meanwhile."""
        return running == self.held_from

    # --- intake ---
    @transition(field=state, source=NEW, target=S.INTAKE)
    def register(self, act):
        self.opened_at = act.effective_at or act.at

    @transition(field=state, source=NEW, target=S.ACTIVE)
    def take_over(self, act):
        self.opened_at = act.data["opened_at"]

    @transition(field=state, source=S.INTAKE, target=S.ASSESSMENT)
    def screen_in(self, act):
        self.worker, self.group, self.owner_unit = act.data["worker"], act.data["group"], act.data["owner_unit"]

    @transition(field=state, source=S.INTAKE, target=S.INTAKE)
    def ask_more(self, act):
        due.pause(self, act.at)

    @transition(field=state, source=[S.INTAKE, S.WAITLISTED], target=S.SCREENED_OUT)
    def screen_out(self, act):
        self.closed_at, self.closure_reason = act.at, ""
        self._drop_handover()

    @transition(field=state, source=S.SCREENED_OUT, target=S.INTAKE)
    def reconsider(self, act):
        self.closed_at = None

    @transition(field=state, source=S.INTAKE, target=S.VOID)
    def void(self, act):
        self.closed_at = act.at
        self._drop_handover()

    # --- emergency ---
    @transition(field=state, source=[NEW, S.INTAKE, S.WAITLISTED, S.ASSESSMENT, S.PLANNING], target=S.ACTIVE)
    def emergency_open(self, act):
        self.opened_at = self.opened_at or act.effective_at or act.at
        self._emergency(act)

    @transition(field=state, source=[S.REFERRAL, S.ACTIVE, S.ON_HOLD], target=S.ACTIVE)
    def raise_emergency(self, act):
        self.hold_reason, self.resume_by = "", None
        self._emergency(act)

    def _emergency(self, act):
        self.track, self.risk, self.emergency_reviewed_at = Track.EMERGENCY, RiskLevel.EMERGENCY, None
        self.emergency_opened_by = act.by.user

    @transition(
        field=state,
        source=S.ACTIVE,
        target=RETURN_VALUE(S.ACTIVE, S.ASSESSMENT),
        conditions=[is_emergency, emergency_unreviewed],
    )
    def review_emergency(self, act):
        self.emergency_reviewed_at = act.at
        if act.data["confirmed"]:
            return S.ACTIVE
        self.track = Track.STANDARD
        return S.ASSESSMENT

    # --- assessment and planning ---
    @transition(field=state, source=S.ASSESSMENT, target=S.PLANNING, conditions=[has_worker, has_risk])
    def assess_done(self, act):
        """The locked assessment of this episode is a guard; its risk was copied when it was locked."""

    @transition(field=state, source=S.PLANNING, target=S.ASSESSMENT)
    def return_(self, act):
        """Back to the worker, with a comment per item."""

    @transition(field=state, source=S.PLANNING, target=RETURN_VALUE(S.REFERRAL, S.ACTIVE))
    def start(self, act):
        return S.REFERRAL if act.data["waits_for_provider"] else S.ACTIVE

    @transition(field=state, source=S.REFERRAL, target=S.PLANNING)
    def replan(self, act):
        """Nobody can take it: a new plan is drawn."""

    # --- referral and services ---
    @transition(field=state, source=S.REFERRAL, target=S.ACTIVE)
    def placed(self, act):
        """A provider accepted, or own services begin."""

    @transition(field=state, source=S.ACTIVE, target=S.REFERRAL)
    def refer(self, act):
        """The provider was lost, or a new need has none."""

    @transition(field=state, source=S.REFERRAL, target=S.REFERRAL)
    @transition(field=state, source=S.ACTIVE, target=S.ACTIVE)
    def review(self, act):
        self.review_due = act.data.get("next_review")

    @transition(field=state, source=RUNNING, target=S.ON_HOLD, conditions=[no_handover_pending])
    def hold(self, act):
        self.held_from, self.hold_reason, self.resume_by = act.source, act.data["reason"], act.data["resume_by"]

    @transition(field=state, source=S.ON_HOLD, target=GET_STATE(lambda case, act: case.held_from, states=RUNNING))
    def resume(self, act):
        self.hold_reason, self.resume_by = "", None

    # --- closure ---
    @transition(field=state, source=[*OPEN, S.WAITLISTED], target=S.CLOSURE_REVIEW, conditions=[no_handover_pending])
    def request_close(self, act):
        self.review_from = act.source
        self.closure_reason = act.data["reason"].code

    @transition(
        field=state,
        source=S.CLOSURE_REVIEW,
        target=GET_STATE(lambda case, act: case.review_from, states=[*OPEN, S.WAITLISTED]),
    )
    def return_close(self, act):
        self.closure_reason = ""

    @transition(field=state, source=S.CLOSURE_REVIEW, target=S.CLOSED)
    def close(self, act):
        self.closed_at = act.at
        self._drop_handover()

    @transition(field=state, source=S.CLOSED, target=S.CLOSED)
    def follow_up(self, act):
        """A visit or call after the closure is recorded."""

    @transition(field=state, source=S.CLOSED, target=S.ASSESSMENT)
    def reopen(self, act):
        self.closed_at, self.closure_reason = None, ""
        self.episode += 1
        self.track = Track.STANDARD

    # --- whose case ---
    @transition(field=state, source=LIVE, target=None, conditions=[no_handover_pending])
    def reassign(self, act):
        self.handover_to, self.handover_from, self.handover_at = act.data["worker"], self.worker, act.at
        self.worker = act.by.user

    @transition(field=state, source=LIVE, target=None, conditions=[handover_pending])
    def accept_handover(self, act):
        self.worker = self.handover_to
        self.handover_to = self.handover_from = self.handover_at = None

    @transition(field=state, source=LIVE, target=None, conditions=[handover_pending])
    def decline_handover(self, act):
        self.handover_to = None

    def _drop_handover(self):
        """A file that ends takes a pending handover with it."""
        self.handover_to = self.handover_from = self.handover_at = None
