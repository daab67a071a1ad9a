"""Reading that writes, forms without a token, answers that give hidden records away: asked of every route."""

import csv
import io
import logging
import os
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from core.access.engine import all_rules, model_of, visible
from core.access.routes import policy_of
from core.api import throttling
from core.audit.models import Event
from core.places.models import Commune
from tests.architecture.routes import METHODS, address, line_of, walk
from tests.architecture.test_matrix import BACKEND, ROUTES
from tests.attack.formulas import FORMULAS
from tests.attack.siege import PEOPLE, besieged
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db
LONG = os.environ.get("DH_ATTACK") == "long"
CSV = "/mang-luoi/xa.csv"
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)
# What a reading may leave behind: that it was read, and by which session.
TRACES = {"audit_readlog", "django_session", "usersessions_usersession", "dh_cache"}
# The one list that leaves is written into the chain of events.
EXPORTS = {"network_csv"}
SLOW = ("print_", "decision_draft", "api:schema")  # long to make; the long form asks them too
# What leaves as a file, besides: one paper or form at a time.
PAPERS = {
    "document", "public_form", "application_form", "public_key", "api:schema", "healthz", "readyz",
    "decision_draft", "mfa_download_recovery_codes",
}  # fmt: skip
VOLATILE = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content="|name="key" value=")[^"]+|cursor=[^"&]+')
KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OPENERS = ("supervisor", "worker", "licensing", "private_manager", "steward", "head", "intake", "chair", "manager")


@pytest.fixture(scope="module")
def siege(django_db_setup, django_db_blocker):
    patch = pytest.MonkeyPatch()
    for name in ("core.api.throttling.spend", "casework.web.lookup.spend"):
        patch.setattr(name, lambda *args: 0)
    patch.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.cache")
    patch.setattr(settings, "ACCOUNT_RATE_LIMITS", False, raising=False)
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic():
        yield besieged(("running", "accepted"))
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    patch.undo()


@pytest.fixture
def clients(siege):
    found = {}
    for name in PEOPLE:
        found[name] = Client(raise_request_exception=False)
        found[name].force_login(siege.world.user(name), backend=BACKEND)
    return found


def record_for(siege: Any, route: Any) -> Any:
    line = line_of(route.name)
    for records in siege.stages.values():
        if line.record and line.record in records:
            return records[line.record].pk
    return None


def shown(response: Any) -> tuple[Any, ...]:
    """Everything by which two answers can be told apart, but for tokens and cursors made anew for each."""
    headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
    # The length of a page that says an address differs with the address asked.
    headers.pop("Content-Length", None)
    return response.status_code, sorted(headers.items()), VOLATILE.sub(b"", getattr(response, "content", b""))


# Reading


def test_reading_writes_nothing_but_that_it_was_read(siege, clients):
    """Every route that answers to GET, by somebody who is let in; what leaves as a file is told apart."""
    written: dict[str, set[str]] = {}
    files, opened, asked = set(), 0, 0

    def watch(execute, sql, params, many, context):
        found = WRITES.match(sql)
        if found and found[1] not in TRACES:
            written.setdefault(route.name, set()).add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for route in ROUTES:
            line = line_of(route.name)
            if "GET" not in line.methods and not line.own_account:
                continue
            if route.name.startswith(SLOW) and not LONG:
                continue
            asked += 1
            where = address(route, record_for(siege, route))
            allowed = [name for name in OPENERS if _holds(siege, name, line.open_to)] or ["leader"]
            for who in allowed:
                response = clients[who].get(where)
                if response.status_code in (200, 302, 409):
                    opened += 1
                    break
            kind = response.headers.get("Content-Type", "")
            if "Content-Disposition" in response.headers or (response.status_code == 200 and not _page(kind)):
                files.add(route.name)
    assert written == {"network_csv": {"audit_event", "audit_chainhead"}}
    assert opened / asked > 0.95, (opened, asked)
    assert {name for name in files - EXPORTS - PAPERS if not name.startswith("print_")} == set()


def _holds(siege: Any, who: str, open_to: str) -> bool:
    if open_to in ("everybody", "signed_in", "record"):
        return True
    return siege.world.actor(who).has(*open_to.split())


def _page(kind: str) -> bool:
    return kind.startswith(("text/html", "application/json", "application/problem+json"))


# Forged requests


UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def test_no_route_takes_an_unsafe_call_without_the_token(siege):
    """Of the session: 403 before anything is looked at. Also where the address comes from another page."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(siege.world.user("supervisor"), backend=BACKEND)
    wrong = []
    for turn, route in enumerate(ROUTES):
        methods = ("POST",) if "POST" in line_of(route.name).methods else (UNSAFE[turn % 4],)
        for method in UNSAFE if LONG else methods:
            ask = getattr(client, method.lower())
            response = ask(address(route, record_for(siege, route)), b"{}", content_type="application/json")
            if response.status_code != 403:
                wrong.append(f"{method} {route.name}: {response.status_code}")
    assert wrong == []


def test_a_token_from_here_is_no_use_to_another_page(siege):
    client = Client(enforce_csrf_checks=True)
    client.force_login(siege.world.user("supervisor"), backend=BACKEND)
    client.get("/thong-bao/")
    token = client.cookies["csrftoken"].value
    for origin in ("https://evil.example", "http://testserver.evil.example", "null"):
        response = client.post("/thong-bao/", {"csrfmiddlewaretoken": token}, HTTP_ORIGIN=origin)
        assert response.status_code == 403, origin
    assert client.post("/thong-bao/", {"csrfmiddlewaretoken": token}).status_code == 302


# Forbidden or not there


def test_forbidden_and_absent_are_the_same_answer_with_all_its_headers(siege, clients):
    """tests/architecture/test_matrix.py compares bodies for everybody; here every header too."""
    client, told, wrong = clients["sibling_worker"], 0, []
    for turn, route in enumerate(r for r in ROUTES if "pk" in r.arguments):
        pk = record_for(siege, route)
        if pk is None or str(pk) in siege.seen["sibling_worker"]:
            continue
        told += 1
        methods = METHODS if LONG else (METHODS[turn % len(METHODS)],)
        for method in methods:
            ask = getattr(client, method.lower())
            forbidden = _named(ask(address(route, pk)), pk)
            other = uuid.uuid4()
            absent = _named(ask(address(route, other)), other)
            if forbidden != absent:
                wrong.append(f"{method} {route.name}: {forbidden[:2]} {absent[:2]}")
    assert told > 100
    assert wrong == []


def _named(response: Any, pk: Any) -> tuple[Any, ...]:
    """The answer with the key that was asked for put out of it."""
    status, headers, body = shown(response)
    text = str(pk).encode()
    return status, [(name, value.replace(str(pk), "KEY")) for name, value in headers], body.replace(text, b"KEY")


# Lists


def lists(siege: Any) -> list[tuple[Any, str]]:
    return [(route, address(route)) for route in ROUTES if route.is_api and route.name.endswith("-list")]


def test_an_unknown_parameter_is_refused_by_every_list(siege, clients):
    for route, where in lists(siege):
        for name in ("x", "ordering", "worker__username", "state__in", "format", "fields", "expand"):
            response = clients["supervisor"].get(where, {name: "1"})
            known = name in route.view.cls(action="browse").query_schemas()
            assert known or (response.status_code, response.json()["type"]) == (400, "/problems/unknown_parameter")


def filters_of(route: Any) -> dict[str, dict[str, Any]]:
    found = route.view.cls(action="browse").query_schemas()
    return {name: schema for name, schema in found.items() if name not in ("limit", "cursor")}


@pytest.mark.parametrize("who", ["worker", "sibling_worker", "private_manager"])
def test_a_hidden_key_filters_like_no_key(siege, clients, who):
    """Whether a record is there is not learned by asking for what belongs to it."""
    asked = 0
    for route, where in lists(siege):
        for name in filters_of(route):
            for label, pool in siege.pools.items():
                if label.split(".")[1].lower() != name.replace("-", "").replace("_", ""):
                    continue
                hidden = [key for key in pool if key not in siege.seen[who]]
                for key in hidden[:1]:
                    asked += 1
                    nobody = str(uuid.uuid4())
                    one, other = (clients[who].get(where, {name: value}) for value in (key, nobody))
                    assert _named(one, key) == _named(other, nobody), (route.name, name)
    assert asked >= 4


@pytest.mark.parametrize("who", ["worker", "sibling_worker", "private_manager"])
def test_a_hidden_parent_is_no_parent(siege, clients, who):
    asked = 0
    for route in (r for r in ROUTES if r.is_api and r.name.endswith("-list") and "POST" in line_of(r.name).methods):
        label = route.view.cls.model._meta.label
        hidden = [key for key in siege.pools.get(siege.parents.get(label, ""), []) if key not in siege.seen[who]]
        for key in hidden[:1]:
            asked += 1
            nobody = str(uuid.uuid4())
            one, other = (
                clients[who].post(
                    address(route), {"parent": value}, content_type="application/json",
                    headers={"Idempotency-Key": uuid.uuid4().hex},
                )
                for value in (key, nobody)
            )  # fmt: skip
            assert _named(one, key) == _named(other, nobody), route.name
    assert asked >= 3


@pytest.mark.parametrize("who", ["worker", "sibling_worker"])
def test_what_is_hidden_may_change_and_nothing_that_is_shown_does(siege, clients, who):
    """Metamorphic: every list, filter, sum and page, before and after the hidden rows changed and grew."""
    with transaction.atomic():
        hide(siege)
        before = pictures(siege, clients[who])
        changed = alter_hidden(siege, who)
        hide(siege)
        after = pictures(siege, clients[who])
        transaction.set_rollback(True)
    assert changed > 20
    assert [where for where in before if before[where] != after[where]] == []


def hide(siege: Any) -> None:
    """A case of each centre, which the workers of the other do not see."""
    for who, unit in (("sibling_intake", "sibling"), ("intake", "centre")):
        Story(siege.world).register(by=who, to_unit=str(siege.world.units[unit].pk))


PAGES = (
    "today", "case_list", "search", "referral_inbox", "facility_list", "bed_board", "notices", "absences",
    "incident_list", "intake",
)  # fmt: skip


def pictures(siege: Any, client: Client) -> dict[str, Any]:
    wanted = [address(route) for route in ROUTES if route.name in PAGES]
    wanted += ["/tim/?q=nguyen", "/ca/?q=a", "/ca/?han=overdue"]
    for turn, (route, where) in enumerate(lists(siege)):
        wanted.append(where)
        filters = sorted(filters_of(route).items())
        for name, schema in filters if LONG else filters[turn % max(1, len(filters)) :][:1]:
            wanted.append(f"{where}?{name}={(schema.get('enum') or ['1'])[0]}")
    return {where: shown(client.get(where)) for where in wanted}


def alter_hidden(siege: Any, who: str) -> int:
    """Text of rows that this person may not see, changed in place where the database lets it be."""
    changed = 0
    for rules in all_rules():
        model = model_of(rules.label)
        if rules.label in ("core.Proposal", "accounts.User"):
            continue
        hidden = model._default_manager.exclude(pk__in=visible(siege.world.actor(who), model).values("pk"))
        for column in model._meta.concrete_fields:
            plain = column.get_internal_type() in ("CharField", "TextField") and not column.choices
            if not plain or column.unique or column.name in ("state", "number", "code", "sha256", "path"):
                continue
            try:
                with transaction.atomic():
                    changed += hidden.update(**{column.name: "zz-changed"[: column.max_length or 10]})
            except Exception:  # noqa: BLE001 - a rule of the database holds this column
                continue
    return changed


# What leaves as a list


def test_lists_that_leave_are_rare_and_ask_for_the_code_anew():
    found = {r.name for r in walk() if getattr(policy_of(r.view, r.name), "rate", "") == "export"}
    assert found == EXPORTS
    assert all(policy_of(r.view, r.name).fresh for r in walk() if r.name in EXPORTS)


def test_five_a_day_each_in_the_chain_by_either_method(siege, clients, monkeypatch):
    monkeypatch.setattr("core.api.throttling.spend", SPEND)
    with transaction.atomic():
        before = Event.objects.filter(verb="export.made").count()
        said = [clients["supervisor"].get(CSV).status_code for _turn in range(4)]
        said.append(clients["supervisor"].head(CSV).status_code)
        refused = clients["supervisor"].get(CSV)
        assert [*said, refused.status_code] == [200] * 5 + [429]
        assert 0 < int(refused["Retry-After"]) <= 86400
        assert "Làm lại được từ" in refused.content.decode()
        events = Event.objects.filter(verb="export.made").order_by("-seq")[:5]
        assert Event.objects.filter(verb="export.made").count() - before == 5
        assert {(e.actor.username, e.data["route"], e.data["rows"] > 0) for e in events} == {
            ("supervisor", "network_csv", True)
        }
        assert clients["leader"].get(CSV).status_code == 200  # each for oneself
        transaction.set_rollback(True)


SPEND = throttling.spend


@pytest.mark.parametrize("part", range(2))
def test_no_cell_is_a_formula(siege, clients, part):
    """40 payloads as names of communes, which the list carries."""
    rows = list(Commune.objects.filter(pk__in=[place.pk for place in siege.world.communes]))
    payloads = FORMULAS[part::2]
    for at in range(0, len(payloads), len(rows)):
        with transaction.atomic():
            for row, payload in zip(rows, payloads[at:], strict=False):
                Commune.objects.filter(pk=row.pk).update(name=payload)
            text = clients["leader"].get(CSV).content.decode("utf-8-sig")
            transaction.set_rollback(True)
        cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
        bad = [
            cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "|", "%")) or cell[:1] in "\t\r\n"
        ]
        assert [cell for cell in bad if cell] == []
    assert len(FORMULAS) == 40
