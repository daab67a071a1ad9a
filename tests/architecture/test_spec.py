"""The code equals the reference that was typed by hand (tests/spec), both ways: which moves exist, and who may."""

import pytest
from django.apps import apps

from core.access.engine import rules_of
from core.lifecycle.actions import actions_of, find, lifecycle_models
from core.lifecycle.engine import is_transition
from core.lifecycle.fsm import Lifecycle, edges
from tests.spec import reading

MODELS = {
    "case": "casework.Case", "plan": "casework.ServicePlan", "assessment": "casework.Assessment",
    "goal": "casework.Goal", "referral": "referrals.Referral",
    "inspection": "facilities.Inspection", "incident": "facilities.Incident",
    "licence": "accreditation.Licence", "application": "accreditation.Application",
}  # fmt: skip
# Rights wider than the row of the description, each with its ground.
WIDER = {
    ("plan", "return"): {"commune_chair"},  # "SV (CC)" approves a child-protection plan; who may approve may return it
    ("referral", "decline"): {"social_worker"},  # a centre has no manager; the sender records an outside body's answer
}


def model(machine):
    return apps.get_model(MODELS[machine])


def rows(machine):
    return [row for row in reading.rows(machine) if row.issue in reading.NOW]


def rights(owner, name):
    """The roles that the tables of rights give the action; a record made under another stands in its parent's table."""
    spec = find(owner, name)
    if spec.parent is not None:
        table = rules_of(spec.parent).actions[f"{owner._meta.model_name}.{name}"]
    else:
        table = rules_of(owner).actions[name]
    return {str(role) for role in table}


@pytest.mark.parametrize("machine", MODELS)
def test_the_moves_of_the_code_are_those_of_the_reference(machine):
    written = {row.edge for row in rows(machine)}
    prior = {(row.transition, row.source): row for row in rows(machine) if row.prior_column}
    found = {
        prior[name, source].edge if (name, source) in prior else (name, source, target)
        for name, source, target in edges(model(machine))
    }
    assert found == written


@pytest.mark.parametrize("machine", MODELS)
def test_a_way_back_leads_only_to_where_the_record_may_have_come_from(machine):
    """`prior:x`: the sources of the forward transition that sets the column, and nothing else."""
    forward = {
        "held_from": "hold", "review_from": "request_close", "suspended_from": "suspend", "revoked_from": "revoke",
    }  # fmt: skip
    for row in rows(machine):
        if row.prior_column:
            sources = {r.source for r in rows(machine) if r.transition == forward[row.prior_column]}
            targets = {t for name, source, t in edges(model(machine)) if (name, source) == (row.transition, row.source)}
            assert targets == sources


def test_the_transitions_of_later_issues_are_not_half_there():
    for machine in MODELS:
        now = {row.transition for row in rows(machine)}
        later = {row.transition for row in reading.rows(machine)} - now
        assert later.isdisjoint(actions_of(model(machine)))


@pytest.mark.parametrize("machine", MODELS)
def test_who_may_is_who_the_reference_names(machine):
    for name in sorted({row.transition for row in rows(machine)}):
        written = set().union(*(row.actors for row in rows(machine) if row.transition == name))
        assert rights(model(machine), name) == written | WIDER.get((machine, name), set()), name


@pytest.mark.parametrize("machine", MODELS)
def test_two_person_actions_are_confirmed_by_whom_the_reference_names(machine):
    written = {row.transition: row.proposal for row in rows(machine) if row.proposal}
    found = {name: spec for name, spec in actions_of(model(machine)).items() if spec.two_person}
    assert set(found) == set(written)
    for name, (_proposer, confirmer) in written.items():
        assert found[name].confirm_by == confirmer


@pytest.mark.parametrize("machine", MODELS)
def test_what_only_the_system_does_is_offered_to_nobody(machine):
    for name in {row.transition for row in rows(machine)}:
        actors = set().union(*(row.actors for row in rows(machine) if row.transition == name))
        assert find(model(machine), name).internal == (actors == {"system"}), name


def test_every_action_of_every_lifecycle_has_its_rights():
    for owner in lifecycle_models():
        for name, spec in actions_of(owner).items():
            if spec.internal:
                continue
            assert rights(owner, name), f"{owner._meta.label}.{name}"


def test_every_transition_is_an_action_and_every_right_belongs_to_one():
    for owner in lifecycle_models():
        actions = actions_of(owner)
        if issubclass(owner, Lifecycle):
            named = {name for name, _source, _target in edges(owner)}
            assert named <= set(actions), owner._meta.label
            assert named == {name for name, spec in actions.items() if is_transition(spec)}
        known = {f"{m._meta.model_name}.{name}" for m in lifecycle_models() for name in actions_of(m)} | set(actions)
        for right in rules_of(owner).actions:
            reads = right in ("view", "match") or right.startswith("read:")
            assert reads or right in known, f"{owner._meta.label}: a right to {right}, which is no action"


def test_every_state_but_the_ends_has_an_exit():
    for machine in MODELS:
        owner = model(machine)
        sources = {source for _name, source, target in edges(owner) if source != target}
        states = {target for _name, _source, target in edges(owner)}
        assert states - sources <= set(owner.TERMINAL), machine


def test_every_clock_has_its_parameter(db):
    from core.clock.parameters import term

    for owner in lifecycle_models():
        for code in getattr(owner, "CLOCKS", {}).values():
            term(code)
