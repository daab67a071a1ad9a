"""The tables of rights: how they are declared, and how a right is read from them; without a row in the database."""

from dataclasses import FrozenInstanceError
from uuid import uuid4

import pytest
from django.db.models import Q

from casework.models import Case, Person
from core.access import engine
from core.access.actor import SYSTEM, Actor, Holding
from core.access.scopes import Scope, anywhere, own_unit, system
from core.accounts.enums import Role
from core.accounts.models import User
from core.errors import Denied, NotVisible

ONE, TWO = uuid4(), uuid4()
NEVER = Scope("never", lambda actor, role: None)


@pytest.fixture(autouse=True)
def tables(monkeypatch):
    """Empty tables; the product's own come back afterwards."""
    monkeypatch.setattr(engine, "_registry", {})


def person(*duties, scopes=("read", "write")):
    held = tuple(Holding(str(role), unit, "Đơn vị", "/X/", None, "centre") for role, unit in duties)
    return Actor(user=User(id=uuid4()), holdings=held, scopes=frozenset(scopes))


def test_rules_are_declared_once_and_found_by_the_model():
    rules = engine.declare("casework.Case", {"view": {Role.WORKER: [anywhere()]}}, {"view": ["number"]})
    assert engine.rules_of(Case) is rules and engine.rules_of(Person) is None
    assert (rules.label, rules.fields) == ("casework.Case", {"view": ["number"]})
    assert list(rules.actions) == ["view"]
    with pytest.raises(ValueError, match=r"^casework\.Case has its rules already$"):
        engine.declare("casework.Case", {})
    bare = engine.declare("casework.Person", {})
    assert bare.fields == {}
    assert [each.label for each in engine.all_rules()] == ["casework.Case", "casework.Person"]


def test_rules_that_say_little_name_no_fields_and_stay_as_declared():
    rules, other = engine.Rules("a.A", {}), engine.Rules("b.B", {})
    assert rules.fields == {} and rules.fields is not other.fields
    with pytest.raises(FrozenInstanceError):
        rules.actions = {"view": {}}


def test_all_rules_come_by_label():
    for label in ("b.B", "a.A", "c.C"):
        engine.declare(label, {})
    assert [rules.label for rules in engine.all_rules()] == ["a.A", "b.B", "c.C"]


def test_a_role_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"^casework\.Case\.view: boss is no role$"):
        engine.declare("casework.Case", {"view": {"boss": [anywhere()]}})
    assert engine.rules_of(Case) is None, "nothing of it holds"


def test_an_upper_app_adds_actions_and_replaces_none():
    engine.declare("casework.Case", {"view": {}}, {"view": ["number"]})
    engine.extend("casework.Case", {"referral.draft": {Role.WORKER: [anywhere()]}})
    rules = engine.rules_of(Case)
    assert list(rules.actions) == ["view", "referral.draft"]
    assert (rules.label, rules.fields) == ("casework.Case", {"view": ["number"]})
    with pytest.raises(ValueError, match=r"^casework\.Case: \['view'\] stand in the table already$"):
        engine.extend("casework.Case", {"view": {Role.LEADER: [anywhere()]}, "new": {}})
    assert list(engine.rules_of(Case).actions) == ["view", "referral.draft"]


def declare(**actions):
    return engine.declare("casework.Case", {name.replace("__", ":"): row for name, row in actions.items()})


def test_what_stands_in_no_table_reaches_nothing():
    declare(view={Role.WORKER: [anywhere()]})
    worker = person((Role.WORKER, ONE))
    assert engine.reach(worker, Case, "edit") is None and engine.parts(worker, Case, "edit") == []
    assert engine.reach(worker, Person, "view") is None and engine.parts(worker, Person, "view") == []
    assert engine.reach(person((Role.LEADER, ONE)), Case, "view") is None
    assert engine.reach(person(), Case, "view") is None


def test_a_right_is_the_union_of_the_scopes_of_each_duty_in_that_duty():
    declare(view={Role.WORKER: [own_unit("owner_unit"), NEVER], Role.SUPERVISOR: [NEVER, own_unit("to_unit")]})
    both = person((Role.WORKER, ONE), (Role.SUPERVISOR, TWO))
    mine, theirs = Q(owner_unit_id__in=[ONE]), Q(to_unit_id__in=[TWO])
    assert engine.parts(both, Case, "view") == [mine, theirs]
    assert engine.reach(both, Case, "view") == mine | theirs
    assert engine.reach(both, Case, "view", str(Role.SUPERVISOR)) == theirs
    assert engine.reach(both, Case, "view", str(Role.WORKER)) == mine
    assert engine.reach(both, Case, "view", str(Role.LEADER)) is None
    assert engine.reach(person((Role.SUPERVISOR, TWO)), Case, "view") == theirs


def test_a_condition_that_two_duties_give_is_asked_once():
    declare(view={Role.WORKER: [anywhere(), anywhere()], Role.SUPERVISOR: [anywhere()]})
    assert engine.parts(person((Role.WORKER, ONE), (Role.SUPERVISOR, ONE)), Case, "view") == [Q(pk__isnull=False)]


def test_a_read_only_key_writes_nothing_and_a_writing_one_reads_nothing():
    row = {Role.WORKER: [anywhere()]}
    declare(view=row, list=row, search=row, read__history=row, edit=row)
    reader, writer = person((Role.WORKER, ONE), scopes=["read"]), person((Role.WORKER, ONE), scopes=["write"])
    for action in ("view", "list", "search", "read:history"):
        assert engine.reach(reader, Case, action) is not None and engine.reach(writer, Case, action) is None, action
    assert engine.reach(reader, Case, "edit") is None and engine.reach(writer, Case, "edit") is not None


def test_creating_needs_a_duty_that_lists_it_and_the_right_to_write():
    declare(register={Role.INTAKE: [anywhere()]})
    assert engine.may_create(person((Role.INTAKE, ONE)), Case, "register") is True
    assert engine.may_create(person((Role.WORKER, ONE)), Case, "register") is False
    assert engine.may_create(person((Role.INTAKE, ONE), scopes=["read"]), Case, "register") is False
    assert engine.may_create(person((Role.INTAKE, ONE)), Case, "void") is False
    assert engine.may_create(person((Role.INTAKE, ONE)), Person, "register") is False


def sql(rows):
    return str(rows.query)


def test_what_is_visible_is_the_reach_within_the_rows_given():
    declare(view={Role.WORKER: [own_unit("owner_unit")]}, edit={Role.WORKER: [own_unit("to_unit")]})
    worker = person((Role.WORKER, ONE))
    assert sql(engine.visible(worker, Case)) == sql(Case.objects.filter(owner_unit_id__in=[ONE]))
    within = Case.objects.filter(number="1")
    assert sql(engine.visible(worker, Case, "edit", within)) == sql(within.filter(to_unit_id__in=[ONE]))
    assert engine.visible(person(), Case).query.is_empty()
    assert engine.visible(worker, Case, "void", within).query.is_empty()


def test_the_name_of_a_mark_is_a_name():
    assert engine.mark("read:safe_address") == "may_read_safe_address"
    assert engine.mark("referral.draft") == "may_referral_draft"


def test_rows_carry_every_right_that_was_asked_also_one_that_nobody_has():
    declare(view={Role.WORKER: [own_unit("owner_unit")]})
    rows = engine.with_rights(person((Role.WORKER, ONE)), Case.objects.all(), ["view", "read:x"])
    assert set(rows.query.annotations) == {"may_view", "may_read_x"}
    shown = {name: mark.output_field.get_internal_type() for name, mark in rows.query.annotations.items()}
    assert set(shown.values()) == {"BooleanField"}
    assert "Case.owner_unit" in str(rows.query.annotations["may_view"])
    assert "Case.owner_unit" not in str(rows.query.annotations["may_read_x"])


def test_the_refusal_names_who_does_it():
    declare(close={Role.SUPERVISOR: [anywhere()], Role.COMMUNE: [anywhere()]}, nobody={})
    reason = engine.not_your_duty(Case, "close")
    assert reason.code == "not_your_duty"
    assert str(reason.text) == "Việc này do kiểm huấn viên, chủ tịch UBND xã, phường phụ trách hồ sơ làm."
    for model, action in ((Case, "nobody"), (Case, "unknown"), (Person, "view")):
        assert str(engine.not_your_duty(model, action).text) == "Không ai được làm việc này."


def test_who_sees_is_told_why_not_and_who_does_not_see_is_told_nothing(monkeypatch):
    declare(close={Role.SUPERVISOR: [anywhere()]})
    case, asked = Case(), []

    def can(rights):
        def answer(actor, action, obj):
            asked.append((actor, action, obj))
            return action in rights

        return answer

    actor = person()
    monkeypatch.setattr(engine, "can", can({"close"}))
    assert engine.require(actor, "close", case) is None
    assert asked == [(actor, "close", case)]
    monkeypatch.setattr(engine, "can", can({"view"}))
    with pytest.raises(Denied) as caught:
        engine.require(actor, "close", case)
    assert [str(r.text) for r in caught.value.reasons] == ["Việc này do kiểm huấn viên phụ trách hồ sơ làm."]
    assert asked[2] == (actor, "view", case)
    monkeypatch.setattr(engine, "can", can(()))
    with pytest.raises(NotVisible):
        engine.require(actor, "close", case)


@pytest.mark.parametrize("pk", ["không phải khoá", object(), [1]])
def test_a_key_that_is_none_looks_like_a_record_that_is_not_there(pk):
    declare(view={Role.WORKER: [anywhere()]})
    with pytest.raises(NotVisible) as caught:
        engine.fetch(person((Role.WORKER, ONE)), Case, pk)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_model_is_found_by_its_label():
    assert engine.model_of("casework.Case") is Case


def test_the_system_reaches_what_is_the_systems():
    declare(expire={Role.SYSTEM: [system()]}, close={Role.WORKER: [anywhere()]})
    assert engine.reach(SYSTEM, Case, "expire") == Q(pk__isnull=False)
    assert engine.reach(SYSTEM, Case, "close") is None
    assert engine.reach(person((Role.WORKER, ONE)), Case, "expire") is None
