"""Each scope by itself: which condition it makes of an actor and a role, and when it makes none."""

from dataclasses import FrozenInstanceError
from uuid import uuid4

import pytest
from django.db.models import Q

from casework.models import Case, Household, Person
from core.access import engine, grants, scopes
from core.access.actor import SYSTEM, Actor, Holding
from core.accounts.models import User

HERE, THERE, ELSEWHERE = uuid4(), uuid4(), uuid4()


def holding(role, unit, commune=None):
    return Holding(role, unit, "Đơn vị", f"/{unit}/", commune, "centre")


@pytest.fixture
def actor():
    """Holds duty `a` here (commune 1) and there (no commune), duty `b` elsewhere; stands in for one person."""
    return Actor(
        user=User(id=uuid4()),
        holdings=(holding("a", HERE, 1), holding("a", THERE), holding("b", ELSEWHERE, 2)),
        stands_for=frozenset({uuid4()}),
        _trees={"a": [HERE, THERE, uuid4()], "b": []},
    )


def test_anywhere_is_every_row(actor):
    assert scopes.anywhere().build(actor, "a") == Q(pk__isnull=False)
    assert str(scopes.anywhere()) == "anywhere"


def test_own_unit_is_where_the_role_itself_is_held(actor):
    scope = scopes.own_unit("unit")
    assert scope.build(actor, "a") == Q(unit_id__in=[HERE, THERE])
    assert scope.build(actor, "b") == Q(unit_id__in=[ELSEWHERE])
    assert scope.build(actor, "c") is None
    assert str(scope) == "own_unit(unit)"


def test_the_tree_is_that_of_the_role(actor):
    scope = scopes.unit_tree("case__unit")
    assert scope.build(actor, "a") == Q(case__unit_id__in=actor._trees["a"])
    assert scope.build(actor, "b") is None
    assert str(scope) == "unit_tree(case__unit)"


def test_the_commune_is_that_of_the_units_of_the_role(actor):
    scope = scopes.own_commune("commune")
    assert scope.build(actor, "a") == Q(commune_id__in=[1])
    assert scope.build(actor, "b") == Q(commune_id__in=[2])
    assert str(scope) == "own_commune(commune)"


def test_assigned_is_oneself_and_whom_one_stands_in_for(actor):
    scope = scopes.assigned("worker")
    assert scope.build(actor, "a") == Q(worker_id__in=[actor.user.id, *actor.stands_for])
    assert scope.build(SYSTEM, "system") is None
    assert str(scope) == "assigned(worker)"


def test_shared_asks_for_the_shares_of_the_actor_in_the_role(actor, monkeypatch):
    asked, keys = [], [uuid4()]

    def shared_ids(*given):
        asked.append(given)
        return keys

    monkeypatch.setattr(grants, "shared_ids", shared_ids)
    assert scopes.shared("casework.Case").build(actor, "a") == Q(pk__in=keys)
    assert scopes.shared("casework.Case", "case", "edit").build(actor, "b") == Q(case_id__in=keys)
    assert asked == [(actor, "a", "casework.Case", "view"), (actor, "b", "casework.Case", "edit")]
    keys.clear()
    assert scopes.shared("casework.Case").build(actor, "a") is None
    assert str(scopes.shared("casework.Case", "case")) == "shared(case)"


def test_where_narrows_and_never_widens(actor):
    scope = scopes.where(scopes.own_unit("unit"), state="open", kind="x")
    assert scope.build(actor, "b") == Q(unit_id__in=[ELSEWHERE]) & Q(state="open", kind="x")
    assert scope.build(actor, "c") is None
    assert str(scope) == "own_unit(unit) where state=open, kind=x"


def test_both_needs_both(actor):
    scope = scopes.both(scopes.own_unit("unit"), scopes.own_commune("commune"))
    assert scope.build(actor, "a") == Q(unit_id__in=[HERE, THERE]) & Q(commune_id__in=[1])
    assert scope.build(actor, "c") is None
    every, ours = scopes.anywhere(), scopes.own_unit("unit")
    assert scopes.both(every, ours).build(actor, "c") is None
    assert scopes.both(ours, every).build(actor, "c") is None
    assert str(scope) == "own_unit(unit) and own_commune(commune)"


def test_of_visible_follows_the_other_record_in_the_same_duty(actor, monkeypatch):
    asked, answer = [], [Q(number="1")]

    def parts(*given):
        asked.append(given)
        return answer

    monkeypatch.setattr(engine, "parts", parts)
    scope = scopes.of_visible("casework.Case", "person")
    made = scope.build(actor, "a")
    assert asked == [(actor, Case, "view", "a")]
    sql = str(Person.objects.filter(made).only("pk").query)
    assert '"casework_person"."id" IN (SELECT' in sql and '"person_id"' in sql and '"number" = 1' in sql
    named = scopes.of_visible("casework.Case", "pk", "read:history", to="case").build(actor, "b")
    assert asked[1] == (actor, Case, "read:history", "b")
    assert named.children[0][0] == "case__in"
    assert str(scope) == "of_visible(casework.Case.person, view)"
    answer.append(Q(risk="2"))
    sql = str(Person.objects.filter(scope.build(actor, "a")).only("pk").query)
    assert '"number" = 1 OR ' in sql and '"risk" = 2' in sql and "UNION" not in sql, "a list stops at its page"
    answer.append(Q(person_id__in=scope.build(actor, "a").children[0][1]))
    sql = str(Person.objects.filter(scope.build(actor, "a")).only("pk").query)
    assert sql.count("UNION") == 2, "each right for itself, as one of them asks another model"
    answer.clear()
    assert scope.build(actor, "a") is None


def test_of_one_row_it_is_asked_what_points_at_it(actor, monkeypatch):
    """A household, through its people, through their cases: no step reads more than what points at this one."""
    monkeypatch.setattr(engine, "parts", lambda _actor, model, _action, _role: answers[model])
    answers = {Case: [Q(number="1"), Q(risk="2")]}
    answers[Person] = [scopes.of_visible("casework.Case", "person_id").build(actor, "a"), Q(name="3")]
    through = scopes.of_visible("casework.Person", "household_id").build(actor, "a")
    asked = engine.of_one(~(through & Q(size=4)))
    sql = str(Household.objects.filter(asked).only("pk").query)
    assert asked.negated and sql.count("EXISTS") == 2 and " IN (" not in sql and "UNION" not in sql
    assert '"household_id" = ("casework_household"."id")' in sql and '"size" = 4' in sql
    assert str(Household.objects.filter(through).only("pk").query).count("EXISTS") == 0, (
        "a list begins at the other end"
    )


def test_the_system_is_the_system_only(actor):
    assert scopes.system().build(SYSTEM, "system") == Q(pk__isnull=False)
    assert scopes.system().build(actor, "a") is None
    assert str(scopes.system()) == "system"


def test_a_scope_once_declared_stays_as_it_is():
    scope = scopes.own_unit("unit")
    with pytest.raises(FrozenInstanceError):
        scope.build = scopes.anywhere().build
