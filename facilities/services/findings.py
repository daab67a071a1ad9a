"""Findings of an inspection: written by the team on the spot; what the facility and the recheck say of them follows
from the inspection's own verbs. And pictures and papers as evidence."""

from django.utils.translation import gettext_lazy as _

from core.clock.due import local_date
from core.documents import services as papers
from core.documents.models import Document
from core.lifecycle.actions import Act, action
from facilities.guards import inspections as guards
from facilities.inputs import inspections as inputs
from facilities.models import Finding, Inspection

SPOT = (guards.finding_nobody_of_the_house, guards.finding_by_the_team)
COLUMNS = ("code", "text", "severity", "remedy_by")


def _fill(finding: Finding, act: Act) -> None:
    for name in COLUMNS:
        setattr(finding, name, act.data[name])
    act.facts.update(code=finding.code, severity=finding.severity, remedy_by=finding.remedy_by.isoformat())


@action(
    Finding, "add", label=_("Ghi thiếu sót"), form=inputs.AddFinding, creates=True, parent=Inspection,
    separation=SPOT, guards=[guards.visit_is_on, guards.mended_later_than_found], prepare=_fill, tone="main", order=10,
)  # fmt: skip
def add(finding: Finding, act: Act) -> None:
    """Seen on the spot, with a day until which it must be mended."""


@action(
    Finding, "edit", label=_("Sửa thiếu sót"), form=inputs.AddFinding, separation=SPOT,
    guards=[guards.visit_is_on, guards.is_still_open, guards.mended_later_than_found], order=20,
)  # fmt: skip
def edit(finding: Finding, act: Act) -> None:
    _fill(finding, act)


@action(
    Finding, "drop", label=_("Bỏ thiếu sót"), form=inputs.DropFinding,
    separation=[guards.finding_nobody_of_the_house], guards=[guards.may_be_dropped], tone="stop", order=90,
)  # fmt: skip
def drop(finding: Finding, act: Act) -> None:
    """A mistake of the day, or the facility's reply was right. The row stays, with the reason."""
    finding.dropped = True
    act.facts.update(code=finding.code)


@action(Finding, "say", label=_("Ghi giải trình"), internal=True)
def say(finding: Finding, act: Act) -> None:
    finding.contested, finding.reply = act.data["contested"], act.data["reply"]
    act.facts.update(contested=finding.contested)


@action(Finding, "mend", label=_("Ghi việc khắc phục"), internal=True)
def mend(finding: Finding, act: Act) -> None:
    finding.evidence = act.data["evidence"]


@action(Finding, "judge", label=_("Ghi kết quả kiểm tra lại"), internal=True)
def judge(finding: Finding, act: Act) -> None:
    act.facts.update(result=act.data["result"])
    if act.data["result"] == inputs.MENDED:
        finding.mended_on = local_date(act.at)
    elif act.data["result"] == inputs.DROPPED:
        finding.dropped = True
    else:
        finding.remedy_by = act.data["until"]
        act.facts.update(remedy_by=finding.remedy_by.isoformat())


# --- pictures and papers ---
def _place(document: Document, act: Act) -> None:
    # The parent as `perform()` hands it over: the locked row, under its model's name.
    papers.place(document, document.inspection, act.data.get("finding"))  # type: ignore[attr-defined]


@action(
    Document, "evidence", label=_("Thêm ảnh, giấy tờ kiểm tra"), creates=True, parent=Inspection, form=inputs.Evidence,
    prepare=_place, separation=[guards.visit_is_the_teams], guards=[guards.takes_evidence], order=60,
)  # fmt: skip
def evidence(document: Document, act: Act) -> None:
    papers.store(document, act)
