"""The demonstration on one's own machine: SQLite, plain HTTP on loopback, known users, second factor not demanded."""

from .base import *  # noqa: F403
from .base import env

SECRET_KEY = env.text("DH_SECRET_KEY", "demo-only-" + "0" * 50)
DH_SEAL_KEY = env.text("DH_SEAL_KEY", "ZGVtby1vbmx5LWtleS1mb3Itc2VhbGVkLWZpZWxkcy4=")
DH_INDEX_KEY = env.text("DH_INDEX_KEY", "ZGVtby1vbmx5LWtleS1mb3ItdGhlLWlkLWluZGV4Li4=")
DH_AUDIT_KEY = env.text("DH_AUDIT_KEY", "ZGVtby1vbmx5LWtleS1mb3ItYXVkaXQtY2hhaW4uLi4=")
DH_DEMO = True
DH_REQUIRE_SECOND_FACTOR = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.words("DH_ALLOWED_HOSTS")]
