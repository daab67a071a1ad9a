"""Who could stand in for whom, and what stands in the way of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.access import PERSONAL
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment, Unit, User
from core.worklist.models import Delegation, WorkItem


def duties(user: User, first: date, last: date) -> list[tuple[str, UUID]]:
    """(role, unit) that the person holds on some day of the period and whose work is its own."""
    rows = RoleAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=first), valid_from__lte=last, user=user, role__in=PERSONAL,
        unit__is_active=True,
    )  # fmt: skip
    return sorted(set(rows.values_list("role", "unit_id")))


def _sharing(held: Iterable[tuple[str, UUID]]) -> Q:
    condition = Q(pk__isnull=True)
    for role, unit in held:
        condition |= Q(role=role, unit_id=unit)
    return condition


def candidates(principal: User, on: date | None = None) -> QuerySet[User]:
    """Other active people who hold the same duty at the same unit on the day (default today)."""
    day = on or timezone.localdate()
    rows = RoleAssignment.objects.filter(RoleAssignment.current(day)).filter(_sharing(duties(principal, day, day)))
    return User.objects.filter(pk__in=rows.values("user"), is_active=True).exclude(pk=principal.pk)


def holds_throughout(deputy: User, principal: User, first: date, last: date) -> bool:
    """Whether the deputy holds one and the same duty of the principal from the first day to the last."""
    rows = RoleAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=last), user=deputy, valid_from__lte=first
    )
    return rows.filter(_sharing(duties(principal, first, last))).exists()


def burden(people: Iterable[UUID]) -> Counter[UUID]:
    """Open work items of each of these people: one query."""
    rows = WorkItem.objects.filter(user__in=list(people), closed_at__isnull=True).values_list("user_id", flat=True)
    return Counter(rows)


def obstacles(principal: User, deputy: User, first: date, last: date) -> dict[str, str]:
    """Why not, by field of the form: no two stand-ins at once, and nobody's work goes round a second corner."""
    rows = Delegation.objects.filter(Delegation.during(first, last)).select_related("principal", "deputy")
    found: dict[str, str] = {}
    for row in rows.filter(Q(principal=principal) | Q(deputy=principal) | Q(principal=deputy)).order_by("valid_from"):
        told = {
            "deputy": row.deputy.full_name, "principal": row.principal.full_name, "from": f"{row.valid_from:%d/%m/%Y}",
            "to": f"{row.valid_to:%d/%m/%Y}",
        }  # fmt: skip
        if row.principal_id == principal.pk:
            text = _("Từ %(from)s đến %(to)s đã có %(deputy)s làm thay. Chấm dứt lần đó trước, hoặc chọn ngày khác.")
            found.setdefault("valid_from", text % told)
        elif row.deputy_id == principal.pk:
            text = _(
                "Người vắng đang nhận làm thay cho %(principal)s từ %(from)s đến %(to)s. Chấm dứt lần đó trước: "
                "việc làm thay không chuyển tiếp được."
            )
            found.setdefault("valid_from", text % told)
        else:
            text = _("%(principal)s cũng vắng từ %(from)s đến %(to)s. Chọn người khác.")
            found.setdefault("deputy", text % told)
    if "deputy" not in found and _away(deputy, first, last):
        found["deputy"] = _("%(name)s cũng vắng trong những ngày này. Chọn người khác.") % {"name": deputy.full_name}
    return found


def _away(user: User, first: date, last: date) -> bool:
    return user.away_from is not None and user.away_from <= last and (user.away_to is None or user.away_to >= first)


def lock_units(principal: User, first: date, last: date) -> None:
    """Two people of one unit who would stand in for each other at the same moment come one after the other."""
    units = {unit for _role, unit in duties(principal, first, last)}
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk").values_list("pk", flat=True))


def told(row: Delegation) -> list[Any]:
    """Whom a change concerns: both persons, and the supervisors of the absent one's units (else those above)."""
    found: list[Any] = [row.principal_id, row.deputy_id]
    today = timezone.localdate()
    supervisors = RoleAssignment.objects.filter(RoleAssignment.current(today), role=Role.SUPERVISOR)
    for _role, key in duties(row.principal, today, max(today, row.valid_to)):
        at: Unit | None = Unit.objects.select_related("parent").get(pk=key)
        while at is not None:
            keys = list(supervisors.filter(unit=at, user__is_active=True).values_list("user_id", flat=True))
            if keys:
                found += keys
                break
            at = at.parent
    return found


def is_absent(user: User, on: date) -> bool:
    """Away on the day: on a long leave, or with somebody standing in."""
    return user.is_away(on) or Delegation.objects.filter(Delegation.current(on), principal=user).exists()
