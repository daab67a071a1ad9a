"""Every route of the product, and what tests/spec/routes.csv says of it."""

import csv
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE = Path(__file__).parents[1] / "spec" / "routes.csv"


@dataclass(frozen=True)
class Route:
    name: str
    where: str
    view: Any
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    route: str
    open_to: str
    record: str
    read: str


def walk(patterns=None, before="", space="") -> list[Route]:
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += walk(pattern.url_patterns, where, inner)
        elif isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name or ''}"
            found.append(Route(name, where, pattern.callback, tuple(pattern.pattern.converters)))
    return found


def lines() -> list[Line]:
    with TABLE.open(encoding="utf-8") as handle:
        return [Line(**row) for row in csv.DictReader(handle)]


def line_of(name: str) -> Line | None:
    return next((line for line in lines() if fnmatch(name, line.route)), None)


def address(route: Route, pk: Any = None) -> str:
    """The route with its arguments filled in; without a key, one that no record has."""
    filled = {
        "pk": pk or uuid4(), "tab": "danh-gia", "app": "casework", "model": "case", "action": "hold",
        "parent_app": "casework", "parent_model": "case",
    }  # fmt: skip
    if route.name == "act_under":
        filled.update(model="workentry", action="add")
    if route.name == "api_nothing":
        return "/api/nothing-here"
    return reverse(route.name, kwargs={name: filled[name] for name in route.arguments})
