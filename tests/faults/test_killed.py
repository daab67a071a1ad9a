"""F1, the short form: at each point of a transition and of a task a process dies by SIGKILL; all or nothing was kept,
and whoever asks again with the same key gets one effect. `run.py faults` does it hundreds of times."""

import pytest
from django.db import connection

from core.api import tokens
from core.catalogue.models import ClientGroup
from tests.factories.world import build_world

from . import ledger, nursery, points
from .load import Somebody, Tally
from .stage import PEOPLE, Stage


def stage_of(world, folder) -> Stage:
    """The tests' own database as a stage."""
    stage = Stage(connection.vendor, folder, "")
    stage.tokens = {name: tokens.issue(world.user(name), "thử")[1] for name in PEOPLE}
    stage.facts = {
        "commune": str(world.communes[0].pk), "group": str(ClientGroup.objects.on().get(code="k6").pk),
        "worker": str(world.user("worker").pk),
    }  # fmt: skip
    return stage


@pytest.fixture
def somebody(committed, tmp_path):
    return Somebody(stage_of(build_world(), tmp_path), Tally(), "killed")


def test_all_or_nothing_at_every_point(somebody, subtests):
    for point in points.WEB:
        with subtests.test(point):
            assert nursery.strike(somebody.stage, somebody, point) == []
    for point in points.WORKER:
        with subtests.test(point):
            nursery.a_message(somebody)
            assert nursery.strike_worker(point) == []
    somebody.stage.drain()
    assert ledger.contradictions(somebody.tally.acknowledged, drained=True) == []
    assert somebody.tally.replayed >= 1


def test_the_ledger_finds_what_does_not_add_up(somebody):
    """The judge itself: a lost write, a state that no event leads to, a message of nothing."""
    from casework.models import Case
    from core.outbox.messages import deliver_notices
    from core.outbox.tasks import DBTaskResult

    nursery.a_message(somebody)
    acknowledged = somebody.tally.acknowledged
    assert ledger.contradictions(acknowledged) == []
    assert ledger.contradictions({**acknowledged, "k": "0" * 32}) == ["1 acknowledged writes are lost"]
    Case.objects.update(version=7)
    assert any("version 7" in sentence for sentence in ledger.contradictions(acknowledged))
    Case.objects.update(version=1)
    kept = DBTaskResult.objects.first().args_kwargs["kwargs"]
    deliver_notices.enqueue(**kept)
    assert any("two messages" in sentence for sentence in ledger.contradictions(acknowledged))
    assert any("READY" in sentence for sentence in ledger.contradictions(acknowledged, drained=True))
