from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class FacilitiesConfig(AppConfig):
    name = "facilities"
    label = "facilities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from facilities import access, hooks, reference, services, tasks  # noqa: F401  (rules, actions, hooks, jobs)
        from facilities.selectors import invariants  # noqa: F401

        reference.register()
        post_migrate.connect(_install_overlaps, sender=self, dispatch_uid="facilities.overlaps")


def _install_overlaps(sender: AppConfig, using: str = "default", **_kwargs: object) -> None:
    from facilities import overlaps

    overlaps.install(connections[using])
