"""Authorities over the API: which groups each one names."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.api import tokens
from tests.factories.cases import GROUP
from tests.factories.referrals import authorise


@pytest.fixture
def get(world):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(world.user('worker'), 'thử', ('read',))[1]}")
    return lambda where, **params: client.get(f"/api/v1/authorities/{where}", params)


def test_an_authority_tells_its_groups(world, get):
    first, second = authorise(world), authorise(world, "private", 5)
    second.groups.create(code="k1")
    assert get(f"{first.pk}/").json()["groups"] == [GROUP]
    assert get(f"{second.pk}/").json()["groups"] == ["k1", GROUP]
    listed = {line["id"]: line["groups"] for line in get("").json()["results"]}
    assert listed == {str(first.pk): [GROUP], str(second.pk): ["k1", GROUP]}


def test_authorities_of_one_group(world, get):
    first, second = authorise(world), authorise(world, "private", 5)
    second.groups.create(code="k1")
    assert [line["id"] for line in get("", group="k1").json()["results"]] == [str(second.pk)]
    assert {line["id"] for line in get("", group=GROUP).json()["results"]} == {str(first.pk), str(second.pk)}
    wrong = get("", group="zz")
    assert (wrong.status_code, wrong.json()["errors"]) == (400, {"group": ["Không có nhóm đối tượng này."]})


def test_the_queries_of_a_list_do_not_grow(world, get, django_assert_num_queries):
    authorise(world)
    get("")
    with CaptureQueriesContext(connection) as one:
        get("")
    authorise(world, "private", 5)
    with django_assert_num_queries(len(one)):
        assert len(get("").json()["results"]) == 2
