"""Giving and ending duties. The unit's auth group, which unit-wide shares name, follows in the same transaction."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core.accounts import exclusive
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment, Unit, User
from core.errors import Blocked


@transaction.atomic
def assign(user: User, role: Role | str, unit: Unit, valid_from: date | None = None, valid_to: date | None = None):
    """Give a duty from a day (default today) to a day (default open). Blocked where a duty held then excludes it."""
    start = valid_from or timezone.localdate()
    reasons = list(exclusive.obstacles(user.pk, str(role), start, valid_to))
    if reasons:
        raise Blocked(reasons)
    row, _created = RoleAssignment.objects.update_or_create(
        user=user, role=role, unit=unit, valid_from=start, defaults={"valid_to": valid_to}
    )
    refresh_groups(user)
    return row


@transaction.atomic
def end_assignment(row: RoleAssignment, last_day: date | None = None) -> None:
    """End a duty; without a day it is over at once."""
    day = last_day or timezone.localdate() - timedelta(days=1)
    if day < row.valid_from:
        row.delete()
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    refresh_groups(row.user)


def refresh_groups(user: User) -> None:
    """Membership in the groups of units equals the duties held today; other groups are left alone."""
    held = set(
        RoleAssignment.objects.filter(RoleAssignment.current(timezone.localdate()), user=user).values_list(
            "unit__group_id", flat=True
        )
    )
    mine = set(user.groups.filter(unit__isnull=False).values_list("id", flat=True))
    user.groups.add(*(held - mine))
    user.groups.remove(*(mine - held))
