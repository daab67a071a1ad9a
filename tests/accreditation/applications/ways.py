"""How each row of the reference is raced: the way to its source state, who takes it there, and what is typed. A row
that stands in none of these tables cannot be raced, and its test fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accreditation.models import Application
from core.errors import Blocked, DomainError, Stale
from tests.casework.lifecycle.contest import Contest, attempt
from tests.factories.accreditation import ASKED, Recognition, another_house
from tests.factories.cases import day
from tests.factories.world import World
from tests.spec.reading import Row

MANAGER, OFFICER = ("private_manager", "private_manager"), ("licensing", "licensing")
OFFICERS, HEADS, OTHER_HEADS = ("licensing", "licensing2"), ("head", "head2"), ("head2", "head3")


def nothing(story: Recognition) -> None:
    """The source state is enough."""


def _both_declared(story: Recognition) -> None:
    for name in OFFICERS:
        story.declare(name)
    story.check()


def _answered(story: Recognition) -> None:
    story.answer()
    story.fill()


def _judged(story: Recognition) -> None:
    if story.application.state == "site_visit":
        story.record_visit()
    else:
        story.judge()


def _visited(story: Recognition) -> None:
    if story.application.state == "site_visit":
        story.record_visit()


def _told(story: Recognition) -> None:
    if story.application.state == "conditional":
        story.do(story.manager, "evidence", answer="Đã lắp tay vịn.")


def _forgotten(story: Recognition) -> None:
    """Sixty days and two reminders ago."""
    now = timezone.now()
    Application.objects.filter(pk=story.application.pk).update(
        waiting_since=now - timedelta(days=70), reminded=2, reminded_at=now - timedelta(days=25)
    )


@dataclass(frozen=True)
class Step:
    """Who takes it, what is missing in the source state, what is typed, and how the second may be refused."""

    by: tuple[str, str]
    ready: Callable[[Recognition], None] = nothing
    data: Callable[[Recognition], dict[str, Any]] = lambda story: {}
    loses: tuple[type[DomainError], ...] = (Stale,)


def _granted(story: Recognition) -> dict[str, Any]:
    return story.granting()


def _conditions(story: Recognition) -> dict[str, Any]:
    return story.granting(conditions="Lắp tay vịn.", conditions_by=day(60))


STEPS: dict[tuple[str, ...], Step] = {
    ("submit",): Step(MANAGER, _answered, lambda s: {"signed_name": "Lê Thị Sáu", "pledged": True}),
    ("return", "submitted"): Step(OFFICERS, _both_declared, lambda s: {"more": "Thiếu sơ đồ."}),
    ("return", "under_review"): Step(OFFICER, nothing, lambda s: {"more": "Thiếu sơ đồ."}),
    ("take",): Step(OFFICERS, _both_declared),
    ("visit",): Step(OFFICER, nothing, lambda s: {"planned_on": day(1), "team": [str(s.world.user("licensing2").pk)]}),
    ("require_fix",): Step(("licensing", "head"), _visited, lambda s: {"more": "Thay cầu dao.", "fix_by": day(9)}),
    ("fixed",): Step(MANAGER, _answered),
    ("recommend",): Step(OFFICER, _judged, lambda s: {"recommendation": "approve", "report": "Đủ điều kiện."}),
    ("approve",): Step(HEADS, nothing, _granted),
    ("conditional",): Step(HEADS, nothing, _conditions),
    ("met",): Step(HEADS, _told),
    ("unmet",): Step(HEADS),
    ("send_back",): Step(HEADS),
    ("refuse",): Step(HEADS),
    ("appeal",): Step(MANAGER),
    ("uphold",): Step(OTHER_HEADS),
    ("overturn",): Step(OTHER_HEADS, nothing, lambda s: {"officer": str(s.world.user("licensing2").pk)}),
    ("withdraw",): Step(MANAGER),
    ("lapse",): Step(("system", "system"), _forgotten, loses=(Blocked,)),
}


def _draft(story: Recognition, row: Row) -> Contest:
    data = {"kind": story.kind, **ASKED[story.kind]}
    tries = [
        attempt(story.world, Application, "draft", who, parent=story.facility, **data) for who in MANAGER
    ]  # fmt: skip
    return Contest(tries, {"application.draft"}, {row.target}, loses=(Blocked,))


def build(world: World, row: Row) -> Contest:
    """The record in the row's source state and two who want the same of it; LookupError where nobody said how."""
    story = Recognition(world, unit=another_house(world))
    if row.transition == "draft":
        return _draft(story, row)
    step = STEPS.get((row.transition, row.source)) or STEPS.get((row.transition,))
    if step is None:
        raise LookupError(f"application.csv: nobody says how {row.transition} is raced from {row.source}")
    story.reach(row.source)
    step.ready(story)
    assert story.reload().state == row.source
    data = {"note": "Ghi chú.", **step.data(story)}
    tries = [attempt(world, story.application, row.transition, who, **data) for who in step.by]
    return Contest(tries, {f"application.{row.transition}"}, {row.target}, row=story.application, loses=step.loses)
