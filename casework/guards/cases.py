"""Guards of the case machine (lifecycles.md a)."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import Contacted, WorkKind
from casework.models import Assessment, Case, Person, PlanAction, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.case import LIVE
from casework.states.plan import GOAL_OPEN, PRE_ACTIVE, PlanState
from core import hooks
from core.accounts.enums import Role
from core.clock import due, parameters
from core.errors import Reason
from core.lifecycle.actions import Act
from core.worklist.models import RiskLevel

Reasons = Iterable[Reason]


def no_other_live_case(case: Case, act: Act) -> Reasons:
    """One LIVE case per person and programme; the other one is named."""
    person = act.data.get("person") or (case.person if case.person_id else None)
    programme = act.data.get("programme") or case.programme
    if person is None:
        return
    if not act.asking:  # the person's row is the lock under which two registrations meet
        Person.objects.select_for_update(of=("self",)).filter(pk=person.pk).first()
    other = Case.objects.filter(person=person, programme=programme, state__in=LIVE).exclude(pk=case.pk).first()
    if other is not None:
        yield Reason(
            "other_live_case", _("Người này đang có hồ sơ %(number)s, chưa kết thúc.") % {"number": other.number},
            f"/ca/{other.pk}/",
        )  # fmt: skip


def person_alive(case: Case, act: Act) -> Reasons:
    person = act.data.get("person") or (case.person if case.person_id else None)
    if person is not None and person.deceased_on is not None:
        yield Reason("deceased", _("Người này đã mất ngày %(day)s.") % {"day": f"{person.deceased_on:%d/%m/%Y}"})


def duplicates_resolved(case: Case, act: Act) -> Reasons:
    """Screening looks again: somebody with the same identity number may have been registered meanwhile."""
    person = case.person
    if not person.id_index:
        return
    same = Person.objects.filter(id_index=person.id_index, merged_into__isnull=True).exclude(pk=person.pk)
    for other in same[:3]:
        yield Reason(
            "same_identity", _("Số giấy tờ trùng với %(name)s (sinh %(year)s). Kiểm tra lại.")
            % {"name": other, "year": other.birth_year or "?"}, f"/nguoi/{person.pk}/sua/",
        )  # fmt: skip


def locked_assessment(case: Case, act: Act) -> Reasons:
    if not Assessment.objects.filter(case=case, episode=case.episode, state=AssessmentState.LOCKED).exists():
        yield Reason("no_locked_assessment", _("Chưa có đánh giá đã khóa của đợt này."), f"/ca/{case.pk}/danh-gia/")


def high_risk_by_supervisor(case: Case, act: Act) -> Reasons:
    """High risk: the supervisor, not the worker alone, takes the case on to planning."""
    if case.risk in (RiskLevel.HIGH, RiskLevel.EMERGENCY) and not act.by.has(Role.SUPERVISOR):
        yield Reason("needs_supervisor", _("Nguy cơ cao: kiểm huấn viên chuyển ca sang lập kế hoạch."))


def emergency_reviewer_is_another(case: Case, act: Act) -> Reasons:
    if case.emergency_opened_by_id == act.by.id:
        yield Reason("own_emergency", _("Người mở khẩn cấp không tự xem lại được."))


def closer_is_another(case: Case, act: Act) -> Reasons:
    if case.worker_id == act.by.id:
        yield Reason("own_closure", _("Người phụ trách không tự duyệt kết thúc được."))


def agreed_plan(case: Case, act: Act) -> Reasons:
    if not ServicePlan.objects.filter(case=case, kind="service", state=PlanState.ACTIVE).exists():
        yield Reason("no_agreed_plan", _("Chưa có kế hoạch đã được đồng ý."), f"/ca/{case.pk}/ke-hoach/")


def nothing_runs_elsewhere(case: Case, act: Act) -> Reasons:
    """`refer` is for when no provider works on the plan any more."""
    yield from hooks.ask("case.running_referrals", case)


def provider_there(case: Case, act: Act) -> Reasons:
    """Somebody accepted, or the plan holds services of the unit's own or the family's."""
    rows = PlanAction.objects.filter(goal__plan__case=case, goal__plan__state=PlanState.ACTIVE)
    begun = rows.filter(status__in=[PlanAction.Status.RUNNING, PlanAction.Status.DONE]).exists()
    if not begun and not rows.exclude(provider="other").exists() and not hooks.ask("case.running_referrals", case):
        yield Reason("no_provider", _("Chưa nơi nào nhận, và kế hoạch chưa có việc nào đơn vị tự làm."))


def plan_in_preparation_absent(case: Case, act: Act) -> Reasons:
    plan = ServicePlan.objects.filter(case=case, state__in=PRE_ACTIVE).first()
    if plan is not None:
        yield Reason(
            "plan_in_preparation", _("Đang có kế hoạch bản %(number)s chưa xong.") % {"number": plan.number},
            f"/ca/{case.pk}/ke-hoach/",
        )  # fmt: skip


def long_hold_by_supervisor(case: Case, act: Act) -> Reasons:
    """A hold longer than the parameter needs the supervisor (lifecycles.md: "SW; SV > 30 d")."""
    until = act.data.get("resume_by")
    limit = parameters.calendar_days("due.hold_supervisor")
    if until and until > timezone.localdate() + timedelta(days=limit) and not act.by.has(Role.SUPERVISOR):
        yield Reason(
            "needs_supervisor", _("Tạm dừng quá %(days)d ngày: do kiểm huấn viên quyết định.") % {"days": limit}
        )


def closure_ready(case: Case, act: Act) -> Reasons:
    """What must be settled before a closure is asked for: goals judged, nothing open elsewhere, the client told."""
    yield from goals_judged(case, act)
    yield from hooks.ask("case.blockers", case)
    if not act.asking and not act.data.get("client_told_on") and getattr(act.data.get("reason"), "code", "") != "e":
        yield Reason("client_not_told", _("Chưa ghi ngày báo cho người được trợ giúp."))
    code = getattr(act.data.get("reason"), "code", "")
    if code == "e":
        yield from lost_contact(case)


def goals_judged(case: Case, act: Act) -> Reasons:
    plan = ServicePlan.objects.filter(case=case, kind="service", state=PlanState.ACTIVE).first()
    if plan is None:
        return
    for goal in plan.goals.filter(state__in=GOAL_OPEN):
        yield Reason(
            "goal_not_judged", _("Mục tiêu “%(goal)s” chưa được đánh giá kết quả.") % {"goal": goal.text},
            f"/ca/{case.pk}/ke-hoach/#goal-{goal.pk}",
        )  # fmt: skip


def lost_contact(case: Case) -> Reasons:
    """NĐ 335/2026/NĐ-CP Đ.26 e: no contact for a month; the centre tries three times and visits once."""
    months, tries = parameters.months("due.lost_contact"), parameters.held("closure.contact_tries").value
    since = timezone.now() - timedelta(days=30 * months)
    reached = case.entries.filter(contacted=Contacted.REACHED, at__gt=since, corrected_by__isnull=True)
    if reached.exists():
        yield Reason("was_reached", _("Trong tháng qua vẫn liên lạc được, chưa đủ căn cứ điểm e."))
        return
    failed = case.entries.filter(contacted=Contacted.NOT_REACHED, corrected_by__isnull=True)
    if failed.count() < tries:
        yield Reason(
            "contact_tries", _("Mới ghi %(got)d lần không liên lạc được, cần %(need)d lần.")
            % {"got": failed.count(), "need": tries}, f"/ca/{case.pk}/#ghi-viec",
        )  # fmt: skip
    if not failed.filter(kind=WorkKind.VISIT).exists():
        yield Reason("no_visit", _("Chưa đến nhà lần nào mà không gặp."), f"/ca/{case.pk}/#ghi-viec")


def closable(case: Case, act: Act) -> Reasons:
    """Nothing open at the moment of closing, and a code of Đ.26."""
    yield from goals_judged(case, act)
    yield from hooks.ask("case.blockers", case)
    if not case.closure_reason:
        yield Reason("no_closure_code", _("Chưa có mã lý do dừng trợ giúp."))


def within_reopen_window(case: Case, act: Act) -> Reasons:
    """Older than the window: a new linked case instead (lifecycles.md `reopen`)."""
    if case.person.deceased_on is not None or case.closure_reason == "h":
        yield Reason("deceased", _("Hồ sơ kết thúc vì người được trợ giúp mất hoặc mất tích, không mở lại."))
    window = parameters.months("due.reopen_window")
    if case.closed_at is None:
        return
    limit = due.add_months(timezone.localtime(case.closed_at).date(), window)
    if timezone.localdate() > limit:
        yield Reason(
            "too_old",
            _("Đã kết thúc quá %(months)d tháng: tiếp nhận mới, hồ sơ cũ được nối vào.") % {"months": window},
            f"/tiep-nhan/?person={case.person_id}",
        )  # fmt: skip


def safety_plan_wanted(case: Case, act: Act) -> Reasons:
    if case.state not in ("active", "referral"):
        yield Reason("wrong_state", _("Kế hoạch an toàn chỉ lập khi ca đang thực hiện."))


def follow_up_open(case: Case, act: Act) -> Reasons:
    if not case.follow_ups.filter(done_on__isnull=True).exists():
        yield Reason("no_follow_up", _("Không còn lần theo dõi nào sau kết thúc."))
