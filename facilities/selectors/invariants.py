"""What must hold of beds, stays and authorities at any moment (lifecycles.md, "Invariants")."""

from datetime import UTC, date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, Lead, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.keeping.invariants import invariant
from facilities.enums import OccupancyKind
from facilities.models import Authority, Facility, Incident, Occupancy

_NEVER = Value(datetime(9999, 1, 1, tzinfo=UTC))
_NO_DAY = Value(date(9999, 1, 1))


def _stays() -> QuerySet[Occupancy]:
    return Occupancy.objects.filter(kind=OccupancyKind.STAY)


def _overlapping(rows: QuerySet[Occupancy], of: str) -> QuerySet[Occupancy]:
    """Rows of the same `of` that have not ended when the next one begins."""
    following = Window(Lead("begins"), partition_by=F(of), order_by=["begins", "id"])
    return rows.annotate(until=Coalesce("ends", _NEVER), next=following).filter(until__gt=F("next"))


@invariant("bed_once", _("Không giường nào có hai người giữ hoặc ở cùng lúc"), of=Occupancy.objects.all)
def bed_once() -> QuerySet[Occupancy]:
    return _overlapping(Occupancy.objects.all(), "bed")


@invariant("one_stay_per_person", _("Không ai ở hai giường cùng lúc"), of=_stays)
def one_stay_per_person() -> QuerySet[Occupancy]:
    return _overlapping(_stays(), "person")


@invariant("bed_of_facility", _("Giường của lượt ở thuộc đúng cơ sở ghi trong lượt ở"), of=Occupancy.objects.all)
def bed_of_facility() -> QuerySet[Occupancy]:
    return Occupancy.objects.exclude(bed__facility=F("facility"))


def _held_on(day: OuterRef) -> QuerySet[Authority]:
    """What held on the day; a paper that ended on that very day still counts, for it may have ended after."""
    return Authority.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), Q(stopped_on__isnull=True) | Q(stopped_on__gte=day),
        facility=OuterRef("facility"), valid_from__lte=day,
    )  # fmt: skip


@invariant("admission_allowed", _("Cơ sở được phép nhận người vào ngày nhận vào ở"), of=_stays)
def admission_allowed() -> QuerySet[Occupancy]:
    return _stays().annotate(day=TruncDate("begins")).exclude(Exists(_held_on(OuterRef("day"))))


@invariant(
    "occupied_within_licensed", _("Không lần nhận vào ở nào đưa số người vượt quy mô được phép của ngày đó"), of=_stays
)
def occupied_within_licensed() -> QuerySet[Occupancy]:
    """Counted at the moment of each admission, that one included; papers without a number limit nothing."""
    there = _stays().filter(facility=OuterRef("facility"), begins__lte=OuterRef("begins"))
    there = there.filter(Q(ends__isnull=True) | Q(ends__gt=OuterRef("begins")))
    number = there.order_by().values("facility").annotate(n=Count("pk")).values("n")
    counted = _stays().annotate(day=TruncDate("begins"), people=Subquery(number))
    # Where papers follow each other on the day, the wider one is taken.
    widest = _held_on(OuterRef("day")).order_by(Coalesce("capacity", Value(2**31 - 1)).desc()).values("capacity")
    return counted.annotate(places=Subquery(widest[:1])).filter(people__gt=F("places"))


@invariant("one_authority_at_a_time", _("Cơ sở không có hai phạm vi được nhận cùng lúc"), of=Authority.objects.all)
def one_authority_at_a_time() -> QuerySet[Authority]:
    rows = Authority.objects.exclude(stopped_on__lte=F("valid_from"))  # those never held
    following = Window(Lead("valid_from"), partition_by=F("facility"), order_by=["valid_from", "id"])
    rows = rows.annotate(end=Coalesce("valid_to", _NO_DAY), stop=Coalesce("stopped_on", _NO_DAY), next=following)
    return rows.filter(end__gt=F("next"), stop__gt=F("next"))


@invariant(
    "closed_facility_takes_nobody", _("Cơ sở đã giải thể không còn được nhận người"),
    of=lambda: Facility.objects.filter(closed_on__isnull=False),
)  # fmt: skip
def closed_facility_takes_nobody() -> QuerySet[Facility]:
    today = timezone.localdate()
    holding = Authority.objects.filter(Authority.on(today), facility=OuterRef("pk"))
    return Facility.objects.filter(Exists(holding), closed_on__lte=today)


@invariant(
    "incident_has_due_date", _("Sự việc chưa kết luận nào cũng có hạn"),
    of=lambda: Incident.objects.exclude(state__in=Incident.TERMINAL),
)  # fmt: skip
def incident_has_due_date() -> QuerySet[Incident]:
    return Incident.objects.exclude(state__in=Incident.TERMINAL).filter(due_at__isnull=True)
