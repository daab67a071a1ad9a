"""What the public may know of the register: recognised facilities, from an explicit list of facts.

Nobody is asked who they are, so no access rule is: what leaves here is in `Listed` and nothing else. Names of persons
never do; the head's name neither: the licence on paper bears it, but no article that has it published was found
(docs/adr/0010). A shelter whose address is kept has no place at all here: no commune, point, phone or hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accreditation.enums import LicenceState
from accreditation.models import Licence
from core.catalogue.models import ClientGroup, ReferenceFile
from core.folding import fold
from core.places.models import Commune
from facilities.models import Authority, AuthorityGroup, Facility, FacilityModel, PriceItem

# Licences whose facility stays in the list, saying so, although it may do less or nothing.
HELD_BACK = (LicenceState.RESTRICTED, LicenceState.SUSPENDED)

# Columns of a licence that no page for everybody needs are not even read.
UNREAD = ("head_name", "conditions", "limit_reason", "source")


@dataclass(frozen=True)
class Standing:
    """A word, a shape and a tone: never the colour alone."""

    code: str
    label: str | Promise
    shape: str
    tone: str


OPEN = Standing("open", _("Đang hoạt động"), "yes", "ok")
NARROWED = Standing("restricted", _("Bị thu hẹp phạm vi"), "medium", "warn")
SUSPENDED = Standing("suspended", _("Bị tạm đình chỉ"), "paused", "danger")


@dataclass(frozen=True)
class Wanted:
    """The filter of the list; "" is everything."""

    text: str = ""
    commune: str = ""
    group: str = ""
    kind: str = ""
    model: str = ""


@dataclass(frozen=True)
class Listed:
    """One facility as everybody may see it. `place` is (lat, lon), `exact` False where it is only its commune's."""

    id: UUID
    name: str
    kind: str
    ownership: str
    standing: Standing
    hidden: bool
    commune: str
    address: str
    phone: str
    email: str
    website: str
    hours: str
    accessible: bool
    capacity: int | None
    groups: tuple[str, ...]
    models: tuple[str, ...]
    place: tuple[float, float] | None
    exact: bool
    paper: str
    paper_day: date | None
    paper_issuer: str
    licence_number: str

    @property
    def more(self) -> int:
        """How many groups stand behind the first four."""
        return max(len(self.groups) - 4, 0)


def listed(wanted: Wanted | None = None, on: date | None = None) -> list[Listed]:
    """Recognised facilities of that day, by name: with an authority in force, or held back by their licence."""
    day = on or timezone.localdate()
    names = group_names(day)
    return [_shown(row, names) for row in _with_all(_recognised(day, wanted or Wanted()), day)]


def listed_one(pk: UUID, on: date | None = None) -> Listed | None:
    """One of them, or None."""
    day = on or timezone.localdate()
    rows = list(_with_all(_recognised(day, Wanted()).filter(pk=pk), day))
    return _shown(rows[0], group_names(day)) if rows else None


def prices(pk: UUID, on: date | None = None) -> list[PriceItem]:
    """What its services cost on that day."""
    day = on or timezone.localdate()
    rows = PriceItem.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), facility=pk, valid_from__lte=day)
    return list(rows.select_related("service_type").order_by("service_type__name", "detail", "per"))


def group_names(on: date | None = None) -> dict[str, str]:
    """Names of the groups that some authority or licence may bear, by code."""
    return dict(ClientGroup.objects.on(on).order_by("name").values_list("code", "name"))


def groups_offered(on: date | None = None) -> list[tuple[str, str]]:
    """The groups of the authorities in force, for the filter."""
    day = on or timezone.localdate()
    codes = AuthorityGroup.objects.filter(authority__in=Authority.objects.filter(Authority.on(day))).values("code")
    return list(ClientGroup.objects.on(day).filter(code__in=codes).order_by("name").values_list("code", "name"))


def communes_offered(on: date | None = None) -> list[tuple[str, str]]:
    """Communes in which a listed facility lies that does not hide it, for the filter."""
    day = on or timezone.localdate()
    codes = _recognised(day, Wanted()).filter(hidden_address=False).values("commune")
    return [(row.code, row.label) for row in Commune.objects.filter(pk__in=codes).order_by("name_folded", "code")]


def stamp(on: date | None = None) -> str:
    """Changes whenever anything that the list shows does; one query. Versions only grow and rows only come, so the
    sums tell of every change, whatever the clocks of the servers say."""
    day = on or timezone.localdate()
    parts = [
        model.objects.order_by()
        .annotate(table=Value(model.__name__, output_field=CharField()))
        .values("table")
        .annotate(rows=Count("pk"), changes=Sum("version"))
        .values_list("table", "rows", "changes")
        for model in (Facility, Licence, Authority, PriceItem)
    ]
    sums: Iterable[Any] = sorted(tuple(row) for row in parts[0].union(*parts[1:], all=True))
    return f"{day:%Y%m%d}{tuple(sums)}"


def reference_stamp(on: date | None = None) -> str:
    """Changes when the reference data are loaded anew, and every day."""
    files = ReferenceFile.objects.order_by("name").values_list("sha256", flat=True)
    return f"{on or timezone.localdate():%Y%m%d}{''.join(files)}"


def _recognised(day: date, wanted: Wanted) -> QuerySet[Facility]:
    held = Authority.objects.filter(Authority.on(day), facility=OuterRef("pk"))
    back = Licence.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), facility=OuterRef("pk"), state__in=HELD_BACK
    )
    rows = Facility.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), Exists(held) | Exists(back))
    rows = rows.filter(unit__is_active=True)
    if wanted.text:
        folded = fold(wanted.text)
        rows = rows.filter(unit__name_folded__contains=folded) if folded else rows.none()
    if wanted.commune:
        # One that hides its address is found by no place.
        rows = rows.filter(commune=wanted.commune, hidden_address=False)
    if wanted.group:
        rows = rows.filter(
            Exists(held.filter(groups__code=wanted.group)) | Exists(back.filter(groups__code=wanted.group))
        )
    if wanted.kind:
        rows = rows.filter(legal_kind=wanted.kind)
    if wanted.model:
        rows = rows.filter(Exists(FacilityModel.objects.filter(facility=OuterRef("pk"), code=wanted.model)))
    return rows


def _with_all(rows: QuerySet[Facility], day: date) -> QuerySet[Facility]:
    """With what is shown and no other column: neither the head's name nor a kept address is ever read."""
    held = (
        Authority.objects.filter(Authority.on(day))
        .defer("stop_reason")
        .order_by("valid_from")
        .prefetch_related("groups")
    )
    living = (
        Licence.objects.filter(state__in=(LicenceState.ACTIVE, *HELD_BACK))
        .defer("head_name")
        .prefetch_related("groups")
    )
    return (
        rows.select_related("unit", "commune")
        .only(
            "unit__name", "commune__name", "commune__kind", "commune__lat", "commune__lon", "legal_kind", "ownership",
            "address", "hidden_address", "phone", "email", "website", "opening_hours", "accessible", "capacity", "lat",
            "lon",
        )
        .prefetch_related(
            Prefetch("authorities", held, to_attr="held"),
            Prefetch("licences", living.defer(*UNREAD), to_attr="living"),
            "care_models",
        )
        .order_by("unit__name_folded", "id")
    )  # fmt: skip


def _shown(row: Any, names: dict[str, str]) -> Listed:
    held = row.held[-1] if row.held else None
    licence = row.living[0] if row.living else None
    source = held or licence
    codes = [group.code for group in source.groups.all()] if source else []
    kept = row.hidden_address
    place, exact = (None, False) if kept else _place(row)
    return Listed(
        id=row.pk, name=row.unit.name, kind=str(row.get_legal_kind_display()),
        ownership=str(row.get_ownership_display()), standing=_standing(held, licence), hidden=kept,
        commune="" if kept or row.commune is None else row.commune.label, address="" if kept else row.address,
        phone="" if kept else row.phone, email="" if kept else row.email, website="" if kept else row.website,
        hours="" if kept else row.opening_hours, accessible=row.accessible,
        capacity=source.capacity if source and source.capacity is not None else row.capacity,
        groups=tuple(names.get(code, code) for code in codes),
        models=tuple(str(model.get_code_display()) for model in row.care_models.all()), place=place, exact=exact,
        paper=held.paper_number if held else "", paper_day=held.paper_date if held else None,
        paper_issuer=held.paper_issuer if held else "", licence_number=licence.number if licence else "",
    )  # fmt: skip


def _standing(held: Authority | None, licence: Licence | None) -> Standing:
    if licence is not None and licence.state == LicenceState.SUSPENDED:
        return SUSPENDED
    if licence is not None and licence.state == LicenceState.RESTRICTED:
        return NARROWED
    return OPEN if held is not None else SUSPENDED


def _place(row: Facility) -> tuple[tuple[float, float] | None, bool]:
    if row.lat is not None and row.lon is not None:
        return (row.lat, row.lon), True
    commune = row.commune
    if commune is not None and commune.lat is not None and commune.lon is not None:
        return (commune.lat, commune.lon), False
    return None, False
