"""Guards of buildings, rooms and beds. They hold under the lock of the facility."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.models import Bed, Building, Facility, Occupancy, Room


def facility_open(row: Any, act: Act) -> Iterable[Reason]:
    """A facility that has ended changes no more."""
    facility: Facility = row if isinstance(row, Facility) else row.facility
    if facility.closed_on is not None and facility.closed_on <= timezone.localdate(act.at):
        words = {"day": f"{facility.closed_on:%d/%m/%Y}"}
        yield Reason("facility_closed", _("Cơ sở đã thôi hoạt động từ ngày %(day)s.") % words)


def in_use(row: Any, act: Act) -> Iterable[Reason]:
    if row.closed_on is not None:
        yield Reason("closed", _("“%(name)s” đã thôi dùng từ ngày %(day)s.") % _named(row))


def out_of_use(row: Any, act: Act) -> Iterable[Reason]:
    if row.closed_on is None:
        yield Reason("open", _("“%(name)s” đang dùng.") % {"name": row})


def _named(row: Any) -> dict[str, Any]:
    return {"name": row, "day": f"{row.closed_on:%d/%m/%Y}"}


def _taken(rows: Any, row: Any, words: str) -> Iterable[Reason]:
    """A name that another of the same kind bears, also one that is no longer used: it can be opened again."""
    other = rows.exclude(pk=row.pk).first()
    if other is None:
        return
    if other.closed_on is None:
        yield Reason("name_taken", words % {"name": other})
    else:
        again = _("“%(name)s” đã có và thôi dùng từ ngày %(day)s: mở dùng lại, hoặc đặt tên khác.")
        yield Reason("name_taken", again % _named(other))


def building_name_free(building: Building, act: Act) -> Iterable[Reason]:
    if name := act.data.get("name"):
        rows = Building.objects.filter(facility=building.facility_id, name=name)
        yield from _taken(rows, building, _("Cơ sở đã có tòa nhà “%(name)s”."))


def room_name_free(room: Room, act: Act) -> Iterable[Reason]:
    building, name = act.data.get("building"), act.data.get("name")
    if building is not None and name:
        rows = Room.objects.filter(building=building, name=name)
        yield from _taken(rows, room, _("Tòa nhà này đã có phòng “%(name)s”."))


def bed_code_free(bed: Bed, act: Act) -> Iterable[Reason]:
    if code := act.data.get("code"):
        rows = Bed.objects.filter(facility=bed.facility_id, code=code)
        yield from _taken(rows, bed, _("Cơ sở đã có giường mã “%(name)s”."))


def bed_codes_free(room: Room, act: Act) -> Iterable[Reason]:
    codes = act.data.get("codes")
    if codes:
        known = Bed.objects.filter(facility=room.facility_id, code__in=codes).order_by("code")
        if taken := list(known.values_list("code", flat=True)):
            yield Reason("name_taken", _("Mã giường đã có: %(codes)s.") % {"codes": ", ".join(taken)})


def storeys_reach(building: Building, act: Act) -> Iterable[Reason]:
    """No room may hang above the roof."""
    storeys = act.data.get("storeys")
    if storeys is not None and not building._state.adding:
        above = Room.objects.filter(building=building, storey__gt=storeys, closed_on__isnull=True).first()
        if above is not None:
            words = {"room": above.name, "n": above.storey}
            yield Reason("room_above", _("Phòng “%(room)s” ở tầng %(n)d. Sửa phòng trước.") % words)


def sleeping_room(room: Room, act: Act) -> Iterable[Reason]:
    if not room.sleeping:
        yield Reason(
            "not_sleeping", _("“%(name)s” không phải phòng ở. Sửa phòng trước khi kê giường.") % {"name": room}
        )


def beds_need_sleeping(room: Room, act: Act) -> Iterable[Reason]:
    if act.asking or room._state.adding or act.data.get("sleeping"):
        return
    count = Bed.objects.filter(room=room, closed_on__isnull=True).count()
    if count:
        yield Reason("has_beds", _("Phòng còn %(n)d giường nên vẫn là phòng ở.") % {"n": count})


def no_open_rooms(building: Building, act: Act) -> Iterable[Reason]:
    rows = Room.objects.filter(_open_after(act), building=building)
    if names := list(rows.values_list("name", flat=True)):
        words = {"n": len(names), "names": ", ".join(names[:5])}
        yield Reason("has_rooms", _("Tòa nhà còn %(n)d phòng đang dùng: %(names)s.") % words)


def no_open_beds(room: Room, act: Act) -> Iterable[Reason]:
    rows = Bed.objects.filter(_open_after(act), room=room)
    if codes := list(rows.values_list("code", flat=True)):
        words = {"n": len(codes), "codes": ", ".join(codes[:5])}
        yield Reason("has_beds", _("Phòng còn %(n)d giường đang dùng: %(codes)s.") % words)


def _open_after(act: Act) -> Q:
    """What is still in use on the day of closing; while one only asks, what has no end at all."""
    day = act.data.get("closed_on")
    return Q(closed_on__isnull=True) | Q(closed_on__gt=day) if day else Q(closed_on__isnull=True)


def nobody_in_bed(bed: Bed, act: Act) -> Iterable[Reason]:
    """Neither a stay nor a place that is held reaches to the day of closing or beyond."""
    day = act.data.get("closed_on")
    moment = max(act.at, start_of(day)) if day else act.at
    held = Occupancy.objects.filter(Q(ends__isnull=True) | Q(ends__gt=moment), bed=bed).order_by("begins")
    for kind in held.values_list("kind", flat=True)[:1]:
        if kind == "stay":
            yield Reason("occupied", _("Giường đang có người ở. Chuyển người sang giường khác trước."))
        else:
            yield Reason("held", _("Giường đang được giữ chỗ. Bỏ giữ chỗ trước."))


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def building_open(room: Room, act: Act) -> Iterable[Reason]:
    if room.building.closed_on is not None:
        yield Reason(
            "building_closed", _("Tòa nhà “%(name)s” đã thôi dùng. Mở tòa nhà trước.") % {"name": room.building}
        )


def room_open(bed: Bed, act: Act) -> Iterable[Reason]:
    if bed.room.closed_on is not None:
        yield Reason("room_closed", _("Phòng “%(name)s” đã thôi dùng. Mở phòng trước.") % {"name": bed.room})


def is_usable(bed: Bed, act: Act) -> Iterable[Reason]:
    if not bed.usable:
        yield Reason("unusable", _("Giường đã ghi là không dùng được: %(why)s.") % {"why": bed.unusable_reason})


def is_unusable(bed: Bed, act: Act) -> Iterable[Reason]:
    if bed.usable:
        yield Reason("usable", _("Giường đang dùng được."))
