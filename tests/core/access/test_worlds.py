"""`visible()` answers as a plain reading of the same rule would, in provinces made at random; losing a duty never adds.

The naive reading is written here from the words of the description, in Python over rows, without the engine.
"""

import random
from contextlib import suppress

import pytest
from django.utils import timezone

from casework.models import Case, Person
from core.access.actor import Actor
from core.access.engine import all_rules, can, model_of, visible
from core.accounts.enums import Role, UnitKind
from core.accounts.services import assign, end_assignment
from core.catalogue.models import ClientGroup
from core.errors import Blocked
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.places import communes

pytestmark = pytest.mark.django_db
ROLES = [
    Role.INTAKE, Role.WORKER, Role.SUPERVISOR, Role.FACILITY, Role.COMMUNE, Role.STEWARD, Role.AUDITOR, Role.LEADER,
    Role.SYSADMIN,
]  # fmt: skip


class Province:
    """A tree of units, people with up to three duties, and cases strewn over them (stored plainly, in INTAKE)."""

    def __init__(self, seed):
        chance = random.Random(seed)
        places = communes(3)
        self.units = [UnitFactory(kind=UnitKind.DEPARTMENT)]
        for number in range(7):
            kind = chance.choice([UnitKind.CENTRE, UnitKind.PUBLIC, UnitKind.COMMUNE])
            commune = chance.choice(places) if kind == UnitKind.COMMUNE else None
            code = f"{chance.choice(self.units).code}{number}" if number % 2 else f"S{seed}N{number}"
            self.units.append(UnitFactory(code=code, kind=kind, commune=commune, parent=chance.choice(self.units)))
        self.users = [UserFactory() for _number in range(9)]
        for user in self.users:
            for _number in range(chance.randint(0, 3)):
                role, unit = chance.choice(ROLES), chance.choice(self.units)
                with suppress(Blocked):  # a duty that excludes the new one
                    assign(user, role, unit)
        group = ClientGroup.objects.on().first()
        for number in range(14):
            person = Person.objects.create(name=f"Người {number}")
            Case.objects.bulk_create([
                self.strew(chance, Case(
                    number=f"HS-{seed}-{number}", person=person, group=group, commune=chance.choice(places),
                    programme=chance.choice(["case_management", "child_protection"]), received_at=timezone.now(),
                    source="self", legal_basis="statutory",
                ))
            ])  # fmt: skip

    def strew(self, chance, case):
        case.__dict__["state"] = "intake"
        for name in ("registered_unit", "to_unit", "owner_unit"):
            setattr(case, name, chance.choice(self.units))
        for name in ("worker", "handover_to", "registered_by"):
            setattr(case, name, chance.choice([None, *self.users]))
        return case


def below(unit, other):
    while other is not None:
        if other.pk == unit.pk:
            return True
        other = other.parent
    return False


def naive_view(user, case):
    """lifecycles.md, "Roles", word by word."""
    for duty in user.assignments.select_related("unit__commune"):
        unit, role = duty.unit, duty.role
        if role == Role.INTAKE and case.registered_unit == unit:
            return True
        if role == Role.WORKER and user in (case.worker, case.handover_to, case.registered_by):
            return True
        if role == Role.SUPERVISOR and (below(unit, case.owner_unit) or below(unit, case.to_unit)):
            return True
        if role == Role.FACILITY and unit in (case.owner_unit, case.registered_unit):
            return True
        own_child = case.programme == "child_protection" and unit.commune is not None and unit.commune == case.commune
        if role == Role.COMMUNE and own_child:
            return True
        if role in (Role.STEWARD, Role.AUDITOR) and below(unit, case.owner_unit):
            return True
    return False


def naive_screen(user, case):
    return any(d.role == Role.SUPERVISOR and below(d.unit, case.to_unit) for d in user.assignments.all())


@pytest.mark.parametrize("seed", range(12))
def test_the_query_equals_the_naive_reading(seed):
    province = Province(seed)
    cases = list(Case.objects.all())
    for user in province.users:
        actor = Actor.of(user)
        for action, naive in (("view", naive_view), ("screen_in", naive_screen)):
            found = set(visible(actor, Case, action).values_list("pk", flat=True))
            assert found == {case.pk for case in cases if naive(user, case)}, (user, action)
            assert all(can(actor, action, case) == (case.pk in found) for case in cases)
        persons = set(visible(actor, Person).values_list("pk", flat=True))
        assert persons == {case.person_id for case in cases if naive_view(user, case)}


@pytest.mark.parametrize("seed", range(100, 106))
def test_losing_a_duty_never_adds_a_row_anywhere(seed):
    province = Province(seed)
    rules = [(model_of(r.label), action) for r in all_rules() if r.label.startswith("casework") for action in r.actions]

    def reach(user):
        actor = Actor.of(user)
        return {(m._meta.label, a): set(visible(actor, m, a).values_list("pk", flat=True)) for m, a in rules}

    for user in province.users:
        for duty in list(user.assignments.all()):
            before = reach(user)
            end_assignment(duty)
            after = reach(user)
            assert all(after[key] <= before[key] for key in before)
        assert not any(reach(user).values())


def test_nobody_is_not_somebody():
    province = Province(7)
    nobody = UserFactory()
    assert not visible(Actor.of(nobody), Case).exists()
    assert not any(can(Actor.of(nobody), "view", case) for case in Case.objects.all())
    assert province.users


def test_a_token_for_reading_does_not_write(world):
    from core.access import engine

    actor = Actor.of(world.user("supervisor"), scopes=frozenset({"read"}))
    assert engine.reach(actor, Case, "view") is not None
    assert engine.reach(actor, Case, "read:narrative") is not None
    for action in ("screen_in", "void", "close"):
        assert engine.reach(actor, Case, action) is None
    writer = Actor.of(world.user("supervisor"), scopes=frozenset({"write"}))
    assert engine.reach(writer, Case, "view") is None


def test_not_there_and_not_to_be_seen_are_the_same_error(world):
    from uuid import uuid4

    from core.access.engine import fetch
    from core.errors import NotVisible
    from tests.factories.cases import Story

    story = Story(world).register()
    errors = []
    for key in (story.case.pk, uuid4(), "not-a-key", None, -1, 0, []):
        with pytest.raises(NotVisible) as caught:
            fetch(world.actor("sibling_worker"), Case, key)
        errors.append((type(caught.value), str(caught.value)))
    assert len(set(errors)) == 1
