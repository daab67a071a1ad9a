"""The code against the hand-typed reference (tests/spec), and what every declaration must have."""

import pytest

from casework.models import Case
from core.access.engine import rules_of
from core.clock.parameters import term
from core.lifecycle.actions import actions_of
from core.lifecycle.fsm import NEW, edges
from referrals.enums import AgeBand, ReferralState, age_band
from referrals.models import Referral
from tests.spec import reading

S = ReferralState


def allowed(row):
    """The roles that the code lets take a transition; making one is a right on the case."""
    if row.source == NEW:
        return {str(role) for role in rules_of(Case).actions[f"referral.{row.transition}"]}
    return {str(role) for role in rules_of(Referral).actions[row.transition]}


def test_the_transitions_are_those_of_the_reference():
    assert set(edges(Referral)) == reading.edges("referral", "2")


def test_whoever_the_reference_names_may_act():
    for row in reading.rows("referral"):
        if row.issue == "2":
            assert row.actors <= allowed(row), row


def test_nobody_else_may_but_the_sender_who_records_for_an_outside_body():
    for row in reading.rows("referral"):
        if row.issue == "2":
            assert allowed(row) - row.actors <= ({"social_worker"} if row.transition == "decline" else set()), row


def test_every_action_has_its_rule():
    assert set(actions_of(Referral)) - {"draft"} == {
        name for name in rules_of(Referral).actions if name != "view" and not name.startswith("read:")
    }


def test_every_column_is_declared_once():
    declared = sorted(name for names in rules_of(Referral).fields.values() for name in names)
    assert declared == sorted(field.name for field in Referral._meta.concrete_fields)


def test_every_state_but_the_ends_has_an_exit(db):
    leaves = {source for _name, source, target in edges(Referral) if source != target}
    assert {str(state) for state in S} - leaves == set(Referral.TERMINAL)


def test_every_state_but_the_ends_has_a_deadline(db):
    for state in S:
        if state not in Referral.TERMINAL and state not in Referral.PAUSES:
            assert term(Referral.CLOCKS[state])


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (None, AgeBand.UNKNOWN), (0, AgeBand.UNDER_4), (3, AgeBand.UNDER_4), (4, AgeBand.CHILD), (15, AgeBand.CHILD),
        (16, AgeBand.YOUTH), (18, AgeBand.ADULT), (59, AgeBand.ADULT), (60, AgeBand.OLDER), (80, AgeBand.VERY_OLD),
    ],
)  # fmt: skip
def test_bands_of_age(years, band):
    assert age_band(years) == band
