"""Every route of the product, and what tests/spec/routes.csv says of it."""

import csv
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE = Path(__file__).parents[1] / "spec" / "routes.csv"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    name: str
    where: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        """An endpoint; the page that draws the API's document is a page."""
        return self.where.startswith(("api/", "^api")) and self.name != "api:docs"


@dataclass(frozen=True)
class Line:
    route: str
    methods: tuple[str, ...]
    open_to: str
    record: str
    read: str
    own_account: bool = False


def walk(patterns=None, before="", space="", arguments=()) -> list[Route]:
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += walk(pattern.url_patterns, where, inner, (*arguments, *pattern.pattern.converters))
        elif isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name or ''}"
            found.append(Route(name, where, pattern.callback, (*arguments, *pattern.pattern.converters)))
    return found


def numbered(routes: list[Route]) -> list[Any]:
    """Parameters of a test: the number of a route and the route, told by its name."""
    return [pytest.param(number, route, id=route.name) for number, route in enumerate(routes)]


@cache
def lines() -> tuple[Line, ...]:
    """Raises ValueError for a method that is none; "-": the route answers to no method; "*": a page of the library on
    one's own account, which minds its methods itself."""
    with TABLE.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        row["own_account"] = row["methods"] == "*"
        every = {"-": (), "*": METHODS}
        row["methods"] = every.get(row["methods"], tuple((row["methods"] or "?").split()))
        if unknown := set(row["methods"]) - set(METHODS):
            raise ValueError(f"{row['route']}: unknown methods {sorted(unknown)}")
    return tuple(Line(**row) for row in rows)


@cache
def line_of(name: str) -> Line | None:
    return next((line for line in lines() if fnmatch(name, line.route)), None)


def address(route: Route, pk: Any = None) -> str:
    """The route with its arguments filled in; without a key, one that no record has."""
    filled = {
        "pk": pk or uuid4(), "tab": "danh-gia", "app": "casework", "model": "case", "action": "hold",
        "parent_app": "casework", "parent_model": "case", "code": "licence", "template": "to-khai-cap-giay-phep",
        "component": "form",
    }  # fmt: skip
    if route.name == "act_under":
        filled.update(model="workentry", action="add")
    if route.name in ("import_act", "register_act"):
        filled.update(action="decide")
    if route.name == "api_nothing":
        return "/api/nothing-here"
    return reverse(route.name, kwargs={name: filled[name] for name in route.arguments})
