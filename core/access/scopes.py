"""How far a right reaches, each as a condition on indexed columns of one row.

A scope turns an actor and the role it acts in into a `Q`; None means "nothing". Scopes name columns, possibly through a
foreign key ("case__owner_unit"), never a to-many relation: a join through permission rows is what makes peers slow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from core.access.actor import Actor


@dataclass(frozen=True)
class Scope:
    name: str
    build: Callable[[Actor, str], Q | None]

    def __str__(self) -> str:
        return self.name


def anywhere() -> Scope:
    """Every row."""
    return Scope("anywhere", lambda actor, role: Q(pk__isnull=False))


def own_unit(column: str) -> Scope:
    """Rows whose unit is one where the role is held."""
    return Scope(f"own_unit({column})", lambda actor, role: _among(f"{column}_id", actor.units(role)))


def unit_tree(column: str) -> Scope:
    """Rows whose unit is one where the role is held, or below it."""
    return Scope(f"unit_tree({column})", lambda actor, role: _among(f"{column}_id", actor.tree(role)))


def own_commune(column: str) -> Scope:
    """Rows that lie in the commune of a unit where the role is held."""
    return Scope(f"own_commune({column})", lambda actor, role: _among(f"{column}_id", actor.communes(role)))


def assigned(column: str) -> Scope:
    """Rows given to this person, or to somebody for whom this person stands in."""
    return Scope(f"assigned({column})", lambda actor, role: _among(f"{column}_id", actor.identities))


def shared(label: str, column: str = "pk", permission: str = "view") -> Scope:
    """Rows that are explicitly shared ("casework.Case"), or whose parent in `column` is, while the share runs."""
    from core.access import grants

    def build(actor: Actor, role: str) -> Q | None:
        return _among("pk" if column == "pk" else f"{column}_id", grants.shared_ids(actor, role, label, permission))

    return Scope(f"shared({column})", build)


def where(scope: Scope, **conditions) -> Scope:
    """The scope, narrowed by conditions on the row."""

    def build(actor: Actor, role: str) -> Q | None:
        reach = scope.build(actor, role)
        return None if reach is None else reach & Q(**conditions)

    told = ", ".join(f"{name}={value}" for name, value in conditions.items())
    return Scope(f"{scope.name} where {told}", build)


def both(first: Scope, second: Scope) -> Scope:
    """Rows that both scopes reach."""

    def build(actor: Actor, role: str) -> Q | None:
        one, other = first.build(actor, role), second.build(actor, role)
        return None if one is None or other is None else one & other

    return Scope(f"{first.name} and {second.name}", build)


def of_visible(label: str, column: str, action: str = "view", to: str = "pk") -> Scope:
    """Rows that a row of another model points at (by `column`), where the actor may take the action on that row in the
    same role."""
    from core.access import engine

    def build(actor: Actor, role: str) -> Q | None:
        model = engine.model_of(label)
        rights = engine.parts(actor, model, action, role)
        if not rights:
            return None
        condition = reduce(or_, rights)
        rows: Any = model._default_manager.filter(condition).values(column)
        if len(rights) > 1 and any(_reaches_on(right) for right in rights):
            # An OR with what a third model reaches would be answered by reading every row of this one. Of columns alone
            # it stays an OR: a list then stops at its page, where a union is made whole first.
            first, *more = [model._default_manager.filter(right).order_by().values(column) for right in rights]
            rows = first.union(*more)
        rows.reached_by = (condition, column)  # for `engine.of_one`
        return Q(**{f"{to}__in": rows})

    return Scope(f"of_visible({label}.{column}, {action})", build)


def _reaches_on(condition: Q) -> bool:
    """Whether it asks another model in its turn."""
    return any(
        _reaches_on(child) if isinstance(child, Q) else isinstance(child, tuple) and hasattr(child[1], "reached_by")
        for child in condition.children
    )


def system() -> Scope:
    """The clock and the consequences of other transitions."""
    return Scope("system", lambda actor, role: Q(pk__isnull=False) if actor.is_system else None)


def _among(lookup: str, values: list) -> Q | None:
    return Q(**{f"{lookup}__in": values}) if values else None
