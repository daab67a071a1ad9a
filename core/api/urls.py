"""/api/v1/: core's resources, and those that each app registers in its `api/urls.py`."""

from importlib import import_module

from django.apps import apps
from django.urls import path, re_path
from django.utils.module_loading import module_has_submodule

from core.api import docs, resources, words
from core.api.router import register, register_view, urls
from core.api.views import Nothing

app_name = "api"

register("proposals", resources.Proposals)
register_view("me", resources.Me)
register_view("work-items", resources.WorkItems)
register_view("notices", resources.Notices)
register_view("notices", resources.ReadNotices, {"post": "create"}, "read/", "notices-read")
register_view("units", words.Units)
register_view("catalogue/client-groups", words.ClientGroups)
register_view("catalogue/service-types", words.ServiceTypes)
register_view("catalogue/closure-codes", words.ClosureCodes)
register_view("places/communes", words.Communes)

for _config in apps.get_app_configs():
    if _config.name != "core" and module_has_submodule(_config.module, "api.urls"):
        import_module(f"{_config.name}.api.urls")

urlpatterns = [
    *urls(),
    path("schema/", docs.schema, name="schema"),
    path("docs/", docs.page, name="docs"),
    re_path("", Nothing.as_view({"get": "nothing"}), name="nothing"),
]
