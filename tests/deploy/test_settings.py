"""The environment as settings read it, and env.example beside it."""

import ast
import re

import pytest

from deploy.settings import env
from deploy.settings.database import from_url

SETTINGS = env.ROOT / "deploy" / "settings"
# How settings modules read a name: env.text("X"), env.flag("X"), …, from_env("X", …), os.environ.get("X").
READERS = {"text", "flag", "number", "day", "words", "from_env", "get", "getenv"}


def names_read() -> set[str]:
    names = set()
    for module in SETTINGS.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            reader = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if reader in READERS and re.fullmatch(r"(DH_|DATABASE|DJANGO_|DEBUG)\w*", str(node.args[0].value)):
                names.add(node.args[0].value)
    # safety.py asks settings, not the environment, by the same verb.
    return names - {"DH_DEMO", "DH_DATABASE_URL_SET"}


def test_env_example_lists_exactly_the_names_that_settings_read():
    example = (env.ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) - {"DJANGO_SETTINGS_MODULE"} == names_read()


def test_env_example_holds_no_secret():
    example = (env.ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert re.findall(r"^(DH_\w*KEY|DATABASE_URL)=(.+)$", example, re.MULTILINE) == []


@pytest.fixture
def problems(monkeypatch):
    monkeypatch.setattr(env, "PROBLEMS", [])
    return lambda: env.PROBLEMS


def test_empty_is_as_good_as_none(monkeypatch, problems):
    monkeypatch.setenv("X", "  ")
    assert (env.text("X", "d"), env.flag("X", True), env.number("X", 7), env.words("X")) == ("d", True, 7, [])
    assert problems() == []


@pytest.mark.parametrize(
    ("value", "flag"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("no", False), ("off", False)]
)
def test_flags(monkeypatch, problems, value, flag):
    monkeypatch.setenv("X", value)
    assert env.flag("X", not flag) is flag
    assert problems() == []


@pytest.mark.parametrize("value", ["-3", "1.5", "abc", "²", "0"])
def test_bad_numbers_are_noted_and_the_default_holds(monkeypatch, problems, value):
    monkeypatch.setenv("X", value)
    assert env.number("X", 7) == 7
    assert len(problems()) == 1


def test_words_are_split_at_commas_and_spaces(monkeypatch):
    monkeypatch.setenv("X", "a.vn, b.vn  c.vn")
    assert env.words("X") == ["a.vn", "b.vn", "c.vn"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///var/a.sqlite3", {"NAME": "/project/var/a.sqlite3"}),
        ("sqlite:////srv/a%20b.sqlite3", {"NAME": "/srv/a b.sqlite3"}),
        (
            "postgresql://an%40x:p%2Fw@db:5433/dh?sslmode=require",
            {"USER": "an@x", "PASSWORD": "p/w", "HOST": "db", "PORT": "5433", "NAME": "dh"},
        ),
        ("postgresql:///dh?host=/run/postgresql", {"HOST": "/run/postgresql", "PORT": "", "USER": ""}),
        ("postgresql://ci@/dh?host=/tmp/x&port=5999", {"HOST": "/tmp/x", "PORT": "5999", "USER": "ci"}),
    ],
)
def test_database_addresses(tmp_path, url, expected):
    database = from_url(url, type(tmp_path)("/project"))
    assert {name: database[name] for name in expected} == expected
    assert not {"host", "port"} & database["OPTIONS"].keys()


def test_a_pool_only_when_asked_for(tmp_path):
    url = "postgresql:///dh"
    assert "pool" not in from_url(url, tmp_path)["OPTIONS"]
    assert from_url(url, tmp_path, pool=1)["OPTIONS"]["pool"]["min_size"] == 1


@pytest.mark.parametrize("url", ["mysql://u:secret@h/x", "sqlite://", "postgresql://h", "secret", "postgresql://h:x/y"])
def test_what_is_no_address_is_refused_without_repeating_it(tmp_path, url):
    with pytest.raises(ValueError) as refusal:
        from_url(url, tmp_path)
    assert "secret" not in str(refusal.value)
