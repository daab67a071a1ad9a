"""Each route × method × person: what is open is open, what is not looks like nothing (trust.md T1).

Expected values come from tests/spec/access.csv and routes.csv, never from the code.
"""

import re

import pytest
from django.db import transaction
from django.test import Client

from core.access.routes import policy_of
from tests.architecture.routes import address, line_of, lines, walk
from tests.casework.access.test_reads import expected, stage_of
from tests.factories.world import STAFF, build_world

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
EVERY = walk()
# Those without a line fail once, in the test that says so.
ROUTES = [route for route in EVERY if line_of(route.name) is not None]
DUTIES = [r for r in ROUTES if line_of(r.name).open_to not in ("everybody", "signed_in", "record")]
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[^"]+')
KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7?[0-9a-f]{3,4}-[0-9a-f]{4}-[0-9a-f]{12}")
ROLE = {name: str(role) for staff in STAFF.values() for name, role in staff.items()}
OPENED = (200, 302, 400, 405, 409, 428)
REFUSED = 403  # visible, but others do this: the reason is said
# Nobody reads on these: they answer only to what is posted.
NO_PAGE = ("-do-", "-make-", "case_note", "act_under")


def name_of(route):
    return route.name


def shown(response):
    """What a reader could tell two answers apart by; tokens and keys of the request itself are no difference."""
    body = KEY.sub(b"KEY", TOKEN.sub(b"TOKEN", getattr(response, "content", b"")))
    return response.status_code, response.headers.get("Content-Type"), body


@pytest.fixture(scope="module")
def stages(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        found = {name: stage_of(world, name) for name in ("running", "offered", "accepted", "completed", "child")}
        clients = {}
        for name, user in world.users.items():
            clients[name] = Client(raise_request_exception=False)
            clients[name].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        yield found, clients
        transaction.set_rollback(True)


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
        response = getattr(Client(raise_request_exception=False), method)(address(route))
        if open_to_all:
            assert response.status_code < 500 or route.name == "readyz", method
        elif route.where.startswith(("api/", "^api")) and route.name != "api:docs":  # a page to read, not an endpoint
            assert response.status_code == 401, method
        else:
            assert response.status_code == 302 and response["Location"].startswith("/dang-nhap/"), method


RECORDS = [route for route in ROUTES if line_of(route.name).read and "pk" in route.arguments]
READABLE = [route for route in RECORDS if not any(part in route.name for part in NO_PAGE)]


@pytest.mark.parametrize("stage", ["running", "accepted", "child"])
@pytest.mark.parametrize("route", READABLE, ids=name_of)
def test_who_opens_a_page_of_a_record(stages, stage, route):
    """Everybody in the province, at a running case, an accepted referral and a protected child."""
    found, clients = stages
    line = line_of(route.name)
    record = found[stage].get(line.record)
    if record is None:
        pytest.skip("the stage has no such record")
    wrong = []
    for who, client in clients.items():
        status = client.get(address(route, record.pk)).status_code
        reads = expected(stage, who)
        allowed = line.read in reads
        if allowed:
            right = status in OPENED or (route.name == "act" and status == REFUSED)
        else:
            right = status == 404 or (line.record in reads and status == REFUSED)
        if not right:
            wrong.append(f"{who}: {status}, {'allowed' if allowed else 'not allowed'}")
    assert wrong == []


@pytest.mark.parametrize("route", RECORDS, ids=name_of)
def test_forbidden_and_not_there_look_the_same_in_every_method(stages, route):
    found, clients = stages
    record = found["running"][line_of(route.name).record]
    for who in ("sibling_worker", "leader", "private_manager", "no_duty"):
        for method in ("get", "head", "post"):
            with transaction.atomic():
                options = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "k"} if method == "post" else {}
                body = [{"version": 1}] if method == "post" and route.where.startswith("api/") else []
                real = getattr(clients[who], method)(address(route, record.pk), *body, **(options if body else {}))
                none = getattr(clients[who], method)(address(route), *body, **(options if body else {}))
                transaction.set_rollback(True)
            assert shown(real) == shown(none), (who, method)
            assert real.status_code in (404, 405), (who, method)


@pytest.mark.parametrize("route", DUTIES, ids=name_of)
def test_pages_of_a_duty_open_to_it_alone(stages, route):
    _found, clients = stages
    allowed = set(line_of(route.name).open_to.split())
    for who, client in clients.items():
        status = client.get(address(route)).status_code
        if ROLE.get(who) in allowed:
            assert status in OPENED, who
        else:
            assert status == 403, who


def test_lists_of_the_api_hold_only_what_the_person_reads(stages):
    found, clients = stages
    for line in lines():
        if not line.route.startswith("api:") or not line.route.endswith("*") or not line.read:
            continue
        route = next(r for r in ROUTES if r.name == line.route.replace("*", "list"))
        for stage in ("running", "accepted", "completed", "child"):
            record = found[stage].get(line.record)
            if record is None:
                continue
            for who, client in clients.items():
                answer = client.get(address(route))
                assert answer.status_code == 200, (route.name, who)
                listed = str(record.pk) in answer.content.decode()
                assert listed == (line.read in expected(stage, who)), (route.name, stage, who)
