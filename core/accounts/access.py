"""Who may see that a person works here, and how far the rights over people reach. Upper parts add their actions."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import declare
from core.access.scopes import Scope
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment

# Duties whose work is given to persons and so waits when they are away; the others work from a shared desk.
PERSONAL = (Role.INTAKE, Role.WORKER, Role.SUPERVISOR, Role.FACILITY)
# A supervisor answers for these, not for the managers of facilities below.
SUPERVISED = (Role.INTAKE, Role.WORKER, Role.SUPERVISOR)


def oneself(column: str = "pk") -> Scope:
    """Rows of this very person, not of those it stands in for."""
    return Scope(f"oneself({column})", lambda actor, role: Q(**{column: actor.id}) if actor.id else None)


def staff_below(column: str = "pk", roles: Iterable[str] = SUPERVISED) -> Scope:
    """Rows of people who hold one of the roles today at a unit where the own role is held, or below it."""
    held = tuple(roles)

    def build(actor: Actor, role: str) -> Q | None:
        units = actor.tree(role)
        if not units:
            return None
        duties = RoleAssignment.objects.filter(
            RoleAssignment.current(timezone.localdate()), role__in=held, unit__in=units
        )
        return Q(**{f"{column}__in": duties.values("user")})

    return Scope(f"staff_below({column})", build)


declare(
    "accounts.User",
    {"view": {role: [oneself(), *([staff_below()] if role == Role.SUPERVISOR else [])] for role in PERSONAL}},
    fields={"view": ["id", "full_name", "title"]},
)
