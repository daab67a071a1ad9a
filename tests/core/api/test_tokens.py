"""Who may call: tokens and sessions (trust.md 15, 16)."""

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from core.accounts.services import end_assignment
from core.api import tokens
from core.api.models import ApiToken
from core.audit.models import Event
from core.errors import Invalid

pytestmark = pytest.mark.usefixtures("boxes")


def with_header(value):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=value)
    return client.get("/api/v1/me/")


def assert_refused(response):
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/not_authenticated"
    assert not response.cookies


def test_only_a_digest_is_stored(worker):
    token = ApiToken.objects.get()
    assert token.digest == hashlib.sha256(worker.secret.encode()).hexdigest()
    assert token.prefix == worker.secret[:8]
    assert len(worker.secret) >= 43
    stored = [str(getattr(token, f.attname)) for f in ApiToken._meta.concrete_fields]
    assert worker.secret not in " ".join(stored)
    assert Event.objects.filter(verb="apitoken.issue", subject_id=token.pk).count() == 1


def test_token_lets_in_and_sets_no_cookie(worker):
    response = worker.get("me/")
    assert response.status_code == 200
    assert response.json()["username"] == "lan"
    assert response.json()["duties"][0]["role"] == "social_worker"
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("where", ["me/", "boxes/", "no/such/route/", "proposals/1/", "schema/"])
def test_stranger_is_refused_everywhere(method, where):
    response = getattr(APIClient(), method)(f"/api/v1/{where}")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("value", ["Token", "Token a b", "Token ", "Bearer x", "Token không", "Token \x00", "x"])
def test_bad_header_is_refused(value):
    assert_refused(with_header(value.encode().decode("latin-1")))


def test_almost_right_secret_is_refused(worker):
    assert_refused(with_header(f"Token {worker.secret[:-1]}{'a' if worker.secret[-1] != 'a' else 'b'}"))
    assert_refused(with_header(f"Token {worker.secret[:8]}"))


def test_expired_revoked_and_deactivated_are_refused(worker):
    token = ApiToken.objects.get()
    until = token.expires_at
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert_refused(worker.get("me/"))
    ApiToken.objects.update(expires_at=until)
    assert worker.get("me/").status_code == 200
    worker.user.is_active = False
    worker.user.save()
    assert_refused(worker.get("me/"))
    worker.user.is_active = True
    worker.user.save()
    tokens.revoke(token)
    assert_refused(worker.get("me/"))
    assert Event.objects.filter(verb="apitoken.revoke").count() == 1


def test_day_of_use_is_written_once_a_day(worker, django_assert_num_queries):
    worker.get("me/")
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
    with django_assert_num_queries(2):  # the token; the duties and for whom it stands in
        worker.get("me/")


def test_lost_duty_counts_from_the_next_request(make_box, worker):
    box = make_box()
    assert worker.get(f"boxes/{box.pk}/").status_code == 200
    end_assignment(worker.user.assignments.get())
    assert worker.get(f"boxes/{box.pk}/").status_code == 404


def test_scopes(make_box, person, centre):
    box = make_box()
    reader = person("doc", "social_worker", centre, scopes=["read"])
    writer = person("ghi", "social_worker", centre, scopes=["write"])
    assert reader.get(f"boxes/{box.pk}/").status_code == 200
    refused = reader.post(f"boxes/{box.pk}/actions/close/", {"version": 1, "note": "x"})
    assert refused.status_code == 403
    assert refused.json()["reasons"][0]["code"] == "token_scope"
    assert writer.get(f"boxes/{box.pk}/").status_code == 403
    assert writer.post(f"boxes/{box.pk}/actions/close/", {"version": 1, "note": "x"}).status_code == 200


def test_session_needs_the_csrf_token(make_box, worker):
    box = make_box()
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(worker.user)
    assert client.get(f"/api/v1/boxes/{box.pk}/").status_code == 200
    where, body = f"/api/v1/boxes/{box.pk}/actions/close/", {"version": 1, "note": "x"}
    refused = client.post(where, body, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/csrf"
    client.cookies["csrftoken"] = "a" * 32
    allowed = client.post(where, body, format="json", HTTP_IDEMPOTENCY_KEY="k", HTTP_X_CSRFTOKEN="a" * 32)
    assert allowed.status_code == 200


def test_token_call_needs_no_csrf_token(make_box, worker):
    box = make_box()
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Token {worker.secret}", HTTP_IDEMPOTENCY_KEY="k")
    where = f"/api/v1/boxes/{box.pk}/actions/close/"
    assert client.post(where, {"version": 1, "note": "x"}, format="json").status_code == 200


def test_command_prints_the_secret_once(worker):
    out, told = StringIO(), StringIO()
    call_command("api_token", "lan", "--days", "3", "--scopes", "read", "--name", "kho", stdout=out, stderr=told)
    secret = out.getvalue().strip()
    token = ApiToken.objects.get(name="kho")
    assert token.scopes == ["read"]
    assert timedelta(days=2) < token.expires_at - timezone.now() <= timedelta(days=3)
    assert with_header(f"Token {secret}").status_code == 200
    assert secret not in told.getvalue()
    call_command("api_token", "lan", "--revoke", secret[:8], stdout=out)
    assert_refused(with_header(f"Token {secret}"))


@pytest.mark.parametrize(
    "words",
    [
        ["ai"], ["lan", "--days", "0"], ["lan", "--days", "367"], ["lan", "--scopes", "admin"],
        ["lan", "--scopes", ","], ["lan", "--revoke", "abc"],
    ],
)  # fmt: skip
def test_command_says_what_is_wrong(worker, words):
    with pytest.raises(CommandError):
        call_command("api_token", *words, stdout=StringIO(), stderr=StringIO())
    assert ApiToken.objects.count() == 1


def test_no_token_for_the_deactivated(worker):
    worker.user.is_active = False
    with pytest.raises(Invalid) as refused:
        tokens.issue(worker.user)
    assert "user" in refused.value.errors
