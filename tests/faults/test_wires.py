"""Lost and repeated requests, the short form: a live server behind a proxy that loses them."""

import pytest
from django.test import Client

from core.audit.models import Event
from core.web.pages import act_url
from tests.factories.cases import Story
from tests.factories.world import build_world

from . import ledger, wires
from .load import Crowd
from .test_killed import stage_of


@pytest.fixture
def stage(committed, live_server, tmp_path):
    made = stage_of(build_world(), tmp_path)
    made.port = live_server.thread.port
    return made


def test_whatever_is_lost_happens_once(stage):
    server = stage.port
    with wires.proxy(server, "short") as wire:
        stage.port = wire.port
        with Crowd(stage, "short", people=2) as crowd:
            assert crowd.wait_for(30, patience=90)
    assert crowd.tally.wrong == []
    assert ledger.contradictions(crowd.tally.acknowledged) == []
    assert crowd.tally.replayed and min(wire.seen[mode] for mode in wires.MODES) >= 1
    stage.port = server
    assert wires.rules(stage, 1) == []


@pytest.mark.django_db
def test_the_page_sent_twice_acts_once(world):
    case = Story(world).register().case
    client, where = Client(), act_url("casework.Case", case.pk, "void")
    client.force_login(world.user("supervisor"))
    form = {"version": 1, "note": "Nhầm.", "key": "one-click"}
    assert [client.post(where, form).status_code for _click in range(2)] == [302, 302]
    assert client.post(where, {**form, "key": ""}).status_code == 409
    assert client.post(where, {**form, "note": "Khác."}).status_code == 409
    assert Event.objects.filter(verb="case.void").count() == 1
