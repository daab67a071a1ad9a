"""A proposal by itself: what is kept of the request, who hears of it, and that its database knows legal pairs only."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.http import QueryDict
from django.test.utils import isolate_apps
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from core.access.actor import Actor
from core.access.engine import rules_of
from core.accounts.enums import Role
from core.accounts.models import Unit, User
from core.errors import Denied, Reason
from core.lifecycle import engine, proposals, triggers
from core.lifecycle.actions import Act, Action, actions_of
from core.lifecycle.models import Proposal
from core.worklist import kinds, services

NOW = timezone.now()
BY = Actor(user=User(id=uuid4()))


# --- what is kept ---


def test_what_was_asked_is_kept_as_it_was_given():
    page = QueryDict("name=a&name=b&note=l%E1%BB%9Di&key=k&csrfmiddlewaretoken=t")
    again = proposals.asked(proposals._kept(page))
    assert isinstance(again, MultiValueDict)
    assert again.getlist("name") == ["a", "b"] and again["note"] == "lời" and set(again) == {"name", "note"}
    api = {"name": ["a"], "at": datetime(2026, 5, 20, tzinfo=UTC), "id": UUID(int=5)}
    assert proposals.asked(proposals._kept(api)) == {
        "name": ["a"], "at": "2026-05-20T00:00:00Z", "id": str(UUID(int=5))
    }  # fmt: skip
    assert json.loads(proposals._kept(api))["lists"] is False and proposals.asked(proposals._kept(None)) == {}


class Row:
    """In place of a record."""

    _meta = SimpleNamespace(label="casework.ServicePlan")
    pk, version = UUID(int=7), 4

    def __init__(self, adding=False):
        self._state, self.owner_unit = SimpleNamespace(adding=adding), Unit(id=uuid4(), name="của hồ sơ")


def proposed(monkeypatch, row, parent=None, **options):
    carried = []
    monkeypatch.setattr(engine, "carry_out", lambda *given: carried.append(given))
    spec = Action(model=Proposal, name="complete", label="", effect=print, confirm_by="supervisor", **options)
    act = Act(by=BY, action="complete", at=NOW, note="Tóm tắt.", data={"unit": "u"})
    proposal = proposals.open_proposal(spec, row, act, {"a": 1}, parent)
    [(found, subject, inner, data)] = carried
    assert found is actions_of(Proposal)["propose"] and subject is proposal and data == {}
    assert (inner.by, inner.action, inner.at) == (BY, "propose", NOW)
    return proposal


def test_a_proposal_says_what_by_whom_and_for_whom(monkeypatch):
    row = Row()
    proposal = proposed(monkeypatch, row)
    assert (proposal.model, proposal.subject_id, proposal.subject_version) == ("casework.ServicePlan", row.pk, 4)
    assert (proposal.action, proposal.unit, proposal.role) == ("complete", row.owner_unit, "supervisor")
    assert (proposal.parent_model, proposal.parent_id) == ("", None)
    assert (proposal.proposed_by, proposal.summary) == (BY.user, "Tóm tắt.")
    assert proposals.asked(proposal.payload) == {"a": 1}


def test_a_proposal_of_a_new_record_names_its_parent_and_no_key(monkeypatch):
    row, parent = Row(adding=True), SimpleNamespace(_meta=SimpleNamespace(label="casework.Case"), pk=UUID(int=9))
    unit, asked = Unit(id=uuid4(), name="khác"), []
    proposal = proposed(monkeypatch, row, parent, confirm_unit=lambda *given: asked.append(given) or unit)
    assert (proposal.subject_id, proposal.subject_version, proposal.unit) == (None, 0, unit)
    assert (proposal.parent_model, proposal.parent_id) == ("casework.Case", parent.pk)
    assert asked == [(row, {"unit": "u"})]


# --- who hears of it ---


@pytest.fixture
def told(monkeypatch):
    made = []
    for name in ("open_item", "close_items"):
        monkeypatch.setattr(services, name, lambda *given, name=name, **more: made.append((name, given, more)))
    return made


def effect(name, proposal, act):
    actions_of(Proposal)[name].effect(proposal, act)


def test_it_goes_on_the_list_of_whoever_decides(told):
    proposal = Proposal(id=uuid4(), unit=Unit(id=uuid4()), role="supervisor", due_at=NOW)
    act = Act(by=BY, action="propose", at=NOW, event=SimpleNamespace(id=1))
    effect("propose", proposal, act)
    more = {"event": act.event, "unit": proposal.unit, "role": "supervisor", "due_at": NOW}
    assert told == [("open_item", ("proposal.decide", proposal), more)]
    kind = kinds.kind("proposal.decide")
    assert (kind.action, kind.waiting) == ("confirm", True)


@pytest.mark.parametrize(("name", "outcome"), [("refuse", "refused"), ("lapse", "lapsed")])
def test_it_comes_off_the_list_with_its_end(told, name, outcome):
    proposal = Proposal(id=uuid4())
    act = Act(by=BY, action=name, at=NOW, event=SimpleNamespace(id=1))
    effect(name, proposal, act)
    assert told == [("close_items", (), {"event": act.event, "subject_id": proposal.pk, "outcome": outcome})]
    told.clear()
    with pytest.raises(AssertionError):
        effect(name, proposal, Act(by=BY, action=name, at=NOW))


def test_confirmed_it_happens_by_whoever_confirms_with_what_was_asked(told, monkeypatch):
    case, row, other = uuid4(), object(), uuid4()
    proposal = Proposal(
        id=uuid4(), model="core.Proposal", action="lapse", proposed_by_id=other, payload=proposals._kept({"a": 1})
    )
    carried, saved = [], []

    def carry_out(*given):
        carried.append(given)
        return engine.Outcome({"id": str(case)})

    monkeypatch.setattr(engine, "carry_out", carry_out)
    monkeypatch.setattr(engine, "proposed_row", lambda asked: row if asked is proposal else None)
    monkeypatch.setattr(proposal, "save", lambda **given: saved.append((proposal.result_id, given)))
    act = Act(by=BY, action="confirm", at=NOW, event=SimpleNamespace(id=1))
    effect("confirm", proposal, act)
    [(spec, subject, inner, data)] = carried
    assert (spec, subject, data) == (actions_of(Proposal)["lapse"], row, {"a": 1})
    assert (inner.by, inner.action, inner.at, inner.cause) == (BY, "lapse", NOW, act.event)
    assert inner.facts == {"proposed_by": str(other)}
    assert saved == [(case, {"update_fields": ["result_id"]})]
    assert told == [("close_items", (), {"event": act.event, "subject_id": proposal.pk})]


def test_whoever_proposed_decides_nothing():
    mine, theirs = Proposal(proposed_by_id=BY.id), Proposal(proposed_by_id=uuid4())
    for name in ("confirm", "refuse"):
        check = actions_of(Proposal)[name].separation[0]
        act = Act(by=BY, action=name, at=NOW)
        assert list(check(theirs, act)) == [] and [reason.code for reason in check(mine, act)] == ["own_proposal"]
    mine.__dict__["state"] = "open"
    with pytest.raises(Denied, match="own_proposal"):
        engine.carry_out(actions_of(Proposal)["confirm"], mine, Act(by=BY, action="confirm", at=NOW), {})


NO, NOT_YET, WRONG = Reason("no", "Không."), Reason("not_yet", "Chưa."), Reason("wrong_state", "Sai bước.")


def test_who_only_looks_at_a_proposal_is_told_what_stands_in_its_way(monkeypatch):
    """Asked of the record as it stands now; when it is done, the thing itself checks under its lock."""
    row, other, seen = object(), uuid4(), []
    proposal = Proposal(model="casework.Case", action="close", subject_id=other, proposed_by_id=uuid4())

    def check(reason):
        return lambda record, act: seen.append((record, act.by, act.action, act.at, act.asking)) or [reason]

    spec = Action(
        model=Proposal, name="close", label="", effect=print, separation=(check(NO), check(NO)),
        guards=(check(NOT_YET), check(NOT_YET)),
    )  # fmt: skip
    base = SimpleNamespace(get=lambda **key: row if key == {"pk": other} else None)
    model = SimpleNamespace(_base_manager=base)
    monkeypatch.setattr(proposals, "model_of", {"casework.Case": model}.__getitem__)
    monkeypatch.setattr(proposals, "find", lambda *given: spec if given == (model, "close") else None)
    monkeypatch.setattr(engine, "state_reasons", lambda *given: [WRONG] if given == (spec, row) else [])
    confirm = actions_of(Proposal)["confirm"]
    [_, barred], [possible] = confirm.separation, confirm.guards
    asking = Act(by=BY, action="confirm", at=NOW, asking=True)
    assert list(barred(proposal, asking)) == [NO, NO] and list(possible(proposal, asking)) == [WRONG, NOT_YET, NOT_YET]
    assert seen == [(row, BY, "close", NOW, True)] * 4
    doing, made = Act(by=BY, action="confirm", at=NOW), Proposal(model="casework.Case", action="close")
    assert [*barred(proposal, doing), *possible(proposal, doing), *barred(made, asking), *possible(made, asking)] == []


def test_a_refusal_needs_a_word_and_only_the_clock_lets_it_lapse():
    actions = actions_of(Proposal)
    assert list(actions) == ["propose", "confirm", "refuse", "lapse"]
    assert not actions["refuse"].form(data={}).is_valid() and actions["refuse"].form(data={"note": "Thôi."}).is_valid()
    assert {name for name, spec in actions.items() if spec.internal} == {"propose", "lapse"}
    assert {name for name, spec in actions.items() if spec.creates} == {"propose"}
    assert (actions["confirm"].tone, actions["confirm"].order, actions["refuse"].order) == ("main", 10, 20)


def test_who_decides_is_of_the_unit_asked_in_the_role_asked_and_the_proposer_only_looks():
    table = {
        action: {str(role): [str(scope) for scope in scopes] for role, scopes in row.items()}
        for action, row in rules_of(Proposal).actions.items()
    }
    deciders = ("supervisor", "deciding_head", "data_steward")
    decide = {role: [f"unit_tree(unit) where role={role}"] for role in deciders}
    mine = "assigned(proposed_by)"
    assert table == {
        "view": {
            **{role: [*scopes, mine] for role, scopes in decide.items()},
            **{str(role): [mine] for role in (Role.WORKER, Role.FACILITY, Role.INTAKE, Role.LICENSING)},
        },
        "confirm": decide, "refuse": decide, "lapse": {"system": ["system"]},
    }  # fmt: skip
    assert set(rules_of(Proposal).fields["view"]) == {field.name for field in Proposal._meta.concrete_fields}


def test_each_decision_is_noted_with_its_person():
    for name, state, decided in (
        ("confirm", "confirmed", BY.user),
        ("refuse", "refused", BY.user),
        ("lapse", "lapsed", None),
    ):
        proposal = Proposal()
        proposal.__dict__["state"] = "open"
        getattr(proposal, name)(Act(by=BY, action=name, at=NOW))
        assert (proposal.state, proposal.decided_by) == (state, decided)
    assert str(Proposal(model="core.X", action="close")) == "core.X.close"
    clocks, ends = Proposal.CLOCKS, Proposal.TERMINAL
    assert clocks == {"open": "due.proposal"} and ends == {"confirmed", "refused", "lapsed"}


# --- the pairs that the database knows ---

PAIRS = [("start", "new", "a"), ("go", "a", "b"), ("stay", "a", "a"), ("both", "new", "b")]


@pytest.fixture
def lamp(db, monkeypatch):
    """A table of its own with the triggers of a lifecycle of nothing."""
    with isolate_apps("core"):

        class Lamp(models.Model):
            state = models.CharField(max_length=9)
            other = models.CharField(max_length=9, default="")

            class Meta:
                app_label = "core"
                db_table = "test_lamp"

            def __str__(self):
                return self.state

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE test_lamp (id integer PRIMARY KEY, state varchar(9), other varchar(9))")
        pairs = list(PAIRS)
        monkeypatch.setattr(triggers, "edges", lambda model: pairs)
        Lamp.pairs = pairs
        yield Lamp


def install(lamp):
    with connection.cursor() as cursor:
        triggers._install(connection.vendor, cursor, lamp)


def try_sql(*statements):
    """Which of them the database took; nothing of it stays."""
    done = []
    for sql in statements:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for part in sql.split("; "):
                    cursor.execute(part)
                done.append(sql)
                transaction.set_rollback(True)
        except DatabaseError as error:
            assert "test_lamp: no such transition" in str(error)
    return done


INSERT = "INSERT INTO test_lamp VALUES (1, '{}', '')"
MOVE = INSERT.format("a") + "; UPDATE test_lamp SET state = '{}'"


def test_a_row_begins_and_moves_as_the_lifecycle_says(lamp):
    install(lamp)
    install(lamp)
    assert try_sql(*(INSERT.format(state) for state in ("a", "b", "new", "c", ""))) == [
        INSERT.format("a"),
        INSERT.format("b"),
    ]
    assert try_sql(*(MOVE.format(state) for state in ("a", "b", "c", ""))) == [MOVE.format("a"), MOVE.format("b")]
    back = INSERT.format("b") + "; UPDATE test_lamp SET state = 'a'"
    assert try_sql(back, INSERT.format("b") + "; UPDATE test_lamp SET state = 'b', other = 'x'")[:1] != [back]
    assert try_sql(INSERT.format("b") + "; UPDATE test_lamp SET other = 'x'")


def test_new_pairs_replace_the_old_ones(lamp):
    install(lamp)
    lamp.pairs[:] = [("start", "new", "b"), ("back", "b", "a")]
    install(lamp)
    assert try_sql(INSERT.format("a")) == [] and try_sql(INSERT.format("b"))
    back = INSERT.format("b") + "; UPDATE test_lamp SET state = 'a'"
    assert try_sql(back) == [back]


def test_a_lifecycle_without_pairs_lets_nothing_in(lamp):
    lamp.pairs.clear()
    install(lamp)
    assert try_sql(INSERT.format("a"), INSERT.format("b")) == []
    lamp.pairs[:] = [("start", "new", "a")]
    install(lamp)
    assert try_sql(INSERT.format("a"), MOVE.format("b"), MOVE.format("")) == [INSERT.format("a")]


def test_triggers_are_laid_on_the_tables_of_lifecycles_that_are_there(monkeypatch, db):
    laid = []
    monkeypatch.setattr(triggers, "_install", lambda vendor, cursor, model: laid.append((vendor, model)))
    monkeypatch.setattr(triggers, "lifecycle_models", lambda: [Proposal, User])
    triggers.install(connection)
    assert laid == [(connection.vendor, Proposal)]
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["another"])
    triggers.install(connection)
    assert len(laid) == 1
