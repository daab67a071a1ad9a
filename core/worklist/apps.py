from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "core.worklist"
    label = "worklist"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.worklist import absences, access, calendar  # noqa: F401  (declare actions, rules and jobs)
