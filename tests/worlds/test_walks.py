"""Hypothesis walks over whole worlds (machine.py). The short form runs with every suite; DH_WALKS=20000 walks that many
steps (README.md)."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.spec import reading

from . import cast, invariants
from .clock import frozen
from .ledger import Ledger
from .machine import Walk

pytestmark = pytest.mark.django_db
STEPS = int(os.environ.get("DH_WALKS", "0"))
# Making a failing walk shorter takes many minutes: only when asked for.
PHASES = (Phase.generate, Phase.shrink) if os.environ.get("DH_WALKS_SHRINK") else (Phase.generate,)
SHORT, LENGTH = 320, 40
# Whoever was told "ready" and meets one of these was told wrongly.
NEVER = {"conflict", "wrong_state", "proposed", "not_your_duty"}


@pytest.fixture
def province():
    with frozen(cast.START) as clock:
        world = cast.build()
        ledger = Ledger()
        ledger.take()
        ledger.hold()
        ledger.nothing_else()
        invariants.hold_all()
        Walk.world, Walk.start, Walk.clock = world, ledger, clock
        Walk.reached.clear()
        Walk.tally.clear()
        yield world


def test_walks_keep_to_the_reference(province, record_property):
    length = 80 if STEPS else LENGTH
    walks = settings(
        max_examples=min(100, max(1, (STEPS or SHORT) // length)), stateful_step_count=length, deadline=None,
        database=None, derandomize=not STEPS, phases=PHASES, suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(Walk, settings=walks)
    while Walk.tally["steps"] < STEPS:
        run_state_machine_as_test(Walk, settings=walks)
    record_property("tally", dict(Walk.tally))
    later = {key[1:] for key in Walk.tally if key[0] == "asked later"}
    assert not {key for key in later if key[2] in NEVER}, sorted(later)
    # A walk that is refused everything, or comes to nothing new, would prove nothing.
    new = {move for move in Walk.reached if move not in Walk.start.reached}
    assert Walk.tally["Outcome"] > Walk.tally["steps"] // 20, Walk.tally
    assert len(new) >= 5, sorted(Walk.reached)


def test_every_invariant_of_the_table_is_held_somewhere():
    written = {row.id for row in reading.invariants()}
    assert written <= set(invariants.RULES) | set(invariants.ELSEWHERE)
    assert not set(invariants.RULES) & set(invariants.ELSEWHERE)
