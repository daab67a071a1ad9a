"""The second factor and the step-up: no session gets past them by its age, its headers or its password."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from core.accounts import second_factor
from core.api import tokens
from core.worklist.models import Delegation
from tests.attack.signing import AGAIN, LOGIN, PASSWORD, SECOND, TURN_ON, let_in, try_password

CSV = "/mang-luoi/xa.csv"


@pytest.fixture
def compulsory(settings):
    settings.DH_REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def enrolled(people, phone, compulsory):
    """`supervisor`, who has just set up the app in this session."""
    client = Client()
    try_password("supervisor", client=client)
    assert phone.set_up(client).status_code == 302
    return client


def sign_in(phone, name="supervisor"):
    client = Client()
    assert try_password(name, client=client)["Location"] == SECOND
    phone.later()
    assert let_in(client.post(SECOND, {"code": phone.code()}))
    return client


def stands_open(client):
    return client.get("/thong-bao/").status_code == 200


def test_setting_up_opens_the_session_that_typed_the_code(enrolled):
    assert stands_open(enrolled)
    assert enrolled.get(CSV).status_code == 200


def test_the_password_alone_gets_as_far_as_the_code(enrolled, phone):
    client = Client()
    response = try_password("supervisor", client=client)
    assert (response.status_code, response["Location"]) == (302, SECOND)
    assert client.get("/thong-bao/").status_code == 302
    phone.later()
    wrong = client.post(SECOND, {"code": "000000" if phone.code() != "000000" else "111111"})
    assert wrong.status_code == 200
    assert client.get("/thong-bao/").status_code == 302
    assert let_in(client.post(SECOND, {"code": phone.code()}))
    assert stands_open(client)


def test_a_code_is_good_once(enrolled, phone):
    sign_in(phone)
    other = Client()
    try_password("supervisor", client=other)
    assert other.post(SECOND, {"code": phone.code()}).status_code == 200
    assert not stands_open(other)


def test_a_recovery_code_is_good_once(enrolled, phone):
    codes = enrolled.get("/tai-khoan/hai-buoc/ma-du-phong/").context["unused_codes"]
    first, second = Client(), Client()
    try_password("supervisor", client=first)
    assert let_in(first.post(SECOND, {"code": codes[0]}))
    assert stands_open(first)
    try_password("supervisor", client=second)
    assert second.post(SECOND, {"code": codes[0]}).status_code == 200


def test_guessing_codes_ends_after_five(enrolled, phone):
    client = Client()
    try_password("supervisor", client=client)
    phone.later()
    wrong = "000000" if phone.code() != "000000" else "111111"
    for _turn in range(5):
        client.post(SECOND, {"code": wrong})
    assert client.post(SECOND, {"code": phone.code()}).status_code == 200
    assert not stands_open(client)


def test_a_session_from_before_the_factor_is_not_let_on(people, phone, compulsory):
    """Who knew the password before the owner set up the app must not be carried over the threshold by the owner."""
    thief, owner = Client(), Client()
    try_password("supervisor", client=thief)
    try_password("supervisor", client=owner)
    phone.set_up(owner)
    assert stands_open(owner)
    response = thief.get("/ca/")
    assert (response.status_code, response["Location"]) == (302, f"{AGAIN}?next=%2Fca%2F")
    assert thief.get("/api/v1/me/").status_code == 403


@pytest.mark.parametrize("value", ["Basic eDp5", "x", "tokenx y", "token\xa0x", "Bearer a"])
def test_a_header_that_names_no_token_opens_no_side_door(people, compulsory, value):
    """The API skips the pages' gate for tokens alone."""
    client = Client()
    try_password("worker", client=client)
    response = client.get("/api/v1/cases/", headers={"Authorization": value})
    assert (response.status_code, response.json()["type"]) == (403, "/problems/second_factor")
    assert response["Content-Type"] == "application/problem+json"


def test_an_idle_session_is_not_kept_alive_by_a_header(people, settings, monkeypatch):
    from core.web import middleware

    client = Client()
    try_password("worker", client=client)
    assert client.get("/api/v1/me/").status_code == 200
    later = middleware.time.time() + settings.DH_IDLE_MINUTES * 60 + 61
    monkeypatch.setattr(middleware.time, "time", lambda: later)
    assert client.get("/api/v1/me/", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_secrets_of_factors_lie_sealed(enrolled, phone):
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert phone.secret not in stored
    assert stored.count("v1.") >= 2  # the app's and the recovery codes' seed


# Step-up


@pytest.fixture
def stale(enrolled, settings, monkeypatch):
    """Signed in with a code, long enough ago."""
    moment = second_factor.time.time() + settings.DH_STEP_UP_MINUTES * 60 + 1
    monkeypatch.setattr("core.accounts.second_factor.time.time", lambda: moment)
    monkeypatch.setattr("core.web.middleware._timed_out", lambda request: False)
    return enrolled


STEPPED = [
    CSV, "/tai-khoan/mat-khau/", "/tai-khoan/hai-buoc/tat/", "/tai-khoan/hai-buoc/ma-du-phong/",
    "/tai-khoan/hai-buoc/ma-du-phong/tao/", "/tai-khoan/hai-buoc/ma-du-phong/tai/",
]  # fmt: skip


@pytest.mark.parametrize("address", STEPPED)
def test_what_carries_off_or_weakens_asks_for_the_code_anew(stale, address):
    assert stands_open(stale)
    response = stale.get(address)
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, AGAIN)


def test_the_code_opens_and_leads_back(stale, phone):
    where = stale.get(CSV)["Location"]
    assert "gõ lại mã" in stale.get(where).content.decode()
    phone.later()
    response = stale.post(where, {"code": phone.code(), "next": CSV})
    assert (response.status_code, response["Location"]) == (302, CSV)
    assert stale.get(CSV).status_code == 200


def test_the_password_is_no_second_factor(stale):
    page = stale.get(AGAIN).content.decode()
    assert "/dang-nhap/xac-nhan-lai/" not in page
    stale.post("/dang-nhap/xac-nhan-lai/", {"password": PASSWORD, "next": CSV})
    for address in (CSV, "/tai-khoan/hai-buoc/tat/"):
        assert stale.get(address).status_code == 302
    assert stale.post("/tai-khoan/hai-buoc/tat/").status_code == 302
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def delegation(world):
    user = world.user("supervisor")
    path = f"/them/accounts/user/{user.pk}/worklist/delegation/set/"
    today = timezone.localdate()
    data = {
        "deputy": str(world.user("supervisor2").pk), "valid_from": f"{today:%d/%m/%Y}",
        "valid_to": f"{today:%d/%m/%Y}", "reason": "leave", "key": "k",
    }  # fmt: skip
    return path, data


def test_rights_are_given_away_only_after_the_code(people, stale, phone):
    path, data = delegation(people)
    assert stale.get(path)["Location"].startswith(AGAIN)
    assert stale.post(path, data)["Location"].startswith(AGAIN)
    assert not Delegation.objects.exists()
    phone.later()
    stale.post(AGAIN, {"code": phone.code(), "next": path})
    assert stale.post(path, data).status_code == 302
    assert Delegation.objects.count() == 1


def test_by_the_api_too_and_never_by_a_token(people, stale):
    user, today = people.user("supervisor"), timezone.localdate().isoformat()
    body = {
        "parent": str(user.pk), "deputy": str(people.user("supervisor2").pk), "valid_from": today,
        "valid_to": today, "reason": "leave",
    }  # fmt: skip
    _token, secret = tokens.issue(user)
    for client, headers in ((stale, {}), (Client(), {"Authorization": f"Token {secret}"})):
        response = client.post(
            "/api/v1/delegations/", body, content_type="application/json", headers={"Idempotency-Key": "k", **headers}
        )
        assert (response.status_code, response.json()["type"]) == (403, "/problems/second_factor")
    assert not Delegation.objects.exists()


# From when it is compulsory


def test_before_the_day_work_goes_on_and_after_it_not(people, settings):
    settings.DH_REQUIRE_SECOND_FACTOR = True
    settings.DH_SECOND_FACTOR_FROM = timezone.localdate() + timedelta(days=1)
    client = Client()
    try_password("worker", client=client)
    assert "phải bật bảo mật hai bước" in client.get("/thong-bao/").content.decode()
    settings.DH_SECOND_FACTOR_FROM = timezone.localdate()
    assert client.get("/thong-bao/")["Location"] == TURN_ON


def test_the_day_itself(settings):
    settings.DH_REQUIRE_SECOND_FACTOR = True
    settings.DH_SECOND_FACTOR_FROM = date(2027, 1, 1)
    assert [second_factor.compulsory(date(2026, 12, 31)), second_factor.compulsory(date(2027, 1, 1))] == [False, True]
    settings.DH_REQUIRE_SECOND_FACTOR = False
    assert not second_factor.compulsory(date(2028, 1, 1))


def test_who_has_one_uses_it_even_where_it_is_not_compulsory(people, phone):
    client = Client()
    try_password("supervisor", client=client)
    assert client.get(CSV).status_code == 200  # nobody is held up who has none and need not have one
    phone.set_up(client)
    assert try_password("supervisor", client=Client())["Location"] == SECOND


def test_the_gate_of_signing_in_stays_open_to_strangers(db):
    assert Client().get(LOGIN).status_code == 200
