"""The verbs of an incident: told at once, looked into by another, concluded."""

from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import Act, action
from core.lifecycle.numbers import next_number
from facilities.enums import IncidentKind
from facilities.guards import incidents as guards
from facilities.inputs import incidents as inputs
from facilities.models import Facility, Incident
from facilities.services import oversight_items as items

SERIES = "SV"


def _prepare_report(row: Incident, act: Act) -> None:
    row.number = next_number(SERIES, act.at)
    for name in ("kind", "occurred_at", "people", "story", "measures"):
        setattr(row, name, act.data[name])
    act.facts.update(kind=row.kind, people=row.people)


@action(
    Incident, "report", label=_("Báo sự việc"), form=inputs.Report, creates=True, parent=Facility,
    prepare=_prepare_report, tone="main", order=10,
    hint=_("Chuyên viên cấp phép và kiểm huấn viên được báo ngay."),
)  # fmt: skip
def report(row: Incident, act: Act) -> None:
    """Officer and supervisors are told at once, of a death the head too."""
    items.enter_incident(row, act)
    told = [*items.officers(row), *items.supervisors(row)]
    if row.kind == IncidentKind.DEATH:
        told += items.heads(row)
    items.tell(told, row, act)


@action(
    Incident, "take", label=_("Nhận xem xét"), form=inputs.Take, separation=[guards.not_the_reporter], tone="main",
    order=10,
)  # fmt: skip
def take(row: Incident, act: Act) -> None:
    """A death in care is reviewed like every other incident, and does not end without an inspection or a reason."""
    items.enter_incident(row, act)
    items.tell([row.reported_by_id], row, act)


def _prepare_conclude(row: Incident, act: Act) -> None:
    row.conclusion = act.data["conclusion"]
    row.no_inspection = act.data.get("no_inspection") or ""


@action(
    Incident, "conclude", label=_("Kết luận sự việc"), form=inputs.Conclude, separation=[guards.not_the_reporter],
    guards=[guards.death_is_inspected], prepare=_prepare_conclude, tone="main", order=20,
)  # fmt: skip
def conclude(row: Incident, act: Act) -> None:
    items.enter_incident(row, act)
    told = [row.reported_by_id, *items.supervisors(row)]
    if row.kind == IncidentKind.DEATH:
        told += items.heads(row)
    items.tell(told, row, act)


@action(
    Incident, "reopen", label=_("Xem xét lại"), form=inputs.Reopen, separation=[guards.not_the_reporter], order=60,
)  # fmt: skip
def reopen(row: Incident, act: Act) -> None:
    items.enter_incident(row, act)
    items.tell([row.reported_by_id, row.reviewer_id, *items.supervisors(row)], row, act)
