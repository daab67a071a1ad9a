from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from core.accounts import access, second_factor  # access declares who may see whom

        assert access
        authenticator_added.connect(second_factor.note_set_up, dispatch_uid="core.accounts.second_factor")

        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="core.accounts.exclusive")


def _install_triggers(using: str = "default", **_kwargs: Any) -> None:
    from core.accounts import exclusive

    exclusive.install(connections[using])
