"""Every row of the reference, every role it does not name, every other agency: denied, and nothing has happened.

Each denied role is held as near to the record as it can be: in its own unit and at the top of the tree.
"""

import pytest
from django.db import transaction

from casework.enums import Programme
from casework.models import Case
from core.access.actor import Actor
from core.accounts.enums import Role
from core.accounts.services import assign
from core.audit.models import Event
from core.errors import Denied, DomainError, NotVisible
from core.lifecycle.actions import find
from core.lifecycle.engine import perform
from tests.architecture.test_spec import MODELS, WIDER, model, rows
from tests.factories.accounts import UserFactory
from tests.factories.stages import UNREACHED, every_state
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db

HUMAN = [role for role in Role if role != Role.SYSTEM]
# The receiver of a referral sits in another unit than the case.
NEAR = {"referral": ("centre", "public", "department", "commune")}
NEAR_DEFAULT = ("centre", "department", "commune")
STRANGERS = (
    "sibling_intake", "sibling_worker", "sibling_supervisor", "sibling_steward", "private_manager", "private_worker",
    "commune2_intake", "chair2", "colleague", "no_duty",
)  # fmt: skip
CREATED_ANYWHERE = {("case", "register"), ("case", "emergency_open"), ("case", "take_over")}


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The world and one record in every state, kept for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        yield world, every_state(world), {places: near(world, places) for places in (NEAR_DEFAULT, *NEAR.values())}
        transaction.set_rollback(True)


def near(world, places):
    """One user of each role, holding it in all these units."""
    users = {role: UserFactory() for role in HUMAN if role != Role.WORKER}
    for role, user in users.items():
        for unit in places:
            assign(user, role, world.units[unit])
    return {**users, Role.WORKER: world.user("worker")}  # the case's own worker is the nearest of its role


@pytest.fixture
def staged(stage):
    return stage[:2]


def attempt(records, machine, row, actor):
    """Take the transition as far as its rights."""
    owner = model(machine)
    if row.source == "new":
        parent = find(owner, row.transition).parent
        under = None
        if parent is not None:
            under = records["plan", "draft"] if machine == "goal" else records["case", "assessment"]
        return perform(owner, row.transition, by=actor, data={}, parent=under)
    record = records[machine, row.source]
    return perform(record, row.transition, by=actor, version=record.version, data={})


def reachable(machine):
    seen = set()
    for row in rows(machine):
        key = (row.transition, row.source)
        if key not in seen and (machine, row.source) not in UNREACHED:
            seen.add(key)
            yield row


# Those of recognition are tried where their records are made: tests/facilities/oversight, tests/accreditation.
MACHINES = ("case", "plan", "assessment", "goal", "referral")
assert set(MACHINES) <= set(MODELS)
CASES = [(machine, row) for machine in MACHINES for row in reachable(machine)]
# Whoever has the duty may register anywhere: no agency is the wrong one.
BOUND = [(m, row) for m, row in CASES if row.source != "new" or (m, row.transition) not in CREATED_ANYWHERE]


def label(value):
    return value if isinstance(value, str) else f"{value.transition}-{value.source}"


@pytest.mark.parametrize(("machine", "row"), CASES, ids=label)
def test_roles_that_the_reference_does_not_name(stage, machine, row):
    _world, records, nearest = stage
    allowed = {r for one in rows(machine) if one.transition == row.transition for r in one.actors}
    allowed |= WIDER.get((machine, row.transition), set())
    before = Event.objects.count()
    for role in HUMAN:
        if role.value in allowed:
            continue
        user = nearest[NEAR.get(machine, NEAR_DEFAULT)][role]
        with pytest.raises((Denied, NotVisible)):
            attempt(records, machine, row, Actor.of(user))
    assert Event.objects.count() == before


@pytest.mark.parametrize(("machine", "row"), BOUND, ids=label)
def test_other_agencies_and_colleagues(staged, machine, row):
    world, records = staged
    for name in STRANGERS:
        with pytest.raises((Denied, NotVisible)):
            attempt(records, machine, row, world.actor(name))


def related(world, records, machine, row, role):
    """Bring the record into the relation in which the role is named: handed to it, its facility's, its commune's."""
    record = records["case", "assessment"] if row.source == "new" else records[machine, row.source]
    case = record if isinstance(record, Case) else record.root
    values = {}
    if row.transition in ("accept_handover", "decline_handover"):
        values["handover_to"] = world.user("colleague")
    if row.transition == "emergency_open" and role == Role.WORKER:
        values["registered_by"] = world.user("worker")
    if role == Role.FACILITY and machine != "referral":
        values["owner_unit"] = world.units["public"]
    if role == Role.COMMUNE:
        values["programme"] = Programme.CHILD
    if values:
        Case.objects.filter(pk=case.pk).update(**values)


def gets_past(records, machine, row, actor):
    try:
        attempt(records, machine, row, actor)
    except (Denied, NotVisible):
        return False
    except DomainError:
        return True  # past the rights: what is missing now is data
    return True


@pytest.mark.parametrize(("machine", "row"), CASES, ids=label)
def test_whom_the_reference_names_gets_past_the_rights(staged, machine, row):
    """The other side of the coin: a table that denies everybody would pass the tests above."""
    world, records = staged
    for role in row.actors - {"system"}:
        with transaction.atomic():
            related(world, records, machine, row, role)
            assert any(gets_past(records, machine, row, world.actor(name)) for name in world.holders(role)), role
            transaction.set_rollback(True)
