"""Guards of the case machine (lifecycles.md a)."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Assessment, Case, Person, PlanAction, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.case import LIVE
from casework.states.plan import PRE_ACTIVE, PlanState
from core import hooks
from core.accounts.enums import Role
from core.clock import parameters
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


def safety_plan_wanted(case: Case, act: Act) -> Reasons:
    if case.state not in ("active", "referral"):
        yield Reason("wrong_state", _("Kế hoạch an toàn chỉ lập khi ca đang thực hiện."))
