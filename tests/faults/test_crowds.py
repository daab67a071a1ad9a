"""F10, F11, the short form: 8 at once on a sample of the transitions of every machine, 64 on two, and 64 at the API's
door. The tests of every row beside the machines race each by two; `run.py faults` each by 2, 8 and 64."""

import threading
from collections import Counter

import pytest
from django.db import connections

from core.audit import chain
from core.audit.models import Event
from tests.factories.cases import Story
from tests.factories.world import build_world
from tests.spec import reading

from . import crowds

SAMPLE = {
    "case.hold", "case.emergency_open", "plan.approve", "goal.achieve", "assessment.lock", "referral.accept",
    "inspection.recheck", "incident.take", "application.approve", "licence.suspend",
}  # fmt: skip
FOLLOWING = {"issue", "activate", "supersede", "take_over"}


@pytest.fixture
def world(committed):
    return crowds.ready(build_world())


def chosen(world, names):
    """The first row of each."""
    found = {}
    for race in crowds.races(world):
        found.setdefault(f"{race.machine}.{race.row.transition}", race)
    return [found[name] for name in sorted(names)]


def test_eight_at_once_have_one_winner(world, subtests):
    for race in chosen(world, SAMPLE):
        with subtests.test(race.name):
            crowds.run(race, 8)
    assert chain.verify()[1] == []


def test_sixty_four_at_once_have_one_winner(world, subtests):
    for race in chosen(world, {"case.void", "referral.accept"}):
        with subtests.test(race.name):
            crowds.run(race, 64)
    assert chain.verify()[1] == []


def test_a_row_can_be_raced_again(world):
    for race in chosen(world, {"inspection.plan", "incident.report", "goal.add"}) * 2:
        crowds.run(race, 2)


@pytest.mark.django_db
def test_every_row_of_every_machine_is_raced_by_the_long_form(monkeypatch):
    """What it leaves out is left out by name."""
    monkeypatch.setattr(crowds, "Oversight", lambda world: None)
    raced = {(race.machine, race.row.edge) for race in crowds.races(None)}
    for machine in reading.MACHINES:
        for row in (row for row in reading.rows(machine) if row.issue != "later"):
            # Nothing leads to the waiting list yet; and these moves of a licence follow from others, which are raced.
            away = row.source == "waitlisted" or (machine == "licence" and row.transition in FOLLOWING)
            assert ((machine, row.edge) in raced) != away, (machine, row.edge)


def test_sixty_four_at_the_door_one_200_and_the_others_409(committed, door):
    story = Story(build_world()).register()
    supervisor, gate, statuses = door(story.world.user("supervisor")), threading.Barrier(64), Counter()

    def ask():
        gate.wait(timeout=60)
        answer = supervisor.post(f"cases/{story.case.pk}/actions/void/", {"version": 1, "note": "Nhầm."})
        statuses[answer.status_code, answer.json().get("type")] += 1
        connections.close_all()

    threads = [threading.Thread(target=ask) for _number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    assert statuses == {(200, None): 1, (409, "/problems/stale"): 63}
    assert Event.objects.filter(verb="case.void").count() == 1
