"""What the law counts against a facility: each dated norm that holds for it, what is measured, and how far off it is.

Facts of one facility for whoever may see it; no access rules here. NĐ 103/2017/NĐ-CP Đ.24-26, TT 33/2017/TT-BLĐTBXH
Đ.5, TT 09/2024/TT-BLĐTBXH Đ.6; the numbers and their articles are rows of `Norm`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_UP, Decimal

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.web.display import vnnum
from facilities.enums import BedNeed, CareGroup, CareModel, Position
from facilities.models import Bed, Facility, Norm, Room, StaffMember
from facilities.selectors.authority import authority_on

_CENT = Decimal("0.01")
_LODGING = (CareModel.RESIDENTIAL, CareModel.SHELTER, CareModel.COMPREHENSIVE)
# Those who counsel or care for clients themselves (NĐ 103/2017/NĐ-CP Đ.26).
DIRECT = (Position.SOCIAL_WORKER, Position.PSYCHOLOGIST, Position.CARER, Position.MEDICAL)
_STAFFING = ("directors", "deputies", "psychologists", "clients_per_social_worker", "clients_per_carer")


@dataclass(frozen=True)
class NormResult:
    """One norm against one facility. `met` None: it cannot be judged, `missing` says which data is not there; or it
    does not hold for this facility (`applies` False, `detail` says why). `measured` and `value` are in `unit`; `gap` is
    how far `measured` is beyond the bound in that unit (None when met, unknown, or there is nobody to divide by);
    `short` is how many staff are lacking (or too many). `detail`: how it was measured, in words; `varies`: on what the
    number depends, while that is not known (`value` is then the strictest)."""

    code: str
    name: str
    metric: str
    value: Decimal
    bound: str
    measured: Decimal | None
    unit: str
    met: bool | None
    gap: Decimal | None
    article: str
    note: str
    care_group: str = ""
    missing: str = ""
    detail: str = ""
    short: int = 0
    applies: bool = True
    varies: str = ""

    @property
    def bound_text(self) -> str:
        """ "ít nhất 6 m²/người"; "tùy khu vực" where what is missing decides which number holds."""
        if self.varies:
            return self.varies
        return f"{Norm.Bound(self.bound).label} {vnnum(self.value)} {self.unit}"

    @property
    def measured_text(self) -> str:
        return "" if self.measured is None else f"{vnnum(self.measured)} {self.unit}"

    @property
    def verdict(self) -> str:
        """One sentence: met, how far off, or why it cannot be said."""
        if not self.applies:
            return _("Không áp dụng")
        if self.met is None:
            return _("Chưa tính được: %(missing)s") % {"missing": self.missing}
        if self.met:
            return _("Đạt")
        if self.short:
            words = _("còn thiếu %(n)s người") if self.metric != "deputies" else _("thừa %(n)s người")
            return _("Chưa đạt: %(far)s") % {"far": words % {"n": vnnum(self.short)}}
        far = _("thiếu %(n)s %(unit)s") if self.bound == Norm.Bound.MIN else _("vượt %(n)s %(unit)s")
        return _("Chưa đạt: %(far)s") % {"far": far % {"n": vnnum(self.gap), "unit": self.unit}}


@dataclass(frozen=True)
class _Measure:
    """What a measuring function found; `exact` is not rounded, so that 5,999 m² is never shown as 6 and met."""

    exact: Decimal | None = None
    met: bool | None = None
    missing: str = ""
    detail: str = ""
    short: int = 0
    applies: bool = True
    varies: str = ""


@dataclass(frozen=True)
class _Sleeping:
    """A sleeping room with beds. A room where somebody needs care day and night counts as `round_clock` unmarked."""

    name: str
    building: str
    area: Decimal
    beds: int
    round_clock: bool

    @property
    def per_bed(self) -> Decimal:
        return self.area / self.beds


@dataclass(frozen=True)
class _Facts:
    facility: Facility
    day: date
    clients: int | None
    clients_told: str
    counts: dict[str, int]
    staff: dict[str, int]
    carers: dict[str, int]
    rooms: list[_Sleeping]
    lodges: bool

    @property
    def served(self) -> int | None:
        """Whom the staff serves: the counted care groups, else the number asked for or licensed."""
        return sum(self.counts.values()) or self.clients


def check(facility: Facility, on: date | None = None, clients: int | None = None) -> list[NormResult]:
    """Every norm that holds for the facility on the day (today by default), in the order land, rooms, staff; at the end
    `direct_staff` and `staffing`, the sum of the staffing norms. Seven queries or fewer.

    `clients`: the capacity that is asked for; without it the licensed beds, else the capacity of the authority, else
    that of the register.
    """
    day = on or timezone.localdate()
    norms = _holding(facility, day)
    facts = _facts(facility, day, clients)
    results = [_judge(norm, _MEASURES[norm.metric](norm, facts)) for norm in _asked(norms, facts)]
    total = next((norm for norm in norms if norm.metric == "staffing"), None)
    if total is not None:
        results.append(_sum(total, [row for row in results if row.metric in _STAFFING]))
    return results


def _holding(facility: Facility, day: date) -> list[Norm]:
    """The most specific norm of each metric and care group; where the zone is not known, the strictest of all zones,
    because what it asks cannot be judged anyway."""
    about = Q(legal_kind__in=["", facility.legal_kind], ownership__in=["", facility.ownership])
    if facility.zone:
        about &= Q(zone__in=["", facility.zone])
    found: dict[tuple[str, str], Norm] = {}
    for norm in Norm.objects.filter(Norm.on(day), about):
        key = (norm.metric, norm.care_group)
        if key not in found or _rank(norm) > _rank(found[key]):
            found[key] = norm
    order = {metric: place for place, metric in enumerate([*_MEASURES, "staffing"])}
    groups = {code: place for place, code in enumerate(["", *CareGroup.values])}
    return sorted(
        (norm for norm in found.values() if norm.metric in order),
        key=lambda norm: (order[norm.metric], groups.get(norm.care_group, 0), norm.code),
    )


def _asked(norms: list[Norm], facts: _Facts) -> list[Norm]:
    """The norms to measure; of carers those whose group the facility has, one for all while no group is counted."""
    carers = [norm for norm in norms if norm.metric == "clients_per_carer"]
    kept = [norm for norm in carers if norm.care_group in facts.counts] if facts.counts else carers[:1]
    return [norm for norm in norms if norm.metric in _MEASURES and (norm not in carers or norm in kept)]


def _rank(norm: Norm) -> tuple[int, date, Decimal]:
    narrow = sum(bool(part) for part in (norm.legal_kind, norm.ownership, norm.zone))
    return narrow, norm.valid_from, norm.value if norm.bound == Norm.Bound.MIN else -norm.value


def _facts(facility: Facility, day: date, clients: int | None) -> _Facts:
    working = StaffMember.objects.filter(StaffMember.working(day), facility=facility).order_by()
    staff: dict[str, int] = defaultdict(int)
    carers: dict[str, int] = defaultdict(int)
    for position, cares_for, number in working.values_list("position", "cares_for").annotate(n=Count("id")):
        staff[position] += number
        if position == Position.CARER:
            carers[cares_for] += number
    rooms = _slept_in(facility, day)
    number, told = _clients(facility, day, clients)
    models = set(facility.care_models.values_list("code", flat=True))
    lodges = bool(rooms or not models or models.intersection(_LODGING))
    counts = dict(facility.client_counts.filter(number__gt=0).values_list("care_group", "number"))
    return _Facts(facility, day, number, told, counts, dict(staff), dict(carers), rooms, lodges)


def _slept_in(facility: Facility, day: date) -> list[_Sleeping]:
    open_bed = Q(beds__opened_on__lte=day) & (Q(beds__closed_on__isnull=True) | Q(beds__closed_on__gt=day))
    standing = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    built = Q(building__closed_on__isnull=True) | Q(building__closed_on__gt=day)
    rows = Room.objects.filter(standing, built, facility=facility, sleeping=True).annotate(
        n=Count("beds", filter=open_bed), constant=Count("beds", filter=open_bed & Q(beds__need=BedNeed.ROUND_CLOCK))
    )
    told = rows.filter(n__gt=0).values_list("name", "building__name", "area", "n", "round_clock", "constant")
    return [
        _Sleeping(name, building, area, n, marked or constant > 0) for name, building, area, n, marked, constant in told
    ]


def _clients(facility: Facility, day: date, asked: int | None) -> tuple[int | None, str]:
    if asked is not None:
        return asked, _("%(n)s người theo quy mô đề nghị") % {"n": vnnum(asked)}
    beds = Bed.objects.filter(facility=facility, licensed=True, opened_on__lte=day)
    licensed = beds.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day)).count()
    if licensed:
        return licensed, _("%(n)s giường được cấp phép") % {"n": vnnum(licensed)}
    held = authority_on(facility, day)
    number = held.capacity if held is not None and held.capacity else facility.capacity
    return number or None, _("quy mô %(n)s người") % {"n": vnnum(number)} if number else ""


def _land(norm: Norm, facts: _Facts) -> _Measure:
    if not facts.lodges:
        return _not_lodging()
    area = facts.facility.land_area
    lacking = []
    if not facts.facility.zone:
        lacking.append(_("khu vực (đô thị, nông thôn, miền núi)"))
    if area is None:
        lacking.append(_("diện tích đất"))
    if not facts.clients:
        lacking.append(_("giường được cấp phép hoặc quy mô tiếp nhận"))
    varies = "" if facts.facility.zone else _("tùy khu vực")
    if area is None or not facts.clients:
        return _Measure(missing=_unsaid(lacking), varies=varies)
    words = {"area": vnnum(area), "clients": facts.clients_told}
    detail = _("%(area)s m² cho %(clients)s") % words
    missing = _unsaid(lacking) if lacking else ""
    return _Measure(Decimal(area) / facts.clients, missing=missing, detail=detail, varies=varies)


def _room(round_clock: bool) -> Callable[[Norm, _Facts], _Measure]:
    """The area per bed of the worst sleeping room of that sort."""

    def measure(norm: Norm, facts: _Facts) -> _Measure:
        if not facts.lodges:
            return _not_lodging()
        if not facts.rooms:
            return _Measure(missing=_unsaid([_("phòng ở và giường")]))
        sort = [room for room in facts.rooms if room.round_clock == round_clock]
        if not sort:
            why = _("không có phòng chăm sóc 24/24 giờ") if round_clock else _("mọi phòng ở đều chăm sóc 24/24 giờ")
            return _Measure(applies=False, detail=why)
        worst = min(sort, key=lambda room: room.per_bed)
        words = {"room": worst.name, "building": worst.building, "area": vnnum(worst.area), "beds": worst.beds}
        return _Measure(
            worst.per_bed,
            detail=_("chật nhất: phòng %(room)s, %(building)s: %(area)s m² cho %(beds)s giường") % words,
        )

    return measure


def _not_lodging() -> _Measure:
    return _Measure(applies=False, detail=_("cơ sở không có người ở nội trú"))


def _unsaid(lacking: Iterable[str]) -> str:
    return _("chưa ghi %(what)s") % {"what": ", ".join(lacking)}


def _heads(*positions: Position) -> Callable[[Norm, _Facts], _Measure]:
    """How many work in these positions."""

    def measure(norm: Norm, facts: _Facts) -> _Measure:
        if not facts.staff:
            return _Measure(missing=_unsaid([_("nhân viên nào")]))
        number = sum(facts.staff.get(position, 0) for position in positions)
        far = norm.value - number if norm.bound == Norm.Bound.MIN else number - norm.value
        return _Measure(Decimal(number), short=max(0, int(far.to_integral_value(ROUND_CEILING))))

    return measure


def _per_social_worker(norm: Norm, facts: _Facts) -> _Measure:
    if not facts.staff:
        return _Measure(missing=_unsaid([_("nhân viên nào")]))
    if not facts.served:
        return _Measure(missing=_unsaid([_("số người theo nhóm chăm sóc, giường hoặc quy mô")]))
    return _ratio(facts.served, facts.staff.get(Position.SOCIAL_WORKER, 0), norm)


def _per_carer(norm: Norm, facts: _Facts) -> _Measure:
    """Carers of that group. Those without a group may be theirs: then it cannot be said that there are too few."""
    clients = facts.counts.get(norm.care_group, 0)
    if not clients:
        return _Measure(missing=_unsaid([_("số người theo nhóm chăm sóc")]), varies=_("tùy nhóm chăm sóc"))
    if not facts.staff:
        return _Measure(missing=_unsaid([_("nhân viên nào")]))
    found = _ratio(clients, facts.carers.get(norm.care_group, 0), norm)
    loose = facts.carers.get("", 0)
    if found.short and loose >= found.short:
        missing = _("%(n)s người chăm sóc chưa ghi chăm sóc nhóm nào") % {"n": loose}
        return _Measure(found.exact, missing=missing, detail=found.detail)
    return found


def _ratio(clients: int, workers: int, norm: Norm) -> _Measure:
    needed = int((clients / norm.value).to_integral_value(ROUND_CEILING))
    detail = _("%(clients)s người, %(workers)s nhân viên") % {"clients": vnnum(clients), "workers": vnnum(workers)}
    exact = Decimal(clients) / workers if workers else None
    return _Measure(exact, met=workers >= needed, detail=detail, short=max(0, needed - workers))


_MEASURES: dict[str, Callable[[Norm, _Facts], _Measure]] = {
    "land_per_client": _land,
    "room_per_bed": _room(round_clock=False),
    "room_per_bed_round_clock": _room(round_clock=True),
    "directors": _heads(Position.DIRECTOR),
    "deputies": _heads(Position.DEPUTY),
    "psychologists": _heads(Position.PSYCHOLOGIST),
    "clients_per_social_worker": _per_social_worker,
    "clients_per_carer": _per_carer,
    "direct_staff": _heads(*DIRECT),
}


def _judge(norm: Norm, found: _Measure) -> NormResult:
    least = norm.bound == Norm.Bound.MIN
    met, exact = found.met, found.exact
    if not found.applies or found.missing:
        met = None
    elif met is None and exact is not None:
        met = exact >= norm.value if least else exact <= norm.value
    measured = None if exact is None else exact.quantize(_CENT, ROUND_DOWN if least else ROUND_UP)
    gap = None
    if met is False and measured is not None:
        gap = norm.value - measured if least else measured - norm.value
    every = found.varies and norm.metric == "clients_per_carer"
    return NormResult(
        code=norm.code, name=_("Số người trên một người chăm sóc") if every else norm.name, metric=norm.metric,
        value=norm.value, bound=norm.bound, measured=measured, unit=norm.unit, met=met, gap=gap, article=norm.article,
        note=norm.note, care_group="" if every else norm.care_group, missing=found.missing if found.applies else "",
        detail=found.detail, short=0 if met or not found.applies else found.short, applies=found.applies,
        varies=found.varies,
    )  # fmt: skip


def _sum(norm: Norm, parts: list[NormResult]) -> NormResult:
    """The staffing as a whole: how many people are lacking or too many. One unmet part is enough to fail it; with none
    unmet and one unknown it cannot be judged."""
    held = [row for row in parts if row.applies]
    unmet = [row for row in held if row.met is False]
    unknown = [row for row in held if row.met is None]
    measured = Decimal(sum(row.short for row in unmet)) if unmet or not unknown else None
    met = False if unmet else None if unknown else True
    missing = "; ".join(dict.fromkeys(row.missing for row in unknown)) if met is None else ""
    return NormResult(
        code=norm.code, name=norm.name, metric=norm.metric, value=norm.value, bound=norm.bound, measured=measured,
        unit=norm.unit, met=met, gap=measured - norm.value if met is False and measured is not None else None,
        article=norm.article, note=norm.note, missing=missing, detail="; ".join(_named(unmet)),
        short=int(measured) if met is False and measured is not None else 0, applies=bool(held),
    )  # fmt: skip


def _named(rows: list[NormResult]) -> Iterator[str]:
    for row in rows:
        yield f"{row.name}: {vnnum(row.short)}"
