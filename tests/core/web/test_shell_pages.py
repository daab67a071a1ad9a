"""The base page and the error pages, rendered without a request as Django does when things go wrong."""

import gzip
import re
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from core.errors import Reason
from core.web.context import _fitting
from core.web.locale import LanguageMiddleware

PERSON = SimpleNamespace(is_authenticated=True, full_name="Lê Quốc Huy")
NAV = [
    {"label": "Hôm nay", "url": "/", "current": True, "key": "h"},
    {"label": "Ca phụ trách", "url": "/ca/", "current": False, "key": "c"},
]
SHELL = {"search_url": "/tim/", "role": "Kiểm huấn viên", "unit": "Trung tâm", "draft_url": "/nhap/", "profile_url": ""}


@pytest.fixture(autouse=True)
def _loud_about_unknown_variables(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "UNKNOWN(%s)")


def page(name="core/base.html", **context) -> str:
    html = render_to_string(name, context)
    assert "UNKNOWN" not in html
    return html


def test_the_page_of_a_signed_in_person():
    html = page(user=PERSON, nav=NAV, nav_bar=NAV[:1], nav_more=NAV[1:], shell=SHELL, demo=True, csrf_token="t0ken")
    assert html.startswith('<!doctype html>\n<html lang="vi">')
    assert html.index('class="skip"') < html.index("<header")
    assert html.count("<h1") == 0
    assert html.count('aria-current="page"') == 2  # wide bar and folded menu
    assert '<meta name="csrf-token" content="t0ken">' in html
    assert 'data-go="h"' in html
    assert "mọi dữ liệu đều bịa" in html
    assert "Kiểm huấn viên" in html
    assert '"allowEval":false' in html
    assert '"selfRequestsOnly":true' in html
    assert '"historyCacheSize":0' in html
    assert len(gzip.compress(html.encode(), 9)) < 5 * 1024


def test_the_page_of_a_passer_by_has_no_search_no_keys_no_ribbon():
    html = page()
    assert 'role="search"' not in html
    assert 'id="keys"' not in html
    assert 'class="demo"' not in html
    assert "csrf-token" not in html


def test_ids_are_unique_and_landmarks_named():
    html = page(user=PERSON, nav=NAV, nav_bar=NAV[:1], nav_more=NAV[1:], shell=SHELL, csrf_token="x")
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert all("aria-label" in tag for tag in re.findall(r"<nav[^>]*>", html))


@pytest.mark.parametrize("here", [True, False])
def test_what_finds_no_room_in_the_bar_folds_away_without_a_script(here):
    more = [NAV[1] | {"current": here}]
    html = page(user=PERSON, nav=NAV, nav_bar=NAV[:1], nav_more=more, shell=SHELL, csrf_token="x")
    bar, menu = re.findall(r"<nav.*?</nav>", html, re.DOTALL)
    fold = re.search(r"<details.*</details>", bar, re.DOTALL)[0]
    assert "Ca phụ trách" in fold
    assert "Hôm nay" not in fold
    assert ('<summary class="here">Thêm</summary>' in fold) is here
    assert "<details" not in menu
    assert "Hôm nay" in menu
    assert "Ca phụ trách" in menu


def test_a_bar_without_more_has_no_fold():
    assert 'class="fold"' not in page(user=PERSON, nav=NAV, nav_bar=NAV, nav_more=[], shell=SHELL, csrf_token="x")


@pytest.mark.parametrize(
    ("labels", "room", "shown"),
    [(["Bảy chữ"] * 2, 20, 2), (["Bảy chữ"] * 3, 20, 1), (["Bảy chữ"] * 4, 27, 2), ([], 20, 0)],
)
def test_the_bar_takes_all_or_leaves_room_for_the_fold(labels, room, shown):
    assert _fitting([{"label": label} for label in labels], room) == shown


def test_the_theme_is_the_person_s_choice():
    request = RequestFactory().get("/")
    request.COOKIES["dh_theme"] = "dark"
    assert 'data-theme="dark"' in page(request=request)
    request.COOKIES["dh_theme"] = '"><script>'
    assert "data-theme=" not in page(request=request)


def test_errors_are_not_toasts():
    messages = [
        SimpleNamespace(level_tag="success", __str__=lambda self: "Đã lưu"),
        SimpleNamespace(level_tag="error", __str__=lambda self: "Không lưu được"),
    ]
    html = page(messages=messages)
    assert html.count('class="toast down" role="status"') == 1
    assert html.count('class="sum" role="alert"') == 1


@pytest.mark.parametrize("code", ["400", "403", "404", "409", "429", "403_csrf", "500"])
def test_error_pages_say_what_happened_and_what_next(code):
    html = page(f"{code}.html")
    assert html.count("<h1") == 1
    assert "Đã có lỗi xảy ra" not in html
    assert len(re.findall(r"<main.*?</main>", html, re.DOTALL)[0]) > 200
    assert re.search(r'<main.*href="/".*</main>', html, re.DOTALL)
    assert not re.search(r"\bbạn\b", html)


def test_a_refusal_lists_its_reasons_with_where_to_mend():
    html = page("403.html", reasons=[Reason("x", "Ca do người khác phụ trách.", "/ca/1/"), Reason("y", "Hết quyền")])
    assert "Ca do người khác phụ trách." in html
    assert 'href="/ca/1/"' in html
    assert "Hết quyền" in html


def test_a_conflict_says_who_when_and_keeps_what_was_typed():
    html = page(
        "409.html",
        changed_by="Phạm Thu Hà",
        changed_at=datetime(2026, 11, 23, 9, 14, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        kept=[{"label": "Nội dung", "value": "Bà ăn được <b>"}],
        changes=[{"label": "Mục tiêu", "before": "cũ", "after": "mới"}],
        retry_url="/ca/1/",
    )
    assert "Phạm Thu Hà vừa sửa lúc 09:14" in html
    assert "Bà ăn được &lt;b&gt;</textarea>" in html
    assert "cũ → <b>mới</b>" in html
    blocked = page("409.html", reasons=[Reason("x", "Chưa có thước đo.")])
    assert "Chưa có thước đo." in blocked
    assert "vừa sửa" not in blocked


def test_the_500_page_uses_nothing_that_may_be_broken():
    source = engines["django"].get_template("500.html").template.source
    assert "extends" not in source
    assert "include" not in source


@pytest.mark.parametrize(
    ("cookie", "language"), [("", "vi"), ("en", "en"), ("vi", "vi"), ("fr", "vi"), ("../../etc", "vi")]
)
def test_the_language_is_that_of_the_switch_not_of_the_browser(cookie, language):
    request = RequestFactory().get("/", headers={"accept-language": "en-US,en"})
    if cookie:
        request.COOKIES["django_language"] = cookie
    seen = []

    def view(_request):
        seen.append(translation.get_language())
        return HttpResponse()

    try:
        response = LanguageMiddleware(view)(request)
    finally:
        translation.activate("vi")
    assert seen == [language]
    assert response.headers["Content-Language"] == language


def test_the_search_of_a_page_that_is_not_there_puts_no_name_into_an_address(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("worker"))
    page = client.get("/khong-co-trang-nay/")
    found = re.search(
        r'<form method="post" action="(/tim/)" role="search">(.*?)</form>', page.content.decode(), re.DOTALL
    )
    assert page.status_code == 404 and 'name="q"' in found[2]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', found[2])[1]
    assert client.post(found[1], {"q": "075151001234", "csrfmiddlewaretoken": token}).status_code == 200
    assert not re.search(r'<form(?![^>]*method="post")[^>]*action="/tim/"', page.content.decode())
