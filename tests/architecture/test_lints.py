"""What may not stand in the source, whoever writes it (architecture.md, "State machines", "Access", rule 12)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("core", "casework", "facilities", "accreditation", "referrals", "deploy")
LONGEST = 400
# Tables of words and layouts, which grow with what they list.
LONG = {"core/imports/archive.py"}


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


# How far the reading of a list has come is no lifecycle: the worker moves it, nobody decides it.
JOBS = ("core/staging/",)
PARSED = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sources()}


def offences(check, allowed=()):
    return [
        f"{name}:{node.lineno}"
        for name, tree in PARSED.items()
        if not name.startswith(tuple(allowed))
        for node in ast.walk(tree)
        if check(node)
    ]


def called(node):
    """The name of what is called: "update" of `rows.update(…)`, "get_objects_for_user"."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_no_state_is_assigned():
    def check(node):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        return isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and any(
            isinstance(part, ast.Attribute) and part.attr == "state"
            for target in targets
            if target is not None
            for part in ast.walk(target)
        )

    assert offences(check, JOBS) == []


def test_no_state_is_written_past_perform():
    """`update(state=…)`, `create(state=…)`, `bulk_update(…, ["state"])`, `setattr(x, "state", …)`, `Model(state=…)`."""
    writers = {"update", "create", "get_or_create", "update_or_create", "setattr", "bulk_update"}

    def check(node):
        name = called(node)
        if name in writers and any(keyword.arg == "state" for keyword in node.keywords):
            return True
        literal = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)] if name in writers else []
        return name in ("setattr", "bulk_update") and "state" in literal

    assert offences(check, JOBS) == []


@pytest.mark.parametrize("banned", ["get_objects_for_user", "get_perms", "get_users_with_perms", "user_passes_test"])
def test_nobody_asks_guardian(banned):
    assert offences(lambda node: called(node) == banned) == []


def test_has_perm_is_asked_nowhere():
    assert offences(lambda node: called(node) == "has_perm", allowed=["core/access/"]) == []


def test_shares_are_given_in_one_place():
    banned = {"assign_perm", "remove_perm", "bulk_assign_perm"}
    assert offences(lambda node: called(node) in banned, allowed=["core/access/grants.py"]) == []


def test_no_serializer_or_form_takes_all_fields():
    def check(node):
        named = isinstance(node, ast.Assign) and any(
            getattr(t, "id", "") in ("fields", "exclude") for t in node.targets
        )
        return named and isinstance(node.value, ast.Constant) and node.value.value == "__all__"

    assert offences(check) == []


def test_no_request_data_is_spread_into_a_call():
    """`Model(**request.POST)`: mass assignment."""

    def typed(part):
        named = isinstance(part, ast.Attribute) and part.attr in ("POST", "GET", "data")
        return named and getattr(part.value, "id", "") == "request"

    def check(node):
        spread = [k.value for k in node.keywords if k.arg is None] if isinstance(node, ast.Call) else []
        return any(typed(part) for value in spread for part in ast.walk(value))

    assert offences(check) == []


def test_no_signals_between_apps():
    """post_migrate alone: reference data and triggers are put back after every migrate."""
    signals = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}

    def check(node):
        return isinstance(node, ast.ImportFrom) and signals & {alias.name for alias in node.names}

    assert offences(check) == []


def test_no_drawers_for_odds_and_ends():
    assert [
        name for name in PARSED if Path(name).stem in ("utils", "helpers", "util", "helper", "misc", "common")
    ] == []


def test_files_stay_small():
    long = {
        p.relative_to(ROOT).as_posix() for p in sources() if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST
    }
    assert long <= LONG


def test_events_are_written_by_the_engine_alone():
    """`chain.record()` elsewhere would be an event without right, lock or version. A list of 100,000 persons is written
    in bulk, one event each, under the lock of its batch."""
    allowed = ("core/lifecycle/", "core/audit/", "casework/services/import_writing.py")

    def check(node):
        return called(node) == "record" and getattr(getattr(node.func, "value", None), "id", "") == "chain"

    assert offences(check, allowed) == []


def test_the_lints_see_what_they_look_for():
    """Each must be able to fail."""
    bad = ast.parse("case.state = 'x'\nrows.update(state='x')\nuser.has_perm('x')\nclass M:\n    fields = '__all__'\n")
    PARSED["bad.py"] = bad
    try:
        for test in (
            test_no_state_is_assigned, test_no_state_is_written_past_perform, test_has_perm_is_asked_nowhere,
            test_no_serializer_or_form_takes_all_fields,
        ):  # fmt: skip
            with pytest.raises(AssertionError):
                test()
    finally:
        del PARSED["bad.py"]
