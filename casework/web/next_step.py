"""The one next thing to do in a case, for one person. Pure: it reads what is possible, asks nothing of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.enums import PlanKind, Track
from casework.models import Assessment, Case, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.case import CaseState
from casework.states.plan import PRE_ACTIVE, PlanState
from core.lifecycle.engine import Possibility

S, P = CaseState, PlanState


@dataclass(frozen=True)
class Step:
    """`key` is "model.action", "" where nothing is left to do; `status` ready, missing or waiting (for another)."""

    key: str
    title: str
    status: str
    possibility: Possibility | None = None


# (this person does it, somebody else does it)
TITLES: dict[str, tuple[Any, Any]] = {
    "case.accept_handover": (_("Nhận bàn giao ca này"), _("Chờ người mới nhận bàn giao ca")),
    "case.complete_intake": (_("Bổ sung thông tin tiếp nhận"), _("Chờ nơi tiếp nhận bổ sung thông tin")),
    "case.screen_in": (_("Sàng lọc: nhận hay không nhận"), _("Chờ kiểm huấn viên sàng lọc")),
    "case.reconsider": (_("Xét lại nếu có tình tiết mới"), _("Hồ sơ không được tiếp nhận")),
    "case.resume": (_("Tiếp tục ca khi có thể"), _("Ca đang tạm dừng")),
    "case.close": (_("Xem và duyệt kết thúc ca"), _("Chờ kiểm huấn viên duyệt kết thúc")),
    "case.follow_up": (_("Theo dõi sau kết thúc"), _("Chờ người phụ trách theo dõi sau kết thúc")),
    "case.review_emergency": (_("Xem lại việc mở khẩn cấp"), _("Chờ kiểm huấn viên xem lại việc mở khẩn cấp")),
    "case.assess_done": (_("Chuyển ca sang lập kế hoạch"), _("Chờ kiểm huấn viên chuyển ca sang lập kế hoạch")),
    "case.placed": (_("Tìm nơi nhận, hoặc bắt đầu dịch vụ"), _("Chờ người phụ trách tìm nơi nhận")),
    "case.review": (_("Thực hiện kế hoạch, rà soát đúng hạn"), _("Người phụ trách đang thực hiện kế hoạch")),
    "assessment.draft": (_("Bắt đầu đánh giá"), _("Chờ người phụ trách đánh giá")),
    "assessment.lock": (_("Ghi tiếp rồi khóa đánh giá"), _("Chờ người phụ trách khóa đánh giá")),
    "serviceplan.safety_plan": (_("Lập kế hoạch an toàn ngay"), _("Chờ người phụ trách lập kế hoạch an toàn")),
    "serviceplan.draft": (_("Lập kế hoạch trợ giúp"), _("Chờ người phụ trách lập kế hoạch")),
    "serviceplan.submit": (_("Trình duyệt kế hoạch"), _("Chờ người phụ trách trình kế hoạch")),
    "serviceplan.approve": (_("Xem và duyệt kế hoạch"), _("Chờ duyệt kế hoạch")),
    "serviceplan.agree": (_("Lấy ý kiến, chữ ký cho kế hoạch"), _("Chờ người được trợ giúp đồng ý kế hoạch")),
    "serviceplan.complete": (_("Kế hoạch an toàn đang thực hiện"), _("Kế hoạch an toàn đang thực hiện")),
}
# Reasons that say "this was done already", not "something is missing".
_SETTLED = {"safety_plan_exists", "not_emergency", "no_follow_up", "already_reviewed"}


def next_step(
    case: Case, possibilities: Mapping[str, Possibility], plan: ServicePlan | None, assessment: Assessment | None
) -> Step:
    """`possibilities` by "model.action" for this person; `plan` the one in preparation, else the one in force;
    `assessment` the latest of this episode. What this person can do, or could once something is mended, comes first;
    where there is nothing, what others have to do."""
    wanted = [key for key in _wanted(case, plan, assessment) if _matters(possibilities.get(key))]
    for key in wanted:
        found = possibilities[key]
        if found.status in ("ready", "missing"):
            return Step(key, _title(key, found, plan), found.status, found)
    for key in wanted:
        return Step(key, str(TITLES[key][1]), "waiting", possibilities[key])
    return Step("", _now("Không còn việc gì phải làm lúc này"), "done")


def _matters(found: Possibility | None) -> bool:
    if found is None or found.status == "wrong_state":
        return False
    return _SETTLED.isdisjoint(reason.code for reason in found.reasons)


def _title(key: str, found: Possibility, plan: ServicePlan | None) -> str:
    if key == "serviceplan.submit" and plan is not None:
        if plan.state == P.RETURNED:
            return _now("Bổ sung kế hoạch rồi trình lại") if found.reasons else _now("Trình lại kế hoạch")
        return _now("Hoàn chỉnh kế hoạch rồi trình duyệt") if found.reasons else str(TITLES[key][0])
    if key == "assessment.lock" and not found.reasons:
        return _now("Khóa đánh giá")
    return str(TITLES[key][0])


def _wanted(case: Case, plan: ServicePlan | None, assessment: Assessment | None) -> Sequence[str]:
    """What the state of the case asks for, the most pressing first."""
    first = ["case.accept_handover"] if case.handover_to_id else []
    fixed: dict[str, list[str]] = {
        S.INTAKE: ["case.complete_intake", "case.screen_in"] if case.paused_at else ["case.screen_in"],
        S.SCREENED_OUT: ["case.reconsider"],
        S.ON_HOLD: ["case.resume"],
        S.CLOSURE_REVIEW: ["case.close"],
        S.CLOSED: ["case.follow_up"],
    }
    if case.state in fixed:
        return [*first, *fixed[case.state]]
    if case.state == S.ASSESSMENT:
        return [*first, *(_assess(case, assessment) or ["case.assess_done"])]
    if case.state == S.PLANNING:
        return [*first, *_plan(plan)]
    if case.state == S.REFERRAL:
        return [*first, *_emergency(case, assessment), *(_plan(plan) if _in_preparation(plan) else []), "case.placed"]
    if case.state == S.ACTIVE:
        return [*first, *_emergency(case, assessment), *(_plan(plan) if _to_plan(plan) else []), "case.review"]
    return first


def _emergency(case: Case, assessment: Assessment | None) -> list[str]:
    if case.track != Track.EMERGENCY:
        return _assess(case, assessment) if assessment is not None and assessment.state == AssessmentState.DRAFT else []
    return ["case.review_emergency", "serviceplan.safety_plan", *_assess(case, assessment)]


def _assess(case: Case, assessment: Assessment | None) -> list[str]:
    if assessment is None or assessment.episode != case.episode or assessment.state == AssessmentState.SUPERSEDED:
        return ["assessment.draft"]
    return ["assessment.lock"] if assessment.state == AssessmentState.DRAFT else []


def _in_preparation(plan: ServicePlan | None) -> bool:
    return plan is not None and plan.state in PRE_ACTIVE


def _to_plan(plan: ServicePlan | None) -> bool:
    """A plan in preparation, or no service plan in force yet."""
    return _in_preparation(plan) or plan is None or plan.kind == PlanKind.SAFETY


def _plan(plan: ServicePlan | None) -> list[str]:
    if plan is None or plan.state not in PRE_ACTIVE:
        return ["serviceplan.draft"]
    return {
        P.DRAFT: ["serviceplan.submit"],
        P.RETURNED: ["serviceplan.submit"],
        P.SUBMITTED: ["serviceplan.approve"],
        P.APPROVED: ["serviceplan.agree"],
    }[PlanState(plan.state)]
