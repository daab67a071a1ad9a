"""The verbs of an inspection: planned, begun, answered, concluded, replied to, remedied, looked at again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import hooks
from core.accounts.models import Unit
from core.clock.due import local_date
from core.errors import NotVisible
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.lifecycle.numbers import next_number
from facilities.enums import InspectionState, LicenceEffect
from facilities.guards import inspections as guards
from facilities.inputs import inspections as inputs
from facilities.models import Facility, Inspection, InspectionAnswer, InspectionMember
from facilities.selectors import oversight
from facilities.services import oversight_items as items

I = InspectionState  # noqa: E741
SERIES = "KT"
APART = (guards.nobody_of_the_house,)
SPOT = (guards.nobody_of_the_house, guards.by_the_team)


def _fill(row: Inspection, data: dict[str, Any]) -> None:
    for name in ("planned_on", "announced", "subject", "lead"):
        setattr(row, name, data[name])


def _write_team(row: Inspection, act: Act) -> None:
    wanted = {user.pk for user in act.data["team"]}
    row.team.exclude(user__in=wanted).delete()
    known = oversight.team_of(row)
    InspectionMember.objects.bulk_create(
        InspectionMember(inspection=row, user_id=key) for key in sorted(wanted) if key not in known
    )


def _prepare_plan(row: Inspection, act: Act) -> None:
    unit = oversight.inspecting_unit(act.by)
    if unit is None:
        raise NotVisible
    row.by_unit = Unit.objects.get(pk=unit)
    row.number = next_number(SERIES, act.at)
    row.kind, row.incident, row.follows = act.data["kind"], act.data.get("incident"), act.data.get("follows")
    _fill(row, act.data)
    act.facts.update(kind=row.kind, planned_on=row.planned_on.isoformat(), announced=row.announced)


@action(
    Inspection, "plan", label=_("Lên lịch kiểm tra"), form=inputs.Plan, creates=True, parent=Facility,
    separation=APART, prepare=_prepare_plan, tone="main", order=10,
    guards=[guards.facility_is_open, guards.day_not_past, guards.team_may_go, guards.belongs_together],
)  # fmt: skip
def plan(row: Inspection, act: Act) -> None:
    """The facility is told when the inspection is announced, and knows nothing otherwise."""
    _write_team(row, act)
    _planned(row, act)


def _planned(row: Inspection, act: Act) -> None:
    items.fixed_due(row, oversight.end_of_day(row.planned_on))
    items.enter_state(row, act)
    items.tell(items.team(row), row, act)
    if row.announced:
        items.tell(items.house(row), row, act)


@action(
    Inspection, "edit", label=_("Đổi lịch, đổi đoàn"), form=inputs.EditPlan, states=[I.PLANNED], separation=APART,
    guards=[guards.day_not_past, guards.team_may_go], order=40,
)  # fmt: skip
def edit(row: Inspection, act: Act) -> None:
    was = row.announced
    _fill(row, act.data)
    act.facts.update(planned_on=row.planned_on.isoformat(), announced=row.announced)
    _write_team(row, act)
    row.due_at = oversight.end_of_day(row.planned_on)
    items.enter_state(row, act)
    items.tell(items.team(row), row, act)
    if row.announced or was:
        items.tell(items.house(row), row, act)


@action(
    Inspection, "begin", label=_("Bắt đầu kiểm tra"), form=inputs.Begin, separation=SPOT, tone="main", order=10,
    guards=[guards.facility_is_open, guards.day_has_come, guards.team_may_go],
)  # fmt: skip
def begin(row: Inspection, act: Act) -> None:
    """The checklist of that day is laid down, without a verdict; from now on the facility knows."""
    assert row.begun_at is not None
    codes = [item.code for item in oversight.checklist(row.facility, local_date(row.begun_at))]
    InspectionAnswer.objects.bulk_create(InspectionAnswer(inspection=row, code=code, verdict="") for code in codes)
    act.facts["items"] = len(codes)
    items.enter_state(row, act)
    items.tell([*items.house(row), *items.team(row)], row, act)


@action(
    Inspection, "answer", label=_("Ghi bảng kiểm"), form=inputs.Answers, states=[I.UNDERWAY], separation=SPOT, order=20,
)  # fmt: skip
def answer(row: Inspection, act: Act) -> None:
    """Only what was given is written, so that two may answer different items one after the other."""
    kept = {one.code: one for one in row.answers.all()}
    changed = []
    for code, (verdict, note) in act.data["given"].items():
        one = kept[code]
        before = (one.verdict, one.note)
        one.verdict = verdict if verdict is not None else one.verdict
        one.note = note if note is not None else one.note
        if (one.verdict, one.note) != before:
            changed.append(one)
    InspectionAnswer.objects.bulk_update(changed, ["verdict", "note"])
    act.facts["items"] = sorted(one.code for one in changed)


def _prepare_conclude(row: Inspection, act: Act) -> None:
    act.data["has_findings"] = bool(oversight.open_findings(row))
    row.summary = act.data["summary"]


@action(
    Inspection, "conclude", label=_("Kết luận kiểm tra"), form=inputs.Conclude, separation=SPOT, tone="main", order=30,
    prepare=_prepare_conclude,
    guards=[guards.every_item_answered, guards.every_failing_found, guards.effect_has_ground],
)  # fmt: skip
def conclude(row: Inspection, act: Act) -> None:
    """The minutes stand. With findings the facility has its say; without any the inspection ends."""
    act.facts.update(findings=len(oversight.open_findings(row)), licence_effect=row.licence_effect)
    items.enter_state(row, act)
    items.tell([*items.house(row), *items.team(row)], row, act)
    _propose_effect(row, act)


def _propose_effect(row: Inspection, act: Act) -> None:
    """What the inspection proposes for the licence. The licence itself moves only by its own machine: recognition is
    asked ("inspection.effect"), the head is told."""
    if row.licence_effect == LicenceEffect.NONE:
        return
    items.tell(items.heads(row), row, act)
    hooks.ask("inspection.effect", row, act)


def _await_remedy(row: Inspection, act: Act) -> None:
    """The facility has until the first of the days that were set."""
    days = [finding.remedy_by for finding in oversight.open_findings(row)]
    if days:
        items.fixed_due(row, oversight.end_of_day(min(days)))
    items.enter_state(row, act)


@action(Inspection, "reply", label=_("Giải trình"), form=inputs.Reply, tone="main", order=10)
def reply(row: Inspection, act: Act) -> None:
    """Finding by finding accepted or contested."""
    for finding, given in act.data["per_finding"]:
        follow(finding, "say", act, contested=given["stand"] == inputs.CONTESTED, reply=given["say"] or "")
    act.facts["contested"] = sum(given["stand"] == inputs.CONTESTED for _one, given in act.data["per_finding"])
    _await_remedy(row, act)
    items.tell(items.team(row), row, act)


@action(
    Inspection, "no_reply", label=_("Hết hạn giải trình"), internal=True, guards=[guards.reply_days_over],
)  # fmt: skip
def no_reply(row: Inspection, act: Act) -> None:
    """The days for a reply are over; the findings stand."""
    _await_remedy(row, act)
    items.tell([*items.team(row), *items.house(row)], row, act)


@action(Inspection, "remedied", label=_("Báo đã khắc phục"), form=inputs.Remedied, tone="main", order=10)
def remedied(row: Inspection, act: Act) -> None:
    for finding, given in act.data["per_finding"]:
        follow(finding, "mend", act, evidence=given["evidence"])
    items.enter_state(row, act)
    items.tell(items.team(row), row, act)


def _prepare_recheck(row: Inspection, act: Act) -> None:
    act.data["still_open"] = any(given["result"] == inputs.STILL for _one, given in act.data["per_finding"])


@action(
    Inspection, "recheck", label=_("Kiểm tra lại"), form=inputs.Recheck, separation=APART, prepare=_prepare_recheck,
    tone="main", order=10,
)  # fmt: skip
def recheck(row: Inspection, act: Act) -> None:
    """What is mended or dropped is closed; what is open gets a new day and goes back to the facility."""
    for finding, given in act.data["per_finding"]:
        follow(finding, "judge", act, result=given["result"], until=given["until"])
    if row.state == I.REMEDY:
        _await_remedy(row, act)
    else:
        items.enter_state(row, act)
    items.tell([*items.house(row), *items.team(row)], row, act)


@action(
    Inspection, "end", label=_("Kết thúc, đề nghị xử lý giấy phép"), form=inputs.End, separation=APART,
    guards=[guards.something_open], tone="stop", order=60,
)  # fmt: skip
def end(row: Inspection, act: Act) -> None:
    """With findings still open: what follows is for the licence."""
    act.facts.update(open=len(oversight.open_findings(row)), licence_effect=row.licence_effect)
    items.enter_state(row, act)
    items.tell([*items.house(row), *items.team(row)], row, act)
    _propose_effect(row, act)


@action(Inspection, "cancel", label=_("Hủy cuộc kiểm tra"), form=inputs.Cancel, separation=APART, tone="stop", order=90)
def cancel(row: Inspection, act: Act) -> None:
    items.enter_state(row, act)
    items.tell(items.team(row), row, act)
    if row.announced or row.begun_at is not None:
        items.tell(items.house(row), row, act)
