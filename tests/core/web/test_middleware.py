"""The gate of every page: who comes in, when a session ends, what refusals look like."""

import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from core.access.routes import route
from core.audit.models import ReadLog
from core.errors import Blocked, Denied, Invalid, KeyReused, NotVisible, Reason, Stale, VersionMissing
from core.web import middleware
from deploy import urls as all_urls
from tests.factories.cases import Story

ERRORS = {
    "denied": Denied([Reason("x", "Người khác làm việc này.")]),
    "blocked": Blocked([Reason("x", "Chưa có đánh giá.", "/ca/")]),
    "invalid": Invalid({"name": ["Gõ họ tên."]}),
    "reused": KeyReused("k"),
    "stale": Stale(3, "Phạm Thu Hà"),
    "unversioned": VersionMissing(),
    "hidden": NotVisible(),
}


@route("login")
def raising(request, kind):
    raise ERRORS[kind]


def undeclared(request):
    return HttpResponse("nobody may see this")


@pytest.fixture
def extra_urls(settings):
    class Urls:
        handler404 = all_urls.handler404
        urlpatterns = [
            path("loi/<str:kind>/", raising),
            path("khong-khai/", undeclared, name="undeclared"),
            *all_urls.urlpatterns,
        ]

    settings.ROOT_URLCONF = Urls


@pytest.fixture
def worker(world) -> Client:
    client = Client()
    client.force_login(world.user("worker"))
    return client


def plain(response) -> str:
    """The page without what differs at every rendering: the masked token, the way back of the language switch."""
    text = re.sub(r'(content|value)="[A-Za-z0-9]{64}"', "", response.content.decode())
    return re.sub(r'name="next" value="[^"]*"', "", text)


@pytest.mark.parametrize("address", ["/", "/ca/", "/tiep-nhan/", "/tim/", "/ban-kiem-huan/", "/thong-bao/"])
def test_strangers_are_sent_to_sign_in_and_come_back(db, address):
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (302, f"/dang-nhap/?next={address}")


def test_health_asks_nothing_of_the_database(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200


def test_a_route_without_a_policy_is_closed(worker, extra_urls, caplog):
    response = worker.get("/khong-khai/")
    assert response.status_code == 404
    assert "khong-khai" in caplog.text
    assert plain(response) == plain(worker.get("/khong-co/"))


def test_every_route_declares_who_may_come_in():
    from django.urls import get_resolver

    from core.access.routes import policy_of

    def walk(patterns, space=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
            else:
                yield f"{space}{pattern.name}", pattern

    missing = [name for name, one in walk(get_resolver().url_patterns) if policy_of(one.callback, name) is None]
    assert missing == []


def test_hidden_and_absent_records_answer_with_the_same_bytes(world, worker):
    story = Story(world).register(by="sibling_intake", to_unit=str(world.units["sibling"].pk))
    hidden = worker.get(f"/lam/casework/case/{story.case.pk}/screen_in/")
    absent = worker.get(f"/lam/casework/case/{uuid.uuid4()}/screen_in/")
    nowhere = worker.get(f"/lam/casework/nothing/{uuid.uuid4()}/screen_in/")
    assert [hidden.status_code, absent.status_code, nowhere.status_code] == [404] * 3
    assert plain(hidden) == plain(absent) == plain(nowhere)


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("denied", 403, "Người khác làm việc này."),
        ("blocked", 409, "Chưa có đánh giá."),
        ("invalid", 400, "Gõ họ tên."),
        ("reused", 409, "đã gửi rồi"),
        ("stale", 409, "chữ tôi đã gõ"),
        ("unversioned", 409, "chữ tôi đã gõ"),
        ("hidden", 404, "Không thấy trang này"),
    ],
)
def test_refusals_are_pages_that_keep_what_was_typed(worker, extra_urls, kind, status, text):
    response = worker.post(f"/loi/{kind}/", {"note": "chữ tôi đã gõ"})
    assert response.status_code == status
    assert text in response.content.decode()


def test_roles_are_asked_before_the_view(world):
    client = Client()
    client.force_login(world.user("worker"))
    response = client.get("/ban-kiem-huan/")
    assert response.status_code == 403
    assert "Vai trò đang giữ không mở được trang này." in response.content.decode()
    client.force_login(world.user("supervisor"))
    assert client.get("/ban-kiem-huan/").status_code == 200


def test_a_lost_duty_closes_at_the_next_request(world, worker):
    from core.accounts.services import end_assignment

    assert worker.get("/ca/").status_code == 200
    end_assignment(world.user("worker").assignments.get())
    assert worker.get("/ca/").status_code == 403


def test_an_idle_session_ends_and_keeps_nothing(worker, settings, monkeypatch):
    assert worker.get("/ca/").status_code == 200
    before = worker.session.session_key
    later = middleware.time.time() + settings.DH_IDLE_MINUTES * 60 + 61
    monkeypatch.setattr(middleware.time, "time", lambda: later)
    response = worker.get("/ca/")
    assert (response.status_code, response["Location"]) == (302, "/dang-nhap/?next=%2Fca%2F")
    assert "_auth_user_id" not in worker.session
    assert worker.session.session_key != before
    page = worker.get(response["Location"])
    assert "Phiên làm việc đã hết" in page.content.decode()


def test_a_session_in_use_lives_on_but_not_for_ever(worker, settings, monkeypatch):
    start = middleware.time.time()
    step = settings.DH_IDLE_MINUTES * 60 - 30
    moments = range(0, settings.DH_SESSION_HOURS * 3600 - step, step)
    for moment in moments:
        monkeypatch.setattr(middleware.time, "time", lambda at=moment: start + at)
        assert worker.get("/thong-bao/").status_code == 200
    for moment in (moments[-1] + step, moments[-1] + 2 * step):
        monkeypatch.setattr(middleware.time, "time", lambda at=moment: start + at)
        last = worker.get("/thong-bao/")
    assert last.status_code == 302


def test_the_moment_is_noted_at_most_once_a_minute(worker, monkeypatch, django_assert_num_queries):
    start = int(middleware.time.time())
    worker.get("/thong-bao/")
    noted = worker.session[middleware.SEEN]
    monkeypatch.setattr(middleware.time, "time", lambda: start + 30)
    worker.get("/thong-bao/")
    assert worker.session[middleware.SEEN] == noted
    monkeypatch.setattr(middleware.time, "time", lambda: start + 61)
    worker.get("/thong-bao/")
    assert worker.session[middleware.SEEN] == start + 61


def test_without_a_second_factor_only_setting_it_up_is_open(world, worker, settings):
    settings.DH_REQUIRE_SECOND_FACTOR = True
    response = worker.get("/ca/")
    assert (response.status_code, response["Location"]) == (302, "/tai-khoan/hai-buoc/bat/")
    assert worker.get("/api/v1/me/").status_code == 403
    assert worker.get("/tai-khoan/hai-buoc/").status_code in (200, 302)
    Authenticator.objects.create(user=world.user("worker"), type=Authenticator.Type.RECOVERY_CODES, data={})
    assert worker.get("/ca/").status_code == 302
    Authenticator.objects.create(user=world.user("worker"), type=Authenticator.Type.TOTP, data={})
    response = worker.get("/ca/")  # there is one now, this session has not shown it
    assert (response.status_code, response["Location"]) == (302, "/tai-khoan/hai-buoc/xac-nhan-lai/?next=%2Fca%2F")


def test_an_expired_session_sends_htmx_to_sign_in(db):
    response = Client().get(
        "/ca/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/ca/?han=overdue"}
    )
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/dang-nhap/?next=%2Fca%2F%3Fhan%3Doverdue"


def test_pages_are_not_stored(worker):
    for address in ("/", "/ca/", "/khong-co/", "/dang-nhap/"):
        assert "no-store" in worker.get(address)["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("worker", ["Hôm nay", "Ca phụ trách", "Tiếp nhận", "Chuyển tuyến", "Giường", "Cơ sở"]),
        (
            "supervisor",
            [
                "Hôm nay", "Ca phụ trách", "Bàn kiểm huấn viên", "Chuyển tuyến", "Sự việc ở cơ sở", "Giường",
                "Mạng lưới", "Cơ sở",
            ],
        ),
        ("leader", ["Hôm nay", "Giấy phép", "Giường", "Mạng lưới", "Cơ sở"]),
        ("no_duty", ["Hôm nay", "Cơ sở"]),
    ],
)  # fmt: skip
def test_the_ways_are_those_of_the_duties(world, name, labels):
    client = Client()
    client.force_login(world.user(name))
    context = client.get("/").context
    assert [str(item["label"]) for item in context["nav"]] == labels
    assert context["nav_bar"] + context["nav_more"] == context["nav"]


@pytest.mark.parametrize(
    "address",
    [
        "/dang-nhap/", "/dang-nhap/quen-mat-khau/", "/dang-nhap/tam-khoa/", "/tai-khoan/mat-khau/", "/tai-khoan/phien/",
        "/tai-khoan/hai-buoc/", "/dang-xuat/",
    ],
)  # fmt: skip
def test_the_pages_of_the_account_open(worker, address):
    assert worker.get(address).status_code in (200, 302)


def test_signing_in_by_name_and_password(world):
    user = world.user("worker")
    user.set_password("mật khẩu đủ dài 1")
    user.save()
    client = Client()
    response = client.post("/dang-nhap/", {"login": "worker", "password": "mật khẩu đủ dài 1"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert client.get("/api/khong-co/").status_code == 404
    assert client.get("/dang-ky/").status_code == 404


def test_reading_is_logged_with_the_route(world, worker):
    Story(world).in_assessment()
    worker.get("/ca/")
    row = ReadLog.objects.filter(route="case_list").get()
    assert (row.actor, row.model, len(row.ids)) == (world.user("worker"), "casework.Case", 1)
