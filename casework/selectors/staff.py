"""Who can take a case, and how many they carry."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from casework.models import Case
from casework.states.case import LIVE
from core.access.actor import Actor
from core.accounts.enums import Role, UnitKind, WorkerGrade
from core.accounts.models import RoleAssignment, Unit, User
from core.clock import parameters
from core.worklist.standins import is_absent


def holders(role: str, unit: Unit | None) -> QuerySet[User]:
    """Active users who hold the role at the unit today."""
    held = RoleAssignment.objects.filter(
        RoleAssignment.current(timezone.localdate()), role=role, user=OuterRef("pk"), unit=unit
    )
    return User.objects.filter(Exists(held), is_active=True)


def workers_of(unit: Unit | None) -> QuerySet[User]:
    return holders(Role.WORKER, unit) if unit else User.objects.none()


def workers_for_emergency(by: Actor | None) -> QuerySet[User]:
    """Workers of the units that screen; an intake officer at night hands the case to one of them."""
    held = RoleAssignment.objects.filter(
        RoleAssignment.current(timezone.localdate()), role=Role.WORKER, user=OuterRef("pk"),
        unit__in=screening_units(),
    )  # fmt: skip
    return User.objects.filter(Exists(held), is_active=True)


def screening_units() -> QuerySet[Unit]:
    """Units that have somebody who screens."""
    held = RoleAssignment.objects.filter(
        RoleAssignment.current(timezone.localdate()), role=Role.SUPERVISOR, unit=OuterRef("pk")
    )
    return Unit.objects.filter(Exists(held), is_active=True)


def default_screening_unit(by: Actor | None) -> Unit | None:
    """The nearest unit above (or at) the caller's that screens; else the centre."""
    units = list(screening_units())
    if by is not None and by.home is not None:
        above = [unit for unit in units if by.home.path.startswith(unit.path)]
        if above:
            return max(above, key=lambda unit: len(unit.path))
    return next((unit for unit in units if unit.kind == UnitKind.CENTRE), units[0] if len(units) == 1 else None)


def cap_of(worker: User) -> int:
    """How many cases the worker's grade allows (parameter `caseload.cap`, TT 09/2024/TT-BLĐTBXH Đ.6)."""
    caps: dict[str, Any] = parameters.value("caseload.cap")
    return int(caps.get(worker.grade or WorkerGrade.ASSISTANT, caps["assistant"]))


def caseload(worker: User) -> int:
    return Case.objects.filter(worker=worker, closed_at__isnull=True, state__in=LIVE).count()


def supervisors_of(unit: Unit) -> list[Any]:
    """Keys of those who supervise the unit: its own, else those of the nearest unit above."""
    at: Unit | None = unit
    while at is not None:
        found = list(holders(Role.SUPERVISOR, at).values_list("id", flat=True))
        if found:
            return found
        at = at.parent
    return []


def approving_unit(case: Case, author_id: Any) -> tuple[Unit, str]:
    """Where an approval goes: the owner unit's supervisors, or the unit above when there is none but the author; a
    child-protection plan goes to the commune's chair (NĐ 56/2017/NĐ-CP Đ.28). Returns (unit, role)."""
    from casework.enums import Programme

    if case.programme == Programme.CHILD and case.commune_id:
        chair_unit = Unit.objects.filter(kind=UnitKind.COMMUNE, commune_id=case.commune_id, is_active=True).first()
        if chair_unit is not None and holders(Role.COMMUNE, chair_unit).exists():
            return chair_unit, Role.COMMUNE
    return nearest_supervision(case.owner_unit, author_id), Role.SUPERVISOR


def nearest_supervision(unit: Unit, but_not: Any = None) -> Unit:
    """The unit itself or the nearest above it that has a supervisor present other than `but_not`."""
    at: Unit | None = unit
    today = timezone.localdate()
    while at is not None:
        present = [user for user in holders(Role.SUPERVISOR, at) if user.id != but_not and not is_absent(user, today)]
        if present:
            return at
        at = at.parent
    return unit
