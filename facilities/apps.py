from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "facilities"
    label = "facilities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from facilities import access, hooks, reference, services, tasks  # noqa: F401  (rules, actions, hooks, jobs)

        reference.register()
