"""How many SQL statements the hot ways take, exactly; BEGIN, SAVEPOINT and COMMIT count. The budget of a transition is
16, of a list of the API 8 (performance.md P11). A number that goes down is written down here; one that goes up is
explained, or the statement is taken out again."""

import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from casework.models import WorkEntry
from core.access import grants
from core.api import throttling, tokens
from core.lifecycle.engine import perform
from tests.factories.cases import Story, day

pytestmark = pytest.mark.django_db
TRANSITION_BUDGET, LIST_BUDGET = 16, 7


@pytest.fixture(autouse=True)
def fresh_counts():
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def page(world):
    """A signed-in browser that has opened a page before."""
    browser = Client()
    browser.force_login(world.user("worker"))
    browser.get("/")
    return browser


@pytest.fixture
def api(world):
    """A client whose token was used a moment ago."""
    caller = APIClient()
    secret = tokens.issue(world.user("worker"), "thử", ("read", "write"))[1]
    caller.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert caller.get("/api/v1/me/").status_code == 200
    return caller


@contextmanager
def statements(number):
    with CaptureQueriesContext(connection) as seen:
        yield
    told = "\n".join(query["sql"][:160] for query in seen.captured_queries)
    assert len(seen) == number, f"{len(seen)} statements instead of {number}:\n{told}"


def hold(**more):
    return {"reason": "hospital", "resume_by": day(10), "note": "Nằm viện.", **more}


class TestTransition:
    def test_by_the_worker(self, world):
        case, actor = Story(world).running().case, world.actor("worker")
        with statements(14):
            perform(case, "hold", by=actor, version=case.version, key="k1", data=hold())

    def test_by_the_supervisor(self, world):
        """One more, as the worker to whom the work goes is somebody else, and one for the units below the own."""
        case, actor = Story(world).running().case, world.actor("supervisor")
        actor.tree("supervisor")
        with statements(15):
            perform(case, "hold", by=actor, version=case.version, key="k1", data=hold())

    def test_shares_cost_nothing_however_many(self, world):
        stories = [Story(world).running() for _each in range(3)]
        for story in stories[1:]:
            for name in ("worker", "colleague"):
                grants.share(story.case, world.user(name), timezone.now() + timedelta(days=1), "help")
        case, actor = stories[0].case, world.actor("worker")
        with statements(14):
            perform(case, "hold", by=actor, version=case.version, key="k1", data=hold())

    def test_over_the_api(self, world, api):
        """And two to know who asks: the token, and the duties with for whom somebody stands in."""
        case = Story(world).running().case
        with statements(TRANSITION_BUDGET):
            response = api.post(
                f"/api/v1/cases/{case.pk}/actions/hold/", hold(version=case.version), format="json",
                HTTP_IDEMPOTENCY_KEY=uuid.uuid4().hex,
            )  # fmt: skip
        assert response.status_code == 200

    def test_on_the_page(self, world, page):
        case = Story(world).running().case
        data = hold(version=case.version, key=uuid.uuid4().hex)
        with statements(22):
            response = page.post(f"/lam/casework/case/{case.pk}/hold/", data)
        assert response.status_code == 302

    def test_a_repeat_costs_less(self, world):
        case, actor = Story(world).running().case, world.actor("worker")
        perform(case, "hold", by=actor, version=case.version, key="k1", data=hold())
        with statements(4):
            assert perform(case, "hold", by=actor, version=case.version, key="k1", data=hold()).replayed


class TestLists:
    """Each reads the same number of statements for one row and for many."""

    @pytest.mark.parametrize(("url", "number"), [("/ca/", 10), ("/", 15)])
    def test_pages(self, world, page, url, number):
        Story(world).in_assessment()
        with statements(number):
            assert page.get(url).status_code == 200
        for _each in range(5):
            Story(world).running()
            Story(world).in_assessment()
        with statements(number):
            assert page.get(url).status_code == 200

    def test_api(self, world, api):
        Story(world).running()
        with statements(LIST_BUDGET):
            assert len(api.get("/api/v1/cases/").json()["results"]) == 1
        for _each in range(5):
            Story(world).running()
        with statements(LIST_BUDGET):
            assert len(api.get("/api/v1/cases/").json()["results"]) == 6


def test_case_page(world, page):
    """A whole file on one page; more log entries and papers cost nothing more."""
    story = Story(world).running()
    story.make("worker", WorkEntry, "add", kind="visit", text="Gặp tại nhà.", contacted="reached")
    url = f"/ca/{story.case.pk}/"
    with statements(51):
        assert page.get(url).status_code == 200
    for number in range(5):
        story.make("worker", WorkEntry, "add", kind="visit", text=f"Lần {number}.", contacted="reached")
        story.paper("medical")
    with statements(51):
        assert page.get(url).status_code == 200
