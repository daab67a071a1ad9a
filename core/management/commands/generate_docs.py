"""Writes docs/generated from the declarations of the code: who may what, every state machine, the API.

`--check` writes nothing and fails when a file is not what it would be, so that stale documents fail the build.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from drf_spectacular.renderers import OpenApiYamlRenderer2
from drf_spectacular.settings import spectacular_settings

from core.access.engine import Rules, all_rules, rules_of
from core.accounts.enums import Role
from core.lifecycle.actions import Action, actions_of, lifecycle_models
from core.lifecycle.engine import is_transition
from core.lifecycle.fsm import NEW, Lifecycle, edges, method_of, state_field

FOLDER = Path(settings.BASE_DIR) / "docs" / "generated"
MADE = "<!-- Made by `manage.py generate_docs`. Do not edit. -->\n"


class Command(BaseCommand):
    help = "Writes docs/generated (access matrix, state machines, OpenAPI) from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if a file is stale instead of writing it")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("vi"):
            wanted = dict(documents())
        old = (
            {p for p in FOLDER.rglob("*") if p.is_file() and p.suffix in (".md", ".yaml")} if FOLDER.exists() else set()
        )
        stale = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
        gone = sorted(old - set(wanted))
        if options["check"]:
            if stale or gone:
                names = ", ".join(p.relative_to(FOLDER).as_posix() for p in [*stale, *gone])
                raise CommandError(f"docs/generated is stale: {names}. Run manage.py generate_docs.")
            return
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        for path in gone:
            path.unlink()
        self.stdout.write(f"docs/generated: {len(wanted)} files, {len(stale)} written, {len(gone)} removed")


def documents() -> Iterator[tuple[Path, str]]:
    yield FOLDER / "access.md", access_matrix()
    for model in lifecycle_models():
        if issubclass(model, Lifecycle):
            yield FOLDER / "states" / f"{model._meta.model_name}.md", state_machine(model)
    yield FOLDER / "openapi.yaml", openapi()


def openapi() -> str:
    """The document of /api/v1/schema/; methods in a fixed order, because the generator's hangs on the hash seed."""
    schema = spectacular_settings.DEFAULT_GENERATOR_CLASS().get_schema(request=None, public=True)
    for where, methods in schema["paths"].items():
        schema["paths"][where] = dict(sorted(methods.items()))
    return OpenApiYamlRenderer2().render(schema, renderer_context={}).decode()


# --- who may what ---
def access_matrix() -> str:
    parts = [
        MADE,
        "# Access matrix\n",
        "Rows are actions, columns roles, cells how far the right reaches. An empty cell is a refusal; what has no row"
        " is refused to everybody. A scope in brackets names the column of the record that it looks at.\n",
    ]
    return "\n".join([*parts, *(_matrix_of(rules) for rules in all_rules())])


def _matrix_of(rules: Rules) -> str:
    roles = [role for role in Role if any(role in by_role for by_role in rules.actions.values())]
    lines = [f"## {rules.label}\n", f"|Action|{'|'.join(role.value for role in roles)}|", "|-" * (len(roles) + 1) + "|"]
    for name, by_role in rules.actions.items():
        lines.append(f"|{name}|{'|'.join(_cell(by_role, role) for role in roles)}|")
    if rules.fields:
        lines += ["", "|Fields|Columns|", "|-|-|"]
        lines += [f"|{kind}|{', '.join(names)}|" for kind, names in rules.fields.items()]
    return "\n".join([*lines, ""])


def _cell(by_role: Any, role: Role) -> str:
    if role not in by_role:
        return ""
    return "; ".join(str(scope) for scope in by_role[role]) or "creates"


# --- when ---
def state_machine(model: type[Lifecycle]) -> str:
    found = edges(model)
    names = dict(state_field(model).choices)
    lines = [MADE, f"# {model._meta.label}\n", "```mermaid", "stateDiagram-v2"]
    states = sorted({state for _n, source, target in found for state in (source, target)} - {NEW})
    lines += [f"    {state} : {names.get(state, state)}" for state in states]
    lines += sorted(f"    {'[*]' if source == NEW else source} --> {target} : {name}" for name, source, target in found)
    lines += [f"    {state} --> [*]" for state in sorted(str(s) for s in model.TERMINAL) if state in states]
    lines += ["```", "", "|Transition|Label|From > to|Roles|Guards|", "|-|-|-|-|-|"]
    actions = actions_of(model)
    for name in sorted({name for name, _source, _target in found}):
        moves = ", ".join(_move(s, t) for n, s, t in found if n == name)
        spec = actions[name]
        lines.append(f"|{name}|{spec.label}|{moves}|{_roles(model, spec)}|{_guards(model, spec)}|")
    commands = [spec for name, spec in sorted(actions.items()) if not is_transition(spec)]
    if commands:
        lines += ["", "Commands (they move no state):", "", "|Command|Label|Roles|Guards|", "|-|-|-|-|"]
        lines += [f"|{c.name}|{c.label}|{_roles(model, c)}|{_guards(model, c)}|" for c in commands]
    return "\n".join([*lines, ""])


def _move(source: str, target: str) -> str:
    return f"{source} (same)" if source == target else f"{source} > {target}"


def _roles(model: type[Lifecycle], spec: Action) -> str:
    owner, name = (spec.parent, f"{model._meta.model_name}.{spec.name}") if spec.parent else (model, spec.name)
    rules = rules_of(owner)
    by_role = rules.actions.get(name, {}) if rules else {}
    roles = ", ".join(sorted(str(role.value if isinstance(role, Role) else role) for role in by_role)) or "system"
    return f"{roles}; confirmed by {spec.confirm_by}" if spec.two_person else roles


def _guards(model: type[Lifecycle], spec: Action) -> str:
    method = getattr(model, method_of(spec.name), None)
    conditions = []
    if is_transition(spec):
        for transition in method._django_fsm.transitions.values():  # type: ignore[union-attr]
            conditions += [c.__name__ for c in transition.conditions]
    checks = [check.__name__.strip("_") for check in (*spec.separation, *spec.guards)]
    return ", ".join(dict.fromkeys([*conditions, *checks]))
