"""The work items and notices of an application: of the facility, of the desk, of the officer, of the heads."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accreditation.enums import ApplicationState
from accreditation.models import Application, SiteVisit
from accreditation.selectors import people
from core.accounts.enums import Role, UnitKind
from core.clock.calendar import Calendar
from core.lifecycle.actions import Act
from core.outbox.messages import queue_notices
from core.worklist import kinds, services
from core.worklist.models import WorkItem
from facilities.selectors.oversight import end_of_day

S = ApplicationState

kinds.register("application.finish", _("Hoàn tất và nộp hồ sơ đề nghị"), _("Soạn tiếp"), action="submit")
kinds.register("application.receive", _("Tiếp nhận hồ sơ đề nghị"), _("Xem hồ sơ"), waiting=True)
kinds.register("application.amend", _("Bổ sung hồ sơ bị trả lại"), _("Bổ sung"), action="submit")
kinds.register("application.appraise", _("Thẩm định hồ sơ"), _("Thẩm định"), waiting=True)
kinds.register("application.reappraise", _("Xem lại hồ sơ theo ý kiến người quyết định"), _("Xem lại"), waiting=True)
kinds.register("application.recheck", _("Xem cơ sở đã khắc phục"), _("Xem lại"), waiting=True)
kinds.register("application.visit", _("Đi thẩm định tại cơ sở"), _("Lập biên bản"), action="record_visit")
kinds.register("application.fix", _("Khắc phục theo yêu cầu thẩm định"), _("Trả lời"), action="evidence")
kinds.register("application.decide", _("Quyết định hồ sơ đề nghị"), _("Xem và quyết định"), waiting=True)
kinds.register("application.meet", _("Thực hiện điều kiện đã chấp thuận"), _("Báo kết quả"), action="evidence")
kinds.register("application.confirm", _("Xác nhận điều kiện đã thực hiện"), _("Xem"), action="met", waiting=True)
kinds.register("application.appeal", _("Giải quyết khiếu nại"), _("Xem khiếu nại"), waiting=True)
kinds.register("application.overdue", _("Hồ sơ quá hạn giải quyết"), _("Xem"))
kinds.register("application.apologise", _("Gửi thư xin lỗi vì trễ hạn"), _("Viết thư"), action="apologise")
kinds.register("application.drip", _("Trả hồ sơ lần nữa vì điều không nêu lần đầu"), _("Xem"))

_LATE = ["application.overdue", "application.apologise", "application.drip"]
_STATE = [
    f"application.{name}"
    for name in (
        "finish", "receive", "amend", "appraise", "reappraise", "recheck", "visit", "fix", "decide", "meet", "confirm",
        "appeal",
    )
]  # fmt: skip
_AFTER = {"send_back": "application.reappraise", "fixed": "application.recheck"}
_FACILITY = {
    S.DRAFT: "application.finish", S.RETURNED: "application.amend", S.CORRECTION: "application.fix",
    S.CONDITIONAL: "application.meet",
}  # fmt: skip


def enter_state(application: Application, act: Act) -> None:
    """Close what the former state asked, open what the new one asks."""
    assert act.event is not None
    late = [] if application.state in application.SAME_CLOCK else _LATE
    services.close_items(event=act.event, codes=[*_STATE, *late], subject_id=application.pk)
    state = S(application.state)
    if state in _FACILITY:
        for_facility(_FACILITY[state], application, act, _facility_due(application))
    if state == S.SUBMITTED:
        for_desk("application.receive", application, act)
    elif state == S.UNDER_REVIEW:
        for_officer(_AFTER.get(act.action, "application.appraise"), application, act, application.due_at)
    elif state == S.DECISION:
        for_heads("application.decide", application, act, application.due_at)
    elif state == S.APPEAL:
        for_heads("application.appeal", application, act, application.due_at)


def _facility_due(application: Application) -> datetime | None:
    if application.state == S.CORRECTION and application.fix_by is not None:
        return end_of_day(application.fix_by)
    if application.state == S.CONDITIONAL and application.conditions_by is not None:
        return end_of_day(application.conditions_by)
    return application.due_at


def for_facility(code: str, application: Application, act: Act, due_at: datetime | None) -> None:
    services.open_item(
        code, application, event=act.event, unit=application.facility.unit, role=Role.FACILITY, due_at=due_at
    )


def for_desk(code: str, application: Application, act: Act) -> None:
    services.open_item(
        code, application, event=act.event, unit=application.to_unit, role=Role.LICENSING, due_at=application.due_at
    )


def for_officer(code: str, application: Application, act: Act, due_at: datetime | None) -> None:
    """To the officer; to the whole desk where there is none any more."""
    if people.is_vacant(application):
        services.open_item(
            code, application, event=act.event, unit=application.to_unit, role=Role.LICENSING, due_at=due_at
        )
    else:
        services.open_item(code, application, event=act.event, user=application.officer, due_at=due_at)


def for_heads(code: str, application: Application, act: Act, due_at: datetime | None) -> None:
    role = Role.COMMUNE if application.to_unit.kind == UnitKind.COMMUNE else Role.HEAD
    services.open_item(code, application, event=act.event, unit=application.to_unit, role=role, due_at=due_at)


def for_visit(visit: SiteVisit, application: Application, act: Act) -> None:
    services.open_item(
        "application.visit", application, event=act.event, user=visit.lead, due_at=end_of_day(visit.planned_on)
    )


def close(application: Application, act: Act, *codes: str) -> None:
    assert act.event is not None
    services.close_items(event=act.event, codes=list(codes), subject_id=application.pk)


def move_due(application: Application) -> None:
    """The open items of the state follow an extended term."""
    codes = ["application.receive", "application.appraise", "application.reappraise", "application.recheck"]
    rows = WorkItem.objects.filter(subject_id=application.pk, closed_at__isnull=True)
    rows.filter(kind__in=[*codes, "application.decide"]).update(due_at=application.due_at)


def next_day(act: Act) -> datetime:
    """The end of the next working day."""
    calendar = Calendar()
    return calendar.end_of_office(calendar.add_working_days(act.at, 1))


# --- notices ---
def managers(application: Application) -> list[UUID]:
    return list(people.holders(Role.FACILITY, application.facility.unit).values_list("pk", flat=True))


def desk(application: Application) -> list[UUID]:
    """The officer, or the whole desk before there is one."""
    if not people.is_vacant(application) and application.officer_id is not None:
        return [application.officer_id]
    return list(people.officers(application.to_unit).values_list("pk", flat=True))


def heads(application: Application) -> list[UUID]:
    return list(people.deciders(application.to_unit).values_list("pk", flat=True))


def tell(users: Iterable[UUID], application: Application, act: Act) -> None:
    assert act.event is not None
    told = {user for user in users if user != act.by.id}
    if told:
        queue_notices(act.event, application, told)
