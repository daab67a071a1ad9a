"""The stage of the long faults: shipped settings of the database (and the pool of production on PostgreSQL), without
HTTPS, with the demonstration's keys. Only on the loopback, only with invented people."""

from deploy.settings.database import from_url
from deploy.settings.demo import *  # noqa: F403
from deploy.settings.demo import BASE_DIR, VAR_DIR, env

DATABASES = {"default": from_url(env.text("DATABASE_URL"), BASE_DIR, env.number("DH_DB_POOL", 8, least=0))}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
LOG = env.text("DH_FAULT_LOG", str(VAR_DIR / "product.log"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"file": {"class": "logging.FileHandler", "filename": LOG, "formatter": "line"}},
    "root": {"handlers": ["file"], "level": "WARNING"},
}
