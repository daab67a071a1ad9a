"""How each row of the two references is reached and taken; a row that stands nowhere here fails its tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import Blocked, DomainError, Stale
from facilities.models import Incident, Inspection
from tests.casework.lifecycle.contest import Contest, attempt
from tests.factories.oversight import Oversight
from tests.spec import reading
from tests.spec.reading import Row

MODELS: dict[str, Any] = {"inspection": Inspection, "incident": Incident}
ROWS = [(machine, row) for machine in MODELS for row in reading.rows(machine)]


@dataclass(frozen=True)
class Way:
    """`ready` brings a record to the source state (None where the row makes it), `by` are two who may take the row,
    `data` is what they type."""

    ready: Callable[[Oversight], Any]
    by: tuple[str, str] = ("licensing", "licensing2")
    data: Callable[[Oversight, Any], dict[str, Any]] = lambda story, row: {}
    loses: tuple[type[DomainError], ...] = (Stale,)


def _nothing(story: Oversight) -> None:
    return None


_NOTE: dict[str, Any] = {"note": "Vì thế."}
_SUMMARY: dict[str, Any] = {"summary": "Xong."}
_END: dict[str, Any] = {"licence_effect": "suspend", "note": "Không khắc phục."}
_HOUSE = ("manager", "manager")
WAYS: dict[tuple[str, str, str, str], Way] = {
    ("inspection", "plan", "new", "planned"): Way(_nothing, data=lambda story, row: story.plan_data()),
    ("inspection", "begin", "planned", "underway"): Way(lambda story: story.planned()),
    ("inspection", "conclude", "underway", "reply"): Way(lambda story: story.answered(), data=lambda s, r: _SUMMARY),
    ("inspection", "conclude", "underway", "closed"): Way(
        lambda story: story.answered(findings=False), data=lambda s, r: _SUMMARY
    ),
    ("inspection", "reply", "reply", "remedy"): Way(
        lambda story: story.reply(), _HOUSE, lambda story, row: story.reply_data(row)
    ),
    ("inspection", "no_reply", "reply", "remedy"): Way(
        lambda story: story.overdue_reply(), ("system", "system"), loses=(Stale, Blocked)
    ),
    ("inspection", "remedied", "remedy", "recheck"): Way(
        lambda story: story.remedy(), _HOUSE, lambda story, row: story.remedy_data(row)
    ),
    ("inspection", "recheck", "recheck", "remedy"): Way(
        lambda story: story.recheck(), data=lambda story, row: story.recheck_data(row, "still")
    ),
    ("inspection", "recheck", "recheck", "closed"): Way(
        lambda story: story.recheck(), data=lambda story, row: story.recheck_data(row)
    ),
    ("inspection", "end", "remedy", "closed"): Way(lambda story: story.remedy(), data=lambda s, r: _END),
    ("inspection", "end", "recheck", "closed"): Way(lambda story: story.recheck(), data=lambda s, r: _END),
    ("inspection", "cancel", "planned", "cancelled"): Way(lambda story: story.planned(), data=lambda s, r: _NOTE),
    ("inspection", "cancel", "underway", "cancelled"): Way(
        lambda story: story.underway(), data=lambda s, r: _NOTE
    ),
    ("incident", "report", "new", "reported"): Way(_nothing, _HOUSE, lambda story, row: story.incident_data()),
    ("incident", "take", "reported", "review"): Way(lambda story: story.reported()),
    ("incident", "conclude", "review", "closed"): Way(
        lambda story: story.reviewed(), data=lambda s, r: {"conclusion": "Do sàn trơn."}
    ),
    ("incident", "reopen", "closed", "review"): Way(lambda story: story.concluded(), data=lambda s, r: _NOTE),
}  # fmt: skip


def way_of(machine: str, row: Row) -> Way:
    found = WAYS.get((machine, row.transition, row.source, row.target))
    if found is None:
        raise LookupError(f"nobody says how to reach {machine} {row.edge}")
    return found


def build(story: Oversight, machine: str, row: Row) -> Contest:
    """Two who take the row at once."""
    way, model = way_of(machine, row), MODELS[machine]
    record = way.ready(story)
    data = way.data(story, record)
    if record is None:
        key = f"{row.transition}-once"
        attempts = [
            attempt(story.world, model, row.transition, way.by[0], parent=story.facility, key=key, **data)
            for _number in range(2)
        ]
    else:
        attempts = [attempt(story.world, record, row.transition, who, **data) for who in way.by]
    return Contest(attempts, {f"{machine}.{row.transition}"}, {row.target}, row=record, loses=way.loses)
