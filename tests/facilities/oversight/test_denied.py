"""Every row of the two references, every role it does not name, every other agency: denied, nothing has happened."""

import pytest
from django.db import transaction

from core.access.actor import Actor
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment
from core.audit.models import Event
from core.errors import Denied, DomainError, NotVisible
from core.lifecycle.engine import perform
from tests.factories.accounts import UserFactory
from tests.factories.oversight import Oversight
from tests.factories.world import build_world
from tests.spec import reading

from .ways import MODELS, ROWS, way_of

pytestmark = pytest.mark.django_db
HUMAN = [role for role in Role if role != Role.SYSTEM]
# As near to the record as one can be: in the department, in the centre, in the facility itself.
NEAR = ("department", "centre", "public")
STRANGERS = (
    "other_licensing", "other_head", "private_manager", "sibling_auditor", "sibling_supervisor", "sibling_worker",
    "chair2", "no_duty",
)  # fmt: skip


def label(value):
    return value if isinstance(value, str) else "-".join(value.edge)


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The world and a record before each row, kept for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        story = Oversight(build_world())
        records = {(machine, row.edge): way_of(machine, row).ready(story) for machine, row in ROWS}
        yield story, records
        transaction.set_rollback(True)


def attempt(story, machine, row, record, actor):
    model = MODELS[machine]
    if record is None:
        return perform(model, row.transition, by=actor, data={}, parent=story.facility)
    return perform(record, row.transition, by=actor, version=record.version, data={})


@pytest.mark.parametrize(("machine", "row"), ROWS, ids=label)
def test_roles_that_the_reference_does_not_name(stage, machine, row):
    story, records = stage
    allowed = {role for one in reading.rows(machine) if one.transition == row.transition for role in one.actors}
    before = Event.objects.count()
    for role in HUMAN:
        if role.value in allowed:
            continue
        user = UserFactory()
        for unit in NEAR:
            RoleAssignment.objects.create(
                user=user, role=role, unit=story.world.units[unit], valid_from="2026-01-01"
            )  # fmt: skip
        with pytest.raises((Denied, NotVisible)):
            attempt(story, machine, row, records[machine, row.edge], Actor.of(user))
    assert Event.objects.count() == before


@pytest.mark.parametrize(("machine", "row"), ROWS, ids=label)
def test_other_agencies(stage, machine, row):
    story, records = stage
    before = Event.objects.count()
    for name in STRANGERS:
        with pytest.raises((Denied, NotVisible)):
            attempt(story, machine, row, records[machine, row.edge], story.world.actor(name))
    assert Event.objects.count() == before


@pytest.mark.parametrize(("machine", "row"), ROWS, ids=label)
def test_whom_the_reference_names_gets_past_the_rights(stage, machine, row):
    """The other side of the coin: a table that denies everybody would pass the tests above."""
    story, records = stage
    if row.actors == {"system"}:
        return
    with transaction.atomic():
        try:
            attempt(story, machine, row, records[machine, row.edge], story.world.actor(way_of(machine, row).by[0]))
        except (Denied, NotVisible):
            pytest.fail("whom the reference names is denied")
        except DomainError:
            pass  # past the rights: what is missing now is data
        transaction.set_rollback(True)
