from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "core.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.reference import after_migrate

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="core.reference")
