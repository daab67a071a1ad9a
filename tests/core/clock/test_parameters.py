import csv
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from core.clock import parameters
from core.clock.models import Parameter
from core.clock.parameters import Term, UnknownParameter

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)

# Typed from docs of the law and the lifecycles, not from the file.
TERMS = {
    "due.intake": Term(days=1),
    "due.assessment": Term(days=10),
    "due.planning": Term(days=10),
    "due.referral": Term(days=5),
    "due.closure_review": Term(days=5),
    "due.takeover_assessment": Term(calendar_days=30),
    "due.handover": Term(days=3),
    "due.emergency_review": Term(days=1),
    "due.safety_plan": Term(hours=72),
    "due.child_measure": Term(hours=12),
    "due.child_plan": Term(days=5),
    "due.emergency_assessment": Term(days=10),
    "due.referral_answer": Term(days=3),
    "due.referral_answer_emergency": Term(hours=4),
    "due.waitlist_contact": Term(calendar_days=30),
    "due.hold_supervisor": Term(calendar_days=30),
    "due.lost_contact": Term(months=1),
    "due.reopen_window": Term(months=12),
    "review.first_quarter": Term(months=1),
    "review.after": Term(months=3),
    "transfer.sender_read": Term(calendar_days=30),
    "stay.emergency_max": Term(months=3),
    "stay.emergency_max_trafficking": Term(calendar_days=120),
}


@pytest.mark.parametrize("code", TERMS)
def test_terms(code):
    assert parameters.term(code, TODAY) == TERMS[code]


def test_values_that_are_no_terms():
    assert parameters.value("due.followup", TODAY) == [3, 6]
    assert parameters.value("caseload.cap", TODAY) == {"senior": 30, "standard": 25, "assistant": 20}
    assert parameters.value("closure.contact_tries", TODAY) == 3
    assert parameters.value("plan.goals_min", TODAY) == 1
    with pytest.raises(UnknownParameter):
        parameters.term("due.followup", TODAY)


@pytest.mark.parametrize(
    ("day", "level"),
    [
        ("2021-06-30", 270_000),
        ("2021-07-01", 360_000),
        ("2024-06-30", 360_000),
        ("2024-07-01", 500_000),
        ("2026-06-30", 500_000),
        ("2026-07-01", 540_000),
        ("2026-11-22", 540_000),
    ],
)
def test_the_standard_level_by_date(day, level):
    assert parameters.value("standard_level", date.fromisoformat(day)) == level


def test_units_are_kept_apart():
    assert parameters.days("due.assessment", TODAY) == 10
    assert parameters.hours("due.safety_plan", TODAY) == 72
    assert parameters.months("due.reopen_window", TODAY) == 12
    assert parameters.calendar_days("due.hold_supervisor", TODAY) == 30
    with pytest.raises(UnknownParameter, match="hour"):
        parameters.hours("due.assessment", TODAY)


def test_unknown_code_or_day():
    with pytest.raises(UnknownParameter):
        parameters.value("due.nothing", TODAY)
    with pytest.raises(UnknownParameter):
        parameters.value("standard_level", date(1999, 1, 1))


def test_the_later_row_wins_from_its_day_and_at_once():
    assert parameters.days("due.intake", TODAY) == 1
    Parameter.objects.create(code="due.intake", value=2, unit="wd", valid_from=TODAY, article="setting")
    assert parameters.days("due.intake", TODAY) == 2
    assert parameters.days("due.intake", date(2026, 11, 21)) == 1
    assert parameters.snapshot(TODAY).term("due.intake") == Term(days=2)


def test_a_snapshot_is_one_query_and_agrees_with_single_reads(django_assert_num_queries):
    with django_assert_num_queries(1):
        held = parameters.snapshot(TODAY, prefix="due.")
        assert held.term("due.planning") == Term(days=10)
    with pytest.raises(UnknownParameter):
        held.value("standard_level")
    for code in Parameter.objects.filter(code__startswith="due.").values_list("code", flat=True):
        assert held.held(code) == parameters.held(code, TODAY)


def test_every_row_of_the_file_says_its_article_and_is_in_force_when_it_says():
    path = Path(settings.BASE_DIR) / "core" / "clock" / "data" / "parameters.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) > 45
    for row in rows:
        held = parameters.held(row["code"], date.fromisoformat(row["valid_from"]))
        assert held.article == row["article"] != ""
        if isinstance(held.value, int) and held.unit in {"wd", "hour", "month", "calendar_day"}:
            held.term()
