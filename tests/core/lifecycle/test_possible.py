"""The engine over a lifecycle of nothing: what follows from a move, what is possible, what two persons do."""

from contextlib import nullcontext
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError

from core.access import engine as access
from core.access.actor import SYSTEM, Actor
from core.accounts.models import User
from core.errors import Blocked, Denied, Invalid, NotVisible
from core.lifecycle import actions, engine
from tests.core.lifecycle.doors import BEFORE, NO, NOT_YET, NOW, Doors, Form, act, spec, stored

# --- what follows ---


@pytest.fixture
def declared(door, monkeypatch):
    actions._registry["core.Door"] = {name: spec(door, name) for name in ("hang", "shut", "return", "note")}
    rows = {}
    monkeypatch.setattr(engine, "_lock_row", lambda model, pk: rows[model, pk])
    return rows


def test_what_follows_is_of_the_same_person_moment_and_cause(door, declared, recorded):
    row, by, event = stored(door), Actor(user=User(id=uuid4())), SimpleNamespace(id=uuid4())
    declared[door, row.pk] = row
    first = act("first", by=by, event=event, acting_for=uuid4(), effective_at=BEFORE)
    assert engine.follow((door, row.pk), "shut", first, note="lời", reason=5, more="x") is row
    then = row.log[-1][1]
    assert (then.by, then.action, then.at, then.cause) == (by, "shut", NOW, event)
    assert (then.acting_for, then.effective_at, then.note, then.reason) == (first.acting_for, BEFORE, "lời", "5")
    assert then.data == {"note": "lời", "reason": 5, "more": "x"} and row.state == "shut"
    assert recorded[0].columns["cause"] is event and first.forerunners == []
    row.__dict__["state"] = "open"
    engine.follow((door, row.pk), "shut", first)
    plain = row.log[-1][1]
    assert (plain.note, plain.reason, plain.data) == ("", "", {})


def test_what_is_made_on_the_way_has_its_columns_first(door, declared, recorded, monkeypatch):
    monkeypatch.setattr(Doors, "log", [], raising=False)
    first = act("first", event=SimpleNamespace(id=uuid4()))
    row = engine.follow(door, "hang", first, fields={"number": "C-9"}, other=1)
    assert row.number == "C-9" and row.state == "open" and row.hung_with.data == {"other": 1}
    assert engine.follow(door, "hang", first).number == ""


def test_what_goes_before_its_cause_is_kept_until_the_cause_is_known(door, declared, recorded):
    row = stored(door)
    declared[door, row.pk] = row
    first = act("first")
    engine.follow(row, "shut", first)
    assert first.forerunners == [recorded[0]] and recorded[0].columns["cause"] is None


def test_guards_and_states_hold_for_what_follows(door, declared, recorded):
    row = stored(door, "shut")
    declared[door, row.pk] = row
    with pytest.raises(Blocked) as caught:
        engine.follow(row, "shut", act("first"))
    assert caught.value.reasons[0].code == "wrong_state" and recorded == []


# --- what is possible ---


def possible(door, one, permitted=True, row=None, by=SYSTEM):
    found = engine._possibility(one, row or stored(door), by, permitted)
    assert found.spec is one
    return found.status, [reason.code for reason in found.reasons], found.allowed


def test_a_possibility_says_what_is_in_the_way(door):
    yes, no, later = (lambda r, a: []), (lambda r, a: [NO]), (lambda r, a: [NOT_YET])
    locked = stored(door)
    locked.is_locked = True
    assert possible(door, spec(door, "shut", guards=(yes,), separation=(yes,))) == ("ready", [], True)
    assert possible(door, spec(door, "shut", guards=(later, no))) == ("missing", ["not_yet", "no"], False)
    assert possible(door, spec(door, "shut", guards=(later,)), row=locked) == ("missing", ["locked", "not_yet"], False)
    assert possible(door, spec(door, "shut", guards=(later,), separation=(no,))) == ("not_you", ["no"], False)
    assert possible(door, spec(door, "shut", separation=(no,)), permitted=False) == (
        "not_you",
        ["not_your_duty"],
        False,
    )
    assert possible(door, spec(door, "return", separation=(no,)), permitted=False) == (
        "wrong_state",
        ["wrong_state"],
        False,
    )


def test_who_only_asks_is_known_to_the_guards(door):
    seen, by, row = [], Actor(user=User(id=uuid4())), stored(door)

    def guard(record, a):
        seen.append((record, a.by, a.action, a.asking, a.at >= NOW))
        return ()

    possible(door, spec(door, "shut", guards=(guard,), separation=(guard,)), row=row, by=by)
    assert seen == [(row, by, "shut", True, True)] * 2


class Rows:
    """In place of a manager: remembers what it was asked."""

    def __init__(self, row):
        self.row, self.asked = row, []

    def filter(self, **conditions):
        self.asked.append(conditions)
        return self

    def first(self):
        return self.row


def test_all_that_can_be_done_comes_in_the_order_of_the_page(door, monkeypatch):
    row, by = stored(door), Actor(user=User(id=uuid4()))
    actions._registry["core.Door"] = {
        name: spec(door, name, **more)
        for name, more in {
            "return": {"order": 70}, "note": {"order": 70}, "shut": {"order": 10}, "gone": {"internal": True},
            "hang": {"creates": True},
        }.items()
    }  # fmt: skip
    marked = SimpleNamespace(may_view=True, may_return=True, may_note=False, may_shut=True)
    rows, asked = Rows(marked), []
    monkeypatch.setitem(vars(door._meta), "base_manager", rows)
    monkeypatch.setattr(access, "with_rights", lambda *given: asked.append(given) or rows)
    found = engine.available(by, row)
    assert [(one.spec.name, one.status) for one in found] == [
        ("shut", "ready"),
        ("note", "not_you"),
        ("return", "wrong_state"),
    ]
    assert asked == [(by, rows, ["view", "return", "note", "shut"])] and rows.asked == [{"pk": row.pk}]
    for nothing in (None, SimpleNamespace(may_view=False)):
        rows.row = nothing
        with pytest.raises(NotVisible):
            engine.available(by, row)


# --- by two persons ---


@pytest.fixture
def waiting(monkeypatch):
    """Which proposals wait: what was asked of their table, and the answer."""
    asked = []

    class Table:
        answer = False

        def filter(self, **conditions):
            asked.append(conditions)
            return self

        def exists(self):
            return self.answer

    table = Table()
    monkeypatch.setattr(engine, "Proposal", SimpleNamespace(objects=table))
    table.asked = asked
    return table


def test_what_waits_for_the_second_person_is_not_proposed_again(door, waiting):
    two, row = spec(door, "shut", confirm_by="supervisor"), stored(door)
    assert list(engine._proposed(two, row)) == [] and possible(door, two, row=row)[0] == "ready"
    assert waiting.asked[:2] == [{"model": "core.Door", "subject_id": row.pk, "action": "shut"}, {"state": "open"}]
    waiting.answer = True
    assert [reason.code for reason in engine._proposed(two, row)] == ["proposed"]
    assert possible(door, two, row=row) == ("missing", ["proposed"], False)
    assert list(engine._proposed(two, door())) == [], "one that is not there yet was never proposed"
    assert list(engine._proposed(spec(door, "shut"), row)) == [], "one person's action waits for nobody"


def test_a_proposal_is_checked_as_the_thing_itself_and_then_only_kept(door, waiting, monkeypatch):
    from core.lifecycle import proposals

    kept, row, a = [], stored(door), act()
    proposal = SimpleNamespace(pk=uuid4(), state="open", version=1)
    monkeypatch.setattr(proposals, "open_proposal", lambda *given: kept.append(given) or proposal)
    two = spec(door, "shut", confirm_by="supervisor", form=Form)
    data, files = {"must": "a", "note": "lời"}, {"f": 1}
    outcome = engine._propose(two, row, a, data, files, True, "parent")
    assert kept == [(two, row, a, data, "parent")] and (a.note, row.state, row.log) == ("lời", "open", [])
    answer = {"proposal": str(proposal.pk), "state": "open", "version": 1, "action": "shut"}
    assert (outcome.result, outcome.record, outcome.event) == (answer, proposal, None)
    no, later = (lambda r, x: [NO]), (lambda r, x: [NOT_YET])
    refusals = [
        (spec(door, "shut", confirm_by="x", form=Form, guards=(no,)), stored(door, "shut"), {}, Blocked, "wrong_state"),
        (spec(door, "shut", confirm_by="x", form=Form, separation=(no,), guards=(later,)), row, {}, Denied, "no"),
        (two, row, {}, Invalid, "must"),
        (two, row, {**data, "more": 1}, Invalid, "more"),
        (spec(door, "shut", confirm_by="x", form=Form, guards=(later, no)), row, data, Blocked, "not_yet, no"),
    ]
    for one, record, given, error, words in refusals:
        with pytest.raises(error, match=f"^{words}$"):
            engine._propose(one, record, act(), given, None, True, None)
    waiting.answer = True
    with pytest.raises(Blocked, match="^proposed$"):
        engine._propose(two, row, act(), data, None, False, None)
    assert len(kept) == 1


# --- who acts, and under what ---


def test_a_deputy_acts_for_whom_the_record_is_given_to():
    me, absent = uuid4(), uuid4()
    by = Actor(user=User(id=me), stands_for=frozenset({absent, me}))
    assert engine._acting_for(SimpleNamespace(worker_id=absent), by) == absent
    assert engine._acting_for(SimpleNamespace(worker_id=me), by) is None
    assert engine._acting_for(SimpleNamespace(worker_id=uuid4()), by) is None
    assert engine._acting_for(SimpleNamespace(worker_id=None), by) is None
    assert engine._acting_for(SimpleNamespace(), by) is None


def test_the_key_to_the_parent_is_what_is_locked_first_or_its_name(door):
    assert engine.parent_field(SimpleNamespace(LOCK_FIRST="house"), door) == "house"
    assert engine.parent_field(SimpleNamespace(LOCK_FIRST=""), door) == "door"
    assert engine.parent_field(SimpleNamespace(), door) == "door"


def test_the_system_takes_an_action_in_its_own_name(door, monkeypatch):
    seen = []
    monkeypatch.setattr(
        engine, "perform", lambda target, name, **given: seen.append((target, name, given)) or "outcome"
    )
    assert engine.system_perform(door, "shut", {"a": 1}) == "outcome"
    engine.system_perform(door, "shut")
    assert seen == [(door, "shut", {"by": SYSTEM, "data": {"a": 1}}), (door, "shut", {"by": SYSTEM, "data": {}})]


# --- the rows it is done on ---


class Found:
    """In place of a manager whose every question has the same answer."""

    def __init__(self, row):
        self.row, self.asked = row, []

    def __getattr__(self, name):
        def ask(*given, **named):
            self.asked.append((name, given, named))
            return self.row if name == "first" else self

        return ask


def test_what_the_database_refuses_is_told_as_somebody_elses_change(door, monkeypatch):
    def refused(*given):
        raise IntegrityError("UNIQUE constraint failed")

    actions._registry["core.Door"] = {"shut": spec(door, "shut")}
    monkeypatch.setattr(engine.chain, "unit_of_work", nullcontext)
    monkeypatch.setattr(engine, "_lock", refused)
    with pytest.raises(Blocked, match="^conflict$") as caught:
        engine.perform(stored(door), "shut", by=SYSTEM)
    assert isinstance(caught.value.__cause__, IntegrityError)


def test_a_row_that_has_gone_is_not_there(door, monkeypatch):
    monkeypatch.setitem(vars(door._meta), "base_manager", Found(None))
    for by in (SYSTEM, Actor(user=User(id=uuid4()))):
        monkeypatch.setattr(access, "with_rights", lambda who, rows, names: rows)
        with pytest.raises(NotVisible):
            engine._lock(spec(door, "shut"), uuid4(), by, 1)
    with pytest.raises(NotVisible):
        engine._lock_row(door, uuid4())


def test_a_row_is_locked_by_itself_and_by_its_key(door, monkeypatch):
    row = stored(door)
    rows = Found(row)
    monkeypatch.setitem(vars(door._meta), "base_manager", rows)
    assert engine._lock_row(door, row.pk) is row
    assert rows.asked == [
        ("select_for_update", (), {"of": ("self",)}),
        ("filter", (), {"pk": row.pk}),
        ("first", (), {}),
    ]


def test_the_right_to_make_a_record_is_asked_of_its_locked_parent_and_of_no_clock(door, monkeypatch):
    parent, locked, asked = stored(door), object(), []
    monkeypatch.setattr(engine, "_lock_row", lambda model, pk: locked if (model, pk) == (door, parent.pk) else None)
    monkeypatch.setattr(engine, "parent_field", lambda model, owner: "frame")
    monkeypatch.setattr(access, "require", lambda *given: asked.append(given))
    by, hang = Actor(user=User(id=uuid4())), spec(door, "hang", creates=True)
    assert engine._new(hang, by, parent).frame is locked and asked == [(by, "door.hang", locked)]
    assert engine._new(hang, SYSTEM, parent).frame is locked and len(asked) == 1
    assert engine._new(hang, SYSTEM, None)._state.adding and len(asked) == 1


def test_who_may_make_nothing_is_told_so_if_he_holds_any_duty(door, monkeypatch):
    hang, nobody = spec(door, "hang", creates=True), Actor(user=User(id=uuid4()))
    somebody = Actor(user=User(id=uuid4()), holdings=("a duty",))
    monkeypatch.setattr(access, "may_create", lambda by, model, name: False)
    with pytest.raises(NotVisible):
        engine._new(hang, nobody, None)
    with pytest.raises(Denied, match="not_your_duty"):
        engine._new(hang, somebody, None)
    monkeypatch.setattr(access, "may_create", lambda *given: given == (nobody, door, "hang"))
    assert engine._new(hang, nobody, None).state == "new"


def test_a_confirmed_record_is_made_under_its_locked_parent(door, monkeypatch):
    locked, key = stored(door), uuid4()
    monkeypatch.setattr(access, "model_of", {"core.Door": door, "core.House": "house"}.__getitem__)
    monkeypatch.setattr(engine, "_lock_row", lambda model, pk: locked if (model, pk) == ("house", key) else None)
    asked = SimpleNamespace(model="core.Door", subject_id=None, parent_model="core.House", parent_id=key)
    assert engine.proposed_row(asked).door is locked
    asked.parent_id = None
    assert engine.proposed_row(asked)._state.adding
