"""Settings of the test suite. `TEST_DATABASE_URL` chooses the engine; the default is SQLite in a file."""

from .base import *  # noqa: F403
from .base import BASE_DIR, env, from_url

SECRET_KEY = "test-only-" + "0" * 50
DH_SEAL_KEY = "ZGVtby1vbmx5LWtleS1mb3Itc2VhbGVkLWZpZWxkcy4="
DH_INDEX_KEY = "ZGVtby1vbmx5LWtleS1mb3ItdGhlLWlkLWluZGV4Li4="
DH_AUDIT_KEY = "ZGVtby1vbmx5LWtleS1mb3ItYXVkaXQtY2hhaW4uLi4="
DH_REQUIRE_SECOND_FACTOR = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": from_url(env.text("DH_TEST_DATABASE_URL", "sqlite:///var/test.sqlite3"), BASE_DIR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: races need several connections to one database.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "var" / f"test-{env.text('DH_TEST_DB_NAME', 'main')}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=TRUNCATE;PRAGMA synchronous=OFF;PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON;"
    )
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
