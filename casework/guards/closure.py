"""Guards of closing and opening again (NĐ 335/2026/NĐ-CP Đ.26): what a ground asks for stands in its `ClosureCode`."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import Contacted, WorkKind
from casework.models import Case, ServicePlan, WorkEntry
from casework.selectors.closure import missing_papers
from casework.states.plan import GOAL_OPEN, PlanState
from core import hooks
from core.audit.models import Event
from core.catalogue.models import ClosureCode
from core.clock import due, parameters
from core.errors import Reason
from core.lifecycle.actions import Act

Reasons = Iterable[Reason]


def closer_is_another(case: Case, act: Act) -> Reasons:
    """Neither who has the case, nor who asked for its end: it may have been handed on between the two, and a stand-in
    asks in another's place."""
    if case.worker_id == act.by.id:
        yield Reason("own_closure", _("Người phụ trách không tự duyệt kết thúc được."))
        return
    asked = Event.objects.filter(subject_id=case.pk, verb="case.request_close").order_by("-seq").first()
    if asked is not None and act.by.id in (asked.actor_id, asked.acting_for_id):
        yield Reason("own_closure", _("Người đề nghị kết thúc không tự duyệt được."))


def closure_ready(case: Case, act: Act) -> Reasons:
    """What must be settled before a closure is asked for: goals judged, nothing open elsewhere, the client told, and
    what the ground asks for. While one only asks, no ground is chosen yet: the form says what each is missing."""
    yield from goals_judged(case, act)
    yield from hooks.ask("case.blockers", case)
    if act.asking:
        return
    ground: ClosureCode = act.data["reason"]
    if ground.tell_client and not act.data.get("client_told_on"):
        yield Reason("client_not_told", _("Chưa ghi ngày báo cho người được trợ giúp."))
    yield from ground_backed(case, ground)


def closable(case: Case, act: Act) -> Reasons:
    """Nothing open at the moment of closing, and a ground of Đ.26 with what it asks for."""
    yield from goals_judged(case, act)
    yield from hooks.ask("case.blockers", case)
    if case.closure_code is None:
        yield Reason("no_closure_code", _("Chưa có mã lý do dừng trợ giúp."))
    else:
        yield from ground_backed(case, case.closure_code)


def goals_judged(case: Case, act: Act) -> Reasons:
    plan = ServicePlan.objects.filter(case=case, kind="service", state=PlanState.ACTIVE).first()
    if plan is None:
        return
    for goal in plan.goals.filter(state__in=GOAL_OPEN):
        yield Reason(
            "goal_not_judged", _("Mục tiêu “%(goal)s” chưa được đánh giá kết quả.") % {"goal": goal.text},
            f"/ca/{case.pk}/ke-hoach/#goal-{goal.pk}",
        )  # fmt: skip


def ground_backed(case: Case, ground: ClosureCode) -> Reasons:
    """Each paper of `ClosureCode.requires` that is not on file, and each fact that the work log does not tell."""
    for kind in missing_papers(case, ground):
        yield Reason(
            "paper_missing", _("Còn thiếu giấy tờ: %(paper)s (lý do %(code)s, %(article)s).")
            % {"paper": kind.label, "code": ground.code, "article": ground.article},
            f"/them/casework/case/{case.pk}/documents/document/upload/?kind={kind.value}",
        )  # fmt: skip
    for name, told in FACTS.items():
        if name in ground.requires:
            yield from told(case, ground)


def _log(case: Case) -> str:
    return f"/ca/{case.pk}/#ghi-viec"


def contact_tried(case: Case, ground: ClosureCode) -> Reasons:
    """No contact for a month, and as many tries as the parameter says."""
    months, tries = parameters.months("due.lost_contact"), parameters.held("closure.contact_tries").value
    since = timezone.now() - timedelta(days=30 * months)
    if case.entries.filter(contacted=Contacted.REACHED, at__gt=since, corrected_by__isnull=True).exists():
        yield Reason(
            "was_reached", _("Trong tháng qua vẫn liên lạc được, chưa đủ căn cứ điểm %(code)s.") % {"code": ground.code}
        )
        return
    failed = _not_reached(case).count()
    if failed < tries:
        yield Reason(
            "contact_tries", _("Mới ghi %(got)d lần không liên lạc được, cần %(need)d lần.")
            % {"got": failed, "need": tries}, _log(case),
        )  # fmt: skip


def home_visited(case: Case, ground: ClosureCode) -> Reasons:
    """One of the tries is a visit at home."""
    if not _not_reached(case).filter(kind=WorkKind.VISIT).exists():
        yield Reason("no_visit", _("Chưa đến nhà lần nào mà không gặp."), _log(case))


def _not_reached(case: Case) -> QuerySet[WorkEntry]:
    return case.entries.filter(contacted=Contacted.NOT_REACHED, corrected_by__isnull=True)


def safety_checked(case: Case, ground: ClosureCode) -> Reasons:
    """Somebody who wishes to stop was met lately, so that it is known whether they are safe (lifecycles.md)."""
    days = parameters.calendar_days("closure.safety_check")
    met = case.entries.filter(
        kind__in=[WorkKind.VISIT, WorkKind.MEETING], contacted=Contacted.REACHED, corrected_by__isnull=True,
        at__gt=timezone.now() - timedelta(days=days),
    )  # fmt: skip
    if not met.exists():
        yield Reason(
            "no_safety_check",
            _("Còn thiếu lần gặp trực tiếp trong %(days)d ngày qua để biết người này có an toàn không.")
            % {"days": days},
            _log(case),
        )


# The codes of `ClosureCode.requires` that are no papers.
FACTS: dict[str, Callable[[Case, ClosureCode], Reasons]] = {
    "contact_tries": contact_tried,
    "home_visit": home_visited,
    "safety_check": safety_checked,
}


def within_reopen_window(case: Case, act: Act) -> Reasons:
    """Older than the window: a new linked case instead (lifecycles.md `reopen`)."""
    gone = case.closure_code is not None and case.closure_code.person_gone
    if gone or case.person.deceased_on is not None:
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


def follow_up_open(case: Case, act: Act) -> Reasons:
    if not case.follow_ups.filter(done_on__isnull=True).exists():
        yield Reason("no_follow_up", _("Không còn lần theo dõi nào sau kết thúc."))
