"""Production refuses what is unsafe: each check by itself, and the whole from the outside."""

import base64
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.settings import env, published, safety
from deploy.settings.database import SQLITE_OPTIONS, from_url

ROOT = env.ROOT


def key(seed: int) -> str:
    return base64.b64encode(bytes((seed * 7 + place * 5) % 256 for place in range(32))).decode()


SECRET = "".join(chr(ord("A") + place % 50) for place in range(64))
SAFE = {
    "DEBUG": False,
    "DH_DEMO": False,
    "SECRET_KEY": SECRET,
    "DH_SEAL_KEY": key(1),
    "DH_INDEX_KEY": key(2),
    "DH_AUDIT_KEY": key(3),
    "DH_LICENCE_KEY": key(4),
    "ALLOWED_HOSTS": ["dong-hanh.example.vn"],
    "CSRF_TRUSTED_ORIGINS": ["https://dong-hanh.example.vn"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "DH_REQUIRE_SECOND_FACTOR": True,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}},
    "DH_DATABASE_URL_SET": True,
    "DATABASES": {"default": from_url("postgresql:///dong_hanh?host=/run/postgresql", ROOT)},
}
SQLITE = {"DATABASES": {"default": from_url("sqlite:////srv/data/d.sqlite3", ROOT)}}
GOOD_VERSIONS = {"Django": "5.2.19", "django-guardian": "3.5.2", "djangorestframework": "3.18.3"}


def found(versions=None, sqlite=(3, 40, 1), file_system="ext4", **changed) -> str:
    """What the checks say of the safe settings with these changes, one problem a line."""
    facts = safety.Facts({**SAFE, **changed}, versions or GOOD_VERSIONS, sqlite, lambda path: file_system)
    return "\n".join(f"{what} → {remedy}" for what, remedy in safety.problems(facts))


def sqlite_with(**options) -> dict:
    database = dict(SQLITE["DATABASES"]["default"], OPTIONS={**SQLITE_OPTIONS, **options})
    return {"DATABASES": {"default": database}}


def test_safe_settings_pass_on_both_engines():
    assert found() == ""
    assert found(**SQLITE) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"DEBUG": True}, "gỡ lỗi"),
        ({"DH_DEMO": True}, "trình diễn"),
        ({"SECRET_KEY": ""}, "Chưa có DH_SECRET_KEY"),
        ({"SECRET_KEY": published.DEMO_SECRET_KEY}, "DH_SECRET_KEY là khóa mẫu"),
        ({"SECRET_KEY": published.TEST_SECRET_KEY}, "DH_SECRET_KEY là khóa mẫu"),
        ({"SECRET_KEY": "django-insecure-" + SECRET}, "DH_SECRET_KEY là khóa mẫu"),
        ({"SECRET_KEY": SECRET[:49]}, "DH_SECRET_KEY yếu"),
        ({"SECRET_KEY": "ab" * 40}, "DH_SECRET_KEY yếu"),
        ({"DH_SEAL_KEY": ""}, "Chưa có DH_SEAL_KEY"),
        ({"DH_INDEX_KEY": published.INDEX_KEY}, "DH_INDEX_KEY là khóa mẫu"),
        ({"DH_AUDIT_KEY": published.SEAL_KEY}, "DH_AUDIT_KEY là khóa mẫu"),
        ({"DH_AUDIT_KEY": base64.b64encode(b"x" * 31).decode()}, "DH_AUDIT_KEY không phải là 32 byte"),
        ({"DH_AUDIT_KEY": "không phải base64"}, "DH_AUDIT_KEY không phải là 32 byte"),
        ({"DH_AUDIT_KEY": base64.b64encode(bytes(32)).decode()}, "DH_AUDIT_KEY không ngẫu nhiên"),
        ({"DH_INDEX_KEY": key(1)}, "DH_SEAL_KEY và DH_INDEX_KEY giống nhau"),
        ({"ALLOWED_HOSTS": []}, "Chưa có DH_ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["dong-hanh.example.vn", "*"]}, "mọi tên miền"),
        ({"CSRF_TRUSTED_ORIGINS": ["http://dong-hanh.example.vn"]}, "DH_TRUSTED_ORIGINS"),
        ({"SECURE_PROXY_SSL_HEADER": None}, "DH_PROXY_HEADER"),
        ({"SECURE_SSL_REDIRECT": False}, "SECURE_SSL_REDIRECT"),
        ({"SESSION_COOKIE_SECURE": False}, "SESSION_COOKIE_SECURE"),
        ({"CSRF_COOKIE_SECURE": False}, "CSRF_COOKIE_SECURE"),
        ({"SECURE_HSTS_SECONDS": 0}, "DH_HSTS_SECONDS"),
        ({"DH_REQUIRE_SECOND_FACTOR": False}, "xác thực thứ hai"),
        ({"DH_SECOND_FACTOR_FROM": date.today() + timedelta(days=32)}, "còn hơn 31 ngày"),
        ({"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}, "Argon2"),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}, "Giới hạn đăng nhập"),
        ({"CACHES": {}}, "Giới hạn đăng nhập"),
        ({"DH_DATABASE_URL_SET": False}, "Chưa có DATABASE_URL"),
        ({"GUARDIAN_LEGACY_GLOBAL_PERMS_GROUP_UNION": True}, "django-guardian đang chạy theo cách cũ"),
        ({"versions": {"django-guardian": "3.5.0"}}, "django-guardian 3.5.0 có lỗ hổng"),
        ({"versions": {"Django": "5.2.7"}}, "Django 5.2.7 có lỗ hổng"),
        ({"versions": {"django-fsm": "3.0.1"}}, "django-fsm ghi đè"),
        ({**SQLITE, "file_system": "nfs4"}, "ổ mạng (nfs4)"),
        ({**SQLITE, "file_system": "tmpfs"}, "bộ nhớ (tmpfs)"),
        (sqlite_with(init_command="PRAGMA journal_mode = wal; PRAGMA synchronous=FULL"), "chế độ WAL"),
        (sqlite_with(init_command="PRAGMA journal_mode=TRUNCATE;PRAGMA synchronous=NORMAL"), "mất điện"),
        (sqlite_with(init_command="PRAGMA synchronous=FULL"), "journal_mode DELETE"),
        (sqlite_with(transaction_mode="DEFERRED"), "database is locked"),
    ],
)
def test_one_unsafe_thing_is_one_problem_with_a_remedy(changed, said):
    lines = found(**changed).splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert lines[0].split(" → ")[1].strip()


def test_wal_is_taken_from_the_first_sound_sqlite_on():
    wal = sqlite_with(init_command="PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL")
    assert "WAL" in found(**wal, sqlite=(3, 51, 2))
    assert found(**wal, sqlite=(3, 51, 3)) == ""


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("postgresql://u:p@db.example.vn/dh", False),
        ("postgresql://u:p@db.example.vn/dh?sslmode=prefer", False),
        ("postgresql://u:p@db.example.vn/dh?sslmode=verify-full", True),
        ("postgresql://u:p@/dh?host=127.0.0.1,db.example.vn", False),
        ("postgresql://u:p@127.0.0.1:5433/dh", True),
    ],
)
def test_postgresql_over_a_network_is_encrypted(url, safe):
    said = found(DATABASES={"default": from_url(url, ROOT)})
    assert (said == "") is safe
    assert "p@" not in said


def test_a_newer_version_passes_in_numbers_not_in_letters():
    assert found(versions={"Django": "5.10.0", "django-guardian": "3.12"}) == ""


def test_secrets_are_never_repeated():
    said = found(SECRET_KEY=SECRET[:40], DH_SEAL_KEY="c2VjcmV0", DH_INDEX_KEY=key(3))
    assert SECRET[:40] not in said
    assert "c2VjcmV0" not in said
    assert key(3) not in said


def test_file_system_is_that_of_the_nearest_mount(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\n/dev/b /srv/da\\040ta xfs rw 0 0\n")
    assert safety.file_system_of(Path("/var/lib/x.sqlite3"), mounts) == "ext4"
    assert safety.file_system_of(Path("/srv/not/there/yet"), mounts) == "nfs4"
    assert safety.file_system_of(Path("/srv/da ta/x.sqlite3"), mounts) == "xfs"
    assert safety.file_system_of(Path("/srv"), tmp_path / "none") == ""


def start_production(**environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DH_", "DJANGO_", "DATABASE_"))}
    code = "import deploy.settings.production as p; print(p.DATABASES['default']['ENGINE'], p.SECURE_PROXY_SSL_HEADER)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False
    )


GOOD_ENVIRONMENT = {
    "DH_SECRET_KEY": SECRET,
    "DH_SEAL_KEY": key(1),
    "DH_INDEX_KEY": key(2),
    "DH_AUDIT_KEY": key(3),
    "DH_LICENCE_KEY": key(4),
    "DH_ALLOWED_HOSTS": "dong-hanh.example.vn",
    "DH_PROXY_HEADER": "X-Forwarded-Proto",
    "DATABASE_URL": "postgresql:///dong_hanh?host=/run/postgresql",
}


def test_production_starts_when_everything_is_set():
    done = start_production(**GOOD_ENVIRONMENT)
    assert done.stderr == ""
    assert done.stdout.split(maxsplit=1) == [
        "django.db.backends.postgresql",
        "('HTTP_X_FORWARDED_PROTO', 'https')\n",
    ]


def test_production_without_anything_names_all_that_is_missing_at_once():
    done = start_production()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in GOOD_ENVIRONMENT:
        assert name in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DH_HSTS_SECONDS", "một năm", "DH_HSTS_SECONDS không phải là số"),
        ("DH_IDLE_MINUTES", "0", "DH_IDLE_MINUTES không phải là số nguyên từ 1"),
        ("DH_REQUIRE_SECOND_FACTOR", "có lẽ", "DH_REQUIRE_SECOND_FACTOR không phải là có hay không"),
        ("DH_REQUIRE_SECOND_FACTOR", "0", "xác thực thứ hai"),
        ("DH_SECOND_FACTOR_FROM", "mai", "DH_SECOND_FACTOR_FROM không phải là một ngày"),
        ("DEBUG", "1", "gỡ lỗi"),
        ("DATABASE_URL", "mysql://u:hidden@h/x", "DATABASE_URL không đọc được"),
    ],
)
def test_production_refuses_values_it_cannot_take(name, value, said):
    done = start_production(**{**GOOD_ENVIRONMENT, name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "hidden" not in done.stderr
