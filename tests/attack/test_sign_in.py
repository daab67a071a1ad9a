"""Guessing at passwords: how often, from where, over how many processes; what the answers and their work give away."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template.backends.django import Template
from django.test import Client

from core.web import middleware
from tests.attack.signing import LOGIN, PASSWORD, give_password, let_in, refused_as_too_many, try_password
from tests.factories.accounts import UserFactory

ROOT = Path(__file__).parents[2]
LONG = os.environ.get("DH_ATTACK") == "long"
BAD = 1000 if LONG else 100
BACKEND = "allauth.account.auth_backends.AuthenticationBackend.authenticate"


@pytest.fixture
def huy(db):
    user = UserFactory(username="huy", full_name="Nguyễn Quốc Huy")
    give_password(user)
    return user


@pytest.fixture
def checked(monkeypatch):
    """Every password that was really compared, right or wrong."""
    seen = []
    ask = hashers.MD5PasswordHasher.verify
    monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", lambda *args: seen.append(1) or ask(*args))
    return seen


@pytest.fixture
def blank(monkeypatch):
    """Pages are not drawn: what counts is whether a password was compared, and where the answer leads."""
    monkeypatch.setattr(Template, "render", lambda *args, **more: "")


def test_five_wrong_and_the_right_one_is_not_looked_at(huy, checked):
    for _turn in range(5):
        assert not let_in(try_password("huy", "sai"))
    response = try_password("huy")
    assert not let_in(response)
    assert refused_as_too_many(response)
    assert len(checked) == 5


def test_writing_the_name_otherwise_gives_no_new_guesses(huy, checked):
    for name in ("huy", "HUY", "Huy", " huy", "huy ", "hUy", "huY", "HUy"):
        try_password(name, "sai")
    assert len(checked) <= 5


def test_after_a_quarter_of_an_hour_it_is_open_again(huy, monkeypatch):
    for _turn in range(6):
        try_password("huy", "sai")
    later = time.time() + 901
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    assert let_in(try_password("huy"))


@pytest.mark.usefixtures("blank")
def test_a_stranger_elsewhere_does_not_lock_the_person_out(huy, checked):
    for _turn in range(40):
        try_password("huy", "sai", "203.0.113.9")
    assert len(checked) == 5
    assert let_in(try_password("huy", address="10.0.0.1"))


@pytest.mark.usefixtures("blank")
def test_nor_do_strangers_everywhere_where_the_person_has_signed_in(huy, checked):
    """Of one name, 50 an hour from all addresses that are strange to it."""
    assert let_in(try_password("huy", address="10.0.0.1"))
    checked.clear()
    for number in range(60):
        try_password("huy", "sai", f"203.0.113.{number}")
    assert len(checked) == 50
    assert not let_in(try_password("huy", address="203.0.113.200"))
    assert let_in(try_password("huy", address="10.0.0.1"))


@pytest.mark.usefixtures("blank")
def test_a_thousand_bad_ones_are_held_up(huy, monkeypatch):
    """One name from one address: 5. Many names from one address: 10 a minute."""
    tried = []
    monkeypatch.setattr(BACKEND, lambda *args, **more: tried.append(1))
    for turn in range(BAD // 2):
        try_password("huy", f"sai {turn}")
    assert len(tried) == 5
    for turn in range(BAD // 2):
        try_password(f"ten{turn}", "sai", "10.0.0.2")
    assert len(tried) <= 5 + 10 * (1 + LONG)  # the long form may see the next minute begin


@pytest.mark.usefixtures("db", "blank")
def test_trying_without_end_from_one_address(monkeypatch):
    """Every minute ten: after 100 in the hour no more, whoever is asked for."""
    tried, now = [], [time.time()]
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now[0])
    monkeypatch.setattr(BACKEND, lambda *args, **more: tried.append(1))
    for minute in range(11):
        for turn in range(10):
            try_password(f"ten{minute}-{turn}", "sai")
        now[0] += 61
    assert len(tried) == 100


def test_the_address_cannot_be_written_into_the_request(huy, checked):
    """Without a web server of ours in front no header counts; behind one, the address that it added."""
    for turn in range(8):
        Client().post(
            LOGIN, {"login": "huy", "password": "sai"}, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.2.3.{turn}",
            HTTP_X_REAL_IP=f"1.2.3.{turn}", HTTP_FORWARDED=f"for=1.2.3.{turn}",
        )  # fmt: skip
    assert len(checked) == 5


def test_behind_our_own_proxy_the_last_address_counts(huy, checked, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for turn in range(8):
        forged = f"1.2.3.{turn}, 198.51.100.7"
        Client().post(LOGIN, {"login": "huy", "password": "sai"}, HTTP_X_FORWARDED_FOR=forged)
    assert len(checked) == 5


CHILD = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from django.test import Client
for turn in range(5):
    Client().post("/dang-nhap/", {"login": "huy", "password": "sai"}, REMOTE_ADDR="10.0.0.1", HTTP_HOST="localhost")
"""


@pytest.mark.usefixtures("committed")
def test_processes_beside_each_other_count_together(settings):
    """Another process has tried five times: here nothing is left. Production refuses a cache of each process."""
    table = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "dh_cache"}}
    settings.CACHES = table
    call_command("createcachetable")
    cache.clear()
    give_password(UserFactory(username="huy"))
    env = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "tests.attack.shared_cache",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    try:
        words = [sys.executable, "-c", CHILD, str(connection.settings_dict["NAME"])]
        subprocess.run(words, cwd=ROOT, env=env, check=True, timeout=120)
        asked = Client().post(
            LOGIN, {"login": "huy", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1", HTTP_HOST="localhost"
        )
        assert refused_as_too_many(asked)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE dh_cache")


# What the answer gives away


NAMES = ("huy", "khong-co", "khoa", "khong-mat-khau")


@pytest.fixture
def sorts(huy):
    """Somebody; nobody; somebody deactivated; somebody who never had a password."""
    gone = UserFactory(username="khoa", is_active=False)
    give_password(gone)
    without = UserFactory(username="khong-mat-khau")
    without.set_unusable_password()
    without.save()


@pytest.mark.usefixtures("sorts")
def test_every_name_costs_the_same_work_and_gets_the_same_words(monkeypatch):
    work, inside = [], []

    def count(name):
        own = getattr(hashers.MD5PasswordHasher, name)

        def counted(self, *args, **more):
            if inside:  # what one step of a hasher does by another is that step's own work
                return own(self, *args, **more)
            work.append(name)
            inside.append(name)
            try:
                return own(self, *args, **more)
            finally:
                inside.clear()

        monkeypatch.setattr(hashers.MD5PasswordHasher, name, counted)

    count("encode")
    count("verify")
    told, costs = set(), {}
    for name in NAMES:
        work.clear()
        page = try_password(name, "sai mật khẩu", "10.0.0.9").content.decode()
        costs[name] = len(work)
        told.add(_plain(page.replace(name, "TÊN")))
    assert len(told) == 1
    assert set(costs.values()) == {1}, costs


def _plain(page: str) -> str:
    return re.sub(r'(value|content)="[A-Za-z0-9]{64}"', "", page)


@pytest.mark.usefixtures("sorts")
@pytest.mark.skipif(not LONG, reason="DH_ATTACK=long measures by the clock")
def test_every_name_takes_the_same_time(settings):
    """p50 of the work of each name by the process's clock, with Argon2 as in production: within 5 %."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    from django.contrib.auth import get_user_model

    for user in get_user_model().objects.filter(username__in=("huy", "khoa")):
        give_password(user)
    spent: dict[str, list[float]] = {name: [] for name in NAMES}
    for turn in range(60):
        for name in NAMES:
            cache.clear()
            start = time.process_time()
            try_password(name, "sai mật khẩu", f"10.0.1.{turn}")
            spent[name].append(time.process_time() - start)
    middle = {name: median(times[5:]) for name, times in spent.items()}
    assert max(middle.values()) / min(middle.values()) < 1.05, middle


def test_forgotten_passwords_ask_for_no_name(db):
    """There is nothing to try: the page tells whom to call."""
    page = Client().get("/dang-nhap/quen-mat-khau/")
    assert page.status_code == 200
    assert "<form" not in page.content.decode().replace('action="/ngon-ngu/"', "").split("<main")[1].split("</main")[0]
    assert Client().post("/dang-nhap/quen-mat-khau/", {"login": "huy"}).status_code == 405


# The session


def test_the_session_changes_when_somebody_signs_in(huy):
    client = Client()
    client.get(LOGIN)
    client.session["planted"] = True
    before = client.cookies.get("sessionid")
    try_password("huy", client=client)
    after = client.cookies["sessionid"]
    assert before is None or before.value != after.value
    assert (after["httponly"], after["samesite"], after["max-age"], after["domain"]) == (True, "Lax", "", "")


def test_a_planted_session_is_not_taken_over(huy):
    """Fixation: the key that somebody else knows is worthless after the password."""
    thief = Client()
    session = thief.session
    session["planted"] = 1
    session.save()
    victim = Client()
    victim.cookies["sessionid"] = session.session_key
    try_password("huy", client=victim)
    assert victim.cookies["sessionid"].value != session.session_key
    thief.cookies["sessionid"] = session.session_key
    assert thief.get("/thong-bao/").status_code == 302


def test_leaving_a_machine_leaves_nothing(huy):
    client = Client()
    try_password("huy", client=client)
    key = client.session.session_key
    assert "no-store" in client.get("/thong-bao/")["Cache-Control"]
    response = client.post("/dang-xuat/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in response["Cache-Control"]
    client.cookies["sessionid"] = key
    assert client.get("/thong-bao/").status_code == 302
    assert "Clear-Site-Data" not in client.get(LOGIN)


def test_an_idle_machine_is_cleared_too(huy, settings, monkeypatch):
    client = Client()
    try_password("huy", client=client)
    client.get("/thong-bao/")
    later = middleware.time.time() + settings.DH_IDLE_MINUTES * 60 + 61
    monkeypatch.setattr(middleware.time, "time", lambda: later)
    assert client.get("/thong-bao/")["Clear-Site-Data"] == '"cache", "storage"'


def test_leaving_needs_a_press(huy):
    client = Client(enforce_csrf_checks=True)
    client.force_login(huy, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/dang-xuat/")
    assert client.post("/dang-xuat/").status_code == 403
    assert client.get("/thong-bao/").status_code == 200


def test_a_new_password_ends_the_other_sessions(huy):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        try_password("huy", client=client)
    given = {"oldpassword": PASSWORD, "password1": "một câu khác hẳn 7", "password2": "một câu khác hẳn 7"}
    assert here.post("/tai-khoan/mat-khau/", given).status_code == 302
    assert elsewhere.get("/thong-bao/").status_code == 302


def test_a_deactivated_person_is_out_at_the_next_request(huy):
    client = Client()
    try_password("huy", client=client)
    assert client.get("/thong-bao/").status_code == 200
    huy.is_active = False
    huy.save()
    assert client.get("/thong-bao/").status_code == 302
    assert client.get("/api/v1/me/").status_code == 401


def test_the_way_back_leads_nowhere_else(huy):
    for where in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ):
        cache.clear()
        client = Client()
        response = client.post(LOGIN, {"login": "huy", "password": PASSWORD, "next": where})
        assert (response.status_code, response["Location"]) == (302, "/"), where


def test_settings_of_the_session():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert (settings.DH_IDLE_MINUTES, settings.DH_SESSION_HOURS) == (15, 10)
