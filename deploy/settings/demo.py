"""The demonstration on one's own machine: SQLite, plain HTTP on loopback, known users, second factor not demanded."""

from . import published, safety
from .base import *  # noqa: F403
from .base import VAR_DIR, env

SECRET_KEY = env.text("DH_SECRET_KEY", published.DEMO_SECRET_KEY)
DH_SEAL_KEY = env.text("DH_SEAL_KEY", published.SEAL_KEY)
DH_INDEX_KEY = env.text("DH_INDEX_KEY", published.INDEX_KEY)
DH_AUDIT_KEY = env.text("DH_AUDIT_KEY", published.AUDIT_KEY)
DH_LICENCE_KEY = env.text("DH_LICENCE_KEY", published.LICENCE_KEY)
DH_DEMO = True
VAR_DIR.mkdir(parents=True, exist_ok=True)
# Demo data are made anew at will: what was kept of an earlier chain would only raise false alarms.
DH_AUDIT_HEAD_FILE = ""
DH_REQUIRE_SECOND_FACTOR = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.words("DH_ALLOWED_HOSTS")]

safety.refuse(env.PROBLEMS)
