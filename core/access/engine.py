"""The one place that answers "who may?". Lists and records cannot differ: `can()` is `visible()` plus the key.

Each app declares its table in `<app>/access.py`:

    declare("casework.Case", {"view": {Role.WORKER: [assigned("worker")]}, …}, fields={"view": ["number", …], …})

An action that stands in no table is denied to everybody. A field class is an action whose name begins with "read:".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import BooleanField, Exists, ExpressionWrapper, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.access.scopes import Scope
from core.accounts.enums import Role
from core.errors import Denied, NotVisible, Reason

Table = Mapping[str, Mapping[Any, Sequence[Scope]]]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Rules:
    """What one model's table says. `fields` maps a class of fields ("view", "read:narrative") to column names."""

    label: str
    actions: Table
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)


_registry: dict[str, Rules] = {}


def declare(
    label: str,
    actions: Table,
    fields: Mapping[str, Sequence[str]] | None = None,
) -> Rules:
    """State who may do what with a model, once; `label` is "app.Model"."""
    if label in _registry:
        raise ValueError(f"{label} has its rules already")
    for action, by_role in actions.items():
        for role in by_role:
            if role not in Role.values:
                raise ValueError(f"{label}.{action}: {role} is no role")
    _registry[label] = rules = Rules(label, actions, fields or {})
    return rules


def extend(label: str, actions: Table) -> None:
    """Add actions to a lower app's table: what the upper app makes out of its records ("referral.draft")."""
    rules = _registry[label]
    clash = set(actions) & set(rules.actions)
    if clash:
        raise ValueError(f"{label}: {sorted(clash)} stand in the table already")
    _registry[label] = Rules(label, {**rules.actions, **actions}, rules.fields)


def rules_of(model: type[Model]) -> Rules | None:
    return _registry.get(model._meta.label)


def all_rules() -> list[Rules]:
    return [_registry[label] for label in sorted(_registry)]


def reach(actor: Actor, model: type[Model], action: str, only: str = "") -> Q | None:
    """The rows on which this actor may take the action, as a condition; None means none at all. `only` asks for one
    role: what follows from another right follows in the same duty, not from what the actor sees in another one."""
    total: Q | None = None
    for part in parts(actor, model, action, only):
        total = part if total is None else total | part
    return total


def parts(actor: Actor, model: type[Model], action: str, only: str = "") -> list[Q]:
    """`reach` as the conditions of the single rights, none of them twice; any of them is enough."""
    rules = rules_of(model)
    if rules is None or action not in rules.actions:
        return []
    needed = "read" if action in WRITES_NOTHING or action.startswith("read:") else "write"
    if needed not in actor.scopes:
        return []
    found: list[Q] = []
    for role, scopes in rules.actions[action].items():
        if role not in actor.roles or (only and role != only):
            continue
        for scope in scopes:
            part = scope.build(actor, role)
            if part is not None and part not in found:
                found.append(part)
    return found


WRITES_NOTHING = frozenset({"view", "list", "search"})


def visible(actor: Actor, model: type[M], action: str = "view", within: QuerySet[M] | None = None) -> QuerySet[M]:
    """All rows of the model on which the actor may take the action."""
    rows: QuerySet[M] = model._default_manager.all() if within is None else within
    condition = reach(actor, model, action)
    return rows.none() if condition is None else rows.filter(condition)


def of_one(condition: Q) -> Q:
    """The condition as it is best asked of few rows: whether there is a row that points here, not whether this is one
    of all the rows that are pointed at. Lists ask the other way round, as they begin at what the actor reaches."""
    asked = Q(_connector=condition.connector, _negated=condition.negated)
    asked.children = [_asked_of_one(child) for child in condition.children]
    return asked


def _asked_of_one(child: Any) -> Any:
    if isinstance(child, Q):
        return of_one(child)
    if isinstance(child, tuple) and hasattr(child[1], "reached_by"):
        target, rows = child[0].removesuffix("__in"), child[1]
        condition, column = rows.reached_by
        pointing = Q(**{column: OuterRef(target)})
        return Exists(rows.model._default_manager.filter(of_one(condition), pointing))
    return child


def visible_one(
    actor: Actor, model: type[M], pk: Any, action: str = "view", within: QuerySet[M] | None = None
) -> QuerySet[M]:
    """As `visible`, of the row with this key alone."""
    rows: QuerySet[M] = model._default_manager.all() if within is None else within
    condition = reach(actor, model, action)
    return rows.none() if condition is None else rows.filter(of_one(condition), pk=pk)


def can(actor: Actor, action: str, obj: Model) -> bool:
    return visible_one(actor, type(obj), obj.pk, action).exists()


def may_create(actor: Actor, model: type[Model], action: str) -> bool:
    """Whether some duty of the actor lists the (creating) action; where it may create is for the action's guards."""
    rules = rules_of(model)
    if rules is None or "write" not in actor.scopes:
        return False
    return not actor.roles.isdisjoint(rules.actions.get(action, {}))


def fetch(actor: Actor, model: type[M], pk: Any, action: str = "view", within: QuerySet[M] | None = None) -> M:
    """The row, or NotVisible both when it is not there and when the actor may not know that it is."""
    try:
        return visible_one(actor, model, pk, action, within).get()
    except (ObjectDoesNotExist, ValueError, TypeError, ValidationError):
        raise NotVisible from None


def require(actor: Actor, action: str, obj: Model) -> None:
    """Pass, or raise NotVisible (may not even see it) or Denied (sees it, but others do this)."""
    if can(actor, action, obj):
        return
    if not can(actor, "view", obj):
        raise NotVisible
    raise Denied([not_your_duty(type(obj), action)])


def with_rights(actor: Actor, rows: QuerySet[M], actions: Iterable[str]) -> QuerySet[M]:
    """The rows, each carrying `may_<action>` booleans (":" becomes "_"): the permission travels with the SELECT."""
    marks: dict[str, Any] = {}
    for action in actions:
        condition = reach(actor, rows.model, action)
        if condition is None:
            condition = Q(pk__isnull=True)
        marks[mark(action)] = ExpressionWrapper(of_one(condition), output_field=BooleanField())
    return rows.annotate(**marks)


def mark(action: str) -> str:
    return f"may_{action.replace(':', '_').replace('.', '_')}"


def not_your_duty(model: type[Model], action: str) -> Reason:
    rules = rules_of(model)
    roles = list(rules.actions.get(action, {})) if rules else []
    names = ", ".join(Role(role).in_sentence for role in roles)
    text = (
        _("Việc này do %(roles)s phụ trách hồ sơ làm.") % {"roles": names}
        if names
        else _("Không ai được làm việc này.")
    )
    return Reason("not_your_duty", text)


def fields_readable(actor: Actor, obj: Model) -> frozenset[str]:
    """Names of the fields of this row that the actor may read."""
    rules = rules_of(type(obj))
    if rules is None:
        return frozenset()
    names: set[str] = set()
    row = with_rights(actor, type(obj)._default_manager.filter(pk=obj.pk), rules.fields).first()
    for kind, columns in rules.fields.items():
        if row is not None and getattr(row, mark(kind)):
            names.update(columns)
    return frozenset(names)


def model_of(label: str) -> type[Model]:
    return apps.get_model(label)
