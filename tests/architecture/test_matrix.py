"""The access matrix: every route × every method × every role × every relation to the record (trust.md T1).

What is right is typed in tests/spec: routes.csv says which methods a route answers to and whom it is open to,
access.csv who reads which record at which stage. Nobody can tell "forbidden" from "not there", and a method that a
route does not answer to is refused alike to all.
"""

import logging
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client

from accreditation.web import public_pages
from tests.architecture.reads import READS, RECORD, STAGES, expected, record_of, stage_of
from tests.architecture.routes import METHODS, Route, address, line_of, numbered, walk
from tests.architecture.signed_in import BACKEND, everybody, remember
from tests.factories.world import STAFF, World, build_world
from tests.sweeps import SHARED, mine

pytestmark = pytest.mark.django_db
ROUTES = [route for route in walk() if line_of(route.name) is not None]
OF_RECORD = [route for route in ROUTES if "pk" in route.arguments]
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[^"]+')
KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7?[0-9a-f]{3,4}-[0-9a-f]{4}-[0-9a-f]{12}")
ROLE = {name: str(role) for staff in STAFF.values() for name, role in staff.items()}
# One of each role, and nobody's: of what is not there nobody is nearer than another of the same role.
ROLES = sorted({role: name for name, role in ROLE.items()}.values()) + ["no_duty"]
SAFE = ("GET", "HEAD")
BY_NAME = {route.name: route for route in ROUTES}
NOWHERE = {
    "GET": BY_NAME["api:cases-detail"],
    "HEAD": BY_NAME["api:cases-detail"],
    "POST": BY_NAME["api:cases-do-hold"],
}
# Long to write and the same for everybody: read once by each of two, refused to no one.
LONG = ("api:schema",)
GONE, NO_METHOD, DENIED = 404, 405, 403
# What somebody meets who is let in: the page, a move on, or what is wrong with what was sent.
SHOWN = (200, 302, 409)
TAKEN = (200, 201, 202, 204, 302, 400, 403, 409, 422, 428)
# A page that says why others do this.
REASONED = ("act", "act_under")


def shown(response: Any) -> tuple[Any, ...]:
    """What a reader could tell two answers apart by; tokens and keys of the request itself are no difference."""
    body = KEY.sub(b"KEY", TOKEN.sub(b"TOKEN", getattr(response, "content", b"")))
    return response.status_code, response.headers.get("Content-Type"), response.headers.get("Allow"), body


class Blank:
    """While set, templates are not rendered: the answer's status is settled before, and HEAD sends no body at all."""

    on = False


@dataclass
class Matrix:
    world: World
    clients: dict[str, Client]
    stages: dict[str, dict[str, Any]]
    nowhere: dict[tuple[str, str, str], tuple[Any, ...]]

    def ask(self, who: str, method: str, route: Route, pk: Any = None, blank: bool = False) -> Any:
        client = self.clients[who]
        given: dict[str, Any] = {}
        if method == "POST" and route.is_api:
            given = {"data": b'{"version": 999999}' if pk else b"{}", "content_type": "application/json"}
            given["HTTP_IDEMPOTENCY_KEY"] = "k"
        elif method == "POST":
            given = {"data": {"version": "999999", "key": "k"}}
        Blank.on = blank or method == "HEAD"
        try:
            return getattr(client, method.lower())(address(route, pk), **given)
        finally:
            Blank.on = False

    def taking(self, who: str, method: str, route: Route, pk: Any = None, blank: bool = False) -> Any:
        """Ask, and undo what came of it: also the cookies, and a session that was ended."""
        if method in SAFE:
            return self.ask(who, method, route, pk, blank)
        client = self.clients[who]
        cookies = deepcopy(client.cookies)
        with transaction.atomic():
            response = self.ask(who, method, route, pk, blank)
            transaction.set_rollback(True)
        client.cookies = cookies
        if route.name == "account_logout":
            client.force_login(self.world.user(who), backend=BACKEND)
        return response

    def of_nothing(self, who: str, method: str, route: Route) -> tuple[Any, ...]:
        """What this person is answered when there is no such record; over the API alike on all routes."""
        key = (who, "api" if route.is_api else route.name, method)
        if key not in self.nowhere:
            self.nowhere[key] = shown(self.ask(who, method, NOWHERE[method] if route.is_api else route))
            assert self.nowhere[key][0] == GONE
        return self.nowhere[key]


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """The world, everybody signed in, and the records of each stage; nothing of it is kept."""
    patch = pytest.MonkeyPatch()
    render = Template.render
    patch.setattr(Template, "render", lambda self, *args, **more: "" if Blank.on else render(self, *args, **more))
    patch.setattr(settings, "ACCOUNT_RATE_LIMITS", False, raising=False)
    remember(patch)
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        stages = {stage: stage_of(world, stage) for stage in STAGES}
        yield Matrix(world, everybody(world), stages, {})
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    patch.undo()
    public_pages.forget()  # it kept blank ones


def verdict(matrix: Matrix, route: Route, stage: str, who: str, method: str, pk: Any) -> str:
    """Empty if the answer is the one that is written; else what is wrong."""
    line = line_of(route.name)
    duties = line.open_to.split()
    if ROLE.get(who) not in duties and line.open_to not in ("everybody", "signed_in", "record"):
        return _is(matrix.ask(who, method, route, blank=True), (DENIED,))
    if not line.methods:
        return _is(matrix.ask(who, method, route, blank=True), (GONE,))
    if method not in line.methods:
        return _is_no_method(matrix.ask(who, method, route, pk), method)
    if line.own_account:
        return _is(matrix.taking(who, method, route, blank=True), (*TAKEN, GONE, NO_METHOD))
    if line.open_to != "record":
        ready = (200, 503) if route.name == "readyz" else SHOWN
        return _is(matrix.taking(who, method, route, blank=True), ready if method in SAFE else TAKEN)
    if pk is None:  # a list shows what one reads, a new record is made where one may
        return _is(matrix.taking(who, method, route), (200,) if method in SAFE else (*TAKEN, GONE))
    reads = expected(stage, who)
    if set(line.read.split("+")) <= reads:
        right = (*SHOWN, DENIED) if route.name in REASONED else SHOWN
        return _is(matrix.taking(who, method, route, pk, blank=method != "GET"), right if method in SAFE else TAKEN)
    response = matrix.taking(who, method, route, pk)
    if response.status_code == DENIED and line.read != line.record and RECORD.get(line.read) in reads:
        return ""  # the record may be seen, this of it not
    same = shown(response) == matrix.of_nothing(who, method, route)
    return "" if same else f"{response.status_code}, not as nothing"


def _is(response: Any, right: tuple[int, ...]) -> str:
    return "" if response.status_code in right else f"{response.status_code}, not {right}"


def _is_no_method(response: Any, method: str) -> str:
    return "" if response.status_code == NO_METHOD else f"{response.status_code}, though {method} is no method of it"


def _by_turns(route: Route, turn: int) -> tuple[str, ...]:
    """All that the route answers to, but HEAD, which is GET without its body, for every third; and one of the methods
    that it refuses alike to all, another one for the next."""
    if not SHARED:
        return METHODS
    answered = line_of(route.name).methods
    refused = [method for method in METHODS if method not in answered]
    asked = [method for method in answered if method != "HEAD" or turn % 3 == 0]
    return (*asked, *refused[turn % max(1, len(refused)) :][:1])


def wrong(matrix: Matrix, route: Route, stage: str, people: Any, methods: Any = None, turn: int = 0) -> list[str]:
    line = line_of(route.name)
    if route.name in LONG:
        people = people[:2]
    record = matrix.stages[stage].get(line.record) if "pk" in route.arguments else None
    if record is None and "pk" in route.arguments:
        return []
    pk = record.pk if record is not None else None
    found = []
    for number, who in enumerate(people):
        for method in _by_turns(route, turn + number) if methods is None else methods:
            said = verdict(matrix, route, stage, who, method, pk)
            if said:
                found.append(f"{route.name} {stage} {who} {method}: {said}")
    return found


def _standing_for(turn: int) -> list[str]:
    """Of those who hold the same role and read the same by the table, one: another from route to route."""
    alike: dict[Any, list[str]] = {}
    for who in (*ROLE, "no_duty"):
        alike.setdefault((ROLE.get(who), expected("running", who)), []).append(who)
    every = [people[turn % len(people)] for people in alike.values()]
    return [who for number, who in enumerate(every) if mine(turn + number)]


@pytest.mark.parametrize(("turn", "route"), numbered(ROUTES))
def test_every_role_and_relation_by_every_method(matrix, turn, route):
    """Own, a colleague's, own unit's, a sibling unit's, an ancestor's, nobody's: all of it at a running case. Each role
    meets each method on some route."""
    assert wrong(matrix, route, "running", _standing_for(turn), turn=turn) == []


def _changed(stage: str, records: dict[str, Any]) -> list[str]:
    """Whose rights the table changes at this stage, on what there is at it."""
    there = {read for read in READS if record_of(records, read) is not None}
    return sorted(who for who in ROLE if expected(stage, who) & there != expected("running", who) & there)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in ("running", "closed")])
def test_whose_relation_changes_with_the_stage(matrix, stage):
    """Asked, referred, no longer referred, own commune, handed over, a facility's own."""
    people = _changed(stage, matrix.stages[stage])
    assert people
    shared = [route for number, route in enumerate(OF_RECORD) if mine(number)]
    answered = [(route, [m for m in line_of(route.name).methods if m != "HEAD"]) for route in shared]
    assert [said for route, methods in answered for said in wrong(matrix, route, stage, people, methods)] == []


@pytest.mark.parametrize(("turn", "route"), numbered(OF_RECORD))
def test_what_is_not_there_looks_the_same_to_every_role(matrix, turn, route):
    for who in [who for number, who in enumerate(ROLES) if mine(turn + number)]:
        for method in set(line_of(route.name).methods) - {"HEAD"}:
            answer = shown(matrix.taking(who, method, route))
            assert answer == matrix.of_nothing(who, method, route), (who, method)
