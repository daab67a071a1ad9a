"""Who may handle a file: not whoever belongs to the facility, nor whoever declared an interest."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accreditation.models import Application, InterestDeclaration, SiteVisit
from core.access.actor import Actor
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment, Unit, User
from facilities.models import Facility
from facilities.selectors.oversight import of_the_house

# Whoever decides does not inspect (trust.md §4); leaders and administrators are no inspectors either.
_NOT_ON_SITE = (Role.HEAD, Role.COMMUNE, Role.LEADER, Role.SYSADMIN, Role.FACILITY)


def _held(**what: object) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(RoleAssignment.current(timezone.localdate()), user=OuterRef("pk"), **what)


def holders(role: str, unit: Unit | None) -> QuerySet[User]:
    """Active users who hold the role at the unit today, by name."""
    return User.objects.filter(Exists(_held(role=role, unit=unit)), is_active=True).order_by("sort_name", "id")


def officers(unit: Unit | None) -> QuerySet[User]:
    return holders(Role.LICENSING, unit)


def inspectors(unit: Unit | None) -> QuerySet[User]:
    """Who may go on site: the staff of the deciding unit but whoever decides there."""
    staff = Exists(_held(unit=unit)) & ~Exists(_held(role__in=_NOT_ON_SITE))
    return User.objects.filter(staff, is_active=True).order_by("sort_name", "id")


def deciders(unit: Unit | None) -> QuerySet[User]:
    """Heads of the department, or the chair and deputies of the commune."""
    return User.objects.filter(
        Exists(_held(unit=unit, role__in=[Role.HEAD, Role.COMMUNE])), is_active=True
    ).order_by("sort_name", "id")  # fmt: skip


def in_the_house(facility: Facility, users: Iterable[UUID | None]) -> list[User]:
    """Those of the users who hold a duty in the facility or stand in the list of its staff."""
    return of_the_house(facility, users)


def applicants(application: Application) -> set[UUID]:
    """Who wrote or sent the file."""
    return {key for key in (application.author_id, application.submitted_by_id) if key is not None}


def declared(application: Application, user: UUID | None) -> bool | None:
    """Whether this person declared an interest in the file: True, False, or None for no declaration."""
    row = InterestDeclaration.objects.filter(application=application, user=user).values_list("has_interest", flat=True)
    return row.first()


def visited(application: Application) -> set[UUID]:
    """Who was or will be on site for it."""
    visits = SiteVisit.objects.filter(application=application, cancelled_at__isnull=True)
    return {
        key for key in (*visits.values_list("team__user", flat=True), *visits.values_list("lead", flat=True)) if key
    }


def is_vacant(application: Application) -> bool:
    """Whether the officer can no longer work on it: no longer in office there, or with an interest declared since."""
    if application.officer_id is None:
        return True
    if declared(application, application.officer_id):
        return True
    return not officers(application.to_unit).filter(pk=application.officer_id).exists()


def handles(application: Application, by: Actor) -> bool:
    """Whether the file is this officer's: taken by them or by whom they stand in for, or left without an officer."""
    return application.officer_id in by.identities or is_vacant(application)
