"""A state that was not reached by a transition does not enter the database, by whatever way."""

import pytest
from django.db import DatabaseError, connection, transaction

from casework.models import Assessment, Case, Goal, ServicePlan
from core.lifecycle.actions import lifecycle_models
from core.lifecycle.fsm import NEW, Lifecycle, edges
from tests.factories.stages import every_state
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def records(django_db_setup, django_db_blocker):
    """A record in every state, made once: each test undoes what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield every_state(build_world())
        transaction.set_rollback(True)


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def key(row):
    return row.pk.hex if connection.vendor == "sqlite" else row.pk


def test_every_illegal_pair_is_refused_to_raw_sql_and_to_update(records):
    tried = 0
    for (_machine, state), row in sorted(records.items(), key=lambda item: item[0]):
        model = type(row)
        legal = {target for _name, source, target in edges(model) if source == state} | {state}
        for target in sorted({target for _n, _s, target in edges(model)} - legal):
            with pytest.raises(DatabaseError, match="no such transition"):
                raw(f"UPDATE {model._meta.db_table} SET state = %s WHERE id = %s", target, key(row))
            with pytest.raises(DatabaseError, match="no such transition"), transaction.atomic():
                model.objects.filter(pk=row.pk).update(state=target)
            tried += 1
        assert model.objects.get(pk=row.pk).state == state
    assert tried > 150


def test_a_record_does_not_begin_in_the_middle(records):
    for model in (Case, ServicePlan, Assessment, Goal):
        row = next(r for r in records.values() if type(r) is model)
        starts = {target for _name, source, target in edges(model) if source == NEW}
        for state in sorted({target for _n, _s, target in edges(model)} - starts)[:3]:
            copy = model.objects.get(pk=row.pk)
            copy.__dict__["state"] = state
            copy.pk, copy._state.adding = model._meta.pk.get_default(), True
            with pytest.raises(DatabaseError, match="no such transition"), transaction.atomic():
                copy.save(force_insert=True)


def test_an_unknown_state_is_refused(records):
    for row in {type(r): r for r in records.values()}.values():
        with pytest.raises(DatabaseError):
            raw(f"UPDATE {row._meta.db_table} SET state = 'xyz' WHERE id = %s", key(row))


def test_python_refuses_too(records):
    row = records["case", "intake"]
    with pytest.raises(AttributeError):
        row.state = "closed"


def test_every_lifecycle_table_has_its_triggers():
    tables = [m._meta.db_table for m in lifecycle_models() if issubclass(m, Lifecycle)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {row[0] for row in cursor.fetchall()}
    assert {f"{table}_{kind}" for table in tables for kind in ("move", "start")} <= found
