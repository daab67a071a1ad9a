from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "core.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.audit import checks  # noqa: F401  (registers them)

        post_migrate.connect(_install_triggers, sender=self)


def _install_triggers(using: str = "default", **_kwargs) -> None:
    from core.audit import triggers

    triggers.install(connections[using])
