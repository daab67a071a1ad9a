"""Work items and notices of inspections and incidents. Nothing reaches the facility before it may know of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.accounts.enums import Role
from core.lifecycle.actions import Act
from core.outbox.messages import queue_notices
from core.worklist import kinds, services
from core.worklist.models import RISK_RANK, RiskLevel, WorkItem
from facilities.enums import IncidentKind, IncidentState, InspectionState
from facilities.models import Incident, Inspection
from facilities.selectors import oversight

I, N = InspectionState, IncidentState  # noqa: E741

kinds.register("inspection.begin", _("Đi kiểm tra theo lịch"), _("Mở"), action="begin")
kinds.register("inspection.conclude", _("Lập kết luận kiểm tra"), _("Ghi tiếp"), action="conclude")
kinds.register("inspection.reply", _("Giải trình kết quả kiểm tra"), _("Giải trình"), action="reply", waiting=True)
kinds.register("inspection.remedied", _("Khắc phục thiếu sót sau kiểm tra"), _("Báo đã khắc phục"), action="remedied")
kinds.register("inspection.recheck", _("Kiểm tra lại việc khắc phục"), _("Kiểm tra lại"), action="recheck")
kinds.register("inspection.remedy_passed", _("Cơ sở quá hạn khắc phục"), _("Xem"), action="end")
kinds.register("incident.take", _("Xem xét sự việc ở cơ sở"), _("Xem"), action="take", waiting=True)
kinds.register("incident.conclude", _("Kết luận sự việc ở cơ sở"), _("Ghi kết luận"), action="conclude")

REMEDY_PASSED = "inspection.remedy_passed"
_OF_INSPECTION = [
    f"inspection.{name}" for name in ("begin", "conclude", "reply", "remedied", "recheck", "remedy_passed")
]
_OF_INCIDENT = ["incident.take", "incident.conclude"]
_LEADS = {I.UNDERWAY: "inspection.conclude", I.RECHECK: "inspection.recheck"}
_FACILITYS = {I.REPLY: "inspection.reply", I.REMEDY: "inspection.remedied"}


def enter_state(row: Inspection, act: Act) -> None:
    """Close what the former state asked, open what the new one asks. The visit of an unannounced inspection is put on
    the leader's desk on its day only (facilities.tasks)."""
    assert act.event is not None
    services.close_items(event=act.event, codes=_OF_INSPECTION, subject_id=row.pk)
    state = I(row.state)
    if state == I.PLANNED and row.announced:
        open_visit(row, act)
    elif state in _LEADS:
        services.open_item(_LEADS[state], row, event=act.event, user=row.lead, due_at=row.due_at)
    elif state in _FACILITYS:
        services.open_item(
            _FACILITYS[state], row, event=act.event, unit=row.facility.unit, role=Role.FACILITY, due_at=row.due_at
        )


def open_visit(row: Inspection, act: Act | None = None) -> None:
    event = act.event if act is not None else None
    services.open_item("inspection.begin", row, event=event, user=row.lead, due_at=row.due_at)


def visit_is_open(row: Inspection) -> bool:
    return WorkItem.objects.filter(kind="inspection.begin", subject_id=row.pk, closed_at__isnull=True).exists()


def remedy_passed(row: Inspection) -> bool:
    """Put it on the leader's desk, once for each day that was set; returns whether anything was opened."""
    told = WorkItem.objects.filter(kind=REMEDY_PASSED, subject_id=row.pk, opened_at__gte=row.due_at)
    if told.exists():
        return False
    services.open_item(REMEDY_PASSED, row, event=None, user=row.lead, due_at=row.due_at, risk=RISK_RANK[RiskLevel.HIGH])
    return True


def enter_incident(row: Incident, act: Act) -> None:
    assert act.event is not None
    services.close_items(event=act.event, codes=_OF_INCIDENT, subject_id=row.pk)
    risk = RISK_RANK[RiskLevel.EMERGENCY if grave(row) else RiskLevel.HIGH]
    if row.state == N.REPORTED:
        office = oversight.office_of(row.facility.unit)
        services.open_item(
            "incident.take", row, event=act.event, unit=office, role=Role.LICENSING, due_at=row.due_at, risk=risk
        )
    elif row.state == N.REVIEW:
        services.open_item(
            "incident.conclude", row, event=act.event, user=row.reviewer, due_at=row.due_at, risk=risk
        )  # fmt: skip


def grave(row: Incident) -> bool:
    return row.kind in (IncidentKind.DEATH, IncidentKind.ABUSE, IncidentKind.MISSING)


# --- notices ---
def tell(users: Iterable[UUID | None], row: Inspection | Incident, act: Act) -> None:
    """Queue a notice that leads to the record itself."""
    assert act.event is not None
    told = {user for user in users if user is not None and user != act.by.id}
    if told:
        queue_notices(act.event, row, told)


def house(row: Inspection | Incident) -> list[UUID]:
    return list(oversight.holders(Role.FACILITY, row.facility.unit_id).values_list("pk", flat=True))


def team(row: Inspection) -> set[UUID]:
    return oversight.team_of(row)


def heads(row: Inspection | Incident) -> list[UUID]:
    """Who decides on the licence."""
    unit = row.by_unit if isinstance(row, Inspection) else oversight.office_of(row.facility.unit)
    return oversight.nearest_holders(Role.HEAD, unit)


def officers(row: Incident) -> list[UUID]:
    office = oversight.office_of(row.facility.unit)
    return list(oversight.holders(Role.LICENSING, office).values_list("pk", flat=True)) if office else []


def supervisors(row: Incident) -> list[UUID]:
    return oversight.nearest_holders(Role.SUPERVISOR, row.facility.unit)


def fixed_due(row: Inspection, at: datetime) -> None:
    """A deadline that is a day somebody set, not a term that runs."""
    row.due_at = at
    row.save(update_fields=["due_at"])
