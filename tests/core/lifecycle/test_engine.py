"""The engine step by step over a lifecycle of nothing, without a database: each answer, refusal and event.

That steps stand together (locks, keys, right, all or nothing) is tried on the product's own lifecycles in
tests/casework/lifecycle, tests/faults and tests/worlds.
"""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from core.access.actor import SYSTEM, Actor
from core.accounts.models import User
from core.errors import Blocked, Denied, Invalid, NotVisible, Reason
from core.lifecycle import actions, engine
from tests.core.lifecycle.doors import BEFORE, NO, NOT_YET, Form, act, spec, stored

# --- what an action fits ---


def test_a_target_is_a_record_a_key_or_a_model(door):
    row = stored(door)
    assert engine._target(row) == (door, row.pk)
    assert engine._target((door, "k")) == (door, "k")
    assert engine._target(door) == (door, None)


def test_an_action_makes_a_record_or_acts_on_one_or_both(door):
    made, acts, both = spec(door, "hang", creates=True), spec(door, "shut"), spec(door, "both", creates=True)
    command = spec(door, "note", creates=True)
    assert [engine._fits(one, creating=True) for one in (made, acts, both, command)] == [True, False, True, True]
    assert [engine._fits(one, creating=False) for one in (made, acts, both, command)] == [False, True, True, False]


def test_transitions_are_told_from_commands(door):
    assert engine.is_transition(spec(door, "shut")) and engine.is_transition(spec(door, "return"))
    assert not engine.is_transition(spec(door, "note")) and not engine.is_transition(spec(door, "save"))


def test_what_nobody_declared_or_only_the_system_does_is_not_there(door):
    actions._registry["core.Door"] = {
        "shut": spec(door, "shut", internal=True), "hang": spec(door, "hang", creates=True),
    }  # fmt: skip
    person = Actor(user=User(id=uuid4()))
    for target, name, by in (
        (stored(door), "fly", SYSTEM), (stored(door), "shut", person), (door, "shut", SYSTEM),
        (stored(door), "hang", SYSTEM),
    ):  # fmt: skip
        with pytest.raises(NotVisible):
            engine.perform(target, name, by=by)


# --- the form ---


def test_the_form_reads_the_words_and_the_files_of_the_request(door):
    row, a = stored(door), act()
    seen = {}

    class Asking(Form):
        def clean(self):
            seen.update(record=self.record, by=self.by, files=self.files)

    files = {"other": 1}
    data = {"must": "a", "note": "lời", "reason": "r", "effective_at": "2026-05-20 10:00"}
    engine.read_form(spec(door, "shut", form=Asking), row, a, data, files, strict=True)
    assert seen == {"record": row, "by": SYSTEM, "files": files}
    assert (a.note, a.reason, a.data["must"]) == ("lời", "r", "a")
    assert timezone.localtime(a.effective_at).strftime("%d/%m %H:%M") == "20/05 10:00"
    b = act()
    engine.read_form(spec(door, "shut", form=Form), row, b, {"must": "a", "more": "x"}, None, strict=False)
    assert (b.note, b.reason, b.effective_at) == ("", "", None)


def test_what_the_form_cannot_take_is_told_by_field(door):
    for data in ({}, None):
        with pytest.raises(Invalid) as caught:
            engine.read_form(spec(door, "shut", form=Form), stored(door), act(), data, None, strict=True)
        assert caught.value.errors == {"must": ["Cần có."]}


def test_a_field_that_the_form_does_not_know_is_refused_where_it_is_asked_for(door):
    for form in (Form, None):
        a = act()
        with pytest.raises(Invalid) as caught:
            engine.read_form(spec(door, "shut", form=form), stored(door), a, {"x": 1, "a": 2}, None, strict=True)
        words = ["Trường này không có hoặc không được ghi."]
        assert list(caught.value.errors.items()) == [("a", words), ("x", words)], "and before what is missing"
        assert a.data == {}


def test_an_action_without_a_form_reads_nothing(door):
    for data, strict in (({"note": "lời"}, False), (None, True), ({}, True)):
        a = act(data={"old": 1}, note="cũ")
        engine.read_form(spec(door, "shut"), stored(door), a, data, None, strict=strict)
        assert (a.data, a.note, a.reason, a.effective_at) == ({}, "", "", None)


# --- doing it ---


def test_a_transition_moves_counts_tells_saves_and_then_has_its_effect(door, recorded):
    row, by = stored(door, number="C-1"), Actor(user=User(id=uuid4()))
    cause, deputy, root = SimpleNamespace(id=uuid4()), uuid4(), row.pk
    a = act(by=by, cause=cause, acting_for=deputy, note="lời", reason="r", facts={"k": 1}, effective_at=BEFORE)
    outcome = engine._do(spec(door, "shut"), row, a)
    event = recorded[0]
    assert row.state == "shut" and row.shut_by is by and row.version == 4
    assert row.log == ["event", ("save", {"force_insert": False}, 4), ("effect", a)]
    assert (event.verb, event.subject, event.by) == ("door.shut", row, by)
    assert event.columns == {
        "root_id": root, "acting_for": deputy, "source": "open", "target": "shut", "version": 4, "reason": "r",
        "data": {"k": 1}, "note": "lời", "effective_at": BEFORE, "cause": cause,
    }  # fmt: skip
    assert a.event is event and outcome.record is row and outcome.event is event and not outcome.replayed
    assert outcome.result == {
        "id": str(row.pk), "model": "core.Door", "action": "shut", "version": 4, "event": str(event.id),
        "state": "shut", "number": "C-1",
    }  # fmt: skip


def test_a_new_record_is_inserted_at_its_first_version(door, recorded):
    row = door()
    row.log = []
    outcome = engine._do(spec(door, "hang"), row, act("hang"))
    assert row.log[1] == ("save", {"force_insert": True}, 1)
    assert (recorded[0].columns["source"], recorded[0].columns["target"]) == ("new", "open")
    assert (outcome.result["version"], outcome.result["number"]) == (1, None)


def test_a_command_changes_first_and_is_saved_then_and_moves_no_state(door, recorded):
    row = stored(door)
    a = act("note")
    outcome = engine._do(spec(door, "note"), row, a)
    assert row.log == ["event", ("effect", a), ("save", {"force_insert": False}, 4)]
    assert (recorded[0].columns["source"], recorded[0].columns["target"]) == ("", "")
    assert outcome.result["state"] == "open" and a.source == ""


def test_what_is_prepared_comes_before_the_move(door, recorded):
    seen = []

    def prepare(record, a):
        seen.append((record.state, a.source))
        a.forerunners.append(SimpleNamespace(cause_id=None))

    a = act()
    engine._do(spec(door, "shut", prepare=prepare), stored(door), a)
    assert seen == [("open", "open")]
    assert a.forerunners[0].cause_id == recorded[0].id, "what went before names what it was for"


def test_a_name_that_python_keeps_is_a_transition_too(door, recorded):
    row = stored(door, "shut")
    engine._do(spec(door, "return"), row, act("return"))
    assert row.state == "open" and recorded[0].verb == "door.return"


def test_the_clock_is_set_for_the_new_state(door, recorded, monkeypatch):
    seen = []
    monkeypatch.setattr(engine, "set_clock", lambda row, a: seen.append((row.state, a)))
    a = act()
    engine._do(spec(door, "shut"), stored(door), a)
    engine._do(spec(door, "note"), stored(door), act("note"))
    assert seen == [("shut", a)]


def test_guards_hold_before_anything_moves(door, recorded):
    row, seen = stored(door), []

    def guard(record, a):
        seen.append((record, a.action))
        return [NOT_YET]

    with pytest.raises(Blocked) as caught:
        engine._do(spec(door, "shut", guards=(guard, lambda record, a: [NO])), row, act())
    assert caught.value.reasons == [NOT_YET, NO] and seen == [(row, "shut")]
    assert row.state == "open" and row.log == [] and recorded == []


def test_everybody_but_oneself_is_told_once(door, recorded, monkeypatch):
    from core.outbox import messages

    told = []
    monkeypatch.setattr(messages, "queue_notices", lambda *given: told.append(given))
    me, one, other = uuid4(), uuid4(), uuid4()
    row = stored(door)
    by = Actor(user=User(id=me))
    engine._do(spec(door, "shut", notify=lambda record, a: [one, me, None, other, one]), row, act(by=by))
    assert told == [(recorded[0], row, {one, other})]
    for nobody in ([], [None], [me]):
        engine._tell(row, act(by=by, event=recorded[0]), nobody)
    engine._tell(row, act(by=by), [one])
    assert len(told) == 1


# --- checking it ---


def test_state_comes_before_the_person_and_the_person_before_the_form(door, recorded, monkeypatch):
    given = spec(door, "shut", separation=(lambda record, a: [NO],), form=Form)
    with pytest.raises(Blocked) as caught:
        engine.carry_out(given, stored(door, "shut"), act(), {})
    assert [reason.code for reason in caught.value.reasons] == ["wrong_state"]
    with pytest.raises(Denied) as refused:
        engine.carry_out(given, stored(door), act(), {})
    assert refused.value.reasons == [NO]
    with pytest.raises(Invalid):
        engine.carry_out(spec(door, "shut", form=Form, guards=(lambda record, a: [NO],)), stored(door), act(), {})
    files, seen = {"f": 1}, []
    monkeypatch.setattr(engine, "read_form", lambda *args: seen.append(args))
    one, row, a = spec(door, "shut"), stored(door), act()
    outcome = engine.carry_out(one, row, a, {"d": 1}, files, True)
    assert seen == [(one, row, a, {"d": 1}, files, True)] and outcome.result["state"] == "shut"
    engine.carry_out(one, stored(door), act(), {})
    assert seen[1][4:] == (None, False)


def test_a_transition_is_possible_from_its_states_while_its_conditions_hold(door):
    shut = spec(door, "shut")
    assert list(engine.state_reasons(shut, stored(door))) == []
    locked = stored(door)
    locked.is_locked = True
    assert list(engine.state_reasons(shut, locked)) == [Reason("locked", "Cửa khoá.", "cua")]
    wrong = list(engine.state_reasons(shut, stored(door, "shut")))
    assert [(reason.code, str(reason.text)) for reason in wrong] == [
        ("wrong_state", "Hồ sơ đang ở bước “đã đóng”, không làm được việc này.")
    ]
    back = stored(door, "shut")
    back.is_locked = True
    name = "unlocked_without_words"
    assert list(engine.state_reasons(spec(door, "return"), back)) == [Reason(name, name, "")]


def test_a_command_may_be_given_where_it_says(door):
    everywhere, here = spec(door, "note"), spec(door, "note", states=frozenset({"shut"}))
    assert list(engine.state_reasons(everywhere, stored(door))) == []
    assert (
        list(engine.state_reasons(here, stored(door, "shut"))) == [] and list(engine.state_reasons(here, door())) == []
    )
    reasons = list(engine.state_reasons(here, stored(door)))
    assert len(reasons) == 1 and "“đang mở”" in str(reasons[0].text)


def test_a_record_that_is_not_there_yet_says_so(door):
    reason = next(iter(engine.state_reasons(spec(door, "shut"), door())))
    assert "“chưa có”" in str(reason.text)
