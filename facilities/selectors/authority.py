"""What a facility may do on a day. Facts of the register, not of persons: no access rules, other apps ask too."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import Unit
from core.catalogue.selectors import client_group
from core.errors import Reason
from facilities.models import Authority, AuthorityGroup, Facility


def authority_on(target: Facility | Unit, on: date | None = None) -> Authority | None:
    """The authority of a facility (or of its unit) that holds on that day, today by default."""
    day = on or timezone.localdate()
    return Authority.objects.filter(_of(target), Authority.on(day)).order_by("-valid_from").first()


def _of(target: Facility | Unit) -> Q:
    return Q(facility=target) if isinstance(target, Facility) else Q(facility__unit=target)


def may_admit(target: Facility | Unit, group_code: str, on: date | None = None) -> list[Reason]:
    """Why the facility may not take a client of the group on that day (today by default); empty when it may."""
    day = on or timezone.localdate()
    unit = target.unit if isinstance(target, Facility) else target
    fix = f"/co-so/{unit.pk}/"
    if not Facility.objects.filter(unit=unit).exists():
        return [Reason("not_a_facility", _("%(unit)s chưa có trong sổ cơ sở.") % {"unit": unit.name})]
    held = authority_on(unit, day)
    if held is None:
        return [_no_authority(unit, day, fix)]
    if not held.groups.filter(code=group_code).exists():
        group = client_group(group_code, day)
        words = {"unit": unit.name, "group": group.name if group else group_code}
        return [Reason("group_not_recognised", _("%(unit)s không được nhận nhóm “%(group)s”.") % words, fix)]
    return []


def why_none(target: Facility | Unit, on: date | None = None) -> Reason:
    """Why a facility that holds no authority on that day may take nobody."""
    unit = target.unit if isinstance(target, Facility) else target
    return _no_authority(unit, on or timezone.localdate(), f"/co-so/{unit.pk}/")


def _no_authority(unit: Unit, day: date, fix: str) -> Reason:
    stopped = Authority.objects.filter(facility__unit=unit, valid_from__lte=day, stopped_on__lte=day)
    last = stopped.order_by("-stopped_on").first()
    if last is not None and last.stopped_on is not None:
        words = {"unit": unit.name, "day": f"{last.stopped_on:%d/%m/%Y}"}
        return Reason("authority_stopped", _("%(unit)s bị dừng tiếp nhận từ ngày %(day)s.") % words, fix)
    words = {"unit": unit.name, "day": f"{day:%d/%m/%Y}"}
    return Reason("no_authority", _("%(unit)s không có giấy phép còn hiệu lực ngày %(day)s.") % words, fix)


def recognised_units(group_code: str, on: date | None = None) -> QuerySet[Unit]:
    """Active units that may take the group on that day, by name."""
    day = on or timezone.localdate()
    named = AuthorityGroup.objects.filter(authority=OuterRef("pk"), code=group_code)
    holding = Authority.objects.filter(Authority.on(day), Exists(named), facility__unit=OuterRef("pk"))
    return Unit.objects.filter(Exists(holding), is_active=True).order_by("name", "id")


def may_take(group_code: str, on: date | None = None) -> Exists:
    """The condition on facilities that one may take the group on that day."""
    named = AuthorityGroup.objects.filter(authority=OuterRef("pk"), code=group_code)
    held = Authority.objects.filter(Authority.on(on or timezone.localdate()), Exists(named), facility=OuterRef("pk"))
    return Exists(held)


def places(target: Facility | Unit, on: date | None = None) -> int | None:
    """How many persons it may have at once on that day; None where its paper names no number, 0 without authority."""
    held = authority_on(target, on)
    return 0 if held is None else held.capacity


def places_of(units: Iterable[UUID], on: date | None = None) -> dict[UUID, int | None]:
    """`places` of many units by key, in one query; units without authority that day are left out."""
    held = Authority.objects.filter(Authority.on(on or timezone.localdate()), facility__unit__in=list(units))
    return dict(held.order_by("valid_from").values_list("facility__unit_id", "capacity"))
