"""Each route has a policy and a line in tests/spec/routes.csv; a stranger gets no further than the door; each field of
the API stands in tests/spec/fields.csv and is given to those alone who read it by access.csv. The matrix of routes,
methods and people is tried in test_matrix.py.
"""

import pytest
from django.db import transaction
from django.test import Client

from core.access.routes import policy_of
from core.api.fields import Label
from core.api.records import RecordViewSet
from tests.architecture.reads import STAGES, expected, fields_of, stage_of
from tests.architecture.routes import METHODS, address, line_of, lines, numbered, walk
from tests.architecture.signed_in import everybody, remember
from tests.factories.world import build_world
from tests.sweeps import mine

pytestmark = pytest.mark.django_db
EVERY = walk()
# Those without a line fail once, in the test that says so.
ROUTES = [route for route in EVERY if line_of(route.name) is not None]


def name_of(route):
    return route.name


@pytest.fixture(scope="module")
def stages(django_db_setup, django_db_blocker):
    patch = pytest.MonkeyPatch()
    remember(patch)
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        found = {name: stage_of(world, name) for name in STAGES}
        yield found, everybody(world)
        transaction.set_rollback(True)
    patch.undo()


def test_every_route_has_a_policy_and_a_line_and_every_line_a_route():
    without_policy = [r.where for r in EVERY if policy_of(r.view, r.name) is None]
    assert without_policy == []
    assert [r.name or r.where for r in EVERY if line_of(r.name) is None] == []
    used = {line_of(route.name).route for route in ROUTES}
    assert [line.route for line in lines() if line.route not in used] == []


def test_the_policy_of_each_route_is_of_the_kind_that_is_written():
    for route in ROUTES:
        line, policy = line_of(route.name), policy_of(route.view, route.name)
        kinds = {"everybody": ("public",), "signed_in": ("login",), "record": ("record", "login")}
        assert policy.kind in kinds.get(line.open_to, ("roles",)), route.name
        if policy.kind == "roles":
            assert set(policy.roles) == set(line.open_to.split()), route.name


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_stranger_gets_no_further_than_the_door(route):
    open_to_all = line_of(route.name).open_to == "everybody"
    for method in METHODS:
        response = getattr(Client(raise_request_exception=False), method.lower())(address(route))
        if open_to_all:
            assert response.status_code < 500 or route.name == "readyz", method
        elif route.is_api:
            assert response.status_code == 401, method
        else:
            assert response.status_code == 302 and response["Location"].startswith("/dang-nhap/"), method


RESOURCES = [route for route in ROUTES if route.name.startswith("api:") and route.name.endswith("-detail")]


def resource_of(route):
    return route.name.removeprefix("api:").removesuffix("-detail")


@pytest.mark.parametrize("route", RESOURCES, ids=name_of)
def test_every_field_of_the_api_stands_in_the_table_once(route):
    """A label belongs to its code."""
    fields = route.view.cls.serializer_class().fields
    assert issubclass(route.view.cls, RecordViewSet)
    written = [name for names in fields_of(resource_of(route)).values() for name in names]
    assert sorted(written) == sorted(name for name, item in fields.items() if not isinstance(item, Label))


@pytest.mark.parametrize("stage", ["intake", "running", "accepted", "child", "facility"])
@pytest.mark.parametrize(("turn", "route"), numbered(RESOURCES))
def test_who_is_given_which_field(stages, stage, turn, route):
    found, clients = stages
    line, table = line_of(route.name), fields_of(resource_of(route))
    record = found[stage].get(line.record)
    if record is None:
        return
    wrong = []
    for number, (who, client) in enumerate(clients.items()):
        if not mine(turn + number):
            continue
        reads = expected(stage, who)
        answer = client.get(address(route, record.pk))
        if line.read not in reads:
            right, given = set(), set() if answer.status_code == 404 else {answer.status_code}
        else:
            right = {name for read, names in table.items() if read in reads for name in names}
            given = {name for name in answer.json() if not name.endswith("_label")}
        if right != given:
            wrong.append(f"{who}: {sorted(map(str, right ^ given))}")
    assert wrong == []


def test_lists_of_the_api_hold_only_what_the_person_reads(stages):
    found, clients = stages
    lists = (r for r in ROUTES if r.name.startswith("api:") and r.name.endswith("-list"))
    for turn, route in enumerate(lists):
        line = line_of(route.name)
        for stage in ("running", "child"):
            record = found[stage].get(line.record)
            if record is None:
                continue
            for number, (who, client) in enumerate(clients.items()):
                if not mine(turn + number):
                    continue
                answer = client.get(address(route))
                assert answer.status_code == 200, (route.name, who)
                listed = str(record.pk) in answer.content.decode()
                assert listed == (line.read in expected(stage, who)), (route.name, stage, who)
