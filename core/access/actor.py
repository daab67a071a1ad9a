"""Who is asking, with the duties held today. Made anew for each request: nothing about rights outlives it."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import RoleAssignment, Unit, User
from core.prepared import Prepared

NOTHING = Value("", output_field=CharField())


def _duties(user: UUID, day: date) -> QuerySet[Any, Any]:
    from core.worklist.models import Delegation

    duties = RoleAssignment.objects.filter(RoleAssignment.current(day), user_id=user, unit__is_active=True).values_list(
        "role", "unit_id", "unit__name", "unit__path", "unit__commune_id", "unit__kind"
    )
    absent = Delegation.objects.filter(Delegation.current(day), deputy_id=user).values_list(
        NOTHING, "principal_id", NOTHING, NOTHING, NOTHING, NOTHING
    )
    return duties.order_by().union(absent.order_by(), all=True)


_DUTIES = Prepared(_duties)


@dataclass(frozen=True)
class Holding:
    """A duty held today."""

    role: str
    unit_id: UUID
    unit_name: str
    path: str
    commune_id: int | str | None
    kind: str


@dataclass(eq=False)
class Actor:
    """A signed-in person, or the clock (`user` None, role SYSTEM)."""

    user: User | None
    holdings: tuple[Holding, ...] = ()
    stands_for: frozenset[UUID] = frozenset()
    scopes: frozenset[str] = frozenset({"read", "write"})
    is_system: bool = False
    route: str = ""
    _trees: dict[str, list[UUID]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, user: User, on: date | None = None, scopes: frozenset[str] | None = None) -> "Actor":
        """One query: the duties of the day, and for whom this person stands in (rows whose role is empty)."""
        day = on or timezone.localdate()
        if not user.is_active:
            return cls(user=user)
        rows = _DUTIES(user=user.pk, day=day)
        holdings = (Holding(*row) for row in rows if row[0])
        return cls(
            user=user,
            holdings=tuple(sorted(holdings, key=lambda holding: (holding.role, holding.path))),
            stands_for=frozenset(row[1] for row in rows if not row[0]),
            scopes=scopes if scopes is not None else frozenset({"read", "write"}),
        )

    @property
    def id(self) -> UUID | None:
        return self.user.id if self.user else None

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset({Role.SYSTEM.value} if self.is_system else {holding.role for holding in self.holdings})

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def units(self, role: str) -> list[UUID]:
        return [holding.unit_id for holding in self.holdings if holding.role == role]

    def communes(self, role: str) -> list:
        return [h.commune_id for h in self.holdings if h.role == role and h.commune_id is not None]

    def tree(self, role: str) -> list[UUID]:
        """Ids of the units where the role is held and of all below them; one query per role and request."""
        if role not in self._trees:
            below = Q()
            for holding in self.holdings:
                if holding.role == role:
                    below |= Q(path__startswith=holding.path)
            self._trees[role] = list(Unit.objects.filter(below).values_list("id", flat=True)) if below else []
        return self._trees[role]

    @cached_property
    def identities(self) -> list[UUID]:
        """This person and those whose work this person does while they are away."""
        return [] if self.user is None else [self.user.id, *self.stands_for]

    @property
    def home(self) -> Holding | None:
        return self.holdings[0] if self.holdings else None


SYSTEM = Actor(user=None, is_system=True)
