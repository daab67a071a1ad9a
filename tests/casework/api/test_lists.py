"""Lists: filters of the pages, pages by key, and the document that describes them."""

import jsonschema
import pytest
from django.core.management import call_command

from casework.api import cases, filters, people, plans
from core.api.declared import undeclared
from facilities.api import register
from referrals.api import referrals
from tests.factories.cases import Story

VIEWS = [
    cases.Cases, cases.Entries, cases.FollowUps, people.Persons, people.Households, people.Contacts, plans.Assessments,
    plans.Plans, plans.Goals, plans.PlanActions, plans.Comments, referrals.Referrals, register.Facilities,
    register.Authorities, register.Bodies,
]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_every_field_stands_in_the_access_table(view):
    assert undeclared(view) == []


def test_a_field_that_no_table_lists_is_found():
    class Loose(people.PersonSerializer):
        secret = people.serializers.CharField(source="name_of_mother")

    class View(people.Persons):
        serializer_class = Loose

    assert undeclared(View) == ["casework.Person.name_of_mother (secret)"]


@pytest.fixture
def three(world):
    made = [Story(world).register(), Story(world).register().screen_in(), Story(world).running()]
    return [story.case for story in made]


def ids(response):
    assert response.status_code == 200, response.content.decode()
    return {row["id"] for row in response.json()["results"]}


def test_filters_narrow(call, world, three):
    intake, assessed, active = three
    supervisor = call("supervisor")
    assert ids(supervisor.get("cases/")) == {str(case.pk) for case in three}
    assert ids(supervisor.get("cases/", state="intake")) == {str(intake.pk)}
    assert ids(supervisor.get("cases/", state="intake,active")) == {str(intake.pk), str(active.pk)}
    assert ids(supervisor.get("cases/", stage="services")) == {str(active.pk)}
    assert ids(supervisor.get("cases/", worker=str(world.user("worker").pk))) == {str(assessed.pk), str(active.pk)}
    assert ids(supervisor.get("cases/", q=intake.number)) == {str(intake.pk)}
    assert ids(supervisor.get("cases/", q=intake.person.name.upper())) == {str(intake.pk)}
    assert ids(supervisor.get("cases/", due="overdue")) == set()
    assert ids(supervisor.get("cases/", due="none")) == {str(active.pk)}
    assert ids(supervisor.get("cases/", risk="medium")) == {str(active.pk)}
    assert ids(supervisor.get("persons/", q=assessed.person.name)) == {str(assessed.person_id)}


def test_pages_by_key_tell_every_case_once(call, three):
    seen, where = [], "/api/v1/cases/?limit=1"
    for _page in range(5):
        body = call("supervisor").client.get(where).json()
        seen += [row["id"] for row in body["results"]]
        if not body["next"]:
            break
        where = body["next"]
    assert sorted(seen) == sorted(str(case.pk) for case in three)


def test_stages_have_a_code_each():
    assert len(filters.STAGE_CODES) == len(filters.STAGES)


def test_the_document_is_openapi_3_1_and_fits_the_answers(call, three, tmp_path):
    target = tmp_path / "schema.json"
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json", "--file", str(target))
    document = call("worker").get("schema/").json()
    assert document["openapi"].startswith("3.1")
    operation = document["paths"]["/api/v1/cases/{id}/"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    told = call("worker").one("cases", str(three[2].pk))
    jsonschema.validate(told, {**schema, "components": document["components"]})
    answer = document["paths"]["/api/v1/assessments/{id}/actions/answer/"]["post"]["requestBody"]
    assert answer["content"]["application/json"]["schema"]["additionalProperties"] is True
