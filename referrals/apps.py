from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    label = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from referrals import access, hooks, services, tasks  # noqa: F401  (declare rules, actions, hooks, jobs)
        from referrals.selectors import invariants  # noqa: F401
