"""The pages as people use them: the checklist item by item, the lists, the minutes, the API beside them."""

import json

import pytest
from django.test import Client

from core.audit.models import ReadLog
from core.web.models import Draft
from facilities.models import Finding, Incident, Inspection
from facilities.web.inspections import draft_key
from tests.factories.cases import day
from tests.factories.oversight import UNMET

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.DH_REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def client_of(story):
    def sign_in(name):
        client = Client()
        client.force_login(story.world.user(name), backend=BACKEND)
        return client

    return sign_in


def given(row):
    return {one.code: (one.verdict, one.note) for one in row.answers.exclude(verdict="")}


def post(client, row, version=None, **fields):
    row.refresh_from_db()
    data = {"version": version or row.version, "key": "k", "do": "phan-1", **fields}
    return client.post(f"/kiem-tra/{row.pk}/", data)


def test_the_checklist_is_saved_item_by_item_and_its_draft_forgotten(story, client_of):
    row, client = story.underway(), client_of("licensing")
    page = client.get(f"/kiem-tra/{row.pk}/").content.decode()
    assert f'data-draft="{draft_key(row.pk)}"' in page and 'id="muc-legal-licence"' in page
    Draft.objects.create(user=story.world.user("licensing"), form=draft_key(row.pk), content="item_legal_licence=met")
    assert 'value="met" ' in client.get(f"/kiem-tra/{row.pk}/").content.decode()
    response = post(client, row, item_legal_licence="met")
    assert response.status_code == 302 and response.url.endswith("#phan-1")
    assert given(row) == {"legal.licence": ("met", "")}
    assert not Draft.objects.exists()


def test_what_was_not_changed_is_not_sent_back(story, client_of):
    """The second inspector's page is old: only what she herself typed is written, the colleague's answer stays."""
    row = story.underway()
    old = row.version
    story.do("licensing", "answer", row, item_legal_licence="unmet")
    second = client_of("licensing2")
    fields = {
        "item_legal_licence": "", "_was_item_legal_licence": "", "item_legal_files": "met", "_was_item_legal_files": "",
    }  # fmt: skip
    response = post(second, row, version=old, **fields)
    page = response.content.decode()
    assert response.status_code == 409 and "vừa ghi thêm" in page
    assert given(row) == {"legal.licence": ("unmet", "")}
    assert post(second, row, **fields).status_code == 302
    assert given(row) == {"legal.licence": ("unmet", ""), "legal.files": ("met", "")}


def test_what_fails_leads_to_its_finding(story, client_of):
    row, client = story.underway(), client_of("licensing")
    story.do("licensing", "answer", row, item_legal_licence="unmet")
    assert "code=legal.licence" in client.get(f"/kiem-tra/{row.pk}/").content.decode()
    url = f"/them/facilities/inspection/{row.pk}/facilities/finding/add/?code=legal.licence"
    assert '<option value="legal.licence" selected>' in client.get(url).content.decode()
    story.finding(row)
    assert "code=legal.licence" not in client.get(f"/kiem-tra/{row.pk}/").content.decode()


def test_nothing_new_is_no_event_and_nonsense_is_said_at_its_place(story, client_of):
    row, client = story.underway(), client_of("licensing")
    version = row.version
    assert post(client, row, item_legal_licence="", _was_item_legal_licence="").status_code == 302
    row.refresh_from_db()
    assert row.version == version
    response = post(client, row, item_legal_licence="perhaps")
    assert response.status_code == 422 and 'role="alert"' in response.content.decode()


def test_each_reads_what_is_its_own(story, client_of):
    row = story.reply()
    for name in ("licensing", "licensing2", "head", "auditor", "manager"):
        page = client_of(name).get(f"/kiem-tra/{row.pk}/").content.decode()
        assert "Giấy phép không niêm yết" in page, name
        assert ("/reply/" in page) == (name == "manager"), name
    for name in ("private_manager", "worker", "other_licensing", "steward", "no_duty"):
        client = Client(raise_request_exception=False)
        client.force_login(story.world.user(name), backend=BACKEND)
        assert client.get(f"/kiem-tra/{row.pk}/").status_code == 404, name


def test_the_way_of_a_facility_through_the_pages(story, client_of):
    row, client = story.reply(), client_of("manager")
    form = f"/lam/facilities/inspection/{row.pk}/reply/"
    assert "Giấy phép không niêm yết" in client.get(form).content.decode()
    row.refresh_from_db()
    done = client.post(form, {"version": row.version, "key": "a", **story.reply_data(row)})
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == "remedy"


def test_lists_filter_and_do_not_grow_with_the_rows(story, client_of, django_assert_max_num_queries):
    closed, planned = story.closed(), story.planned(planned_on=day(4), kind="complaint")
    client = client_of("licensing")
    assert planned.number in client.get("/kiem-tra/").content.decode()
    assert closed.number not in client.get("/kiem-tra/").content.decode()
    assert closed.number in client.get("/kiem-tra/?trang_thai=closed").content.decode()
    assert closed.number not in client.get(f"/kiem-tra/?trang_thai=all&tu={day(1)}").content.decode()
    assert planned.number in client.get("/kiem-tra/?loai=complaint").content.decode()
    for _number in range(4):
        story.planned()
    with django_assert_max_num_queries(16):
        client.get("/kiem-tra/?trang_thai=all")
    with django_assert_max_num_queries(18):
        client.get("/kiem-tra/ke-hoach/")


def test_the_plan_of_the_year_names_who_is_missing(story, client_of):
    client = client_of("licensing")
    page = client.get("/kiem-tra/ke-hoach/").content.decode()
    assert "Cơ sở công lập" in page and "/inspection/plan/" in page
    row = story.planned()
    page = client.get("/kiem-tra/ke-hoach/").content.decode()
    assert row.number in page and "/inspection/plan/" not in page
    assert client_of("manager").get("/kiem-tra/ke-hoach/").status_code == 403
    assert client.get("/kiem-tra/ke-hoach/?nam=banana").status_code == 200


def test_the_minutes_are_a_logged_pdf_after_the_conclusion(story, client_of):
    row = story.answered()
    client = client_of("licensing")
    assert client.get(f"/in/bien-ban-kiem-tra/{row.pk}/").status_code == 409
    assert client_of("manager").get(f"/in/bien-ban-kiem-tra/{row.pk}/").status_code == 404
    story.do("licensing", "conclude", row, summary="Xong.")
    for name in ("licensing", "manager"):
        response = client_of(name).get(f"/in/bien-ban-kiem-tra/{row.pk}/")
        assert response.content.startswith(b"%PDF") and row.number in response["Content-Disposition"]
    assert ReadLog.objects.filter(model="facilities.Inspection", field_class="print").count() == 2


def test_an_incident_is_reported_and_looked_into_through_the_pages(story, client_of):
    client = client_of("manager")
    assert "/incident/report/" in client.get("/su-viec/").content.decode()
    url = f"/them/facilities/facility/{story.facility.pk}/facilities/incident/report/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"key": "a", **story.incident_data(kind="death")}).status_code == 302
    row = Incident.objects.get()
    officer = client_of("licensing")
    page = officer.get(f"/su-viec/{row.pk}/").content.decode()
    assert "Ông Bảy" in page and "incident=" in page and "Nhận xem xét" in page
    assert officer.get(f"/them/facilities/facility/{story.facility.pk}/facilities/inspection/plan/?kind=incident&"
                       f"incident={row.pk}").status_code == 200  # fmt: skip


def send(client, url, key, **body):
    return client.post(url, json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)


def test_the_same_over_the_api(story, client_of):
    officer, manager = client_of("licensing"), client_of("manager")
    data = {key: value for key, value in story.plan_data(planned_on=day(0)).items() if key not in ("lead", "team")}
    team = [str(story.world.user("licensing2").pk)]
    made = send(
        officer, "/api/v1/inspections/", "1", parent=str(story.facility.pk), lead=str(story.world.user("licensing").pk),
        team=team, **data,
    )  # fmt: skip
    assert made.status_code == 201, made.content
    url = f"/api/v1/inspections/{made.json()['id']}/"
    assert send(officer, f"{url}actions/begin/", "2", version=1).status_code == 200
    row = Inspection.objects.get()
    answers = story.answers(row, (UNMET,))
    assert send(officer, f"{url}actions/answer/", "3", version=2, **answers).status_code == 200
    found = send(officer, "/api/v1/findings/", "4", parent=str(row.pk), **story.finding_data())
    assert found.status_code == 201
    assert send(officer, f"{url}actions/conclude/", "5", version=3, summary="Xong.").status_code == 200
    assert send(manager, f"{url}actions/reply/", "6", version=4, **story.reply_data(row)).status_code == 200
    assert manager.get(url).json()["state"] == "remedy"
    assert manager.get(f"/api/v1/findings/?inspection={row.pk}&open=true").json()["results"][0]["contested"] is False
    assert manager.get("/api/v1/inspections/?state=remedy&from=2020-01-01&due=later").json()["results"]
    assert manager.get("/api/v1/inspections/?from=hom-qua").status_code == 400
    assert Finding.objects.get().reply == "Đã hiểu."
