"""What every answer says to the browser: each route × stranger and roles × methods, with the settings of production."""

import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from core.access.routes import policy_of
from tests.architecture.routes import address, walk
from tests.deploy.test_safety import SECRET, key
from tests.factories.cases import Story
from tests.factories.world import build_world

pytestmark = pytest.mark.looks
ROOT = Path(settings.BASE_DIR)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONG = os.environ.get("DH_ATTACK") == "long"
# Each route is asked by a stranger and by one of these in turn; in the long form by all of them.
ROLES = ("worker", "supervisor", "licensing", "head", "manager", "sysadmin", "auditor", "no_duty")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "DELETE")
HTTPS = {"secure": True, "HTTP_HOST": "dong-hanh.example.vn"}
# Settings of production that speak to browsers; read from its module in a process of its own, since it refuses to
# start where anything is unsafe.
NAMES = (
    "SECURE_SSL_REDIRECT", "SECURE_REDIRECT_EXEMPT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_SECURE",
    "LANGUAGE_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_SAMESITE", "ALLOWED_HOSTS", "MIDDLEWARE", "X_FRAME_OPTIONS",
    "CONTENT_SECURITY_POLICY", "SECURE_REFERRER_POLICY", "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY", "WHITENOISE_ALLOW_ALL_ORIGINS", "CSRF_TRUSTED_ORIGINS", "DEBUG",
)  # fmt: skip
READ = """
import json, sys, os
os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings.production"
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def production():
    keys = {f"DH_{name}_KEY": key(seed) for seed, name in enumerate(("SEAL", "INDEX", "AUDIT", "LICENCE"), 1)}
    env = {
        "PATH": os.environ["PATH"], "DH_SECRET_KEY": SECRET, **keys, "DH_ALLOWED_HOSTS": "dong-hanh.example.vn",
        "DATABASE_URL": "postgresql:///dong_hanh?host=/run/postgresql", "DH_PROXY_HEADER": "X-Forwarded-Proto",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", READ, *NAMES], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with override_settings(**json.loads(done.stdout)):
        yield


@pytest.fixture(scope="module")
def asked(production, django_db_setup, django_db_blocker):
    """(who, method, route, answer) of every route, on a case where a route wants a record."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        case = Story(world).in_assessment().case
        clients = {"": Client(raise_request_exception=False)}
        for name in ROLES:
            clients[name] = Client(raise_request_exception=False)
            clients[name].force_login(world.user(name), backend=BACKEND)
        found = []
        turns = zip(itertools.cycle(ROLES), itertools.cycle(METHODS), strict=False)
        for route, (name, method) in zip(walk(), turns, strict=False):
            pairs = list(itertools.product(clients, METHODS)) if LONG else [("", "GET"), (name, "GET"), (name, method)]
            for who, how in dict.fromkeys(pairs):
                with transaction.atomic():
                    answer = clients[who].generic(how, address(route, case.pk if route.arguments else None), **HTTPS)
                    transaction.set_rollback(True)
                found.append((who, how, route, answer))
        yield found
        transaction.set_rollback(True)


def policy(header):
    """Directive to its sources."""
    return {words[0]: words[1:] for words in (part.split() for part in header.split(";")) if words}


def faults(answer):
    """What is wrong with the headers of any answer."""
    said = answer.headers
    rules = policy(said.get("Content-Security-Policy", ""))
    text = said.get("Content-Security-Policy", "")
    wrong = [f"policy allows {bad}" for bad in ("unsafe", "*", "http:", "https:", "blob:") if bad in text]
    if "sandbox" not in rules:
        wanted = {"default-src": ["'none'"], "base-uri": ["'none'"], "frame-ancestors": ["'none'"]}
        wrong += [f"{name} is {rules.get(name)}" for name, value in wanted.items() if rules.get(name) != value]
        if rules.get("form-action") not in (["'self'"], ["'none'"]):
            wrong.append("forms lead anywhere")
    if rules.get("default-src") != ["'none'"] or set(rules.get("script-src", [])) - {"'self'"}:
        wrong.append("scripts from elsewhere")
    exact = {
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    }  # fmt: skip
    wrong += [f"{name}: {said.get(name)}" for name, value in exact.items() if said.get(name) != value]
    features = said.get("Permissions-Policy", "").split(", ")
    wrong += [f"{one} is open" for one in ("camera", "microphone", "geolocation", "usb") if f"{one}=()" not in features]
    age = re.fullmatch(r"max-age=(\d+)(; includeSubDomains)?", said.get("Strict-Transport-Security", ""))
    if not age or int(age[1]) < 15_552_000:
        wrong.append("no Strict-Transport-Security")
    loud = ("Server", "Via", "X-Powered-By", "X-AspNet-Version", "Access-Control-Allow-Origin", "X-Debug")
    return wrong + [f"tells {name}" for name in loud if name in said]


def careless(cookie):
    wrong = [name for name in ("secure", "httponly") if not cookie[name]]
    wrong += ["samesite"] if cookie["samesite"].lower() not in ("lax", "strict") else []
    return wrong + (["domain"] if cookie["domain"] else []) + (["path"] if cookie["path"] != "/" else [])


def test_every_answer_shuts_the_browser_in(asked):
    wrong = {f"{how} {route.name} by {who or 'a stranger'} ({a.status_code}): {fault}"
             for who, how, route, a in asked for fault in faults(a)}  # fmt: skip
    assert wrong == set(), "\n".join(sorted(wrong)[:40])
    assert len(asked) > 900
    assert {200, 302, 401, 403, 404, 405} <= {answer.status_code for _who, _how, _route, answer in asked}


def test_what_is_personal_is_kept_nowhere(asked):
    """Only what stands there for everybody may be kept, and that sets no cookie."""
    for who, how, route, answer in asked:
        kept = answer.headers.get("Cache-Control", "")
        found = policy_of(route.view, route.name)
        if found is not None and found.kind == "public" and kept.startswith("public"):
            assert not answer.cookies and "Cookie" not in answer.headers.get("Vary", ""), route.name
        else:
            assert "no-store" in kept, f"{how} {route.name} by {who}: {answer.status_code} {kept!r}"


def test_cookies_go_to_this_server_alone(asked):
    cookies = [(route.name, cookie) for _w, _h, route, answer in asked for cookie in answer.cookies.values()]
    assert {name: careless(cookie) for name, cookie in cookies if careless(cookie)} == {}
    assert {cookie.key for _name, cookie in cookies} >= {settings.CSRF_COOKIE_NAME}


@pytest.mark.django_db
def test_the_cookies_of_a_session_and_of_the_language(production, world):
    client = Client()
    user = world.user("worker")
    user.set_password("mật khẩu chỉ để thử")
    user.save()
    sent = {"login": "worker", "password": "mật khẩu chỉ để thử"}
    cookies = dict(client.post("/dang-nhap/", sent, **HTTPS).cookies)
    cookies |= client.post("/ngon-ngu/", {"language": "en"}, **HTTPS).cookies
    assert {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME} <= set(cookies)
    assert {name: careless(cookie) for name, cookie in cookies.items() if careless(cookie)} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/static/dh/dh.js", {}), ("/static/dh/mark.svg", {}), ("/static/dh/nowhere.js", {}), ("/nowhere", {}),
        ("/", {"HTTP_HOST": "evil.example"}), ("/healthz", {"secure": False}),
        ("/api/v1/me/", {"HTTP_AUTHORIZATION": "x"}), ("/dang-nhap/?next=//evil.example/", {}),
    ],
)  # fmt: skip
def test_answers_that_no_view_gives_are_no_weaker(production, path, options, settings):
    settings.WHITENOISE_USE_FINDERS = True
    answer = Client(raise_request_exception=False).get(path, **{**HTTPS, **options})
    answer.close()  # a file is open until it has been sent
    missing = faults(answer)
    if not options.get("secure", True):
        missing.remove("no Strict-Transport-Security")  # it means nothing outside HTTPS
    if options.get("HTTP_HOST"):
        assert answer.status_code == 400
    assert missing == []


def test_plain_http_is_sent_on_to_https(production):
    answer = Client().get("/ca/", HTTP_HOST="dong-hanh.example.vn")
    assert (answer.status_code, answer["Location"]) == (301, "https://dong-hanh.example.vn/ca/")


@pytest.mark.parametrize("header", ["script-src 'unsafe-inline'", "default-src *", ""])
def test_a_weak_policy_would_be_found(header):
    class Weak:
        headers = {"Content-Security-Policy": header, "Server": "x"}

    said = faults(Weak)
    assert "tells Server" in said and "no Strict-Transport-Security" in said and len(said) > 9


# --- the web server in front ---


def servers():
    text = re.sub(r"#.*", "", (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8"))
    return re.split(r"(?m)^server \{", text)[1:]


def test_the_web_server_in_front_says_nothing_of_its_own():
    """What it added would stand there twice; what it hid would be missing. Its name and version nobody needs."""
    assert len(servers()) == 2
    for server in servers():
        assert "server_tokens off;" in server
        assert not re.search(
            r"\b(?:add_header|proxy_hide_header|proxy_pass_header|expires|root|alias|autoindex)\b", server
        )
    assert "X-Forwarded-Proto $scheme" in servers()[1] and "X-Forwarded-For $remote_addr" in servers()[1]
    assert not re.search(r"TLSv1(?:\.1)?[ ;]", servers()[1])


def test_the_web_server_in_front_logs_no_query():
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (form,) = re.findall(r"log_format [^;]*;", text)
    assert not re.search(r"\$(?:request\b(?!_)|request_uri|args|query_string|arg_|http_|cookie_|remote_user)", form)
    assert text.count("access_log") == text.count("dong-hanh.log dong_hanh;") == 2


def test_the_web_server_in_front_takes_what_the_product_takes():
    (most,) = re.findall(r"client_max_body_size (\d+)m;", servers()[1])
    assert int(most) > settings.DH_UPLOAD_LIMIT_MB
