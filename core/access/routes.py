"""Each route says who may come in; a route that says nothing is closed (404) and fails the build.

`@route(...)` on a view is the first gate only: whoever passes still meets `visible()` for every record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RoutePolicy:
    """`kind`: public (nobody need sign in), login (any signed-in person), roles (a duty is needed), record (the view
    fetches `label` through the engine with `action`). `fresh`: the second factor has just been shown."""

    kind: str
    label: str = ""
    action: str = "view"
    roles: tuple[str, ...] = ()
    rate: str = "page"
    fresh: bool = False


def route(
    kind: str, label: str = "", action: str = "view", roles: tuple[str, ...] = (), rate: str = "page",
    fresh: bool = False,
) -> Callable[[Any], Any]:  # fmt: skip
    """Decorate a view function or class-based view's `as_view()` result with its policy."""

    def mark(view: Any) -> Any:
        view.route_policy = RoutePolicy(kind, label, action, tuple(str(r) for r in roles), rate, fresh)
        if kind == "public":
            view.login_required = False
        return view

    return mark


# Views of libraries, by route name: they carry no decorator of ours.
LIBRARY_ROUTES: dict[str, RoutePolicy] = {
    "account_login": RoutePolicy("public", rate="login"),
    "account_logout": RoutePolicy("login"),
    "account_inactive": RoutePolicy("public"),
    "account_change_password": RoutePolicy("login", fresh=True),
    "account_reauthenticate": RoutePolicy("login", rate="login"),
    "mfa_index": RoutePolicy("login"),
    "mfa_authenticate": RoutePolicy("public", rate="login"),
    "mfa_reauthenticate": RoutePolicy("login", rate="login"),
    "mfa_activate_totp": RoutePolicy("login"),
    # allauth alone would be content with the password again: then whoever knows it could take the factor away.
    "mfa_deactivate_totp": RoutePolicy("login", fresh=True),
    "mfa_generate_recovery_codes": RoutePolicy("login", fresh=True),
    "mfa_view_recovery_codes": RoutePolicy("login", fresh=True),
    "mfa_download_recovery_codes": RoutePolicy("login", fresh=True),
    "usersessions_list": RoutePolicy("login"),
    "set_language": RoutePolicy("public"),
}


def policy_of(view: Any, route_name: str | None) -> RoutePolicy | None:
    policy = getattr(view, "route_policy", None)
    if policy is None:
        policy = getattr(getattr(view, "cls", None), "route_policy", None)
    if policy is None:
        policy = getattr(getattr(view, "view_class", None), "route_policy", None)
    return policy or LIBRARY_ROUTES.get(route_name or "")
