"""The real thing: everything from the environment (deploy/env.example), behind a web server that speaks HTTPS.

It refuses to start while anything in `safety.CHECKS` is wrong, naming all of it and what to do.
"""

from . import safety
from .base import *  # noqa: F403
from .base import BASE_DIR, env
from .database import from_env

# Read only to be refused: a copied development environment must not pass unnoticed.
DEBUG = env.flag("DEBUG") or env.flag("DJANGO_DEBUG")
DH_REQUIRE_SECOND_FACTOR = env.flag("DH_REQUIRE_SECOND_FACTOR", True)
DH_DATABASE_URL_SET = bool(env.text("DATABASE_URL"))

# A pool in each process; 0 behind pgbouncer in transaction mode.
DATABASES = {
    "default": from_env("DATABASE_URL", "sqlite:///var/unset.sqlite3", BASE_DIR, env.number("DH_DB_POOL", 8, least=0))
}

# The web server in front ends HTTPS and says so in this header; it must overwrite what the client sent.
proxy_header = env.text("DH_PROXY_HEADER")
SECURE_PROXY_SSL_HEADER = ("HTTP_" + proxy_header.upper().replace("-", "_"), "https") if proxy_header else None
# How many of the addresses in X-Forwarded-For are our own web servers': login limits count by the one before them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("DH_PROXY_COUNT", 1)
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked on the loopback, without HTTPS
SECURE_HSTS_SECONDS = env.number("DH_HSTS_SECONDS", 31_536_000, least=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("DH_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.flag("DH_HSTS_PRELOAD")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

safety.refuse(env.PROBLEMS, safety.problems(safety.Facts.of_this_machine(globals())))
