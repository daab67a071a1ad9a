"""The routes of the API. An app registers its own in `<app>/api/urls.py`:

    register("cases", CaseViewSet)

For every record: GET cases/, GET cases/<id>/, GET cases/<id>/actions/, GET cases/<id>/events/, and
POST cases/<id>/actions/<name>/ (one route for each action, so that each has its own schema and its own policy); POST
cases/ where a record can be made.
"""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path

from core.access.engine import rules_of
from core.access.routes import RoutePolicy
from core.api.fields import column_of, path_of
from core.api.records import RecordViewSet, operations
from core.api.views import ApiView
from core.lifecycle.actions import Action
from core.sealed import SealedTextField

_routes: dict[str, list[URLPattern | URLResolver]] = {}


def register(prefix: str, viewset: type[RecordViewSet], rate: str = "page") -> None:
    """Add the routes of a lifecycle's records under api/v1/<prefix>/; its rules must have been declared."""
    model = viewset.model
    if rules_of(model) is None:
        raise ValueError(f"{model._meta.label} has no access rules")
    if viewset.serializer_class.model is not model:
        raise ValueError(f"{viewset.__name__} and its serializer are about different models")
    _refuse_sealed(viewset)
    label, name = model._meta.label, prefix.replace("/", "-")

    def entry(where: str, methods: dict[str, Any], route: str, action: str = "view", **more: Any) -> URLPattern:
        policy = RoutePolicy("record", label, action, rate=rate)
        identity = {
            "route_policy": policy,
            "route_id": f"{name}-{route}".replace("-", "_"),
            "tag": prefix,
            "base_name": name,
        }
        view: Any = viewset.as_view(methods, **identity, **more)
        view.route_policy = policy
        view.method_policies = {"POST": RoutePolicy("record", label, viewset.create_action, rate=rate)}
        return path(where, view, name=f"{name}-{route}")

    def deed(spec: Action, method: str, route: str) -> URLPattern:
        return entry(f"{spec.name}/", {"post": method}, f"{route}-{spec.name}", spec.name, action_name=spec.name)

    taken, making = operations(viewset)
    collection = {"get": "browse", **({"post": "create"} if viewset.create_action else {})}
    one: list[URLPattern | URLResolver] = [
        entry("", {"get": "retrieve"}, "detail"),
        entry("actions/", {"get": "possible"}, "actions"),
        entry("events/", {"get": "events"}, "events"),
        path("actions/", include([deed(spec, "act", "do") for spec in taken])),
    ]
    every: list[URLPattern | URLResolver] = [
        entry("", collection, "list"),
        path("<uuid:pk>/", include(one)),
        path("actions/", include([deed(spec, "create", "make") for spec in making])),
    ]
    # In branches: an address is compared with the prefixes, not with each of hundreds of routes.
    _add(prefix, [path(f"{prefix}/", include(every))])


def _refuse_sealed(viewset: type[RecordViewSet]) -> None:
    """A list reads plain columns and opens nothing: sealed text is for the single record."""
    fields = viewset.serializer_class().fields
    for name in viewset.list_columns:
        if column_of(viewset.model, path_of(name, fields[name])) is None:
            raise ValueError(f"{viewset.__name__}: {name} is computed, a list shows columns")
        if isinstance(column_of(viewset.model, path_of(name, fields[name])), SealedTextField):
            raise ValueError(f"{viewset.__name__}: {name} is sealed, a list may not show it")


def register_view(
    prefix: str, view: type[ApiView], methods: dict[str, Any] | None = None, where: str = "", name: str = ""
) -> None:
    """Add one endpoint that is no record with a lifecycle; the view class carries its policy (`@route`)."""
    policy = view.__dict__.get("route_policy")
    if policy is None:
        raise ValueError(f"{view.__name__} says nothing about who may come in")
    route = name or prefix.replace("/", "-")
    made: Any = view.as_view(methods or {"get": "browse"}, route_id=route.replace("-", "_"), tag=prefix)
    made.route_policy = policy
    _add(f"{prefix}/{where}", [path(f"{prefix}/{where}", made, name=route)])


def _add(key: str, found: list[URLPattern | URLResolver]) -> None:
    if key in _routes:
        raise ValueError(f"api/v1/{key} is registered twice")
    _routes[key] = found


def urls() -> list[URLPattern | URLResolver]:
    """Every route, by prefix: what stands in core/api/urls.py after the apps have registered theirs."""
    return [pattern for key in sorted(_routes) for pattern in _routes[key]]
