"""The register over the API: what a client makes, changes and reads, without the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.api import tokens
from core.ids import new_id
from facilities.models import Bed, WalletPaper
from tests.core.documents.files import pdf
from tests.factories import houses
from tests.factories.houses import day

pytestmark = pytest.mark.django_db
API = "/api/v1"


class Caller:
    def __init__(self, world, who, scopes=("read", "write")):
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(world.user(who), 'thử', scopes)[1]}")

    def get(self, path, **params):
        return self.client.get(f"{API}/{path}", params)

    def post(self, path, **body):
        return self.client.post(f"{API}/{path}", body, format="json", HTTP_IDEMPOTENCY_KEY=str(new_id()))


@pytest.fixture
def call(world):
    return lambda who, **kwargs: Caller(world, who, **kwargs)


@pytest.fixture
def facility(world):
    return houses.register(world)


def test_a_house_is_written_from_nothing(call, facility):
    fm = call("private_manager")
    house = fm.post("buildings/", parent=str(facility.pk), name="Dãy A", storeys=2)
    assert house.status_code == 201, house.json()
    room = fm.post(
        "rooms/", parent=str(facility.pk), building=house.json()["id"], name="P101", storey=1, area=18.5, sleeping=True
    )
    assert room.status_code == 201, room.json()
    more = {"prefix_text": "A-", "first": 1, "count": 3, "sex": "female", "age": "any", "need": "standard"}
    made = fm.post(f"rooms/{room.json()['id']}/actions/add_beds/", version=1, **more)
    assert made.status_code == 200, made.json()
    beds = fm.get("beds/", room=room.json()["id"]).json()["results"]
    assert [bed["code"] for bed in beds] == ["A-01", "A-02", "A-03"]
    assert {bed["sex_label"] for bed in beds} == {"Nữ"}
    shown = fm.get(f"rooms/{room.json()['id']}/").json()
    assert (shown["area"], shown["sleeping"]) == ("18.50", True)


def test_a_bed_is_closed_by_its_action_and_tells_its_story(call, world):
    houses.house(world)
    bed = Bed.objects.order_by("code")[0]
    fm, worker = call("private_manager"), call("worker")
    offered = {one["name"]: one["status"] for one in fm.get(f"beds/{bed.pk}/actions/").json()["actions"]}
    assert offered["close"] == "ready" and offered["set_usable"] == "missing"
    assert {one["status"] for one in worker.get(f"beds/{bed.pk}/actions/").json()["actions"]} == {"not_you"}
    broken = fm.post(f"beds/{bed.pk}/actions/set_unusable/", version=bed.version, reason="Gãy")
    assert broken.status_code == 200
    assert [one["id"] for one in worker.get("beds/", usable="false").json()["results"]] == [str(bed.pk)]
    stale = fm.post(f"beds/{bed.pk}/actions/close/", version=bed.version)
    assert stale.status_code == 409
    assert fm.post(f"beds/{bed.pk}/actions/close/", version=bed.version + 1).status_code == 200
    verbs = [event["verb"] for event in fm.get(f"beds/{bed.pk}/events/").json()["results"]]
    assert verbs == ["bed.close", "bed.set_unusable", "bed.add"]


@pytest.mark.parametrize("resource", ["buildings", "rooms", "beds", "prices", "facility-staff", "facility-papers"])
def test_others_write_nothing(call, facility, resource):
    for who in ("worker", "manager", "licensing"):
        answer = call(who).post(f"{resource}/", parent=str(facility.pk))
        assert answer.status_code == 403, who
    assert call("private_manager", scopes=("read",)).post(f"{resource}/", parent=str(facility.pk)).status_code == 403


def test_the_facility_tells_models_and_counts(call, world):
    facility = houses.house(world)
    shown = call("worker").get(f"facilities/{facility.pk}/").json()
    assert shown["care_models"] == ["residential"] and shown["zone_label"] == "Nông thôn"
    assert shown["client_counts"] == {"elderly": 4, "elderly_self": 10}
    assert shown["land_area"] == "900.00" and "safe_address" not in shown


def test_facilities_are_found_by_model_group_and_openness(call, world):
    from tests.factories.facilities import authorise_facility

    facility = houses.house(world)
    other = houses.register(world, "public")
    authorise_facility(other, 10, ("k1",))
    worker = call("worker")

    def found(**params):
        answer = worker.get("facilities/", **params)
        assert answer.status_code == 200, answer.json()
        return {row["id"] for row in answer.json()["results"]}

    assert found(model="residential") == {str(facility.pk)}
    assert found(group="k1") == {str(other.pk)} and found(group="f1a") == set()
    assert found(open="true") == {str(facility.pk), str(other.pk)} and found(open="false") == set()
    assert worker.get("facilities/", model="lau-dai").status_code == 400
    assert worker.get("facilities/", group="zz").status_code == 400
    assert worker.get("beds/", usable="co").status_code == 400
    assert worker.get("prices/", on="hom-nay").status_code == 400


def test_prices_of_a_day_and_papers_that_end(call, world):
    facility = houses.house(world)
    by = world.actor("private_manager")
    houses.price(by, facility, 9_000_000, valid_from=day(30))
    houses.paper(by, facility, "water", expires=day(20))
    fm = call("private_manager")
    listed = fm.get("prices/", facility=str(facility.pk), on=f"{facility.created_at:%Y-%m-%d}").json()["results"]
    assert [row["price"] for row in listed] == ["5000000"]
    ending = fm.get("facility-papers/", ends_within="30").json()["results"]
    assert [row["kind"] for row in ending] == ["water"]
    assert fm.get("facility-papers/", ends_within="mai").status_code == 400


def test_people_are_listed_without_phones_and_read_with_them(call, world):
    facility = houses.house(world)
    member = houses.member(world.actor("private_manager"), facility, full_name="Hoa", phone="0912345678")
    officer = call("licensing")
    listed = officer.get("facility-staff/", facility=str(facility.pk)).json()["results"]
    assert len(listed) == 3 and all("phone" not in row for row in listed)
    assert officer.get(f"facility-staff/{member.pk}/").json()["phone"] == "0912345678"
    assert "phone" not in call("steward").get(f"facility-staff/{member.pk}/").json()
    assert call("worker").get(f"facility-staff/{member.pk}/").status_code == 404
    assert call("manager").get("facility-staff/").json()["results"] == []


def test_a_paper_comes_with_its_file(call, facility):
    import json

    fm = call("private_manager")
    data = json.dumps({"parent": str(facility.pk), "kind": "fire", "number": "7"})
    answer = fm.client.post(
        f"{API}/facility-papers/", {"data": data, "file": SimpleUploadedFile("a.pdf", pdf(), "application/pdf")},
        format="multipart", HTTP_IDEMPOTENCY_KEY="k1",
    )  # fmt: skip
    assert answer.status_code == 201, answer.json()
    paper = WalletPaper.objects.get()
    assert paper.document is not None
    assert fm.get(f"facility-papers/{paper.pk}/").json()["document_id"] == str(paper.document_id)


@pytest.mark.parametrize("resource", ["facilities", "buildings", "rooms", "beds", "prices", "facility-staff"])
def test_lists_cost_the_same_however_long(call, world, resource):
    facility = houses.house(world)
    officer, by = call("licensing"), world.actor("private_manager")
    officer.get(f"{resource}/")
    with CaptureQueriesContext(connection) as before:
        officer.get(f"{resource}/")
    houses.register(world, "public")
    block = houses.building(by, facility, "Dãy B")
    houses.beds(by, houses.room(by, block, "B1"), 3, "B-")
    houses.member(by, facility)
    houses.price(by, facility, per="ngày")
    with CaptureQueriesContext(connection) as after:
        assert officer.get(f"{resource}/").status_code == 200
    assert len(after) == len(before)
