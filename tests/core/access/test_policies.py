"""What `@route` writes on a view, and how the gate reads it."""

from types import SimpleNamespace

import pytest

from core.access.routes import LIBRARY_ROUTES, RoutePolicy, policy_of, route
from core.accounts.enums import Role


def view(request):
    """A view."""


def test_a_policy_says_little_by_default():
    assert RoutePolicy("login") == RoutePolicy("login", label="", action="view", roles=(), rate="page", fresh=False)


def test_the_decorator_writes_what_it_was_told_and_gives_the_view_back():
    def plain(request):
        """A view."""

    marked = route("record", "casework.Case", "read:history", (Role.WORKER,), "export", fresh=True)(plain)
    assert marked is plain
    assert plain.route_policy == RoutePolicy(
        "record", "casework.Case", "read:history", ("social_worker",), "export", True
    )
    assert [type(role) for role in plain.route_policy.roles] == [str]
    assert not hasattr(plain, "login_required")
    assert route("login")(lambda request: None).route_policy == RoutePolicy("login")


def test_only_a_public_view_lets_strangers_in():
    def plain(request):
        """A view."""

    assert route("public")(plain).login_required is False
    for kind in ("login", "roles", "record"):
        assert not hasattr(route(kind)(lambda request: None), "login_required"), kind


@pytest.mark.parametrize("holder", ["cls", "view_class"])
def test_the_policy_of_a_class_is_found_behind_its_view(holder):
    policy = RoutePolicy("login", rate="export")
    behind = SimpleNamespace(**{holder: SimpleNamespace(route_policy=policy)})
    assert policy_of(behind, None) is policy
    assert policy_of(behind, "account_login") is policy, "what stands on the view comes before its name"


def test_what_stands_on_the_view_comes_first():
    own, other = RoutePolicy("login"), RoutePolicy("public")
    both = SimpleNamespace(
        route_policy=own, cls=SimpleNamespace(route_policy=other), view_class=SimpleNamespace(route_policy=other)
    )
    assert policy_of(both, None) is own
    assert policy_of(SimpleNamespace(cls=SimpleNamespace(route_policy=own), view_class=both), None) is own


def test_a_route_that_says_nothing_has_no_policy():
    assert policy_of(view, None) is None
    assert policy_of(view, "nobody_wrote_this") is None
    assert policy_of(view, "") is None


# Written by hand: who may come to the pages of the libraries, and how often.
SIGNED_IN = {"account_logout", "mfa_index", "mfa_activate_totp", "usersessions_list"}
# Whoever sits down at a page left open, or knows the password alone, may not take the second factor away.
STEPPED_UP = {
    "account_change_password", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}  # fmt: skip
GUESSING = {"account_login": "public", "mfa_authenticate": "public", "account_reauthenticate": "login",
            "mfa_reauthenticate": "login"}  # fmt: skip
OPEN = {"account_inactive", "set_language"}


def test_pages_of_libraries_where_a_secret_is_typed_are_counted_as_sign_ins():
    for name, kind in GUESSING.items():
        assert policy_of(view, name) == RoutePolicy(kind, rate="login"), name


def test_the_other_pages_of_libraries():
    for name in SIGNED_IN:
        assert policy_of(view, name) == RoutePolicy("login"), name
    for name in STEPPED_UP:
        assert policy_of(view, name) == RoutePolicy("login", fresh=True), name
    for name in OPEN:
        assert policy_of(view, name) == RoutePolicy("public"), name
    assert set(LIBRARY_ROUTES) == SIGNED_IN | STEPPED_UP | set(GUESSING) | OPEN
