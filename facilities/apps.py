from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "facilities"
    label = "facilities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from facilities import access, reference, services  # noqa: F401  (declare rules and actions)

        reference.register()
