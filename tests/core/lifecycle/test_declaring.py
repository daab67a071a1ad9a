"""How actions are declared, what the lifecycle's field adds to django-fsm, and when which clock runs."""

from dataclasses import FrozenInstanceError
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone
from django_fsm import RETURN_VALUE, FSMField, transition

from casework.models import Case, Person
from core.access.actor import SYSTEM
from core.clock import due
from core.clock.models import Clock
from core.clock.parameters import Term
from core.lifecycle import actions, fsm
from core.lifecycle.actions import Act, ActionForm
from core.lifecycle.clocks import set_clock

NOW = timezone.now()


# --- actions ---


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(actions, "_registry", {})


def effect(record, act):
    """Nothing."""


def guard(record, act):
    return ()


def test_an_action_is_declared_once_and_its_function_stays_what_it_was(registry):
    assert (
        actions.action(Case, "hold", label="Dừng", guards=[guard], separation=[guard], states=["active"])(effect)
        is effect
    )
    spec = actions.find(Case, "hold")
    assert (spec.model, spec.name, spec.label, spec.effect) == (Case, "hold", "Dừng", effect)
    assert (spec.guards, spec.separation, spec.states) == ((guard,), (guard,), frozenset({"active"}))
    with pytest.raises(ValueError, match=r"^casework\.Case\.hold is declared twice$"):
        actions.action(Case, "hold", label="Dừng")(effect)
    assert actions.find(Case, "hold") is spec
    actions.action(Person, "hold", label="Dừng")(effect)
    assert actions.lifecycle_models() == [Case, Person]


def test_an_action_that_says_little_is_plain(registry):
    actions.action(Case, "a", label="Làm")(effect)
    spec = actions.find(Case, "a")
    assert spec == actions.Action(model=Case, name="a", label="Làm", effect=effect)
    assert (spec.form, spec.guards, spec.separation, spec.creates, spec.internal) == (None, (), (), False, False)
    assert (spec.confirm_by, spec.confirm_unit, spec.tone, spec.hint, spec.order) == ("", None, "", "", 50)
    assert (spec.notify, spec.states, spec.parent, spec.prepare) == (None, frozenset(), None, None)
    assert spec.two_person is False and spec.fresh is False
    with pytest.raises(FrozenInstanceError):
        spec.internal = True
    actions.action(Case, "b", label="Làm", confirm_by="supervisor")(effect)
    assert actions.find(Case, "b").two_person is True


def test_actions_are_asked_by_model(registry):
    assert actions.actions_of(Case) == {} and actions.lifecycle_models() == []
    actions.action(Case, "a", label="Làm")(effect)
    actions.action(Case, "b", label="Làm")(effect)
    assert list(actions.actions_of(Case)) == ["a", "b"] and actions.actions_of(Person) == {}
    for model, name in ((Case, "c"), (Person, "a")):
        with pytest.raises(KeyError):
            actions.find(model, name)


def test_models_come_by_their_labels(registry):
    actions.action(Person, "a", label="Làm")(effect)
    actions.action(Case, "a", label="Làm")(effect)
    assert actions.lifecycle_models() == [Case, Person]


def test_an_act_carries_nothing_of_another():
    one, other = (Act(by=SYSTEM, action="x", at=NOW) for _number in range(2))
    assert (one.data, one.facts, one.forerunners) == ({}, {}, [])
    assert one.data is not other.data and one.facts is not other.facts and one.forerunners is not other.forerunners
    assert (one.effective_at, one.acting_for, one.event, one.cause) == (None, None, None, None)
    assert (one.note, one.reason, one.source, one.asking) == ("", "", "", False)


def test_the_form_of_an_action_knows_the_record_and_the_person():
    form = ActionForm({"a": "1"}, record="hồ sơ", by=SYSTEM, prefix="p")
    assert (form.record, form.by, form.data, form.prefix) == ("hồ sơ", SYSTEM, {"a": "1"}, "p")
    assert ActionForm().record is None and ActionForm().by is None


# --- the field ---


def always(door):
    return True


class Doors(fsm.Lifecycle, Clock):
    """Never stored: a lifecycle of nothing."""

    state = FSMField(default=fsm.NEW, protected=True)
    CLOCKS = {"open": "due.open"}

    class Meta:
        abstract = True
        app_label = "core"

    @transition(field=state, source=fsm.NEW, target="open")
    def start(self, act):
        """Opens."""

    @transition(field=state, source=["open", "ajar"], target=RETURN_VALUE("shut", "ajar"))
    def return_(self, act):
        return "shut"

    @transition(field=state, source="shut", target=None)
    def paint(self, act):
        """Stays."""


@pytest.fixture
def door():
    with isolate_apps("core"):

        class Door(Doors):
            class Meta:
                app_label = "core"

            def __str__(self):
                return self.state

        yield Door


def test_every_edge_is_spelled_out(door):
    assert fsm.edges(door) == [
        ("paint", "shut", "shut"), ("return", "ajar", "ajar"), ("return", "ajar", "shut"), ("return", "open", "ajar"),
        ("return", "open", "shut"), ("start", "new", "open"),
    ]  # fmt: skip
    assert fsm.state_field(door).name == "state"


def test_a_name_that_python_keeps_for_itself_ends_in_an_underscore():
    assert fsm.method_of("return") == "return_" and fsm.method_of("start") == "start"


def test_a_condition_carries_its_sentence():
    marked = fsm.because("shut", "Cửa đóng.", "cua")(always)
    assert marked is always and always.reason == ("shut", "Cửa đóng.", "cua")
    assert fsm.because("shut", "Cửa đóng.")(lambda door: True).reason == ("shut", "Cửa đóng.", "")


def test_a_term_is_asked_only_where_something_is_due(door, monkeypatch):
    asked = []
    monkeypatch.setattr(fsm, "term", lambda code: asked.append(code) or Term(days=3))
    assert door().term_of_state("open") == Term(days=3) and door().term_of_state("shut") is None
    assert asked == ["due.open"]
    assert door().keeps_clock("open") is True


def test_a_lifecycle_has_no_clock_of_its_own():
    plain = fsm.Lifecycle
    assert plain.CLOCKS == {} and plain.PAUSES == plain.SAME_CLOCK == plain.TERMINAL == frozenset()


def test_a_row_read_again_keeps_its_state_when_the_reading_fails(door, monkeypatch):
    def fails(self, using=None, fields=None, from_queryset=None):
        assert "state" not in self.__dict__, "django-fsm refuses to set what is there"
        raise RuntimeError(using, fields, from_queryset)

    monkeypatch.setattr(models.Model, "refresh_from_db", fails)
    row = door()
    with pytest.raises(RuntimeError) as caught:
        row.refresh_from_db("default", ["state"], "rows")
    assert caught.value.args == ("default", ["state"], "rows") and row.state == "new"
    with pytest.raises(RuntimeError):
        row.refresh_from_db()
    assert row.state == "new"


def test_a_row_that_reads_other_columns_keeps_its_state_meanwhile(door, monkeypatch):
    seen = []
    monkeypatch.setattr(models.Model, "refresh_from_db", lambda self, **given: seen.append(self.__dict__.get("state")))
    row = door()
    row.refresh_from_db(fields=["version"])
    row.refresh_from_db(fields=["state"])
    assert seen == ["new", None]
    bare = door()
    del bare.__dict__["state"]
    bare.refresh_from_db(fields=["state"])
    assert "state" not in bare.__dict__


# --- clocks ---


class Ticking(Clock):
    """A row with a clock, in memory only."""

    CLOCKS = {"a": "x", "b": "y", "c": "z"}
    PAUSES = frozenset({"held"})
    SAME_CLOCK = frozenset({"b", "c", "later"})
    stage_since = None
    kept = True

    class Meta:
        abstract = True

    def __init__(self, state):
        self.__dict__["state"] = state
        self.due_at, self.paused_at = None, None

    state = property(lambda self: self.__dict__["state"])

    def keeps_clock(self, running):
        self.asked = running
        return self.kept

    def term_of_state(self, state):
        return Term(days=3) if state in self.CLOCKS else None


@pytest.fixture
def calls(monkeypatch):
    made = []
    for name in ("start", "stop", "pause", "resume"):
        monkeypatch.setattr(due, name, lambda row, *given, name=name: made.append((name, *given)) or row.due_at)
    return made


def entered(state, source, due_at=NOW, paused_at=None, kept=True, effective=None):
    row = Ticking(state)
    row.due_at, row.paused_at, row.kept = due_at, paused_at, kept
    row.act = Act(by=SYSTEM, action="x", at=NOW, source=source, effective_at=effective)
    set_clock(row, row.act)
    return row


def test_the_term_of_the_new_state_runs_from_when_it_happened(calls):
    row = entered("a", "new")
    assert calls == [("start", Term(days=3), NOW)] and row.stage_since == NOW
    before = NOW - timedelta(days=2)
    row = entered("a", "new", effective=before)
    assert calls[1:] == [("start", Term(days=3), before)] and row.stage_since == before


def test_a_state_without_a_term_stops_it(calls):
    entered("end", "a")
    assert calls == [("stop",)]


def test_a_self_loop_leaves_the_running_one_alone(calls):
    assert entered("a", "a").stage_since is None
    assert calls == []


def test_a_record_without_a_clock_has_none(calls):
    set_clock(SimpleNamespace(state="a"), Act(by=SYSTEM, action="x", at=NOW, source="b"))
    assert calls == []


def test_a_clock_without_states_is_nobodys_business(calls):
    class Bare(Clock):
        class Meta:
            abstract = True

        def __init__(self):
            """Without columns."""

    set_clock(Bare(), Act(by=SYSTEM, action="x", at=NOW))
    assert calls == []


def test_among_the_states_of_one_clock_it_runs_on(calls):
    entered("c", "b")
    assert calls == []
    entered("c", "b", due_at=None)
    entered("c", "a")
    entered("a", "b")
    assert calls == [("start", Term(days=3), NOW)] * 3


def test_a_pause_keeps_the_clock_of_the_state_it_came_from(calls):
    for source in ("a", "later"):
        assert entered("held", source).asked == source
    assert calls == [("pause", NOW)] * 2
    calls.clear()
    entered("held", "untimed")
    entered("held", "a", due_at=None)
    entered("held", "a", kept=False)
    assert calls == [("stop",)] * 3


def test_leaving_the_pause_takes_it_up_again(calls):
    assert entered("a", "held", paused_at=NOW).asked == "a"
    assert calls == [("resume", NOW)]
    calls.clear()
    entered("a", "held")
    entered("a", "held", paused_at=NOW, kept=False)
    entered("a", "b", paused_at=NOW)
    assert calls == [("start", Term(days=3), NOW)] * 3


def test_a_row_that_does_not_tell_since_when_is_not_told(calls, monkeypatch):
    monkeypatch.delattr(Ticking, "stage_since")
    assert not hasattr(entered("a", "new"), "stage_since")
    assert calls == [("start", Term(days=3), NOW)]
