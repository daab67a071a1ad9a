"""Every deed of the tables of rights against tests/spec/reach.csv, for `run.py mutation`: provinces and the plain
reading are made once, so that thousands of altered tables can be asked. The suite's own test of this kind is
tests/worlds/test_access.py; pytest does not collect this file by itself.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import all_rules, rules_of, visible
from core.api.fields import classes_of, declared_name, path_of
from tests.architecture.reads import READS, fields_of
from tests.architecture.routes import walk
from tests.worlds.clock import frozen
from tests.worlds.provinces import Province, allow_any_state
from tests.worlds.spoken import LABELS, NAMES, REFERENCE, Rows, deeds

pytestmark = pytest.mark.django_db
SEEDS = (1, 2, 3)


def printed() -> dict[tuple[str, str], str]:
    """What each deed of the code says, in the words of its scopes."""
    return {
        (NAMES.get(rules.label, rules.label), action): str(
            sorted((str(role), [scope.name for scope in scopes]) for role, scopes in by_role.items())
        )
        for rules in all_rules()
        for action, by_role in rules.actions.items()
    }


AS_WRITTEN = printed()


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    """(moment, person, record, deed) to the keys of the rows that the table gives."""
    with django_db_blocker.unblock(), transaction.atomic():
        allow_any_state()
        found: dict[tuple[Any, ...], set[Any]] = {}
        provinces = [Province(seed) for seed in SEEDS]
        rows = Rows()
        for province in provinces:
            moment = province.moment()
            for user in province.users:
                who = rows.who(user.pk, timezone.localdate(moment), moment)
                for record, what in deeds():
                    if record not in REFERENCE:
                        allowed = {r.id for r in rows.tables[record].all() if rows.may(who, record, what, r)}
                        found[moment, user, record, what] = allowed
        yield found
        transaction.set_rollback(True)


def test_every_deed(answers):
    """Those whose words have changed are asked first, and alone."""
    assert set(AS_WRITTEN) == set(printed()), "a deed has gone"
    now = printed()
    changed = {deed for deed in now if now[deed] != AS_WRITTEN[deed]}
    for (moment, user, record, what), allowed in answers.items():
        if changed and (record, what) not in changed:
            continue
        with frozen(moment):
            rows = visible(Actor.of(user), apps.get_model(LABELS[record]), what)
            assert set(rows.values_list("pk", flat=True)) == allowed, (user.pk, record, what)


def test_every_field_of_the_api_is_of_its_class():
    """tests/spec/fields.csv against the tables: what is told under "narrative" is listed there and nowhere else."""
    wrong = []
    for route in walk():
        if route.name.startswith("api:") and route.name.endswith("-detail"):
            model, fields = route.view.cls.model, route.view.cls.serializer_class().fields
            rules = rules_of(model)
            for read, names in fields_of(route.name.removeprefix("api:").removesuffix("-detail")).items():
                owner, kind = READS.get(read, (model, "view"))
                for name in names if owner is model else ():
                    listed = classes_of(rules, declared_name(model, path_of(name, fields[name])))
                    if listed != [kind]:
                        wrong.append(f"{route.name} {name}: {listed}")
    assert wrong == []
