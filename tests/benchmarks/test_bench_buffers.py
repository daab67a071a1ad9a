"""What a page reads of the database, counted in buffers (8 kB) and not in time: no more than is written here, and no
more of many rows than of few (performance.md P6, P7). PostgreSQL alone tells."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from casework.models import Case, Person
from casework.selectors import people, search
from core.api import throttling, tokens
from core.folding import fold, sort_key
from tests.factories.cases import Story

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL counts buffers"),
]
FEW, MANY, SOME = 2000, 6000, 3000
OWN = 60  # cases of the worker who asks, whatever the others have
MOST_GROWTH = 1.5
FAMILIES, MIDDLES = ("Nguyễn", "Trần", "Lê", "Phạm", "Điểu"), ("Văn", "Thị", "Ngọc", "Minh")
GIVEN = ("An", "Bình", "Cúc", "Dũng", "Giang", "Hạnh", "Khánh", "Lan", "Mai", "Nghĩa", "Phúc", "Quyên", "Sơn", "Tâm")

# Most buffers of one page; one that goes down is written down here.
LISTS = {
    ("worker", "/api/v1/cases/"): 700,
    ("supervisor", "/api/v1/cases/"): 700,
    ("auditor", "/api/v1/cases/"): 300,
    ("intake", "/api/v1/cases/"): 300,
    ("supervisor", "/api/v1/persons/"): 500,
    ("worker", "/ca/"): 1200,
    ("auditor", "/ca/?xep=moi"): 1600,
}


@contextmanager
def buffers():
    """Adds up what each SELECT reads; the list holds one number when the block is left."""
    found, parts = [], []

    def explained(execute, sql, params, many, context):
        if sql.lstrip("( ").upper().startswith("SELECT") and "FOR UPDATE" not in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
                told = cursor.fetchone()[0]
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            parts.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        yield found
    found.append(sum(parts))


def name_of(number):
    parts = FAMILIES[number % 5], MIDDLES[number // 5 % 4], GIVEN[number // 20 % 14]
    return " ".join(parts)


def add(pattern, workers, first, number):
    """So many more persons with a case each; the first of the workers gets none beyond its own."""
    now, persons, cases = timezone.now(), [], []
    for place in range(first, first + number):
        name = name_of(place)
        born = 1940 + place % 80
        persons.append(
            Person(
                name=name, name_folded=fold(name), sort_name=sort_key(name), birth_year=born, commune=pattern.commune
            )
        )
    for place, person in enumerate(persons, start=first):
        worker = workers[0] if place < OWN else workers[1 + place % (len(workers) - 1)]
        cases.append(
            Case(
                number=f"HS-2020-{place:06d}", person=person, state="intake", source="self", legal_basis="statutory",
                received_at=now, opened_at=now - timedelta(hours=place), due_at=now + timedelta(hours=place),
                registered_unit=pattern.registered_unit, to_unit=pattern.to_unit, owner_unit=pattern.owner_unit,
                registered_by=pattern.registered_by, worker=worker, commune=pattern.commune, risk="low",
            )
        )  # fmt: skip
    Person.objects.bulk_create(persons)
    Case.objects.bulk_create(cases)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_case, casework_person")


class Province:
    """A world with some, then with many more cases."""

    def __init__(self, world):
        self.world = world
        self.pattern = Story(world).running().case
        self.workers = [world.user(name) for name in ("worker", "colleague", "sibling_worker", "public_worker")]
        self.made = 0

    def grow(self, number):
        add(self.pattern, self.workers, self.made, number)
        self.made += number

    def ask(self, name, path):
        throttling._own.clear()
        user = self.world.user(name)
        if path.startswith("/api/"):
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user)[1]}")
        else:
            client = Client()
            client.force_login(user)
        client.get(path)  # the first notes the day and the session
        with buffers() as found:
            answer = client.get(path)
        assert answer.status_code == 200
        return found[0], answer


@pytest.fixture
def province(world):
    return Province(world)


def test_lists_read_a_page_and_not_the_table(province):
    province.grow(FEW)
    before = {asked: province.ask(*asked)[0] for asked in LISTS}
    province.grow(MANY)
    after = {asked: province.ask(*asked)[0] for asked in LISTS}
    told = {asked: (before[asked], after[asked]) for asked in LISTS}
    assert {asked: pair for asked, pair in told.items() if pair[1] > LISTS[asked]} == {}
    assert {asked: pair for asked, pair in told.items() if pair[1] > MOST_GROWTH * pair[0]} == {}


def test_a_page_far_back_reads_what_the_first_reads(province):
    province.grow(SOME)
    first, answer = province.ask("auditor", "/api/v1/cases/?limit=100")
    link = answer.json()["next"]
    for _page in range(20):
        far, answer = province.ask("auditor", link.replace("http://testserver", ""))
        link = answer.json()["next"]
    assert far <= MOST_GROWTH * first


def test_search_and_the_check_for_duplicates_read_what_they_find(province):
    """Every 280th person has the name, every 80th is of the year."""
    province.grow(SOME)
    supervisor = province.world.actor("supervisor")
    with buffers() as found:
        assert len(search.cases_named(supervisor, "trần ngọc lan")) == SOME // 280 + 1
    assert found[0] <= 600
    with buffers() as found:
        assert people.matches({"name": "Trần Ngọc Lam", "birth": Birth(1990), "commune": province.pattern.commune})
    assert found[0] <= 900


class Birth:
    def __init__(self, year):
        self.year = year
