from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "accreditation"
    label = "accreditation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accreditation import access, demo, hooks, reference, services, tasks  # noqa: F401  (declare rules, actions, jobs)
        from accreditation.selectors import invariants  # noqa: F401

        reference.register()
