"""Settings of the test suite. `run.py test` names the engine in DH_TEST_DATABASE_URL; the default is SQLite."""

from . import published, safety
from .base import *  # noqa: F403
from .base import BASE_DIR, env
from .database import from_url

SECRET_KEY = published.TEST_SECRET_KEY
DH_SEAL_KEY = published.SEAL_KEY
DH_INDEX_KEY = published.INDEX_KEY
DH_AUDIT_KEY = published.AUDIT_KEY
DH_LICENCE_KEY = published.LICENCE_KEY
DH_AUDIT_HEAD_FILE = ""
DH_REQUIRE_SECOND_FACTOR = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

(BASE_DIR / "var").mkdir(exist_ok=True)
DATABASES = {"default": from_url(env.text("DH_TEST_DATABASE_URL", "sqlite:///var/test.sqlite3"), BASE_DIR)}
# Runs beside each other name a database of their own.
test_name = env.text("DH_TEST_DB_NAME", "main")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: races need several connections to one database.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "var" / f"test-{test_name}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=TRUNCATE;PRAGMA synchronous=OFF;PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_dong_hanh_{test_name}"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

safety.refuse(env.PROBLEMS)

# Whitenoise warns about a missing static folder unless it looks files up anew.
WHITENOISE_AUTOREFRESH = True
