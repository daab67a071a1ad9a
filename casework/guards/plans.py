"""Guards of the plan machine (lifecycles.md e) and of assessments."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from casework.enums import Domain, PlanKind, Signature, WorkKind
from casework.models import Assessment, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.case import OPEN
from casework.states.plan import GOAL_OPEN, PRE_ACTIVE, PlanState
from core.accounts.enums import Role
from core.clock import parameters
from core.errors import Reason
from core.lifecycle.actions import Act
from core.worklist.models import RiskLevel, WorkItem

Reasons = Iterable[Reason]


def case_open(record: "Assessment | ServicePlan", act: Act) -> Reasons:
    if record.case.state not in OPEN:
        yield Reason("case_not_open", _("Ca đang ở bước “%(state)s”.") % {"state": record.case.get_state_display()})


def no_draft_assessment(assessment: Assessment, act: Act) -> Reasons:
    if Assessment.objects.filter(case=assessment.case, state=AssessmentState.DRAFT).exists():
        yield Reason("draft_exists", _("Đang có bản đánh giá chưa khóa."), f"/ca/{assessment.case_id}/danh-gia/")


def own_assessment(assessment: Assessment, act: Act) -> Reasons:
    if assessment.author_id != act.by.id:
        yield Reason("not_author", _("Người ghi đánh giá mới khóa được."))


def tool_complete(assessment: Assessment, act: Act) -> Reasons:
    """Every item of the tool answered, every one of the nine domains judged."""
    missing = [item for item in assessment.tool.items() if item["code"] not in assessment.answers]
    if missing:
        yield Reason(
            "items_missing", _("Còn %(count)d câu chưa trả lời, câu đầu: “%(first)s”.")
            % {"count": len(missing), "first": missing[0]["text"]},
            f"/danh-gia/{assessment.pk}/#item_{missing[0]['code']}",
        )  # fmt: skip
    judged = {finding.domain for finding in assessment.findings.all() if finding.severity is not None}
    unjudged = [domain for domain in Domain if domain not in judged]
    if unjudged:
        yield Reason(
            "domains_missing", _("Còn %(count)d lĩnh vực chưa chọn mức độ: %(names)s.")
            % {"count": len(unjudged), "names": ", ".join(str(domain.label) for domain in unjudged[:3])},
            f"/danh-gia/{assessment.pk}/#{unjudged[0].value}",
        )  # fmt: skip


def no_plan_in_preparation(plan: ServicePlan, act: Act) -> Reasons:
    other = ServicePlan.objects.filter(case=plan.case, state__in=PRE_ACTIVE).exclude(pk=plan.pk).first()
    if other is not None:
        yield Reason(
            "plan_in_preparation", _("Đang có kế hoạch bản %(number)s chưa xong.") % {"number": other.number},
            f"/ke-hoach/{other.pk}/",
        )  # fmt: skip


def active_plan_there(plan: ServicePlan, act: Act) -> Reasons:
    if (
        plan.revises is None
        and not ServicePlan.objects.filter(case=plan.case, kind=PlanKind.SERVICE, state=PlanState.ACTIVE).exists()
    ):
        yield Reason("no_active_plan", _("Chưa có kế hoạch đang thực hiện để lập bản mới."))


def locked_assessment(plan: ServicePlan, act: Act) -> Reasons:
    if not Assessment.objects.filter(case=plan.case, episode=plan.case.episode, state=AssessmentState.LOCKED).exists():
        yield Reason(
            "no_locked_assessment", _("Chưa có đánh giá đã khóa của đợt này."), f"/ca/{plan.case_id}/danh-gia/"
        )


def goals_complete(plan: ServicePlan, act: Act) -> Reasons:
    """At least one goal, each with action, who, when and measure (lifecycles.md `submit`)."""
    goals = list(plan.goals.filter(state__in=GOAL_OPEN).prefetch_related("actions"))
    if len(goals) < parameters.held("plan.goals_min").value:
        yield Reason("no_goal", _("Chưa có mục tiêu nào."), f"/ke-hoach/{plan.pk}/#muc-tieu")
    for number, goal in enumerate(goals, 1):
        fix = f"/ke-hoach/{plan.pk}/#goal-{goal.pk}"
        values = {"number": number, "goal": goal.text}
        if not goal.measure:
            yield Reason("no_measure", _("Mục tiêu %(number)s “%(goal)s” chưa có thước đo kết quả.") % values, fix)
        if goal.due_on is None:
            yield Reason("no_due", _("Mục tiêu %(number)s “%(goal)s” chưa có hạn.") % values, fix)
        actions = list(goal.actions.all())
        if not actions:
            yield Reason("no_action", _("Mục tiêu %(number)s “%(goal)s” chưa có việc làm.") % values, fix)
        if any(not action.who for action in actions):
            yield Reason("no_who", _("Mục tiêu %(number)s “%(goal)s” có việc chưa ghi ai làm.") % values, fix)
        if any(action.ends_on is None for action in actions):
            yield Reason("no_when", _("Mục tiêu %(number)s “%(goal)s” có việc chưa ghi làm đến khi nào.") % values, fix)


def client_view_noted(plan: ServicePlan, act: Act) -> Reasons:
    if not plan.client_view:
        yield Reason(
            "no_client_view", _("Chưa ghi ý kiến của người được trợ giúp về kế hoạch."), f"/ke-hoach/{plan.pk}/#y-kien"
        )


def comments_answered(plan: ServicePlan, act: Act) -> Reasons:
    open_ones = plan.comments.filter(answered_at__isnull=True).count()
    if open_ones:
        yield Reason(
            "comments_open",
            _("Còn %(count)d góp ý chưa trả lời.") % {"count": open_ones},
            f"/ke-hoach/{plan.pk}/#gop-y",
        )


def approver_is_another(plan: ServicePlan, act: Act) -> Reasons:
    if act.by.id in (plan.author_id, plan.submitted_by_id):
        yield Reason("own_plan", _("Người lập, người trình không tự duyệt kế hoạch."))


def conference_held(plan: ServicePlan, act: Act) -> Reasons:
    """A child or high risk: the case conference is on record before the approval."""
    case = plan.case
    if not (case.is_child or case.risk in (RiskLevel.HIGH, RiskLevel.EMERGENCY)):
        return
    since = plan.created_at if plan.revises_id else (case.opened_at or plan.created_at)
    if not case.entries.filter(kind=WorkKind.CONFERENCE, at__gte=since, corrected_by__isnull=True).exists():
        yield Reason("no_conference", _("Trẻ em hoặc nguy cơ cao: chưa ghi họp ca."), f"/ca/{case.pk}/#ghi-viec")


def case_takes_plan(plan: ServicePlan, act: Act) -> Reasons:
    if plan.case.state not in ("planning", "referral", "active"):
        yield Reason(
            "case_not_ready", _("Ca đang ở bước “%(state)s”.") % {"state": plan.case.get_state_display()},
            f"/ca/{plan.case_id}/",
        )  # fmt: skip


def signature_or_override(plan: ServicePlan, act: Act) -> Reasons:
    """Without a signature only a supervisor's override for safety lets the plan run."""
    if act.data.get("signature") == Signature.OVERRIDE and not act.by.has(Role.SUPERVISOR):
        yield Reason("needs_supervisor", _("Chưa có chữ ký: do kiểm huấn viên quyết định vì an toàn."))


def emergency_track(plan: ServicePlan, act: Act) -> Reasons:
    if plan.case.track != "emergency":
        yield Reason("not_emergency", _("Kế hoạch an toàn chỉ lập cho ca khẩn cấp."))
    if plan.case.state not in ("active", "referral"):
        yield Reason("case_not_ready", _("Ca chưa ở bước thực hiện."))
    if ServicePlan.objects.filter(case=plan.case, kind=PlanKind.SAFETY, state=PlanState.ACTIVE).exists():
        yield Reason("safety_plan_exists", _("Đã có kế hoạch an toàn đang thực hiện."), f"/ca/{plan.case_id}/ke-hoach/")


def safety_unreviewed(plan: ServicePlan, act: Act) -> Reasons:
    """A safety plan is looked at once; a service plan is approved before it runs."""
    if plan.kind != PlanKind.SAFETY:
        yield Reason("not_safety_plan", _("Chỉ kế hoạch an toàn được xem sau khi làm."))
    elif not WorkItem.objects.filter(kind="plan.review_safety", subject_id=plan.pk, closed_at__isnull=True).exists():
        yield Reason("already_reviewed", _("Kế hoạch an toàn này đã được xem."))


def every_goal_judged(plan: ServicePlan, act: Act) -> Reasons:
    for goal in plan.goals.filter(state__in=GOAL_OPEN):
        yield Reason(
            "goal_not_judged", _("Mục tiêu “%(goal)s” chưa được đánh giá kết quả.") % {"goal": goal.text},
            f"/ke-hoach/{plan.pk}/#goal-{goal.pk}",
        )  # fmt: skip
