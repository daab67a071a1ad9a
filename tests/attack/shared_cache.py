"""Settings of the tests' other processes: one cache in the database for all, as in production."""

from deploy.settings.test import *  # noqa: F403

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "dh_cache"}}
