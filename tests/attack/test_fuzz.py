"""schemathesis on the whole OpenAPI document, as everybody: no fault of ours, nothing that the document does not say,
no key of a record that the caller may not know of (trust.md F16 with the oracle of T1).

Every operation is asked by everybody in turn. Long form: DH_ATTACK=long, everybody asks every operation.
"""

import logging
import os
from random import Random
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.openapi import checks as _openapi  # noqa: F401  (registers the checks by name)
from schemathesis.specs.openapi import checks

from tests.attack.siege import PEOPLE, Siege, besieged, called, strange, text_of

pytestmark = pytest.mark.django_db
LONG = os.environ.get("DH_ATTACK") == "long"
EXAMPLES = int(os.environ.get("DH_ATTACK_EXAMPLES", "12" if LONG else "2"))
PARTS = 8  # so that the processes of the suite share the document
CHECKS = [
    checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance,
    checks.response_schema_conformance,
]  # fmt: skip
STEADY = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def siege(django_db_setup, django_db_blocker):
    patch = pytest.MonkeyPatch()
    patch.setattr("core.api.throttling.spend", lambda *args: 0)
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic():
        yield besieged()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    patch.undo()


@pytest.fixture(scope="module")
def document(siege):
    def app(environ, start):
        return called(siege.app, environ, start)

    headers = {"Authorization": f"Token {siege.secrets['worker']}"}
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", app, headers=headers)


def label_of(siege: Siege, path: str) -> str:
    """The model whose records stand at this path."""
    prefix = path.removeprefix("/api/v1/").partition("/{")[0].strip("/")
    return siege.resources.get(prefix, "")


def aimed(case: Any, siege: Siege, pick: int) -> None:
    """Generated keys are nobody's: mostly they give way to keys of records that are there."""
    label = label_of(siege, case.operation.path)
    pool = siege.pools.get(label, [])
    if case.path_parameters and "id" in case.path_parameters and pool and pick % 7:
        case.path_parameters["id"] = pool[pick % len(pool)]
    body = case.body if isinstance(case.body, dict) else None
    if body is None:
        return
    if "version" in body and case.path_parameters and pick % 5:
        body["version"] = siege.versions.get(str(case.path_parameters.get("id")), 1)
    for place, name in enumerate(sorted(body)):
        if name != "version" and (pick + place) % 4 == 0:
            body[name] = strange(pick + place, siege, label)
    if "parent" in body and pick % 3:
        parents = siege.pools.get(siege.parents.get(label, ""), [])
        body["parent"] = parents[pick % len(parents)] if parents else body["parent"]


def wrong_with(case: Any, siege: Siege, who: str) -> str:
    response = case.call(headers={"Authorization": f"Token {siege.secrets[who]}", "Idempotency-Key": "k"})
    told = f"{who} {case.method} {case.formatted_path} {case.query} {case.body!r}: {response.status_code}"
    if response.status_code >= 500:
        return f"{told}: a fault of ours"
    described = set(case.operation.definition.raw["responses"])
    if str(response.status_code) not in described and response.status_code not in UNSAID:
        return f"{told}: not said in the document"
    if response.status_code >= 400 and "application/problem+json" not in response.headers["content-type"]:
        return f"{told}: no problem+json"
    if "set-cookie" in response.headers:
        return f"{told}: a cookie for a token"
    leaked = siege.leaked(who, f"{case.formatted_path}{text_of(case.query)}{text_of(case.body)}", response.text)
    if leaked:
        return f"{told}: {leaked}"
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as failure:
        return f"{told}: {[str(one) for one in failure.exceptions]}"
    return ""


# Refusals that may meet any call, before it is looked at.
UNSAID = {413, 415, 405, 503}


def operations(document: Any, part: int) -> list[Any]:
    every = [result.ok() for result in document.get_all_operations()]
    if not LONG:
        writes = [operation for operation in every if operation.method == "post"]
        kept = {operation.label for operation in writes[::4]}
        every = [operation for operation in every if operation.method == "get" or operation.label in kept]
    return every[part::PARTS]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation_as_everybody(siege, document, part):
    wrong = []
    for turn, operation in enumerate(operations(document, part)):
        askers = PEOPLE if LONG else [PEOPLE[(turn * 5 + part) % len(PEOPLE)]]
        modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if LONG else [MODES[turn % 4]]
        for mode in modes:
            wrong += ask(operation, mode, siege, askers)
    assert wrong == []


MODES = [GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def ask(operation: Any, mode: GenerationMode, siege: Siege, askers: Any) -> list[str]:
    found: list[str] = []

    chance = Random(f"{operation.label} {mode}")  # noqa: S311 - the same at every run

    @STEADY
    @given(case=operation.as_strategy(mode))
    def try_it(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            aimed(case, siege, chance.randrange(1_000_000))
        for who in askers:
            said = wrong_with(case, siege, who)
            if said:
                found.append(said)

    try:
        try_it()
    except Unsatisfiable:  # what takes nothing cannot be sent anything wrong
        assert mode is GenerationMode.NEGATIVE
    return found
