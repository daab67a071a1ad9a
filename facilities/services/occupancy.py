"""Beds held, taken, given back: called by whoever owns the stay, within its transaction. No actions of users: the event
of the stay says who did it and why a rule was set aside.

Each function locks the bed first, so that of many who ask for the last one the first wins and the others are told.
"Now" is read under that lock: whoever waited for it must not ask about the moment before the one who was faster. The
database refuses an overlap whatever is written here (`facilities.overlaps`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import hooks
from core.clock import parameters
from core.errors import Blocked, Reason
from core.web.display import vndatetime, vnnum
from facilities.enums import BedAge, BedNeed, BedSex, OccupancyKind
from facilities.models import Bed, Occupancy
from facilities.selectors.occupancy import free_beds, lapsed_holds, open_beds, takes

INFANT_MONTHS, CHILD_YEARS, OLD_YEARS = 18, 16, 60


@dataclass(frozen=True)
class Guest:
    """Who needs a bed, as far as beds care. `sex`: male, female, or anything else when neither; `months`: the age in
    whole months, None when nobody knows; `need`: a `BedNeed`."""

    person: UUID
    sex: str = ""
    months: int | None = None
    need: str = BedNeed.STANDARD

    @property
    def age(self) -> str:
        """The `BedAge`; "" when the age is not known. Under 18 months: TT 09/2024/TT-BLĐTBXH counts infants apart;
        under 16: Luật Trẻ em 2016 Đ.1; from 60: Luật Người cao tuổi 2009 Đ.2."""
        if self.months is None:
            return ""
        if self.months < INFANT_MONTHS:
            return BedAge.INFANT
        years = self.months // 12
        return BedAge.CHILD if years < CHILD_YEARS else BedAge.ELDERLY if years >= OLD_YEARS else BedAge.ADULT


def unsuited(bed: Bed, guest: Guest) -> list[Reason]:
    """Why the bed is not meant for this guest; empty when it is. The caller may set these aside with a reason. What is
    not known of the guest fits no bed that asks for it."""
    found = []
    words = {
        "bed": bed.code,
        "sex": bed.get_sex_display(),
        "age": bed.get_age_display(),
        "need": bed.get_need_display(),
    }
    if bed.sex not in (BedSex.ANY, guest.sex):
        found.append(Reason("bed_sex", _("Giường %(bed)s dành cho: %(sex)s.") % words))
    if bed.age != BedAge.ANY and not (guest.age and takes(bed, age=guest.age)):
        found.append(Reason("bed_age", _("Giường %(bed)s dành cho: %(age)s.") % words))
    if bed.need != guest.need:
        found.append(Reason("bed_need", _("Giường %(bed)s là giường: %(need)s.") % words))
    return found


def hold(
    bed: Bed | UUID, guest: Guest, ref: UUID, until: datetime | None = None, begins: datetime | None = None,
    override: str = "",
) -> Occupancy:  # fmt: skip
    """Keep the bed for the guest from `begins` (now) until `until` (parameter `stay.reserve_hold`); it then lapses by
    itself. `override`: why a bed not meant for the guest is given. Raises Blocked."""
    return _take(OccupancyKind.HOLD, bed, guest, ref, begins, until, override)


def stay(
    bed: Bed | UUID, guest: Guest, ref: UUID, begins: datetime | None = None, ends: datetime | None = None,
    override: str = "",
) -> Occupancy:  # fmt: skip
    """The guest lies in the bed from `begins` (now), without a hold before: an emergency, a resident of before. Raises
    Blocked."""
    return _take(OccupancyKind.STAY, bed, guest, ref, begins, ends, override)


@transaction.atomic
def settle(ref: UUID, at: datetime | None = None, ends: datetime | None = None) -> Occupancy:
    """The hold of `ref` becomes a stay from `at` (now) on. Raises Blocked when there is none at that moment: a hold
    whose time is over has lapsed, though nobody else may have the bed yet."""
    beds, rows = _locked(ref)
    moment = at or timezone.now()
    row = next((one for one in rows if one.kind == OccupancyKind.HOLD and _covers(one, moment)), None)
    if row is None:
        raise Blocked([Reason("no_hold", _("Không còn giữ giường này, hoặc đã quá giờ giữ. Chọn lại giường."))])
    bed = beds[row.bed_id]
    _refuse(_unusable(bed, moment))
    if row.begins == moment:
        row.kind, row.ends = OccupancyKind.STAY, ends
        return _saved(row, bed)
    row.ends = moment
    row.save(update_fields=["ends"])
    return _saved(_row(OccupancyKind.STAY, bed, row.person_id, ref, moment, ends), bed)


@transaction.atomic
def release(ref: UUID, at: datetime | None = None) -> int:
    """Everything that `ref` has beyond `at` (now) ends there; what was to begin later never does. Returns how many
    beds became free; 0 when it had none."""
    _beds, found = _locked(ref)
    moment = at or timezone.now()
    rows = [row for row in found if row.ends is None or row.ends > moment]
    for row in rows:
        if row.begins >= moment:
            row.delete()
        else:
            row.ends = moment
            row.save(update_fields=["ends"])
    return len(rows)


@transaction.atomic
def move(ref: UUID, bed: Bed | UUID, guest: Guest, at: datetime | None = None, override: str = "") -> Occupancy:
    """The stay of `ref` goes on in another bed, of the same facility or another, from `at` (now). Raises Blocked, and
    then the guest keeps the bed there was."""
    key = bed.pk if isinstance(bed, Bed) else bed
    _beds, rows = _locked(ref, key)
    moment = at or timezone.now()
    current = next((row for row in rows if row.kind == OccupancyKind.STAY and _covers(row, moment)), None)
    if current is None or current.begins == moment:
        raise Blocked([Reason("no_stay", _("Người này không đang ở giường nào để chuyển."))])
    if current.bed_id == key:
        raise Blocked([Reason("same_bed", _("Người này đang ở chính giường đó."))])
    ends, current.ends = current.ends, moment
    current.save(update_fields=["ends"])
    return _take(OccupancyKind.STAY, key, guest, ref, moment, ends, override)


def tell_lapsed(now: datetime | None = None, back: timedelta = timedelta(days=1)) -> int:
    """Tell whoever owns them of the holds that lapsed within `back`: hook `occupancy.lapsed` (refs). The bed is free
    without it; what follows for the stay is its owner's. Answers must be harmless to repeat. Returns how many."""
    moment = now or timezone.now()
    refs = list(dict.fromkeys(lapsed_holds(moment - back, moment).values_list("ref", flat=True)))
    if refs:
        hooks.ask("occupancy.lapsed", refs)
    return len(refs)


@transaction.atomic
def _take(
    kind: OccupancyKind,
    bed: Bed | UUID,
    guest: Guest,
    ref: UUID,
    begins: datetime | None,
    ends: datetime | None,
    override: str,
) -> Occupancy:
    key = bed.pk if isinstance(bed, Bed) else bed
    row = _lock_beds([key]).get(key)
    if row is None:
        raise Blocked([Reason("no_bed", _("Không có giường này."))])
    start = begins or timezone.now()
    if kind == OccupancyKind.HOLD and ends is None:
        ends = start + timedelta(hours=parameters.hours("stay.reserve_hold", timezone.localdate(start)))
    if ends is not None and ends <= start:
        raise Blocked([Reason("period", _("Giờ kết thúc phải sau giờ bắt đầu."))])
    _refuse(_unusable(row, start))
    if not override.strip():
        _refuse(unsuited(row, guest))
    return _saved(_row(kind, row, guest.person, ref, start, ends), row, guest)


def _lock_beds(keys: Iterable[UUID]) -> dict[UUID, Bed]:
    """In the order of their keys, so that two who exchange beds do not wait for each other."""
    rows = Bed.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(keys)).order_by("pk")
    return {bed.pk: bed for bed in rows.select_related("facility__unit")}


def _locked(ref: UUID, *more: UUID) -> tuple[dict[UUID, Bed], list[Occupancy]]:
    """The beds of `ref` (and `more`), then its rows, both locked."""
    beds = _lock_beds([*Occupancy.objects.filter(ref=ref).values_list("bed_id", flat=True), *more])
    return beds, list(Occupancy.objects.select_for_update().filter(ref=ref).order_by("begins", "id"))


def _covers(row: Occupancy, moment: datetime) -> bool:
    return row.begins <= moment and (row.ends is None or row.ends > moment)


def _row(kind: OccupancyKind, bed: Bed, person: UUID, ref: UUID, begins: datetime, ends: datetime | None) -> Occupancy:
    return Occupancy(
        facility_id=bed.facility_id, bed=bed, person_id=person, kind=kind, begins=begins, ends=ends, ref=ref
    )


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        raise Blocked(reasons)


def _unusable(bed: Bed, moment: datetime) -> list[Reason]:
    """Why nobody can lie there, whoever asks: these cannot be set aside."""
    fix = f"/giuong/{bed.facility_id}/"
    if not open_beds(timezone.localdate(moment)).filter(pk=bed.pk).exists():
        return [Reason("bed_closed", _("Giường %(bed)s chưa mở hoặc đã bỏ vào ngày đó.") % {"bed": bed.code}, fix)]
    if not bed.usable:
        words = {"bed": bed.code, "why": bed.unusable_reason}
        return [Reason("bed_unusable", _("Giường %(bed)s không dùng được: %(why)s.") % words, fix)]
    return []


def _saved(row: Occupancy, bed: Bed, guest: Guest | None = None) -> Occupancy:
    """The row, written; Blocked with who stands in the way when the period is taken. The database decides; the question
    after it only finds the words."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        reason = _in_the_way(row, bed, guest)
        if reason is None:
            raise
        raise Blocked([reason]) from error
    return row


def _in_the_way(row: Occupancy, bed: Bed, guest: Guest | None) -> Reason | None:
    reaches = Q(ends__isnull=True) | Q(ends__gt=row.begins)
    if row.ends is not None:
        reaches &= Q(begins__lt=row.ends)
    others = Occupancy.objects.filter(reaches).exclude(pk=row.pk).order_by("begins")
    other = others.filter(bed=bed).first()
    if other is not None:
        return _bed_taken(other, bed, guest)
    if others.filter(person=row.person_id, kind=OccupancyKind.STAY).exists():
        return Reason("person_elsewhere", _("Người này đang ở một giường khác trong thời gian đó."))
    return None


def _bed_taken(other: Occupancy, bed: Bed, guest: Guest | None) -> Reason:
    """With how many suitable beds the facility has left, where the guest is known."""
    if other.kind == OccupancyKind.STAY:
        text = _("Giường %(bed)s đang có người ở.") % {"bed": bed.code}
    else:
        text = _("Giường %(bed)s vừa được giữ đến %(until)s.") % {"bed": bed.code, "until": vndatetime(other.ends)}
    if guest is not None:
        sex = guest.sex if guest.sex in BedSex.values else ""
        left = len(free_beds(bed.facility_id, sex, guest.age, guest.need))
        words = {"text": text, "n": vnnum(left), "place": bed.facility.unit.name}
        text = _("%(text)s Còn %(n)s giường phù hợp ở %(place)s.") % words
    return Reason("bed_taken", text, f"/giuong/{bed.facility_id}/")
