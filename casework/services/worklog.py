"""Visits, calls, counselling, conferences, services, quick notes. A saved entry stays as it is."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.enums import WorkKind
from casework.inputs import files as inputs
from casework.models import Case, PlanAction, WorkEntry
from casework.states.case import CaseState
from casework.states.plan import GoalState
from core.errors import Reason
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.worklist import services

NOT_AFTER = {CaseState.SCREENED_OUT, CaseState.VOID, CaseState.MERGED}


def case_takes_entries(entry: WorkEntry, act: Act):
    if entry.case.state in NOT_AFTER:
        yield Reason("case_ended", _now("Hồ sơ này không nhận thêm ghi chép."))


@action(
    WorkEntry, "add", label=_("Ghi việc"), creates=True, parent=Case, form=inputs.Entry, guards=[case_takes_entries],
    order=30,
)  # fmt: skip
def add(entry: WorkEntry, act: Act) -> None:
    """One entry; a service given under the plan moves its goal on."""
    _write(entry, act)
    row = entry.plan_action
    if row is not None and row.status == PlanAction.Status.PLANNED:
        row = follow(row, "mark", act, status=PlanAction.Status.RUNNING)
    if row is not None and row.goal.state == GoalState.PLANNED:
        follow(row.goal, "begin", act)
    if entry.case.is_child and entry.kind in (WorkKind.VISIT, WorkKind.SERVICE, WorkKind.MEETING):
        assert act.event is not None
        services.close_items(event=act.event, codes=["case.child_measure"], root_id=entry.case_id)


def _write(entry: WorkEntry, act: Act) -> None:
    assert act.by.user is not None
    for name, value in act.data.items():
        setattr(entry, name, value)
    entry.by = act.by.user
    act.facts.update(kind=entry.kind, confidential=entry.confidential, contacted=entry.contacted)


def not_corrected_yet(entry: WorkEntry, act: Act):
    if WorkEntry.objects.filter(corrects=entry).exists():
        yield Reason("corrected", _now("Ghi chép này đã được đính chính."))


@action(WorkEntry, "correct", label=_("Đính chính"), form=inputs.Entry, guards=[not_corrected_yet], order=50)
def correct(entry: WorkEntry, act: Act) -> None:
    """A new entry that names this one; the old text stays readable, struck through."""
    new = WorkEntry(case=entry.case, corrects=entry)
    _write(new, act)
    new.save(force_insert=True)
