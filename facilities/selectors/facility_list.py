"""The list of facilities as anybody who is signed in reads it: no hidden address, few queries whatever its length."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import visible
from core.catalogue.models import ClientGroup
from core.folding import fold
from core.places.models import Commune
from facilities.models import Authority, AuthorityGroup, Bed, Facility, FacilityModel
from facilities.selectors.authority import may_take


@dataclass(frozen=True)
class Filters:
    text: str = ""
    kind: str = ""
    ownership: str = ""
    commune: Commune | None = None
    group: str = ""
    model: str = ""
    closed_too: bool = False


@dataclass
class Extra:
    """What stands beside a facility in the list: its authority of the day, with the names of its groups."""

    authority: Authority | None = None
    groups: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)


def listed(by: Actor, filters: Filters, on: date | None = None) -> QuerySet[Facility]:
    """Facilities with `sort_name` (its order) and `usable_beds`; closed ones only where asked for."""
    day = on or timezone.localdate()
    rows = visible(by, Facility)
    if not filters.closed_too:
        rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
    if words := fold(filters.text):
        rows = rows.filter(unit__name_folded__contains=words)
    plain = {"legal_kind": filters.kind, "ownership": filters.ownership, "commune": filters.commune}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if filters.group:
        rows = rows.filter(may_take(filters.group, day))
    if filters.model:
        rows = rows.filter(pk__in=FacilityModel.objects.filter(code=filters.model).values("facility"))
    return rows.annotate(sort_name=F("unit__name_folded"), usable_beds=usable_beds(day))


def usable_beds(day: date) -> Any:
    """How many beds of a facility can be used on the day."""
    beds = Bed.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), facility=OuterRef("pk"), usable=True)
    counted = beds.order_by().values("facility").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def for_list(rows: QuerySet[Facility]) -> QuerySet[Facility]:
    return rows.select_related("unit", "commune").defer("safe_address", "note")


def extras(facilities: Iterable[Facility], on: date | None = None) -> dict[UUID, Extra]:
    """Authority, groups and models of these facilities on the day: four queries."""
    day, keys = on or timezone.localdate(), [row.pk for row in facilities]
    found: dict[UUID, Extra] = {key: Extra() for key in keys}
    held = {row.facility_id: row for row in Authority.objects.filter(Authority.on(day), facility__in=keys)}
    codes: dict[UUID, list[str]] = defaultdict(list)
    named = AuthorityGroup.objects.filter(authority__in=[row.pk for row in held.values()]).order_by("code")
    for paper, code in named.values_list("authority_id", "code"):
        codes[paper].append(code)
    names = group_names(day)
    for key, authority in held.items():
        found[key].authority = authority
        found[key].groups = [names.get(code, code) for code in codes[authority.pk]]
    for model in FacilityModel.objects.filter(facility__in=keys):
        found[model.facility_id].models.append(str(model))
    return found


def group_names(on: date | None = None) -> dict[str, str]:
    """Names of the client groups of the day by code."""
    return dict(ClientGroup.objects.on(on).values_list("code", "name"))
