"""The fast reading of the chain covers the very text that the writing covered; what no link is made of is a finding."""

import pytest
from django.db import connection, transaction

from core.audit import chain, triggers, walk
from core.audit.models import Event
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def test_each_link_is_the_one_that_was_written(world):
    Story(world).running()
    Story(world).register().do("supervisor", "screen_out", reason="ineligible", note="Hướng dẫn.")
    rows = list(walk.links(chain._COVERED, 1, batch=3))
    events = list(Event.objects.order_by("seq"))
    assert [row[0] for row in rows] == [event.seq for event in events] and len(rows) > 6
    # Facts and sealed notes are among them.
    assert any(event.data for event in events) and any(event.__dict__["note"] for event in events)
    for (_seq, prev, stored, text), event in zip(rows, events, strict=True):
        assert (prev, stored) == (event.prev, event.hash)
        assert chain._hash(prev, text) == chain.link(event) == stored


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL stores no such values")
@pytest.mark.parametrize(("column", "value"), [("data", "no json"), ("recorded_at", "yesterday"), ("hash", "ă")])
def test_values_that_were_never_written_are_a_finding_not_a_crash(world, column, value):
    Story(world).in_assessment()
    triggers.drop(connection)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")  # Django checks that it is JSON
        cursor.execute(f"UPDATE audit_event SET {column} = %s WHERE seq = 2", [value])
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert 2 in chain.verify()[1]
    triggers.install(connection)
