from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CaseworkConfig(AppConfig):
    name = "casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import access, hooks, services, tasks  # noqa: F401  (declare rules, actions, hooks and jobs)
        from casework.reference import after_migrate
        from casework.selectors import invariants  # noqa: F401

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="casework.reference")
