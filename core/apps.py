from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.lifecycle import proposals  # noqa: F401  (registers the actions of proposals)

        # After all apps have their tables: the last sender in INSTALLED_APPS would do, each is harmless.
        post_migrate.connect(_install_triggers, dispatch_uid="core.lifecycle.triggers")


def _install_triggers(sender, using: str = "default", **_kwargs) -> None:
    from core.lifecycle import triggers

    if sender.label == "accreditation":
        triggers.install(connections[using])
