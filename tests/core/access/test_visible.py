"""What `visible()` and `fetch()` say at the edges; whole provinces are held against the tables in tests/worlds."""

from uuid import uuid4

import pytest

from casework.models import Case
from core.access import engine
from core.access.actor import Actor
from core.access.engine import can, fetch, visible
from core.accounts.enums import Role
from core.accounts.services import assign
from core.errors import NotVisible
from tests.factories.accounts import UserFactory
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def test_nobody_is_not_somebody(world):
    case = Story(world).register().case
    nobody = Actor.of(UserFactory())
    assert not visible(nobody, Case).exists()
    assert not can(nobody, "view", case)


def test_a_token_for_reading_does_not_write(world):
    actor = Actor.of(world.user("supervisor"), scopes=frozenset({"read"}))
    assert engine.reach(actor, Case, "view") is not None
    assert engine.reach(actor, Case, "read:narrative") is not None
    for action in ("screen_in", "void", "close"):
        assert engine.reach(actor, Case, action) is None
    writer = Actor.of(world.user("supervisor"), scopes=frozenset({"write"}))
    assert engine.reach(writer, Case, "view") is None


def test_not_there_and_not_to_be_seen_are_the_same_error(world):
    story = Story(world).register()
    errors = []
    for key in (story.case.pk, uuid4(), "not-a-key", None, -1, 0, []):
        with pytest.raises(NotVisible) as caught:
            fetch(world.actor("sibling_worker"), Case, key)
        errors.append((type(caught.value), str(caught.value)))
    assert len(set(errors)) == 1


def test_no_duty_sees_further_through_another(world):
    """The audit shows the person, the steward of another unit reads identity numbers: together they read none here."""
    person = Story(world).register().case.person
    assign(world.user("auditor"), Role.STEWARD, world.units["sibling"])
    auditor = world.actor("auditor")
    assert can(auditor, "view", person)
    assert not can(auditor, "read:identity", person)
    assign(world.user("auditor"), Role.STEWARD, world.units["centre"])
    assert can(world.actor("auditor"), "read:identity", person)
