"""The pages to measure, read from the product's own routes: every list, and one record of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# Not lists and not records of the data: accounts, words of the law, downloads of files, PDF papers, forms, machines.
LEFT_OUT = re.compile(
    r"^(account_|mfa_|usersessions_|print_|public_(key|form|procedure|licence)|healthz|readyz|set_language|draft"
    r"|api:(docs|schema|nothing)|api_nothing|document|application_form|network_csv|decision_draft)"
)
# Pages that begin something: they read no list, whatever it is that they ask.
FORMS = re.compile(r"(_new|^intake|^emergency|^search|make-|do-)")
ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")


def every() -> Iterator[dict[str, Any]]:
    """{"name", "path", "roles" ([] for all), "label", …}: a record has {id} in its path and its model as label."""
    from django.urls import get_resolver

    for path, name, view in walk(get_resolver()):
        found = described(path, name, view)
        if found is not None:
            yield found


def walk(resolver: Any, before: str = "/", space: str = "") -> Iterator[tuple[str, str, Any]]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern, path, inner)
        else:
            yield path, space + (pattern.name or ""), pattern.callback


def described(path: str, name: str, view: Any) -> dict[str, Any] | None:
    from core.access.routes import policy_of

    policy = policy_of(view, name)
    actions = getattr(view, "actions", None)
    if policy is None or not name or LEFT_OUT.match(name) or FORMS.search(name) or "^" in path:
        return None
    if actions is not None and not (actions.get("get") or "").strip():
        return None
    if policy.kind == "roles" and not readable(view):
        return None
    arguments = ARGUMENT.findall(path)
    if len(arguments) > 1 or (arguments and (policy.kind != "record" or "uuid" not in arguments[0])):
        return None
    label = policy.label if arguments else ""
    return {
        "name": name, "path": ARGUMENT.sub("{id}", path), "roles": list(policy.roles), "label": label,
        "lists": policy.label, "public": policy.kind == "public",
    }  # fmt: skip


def readable(view: Any) -> bool:
    """Whether a page answers GET: `require_POST` leaves the list of methods in the closure of its wrapper."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            held = cell.cell_contents
            if isinstance(held, list | tuple) and held and all(isinstance(word, str) for word in held):
                return "GET" in held
        view = getattr(view, "__wrapped__", None)
    return True
