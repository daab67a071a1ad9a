"""Settings that hold everywhere. Demo, test and production build on them; every name from outside is in env.example."""

from urllib.parse import quote

from . import env
from .api import SPECTACULAR_SETTINGS  # noqa: F401
from .database import from_env

BASE_DIR = env.ROOT
# Everything the product writes: uploads, static files and, on SQLite, the database.
VAR_DIR = BASE_DIR / env.text("DH_VAR_DIR", "var")
DH_LEAST_FREE_MB = env.number("DH_LEAST_FREE_MB", 512)  # below it /readyz answers 503

DEBUG = False
SECRET_KEY = env.text("DH_SECRET_KEY")
ALLOWED_HOSTS = env.words("DH_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("DH_TRUSTED_ORIGINS")

# 32 random bytes in base64 each; see core/sealed.py. The index key must live outside the database and its backups.
DH_SEAL_KEY = env.text("DH_SEAL_KEY")
DH_INDEX_KEY = env.text("DH_INDEX_KEY")
DH_AUDIT_KEY = env.text("DH_AUDIT_KEY")
# Signs licences (Ed25519, accreditation/signing.py); what it signed stays on paper, so it is kept for good.
DH_LICENCE_KEY = env.text("DH_LICENCE_KEY")
# Where the signed head of the audit chain goes every five minutes (docs/adr/0005): a file, and a command.
DH_AUDIT_HEAD_FILE = env.text("DH_AUDIT_HEAD_FILE", str(VAR_DIR / "audit-heads.jsonl"))
DH_AUDIT_HEAD_COMMAND = env.text("DH_AUDIT_HEAD_COMMAND")
DH_REQUIRE_SECOND_FACTOR = True
# From this day on (2026-12-31); before it, whoever has none is only reminded. None: from the first day.
DH_SECOND_FACTOR_FROM = env.day("DH_SECOND_FACTOR_FROM")
DH_STEP_UP_MINUTES = env.number("DH_STEP_UP_MINUTES", 10)  # how lately it must have been shown where it is asked anew
DH_DEMO = False
DH_PROVINCE_CODE = env.text("DH_PROVINCE_CODE", "75")
DH_UPLOAD_LIMIT_MB = env.number("DH_UPLOAD_LIMIT_MB", 20)
# A command that reads a file from its standard input; empty: papers are not scanned.
DH_VIRUS_SCANNER = env.text("DH_VIRUS_SCANNER")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before django.forms and allauth, whose templates they override.
    "core.accounts",
    "core.web",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "core",
    "core.access",
    "core.audit",
    "core.catalogue",
    "core.clock",
    "core.documents",
    "core.places",
    "core.worklist",
    "core.api",
    "facilities",
    "casework",
    "referrals",
    "accreditation",
]

MIDDLEWARE = [
    "core.web.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.api.middleware.TokenCallsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.web.locale.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.web.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.web.middleware.ActorMiddleware",
]

ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": from_env("DATABASE_URL", f"sqlite:///{quote(str(VAR_DIR))}/dong-hanh.sqlite3", BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "core.access.backend.GrantBackend",
]
# guardian.W001 looks for guardian's own backend by name; ours is that one with expiring grants.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

# Sign-in: allauth. Names, not mail addresses, because commune staff share mail boxes.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "core.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# `key` is the name with the address from which it is tried; of `login_failed_anywhere` the name alone, counted only
# from addresses where this person has not signed in before (core/accounts/adapter.py).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,100/h/ip,5/15m/key", "login_failed_anywhere": "50/h/key"}
MFA_ADAPTER = "core.accounts.factor_keys.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Đồng Hành"
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DH_IDLE_MINUTES = env.number("DH_IDLE_MINUTES", 15)
DH_SESSION_HOURS = env.number("DH_SESSION_HOURS", 10)
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

CACHES = {
    # One shared store, so that a login limit counts once over all processes (stack.md §4).
    # Over MAX_ENTRIES Django drops a part of the rows, counters of sign-in and of the public pages too: with its own
    # 300 a stranger could wash away a lock by asking from a few hundred addresses. 100,000 short rows are some 20 MB.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "dh_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 10},
    },
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "core" / "locale"]
FORMAT_MODULE_PATH = ["core.web.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

WHITENOISE_ALLOW_ALL_ORIGINS = False  # static files are for our own pages
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.TokenAuthentication",
        "core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.DenyByDefault"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.handler",
    "UNAUTHENTICATED_USER": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
