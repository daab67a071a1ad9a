"""Buildings, rooms and beds. Commands: they move no state, each leaves its event under the facility."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from facilities.guards import premises as guards
from facilities.inputs import premises as inputs
from facilities.models import Bed, Building, Facility, Room

_BED = ("sex", "age", "need", "licensed")


def _fill(row: Any, act: Act, *names: str) -> None:
    for name in names:
        setattr(row, name, act.data.get(name))


@action(
    Building, "add", label=_("Thêm tòa nhà, dãy nhà"), form=inputs.BuildingForm, creates=True, parent=Facility,
    guards=[guards.facility_open, guards.building_name_free], tone="main",
)  # fmt: skip
def add_building(building: Building, act: Act) -> None:
    _fill(building, act, "name", "storeys", "built_year")
    act.facts["name"] = building.name


@action(
    Building, "edit", label=_("Sửa tòa nhà"), form=inputs.BuildingForm, order=40,
    guards=[guards.facility_open, guards.in_use, guards.building_name_free, guards.storeys_reach],
)  # fmt: skip
def edit_building(building: Building, act: Act) -> None:
    add_building(building, act)


@action(
    Room, "add", label=_("Thêm phòng"), form=inputs.RoomForm, creates=True, parent=Facility,
    guards=[guards.facility_open, guards.room_name_free], tone="main",
)  # fmt: skip
def add_room(room: Room, act: Act) -> None:
    _fill(room, act, "building", "name", "storey", "area", "sleeping", "round_clock", "accessible")
    act.facts.update(name=room.name, area=str(room.area))


@action(
    Room, "edit", label=_("Sửa phòng"), form=inputs.RoomForm, order=40,
    guards=[guards.facility_open, guards.in_use, guards.room_name_free, guards.beds_need_sleeping],
)  # fmt: skip
def edit_room(room: Room, act: Act) -> None:
    add_room(room, act)


@action(
    Bed, "add", label=_("Thêm giường"), form=inputs.AddBed, creates=True, parent=Facility,
    guards=[guards.facility_open, guards.bed_code_free], tone="main",
)  # fmt: skip
def add_bed(bed: Bed, act: Act) -> None:
    _fill(bed, act, "room", "code", "opened_on", *_BED)
    act.facts["name"] = bed.code


@action(
    Room, "add_beds", label=_("Kê thêm giường"), form=inputs.AddBeds, order=10,
    guards=[guards.facility_open, guards.in_use, guards.sleeping_room, guards.bed_codes_free],
)  # fmt: skip
def add_beds(room: Room, act: Act) -> None:
    """Each bed is added by its own action, so each has its event."""
    alike = {name: act.data[name] for name in (*_BED, "opened_on")}
    for code in act.data["codes"]:
        follow(Bed, "add", act, fields={"facility": room.facility}, room=room, code=code, **alike)
    act.facts.update(name=room.name, beds=len(act.data["codes"]))


@action(
    Bed, "edit", label=_("Sửa giường"), form=inputs.EditBed, order=40,
    guards=[guards.facility_open, guards.in_use, guards.bed_code_free],
)  # fmt: skip
def edit_bed(bed: Bed, act: Act) -> None:
    _fill(bed, act, "room", "code", *_BED)
    act.facts["name"] = bed.code


@action(
    Bed, "set_unusable", label=_("Báo không dùng được"), form=inputs.Unusable, order=60,
    guards=[guards.facility_open, guards.in_use, guards.is_usable],
)  # fmt: skip
def set_unusable(bed: Bed, act: Act) -> None:
    """It is neither offered nor held until it can be used again; whoever lies in it is moved by the stay."""
    bed.usable, bed.unusable_reason, bed.unusable_since = False, act.data["reason"], act.data["since"]
    act.facts.update(name=bed.code, since=bed.unusable_since)


@action(
    Bed, "set_usable", label=_("Dùng lại được"), order=20,
    guards=[guards.facility_open, guards.in_use, guards.is_unusable],
)  # fmt: skip
def set_usable(bed: Bed, act: Act) -> None:
    bed.usable, bed.unusable_reason, bed.unusable_since = True, "", None
    act.facts["name"] = bed.code


def _close(row: Any, act: Act) -> None:
    row.closed_on = act.data["closed_on"]
    act.facts.update(name=str(row), closed_on=row.closed_on)


def _reopen(row: Any, act: Act) -> None:
    row.closed_on = None
    act.facts["name"] = str(row)


action(
    Building, "close", label=_("Thôi dùng tòa nhà"), form=inputs.Close, tone="stop", order=80,
    guards=[guards.in_use, guards.no_open_rooms],
)(_close)  # fmt: skip
action(
    Room, "close", label=_("Thôi dùng phòng"), form=inputs.Close, tone="stop", order=80,
    guards=[guards.in_use, guards.no_open_beds],
)(_close)  # fmt: skip
action(
    Bed, "close", label=_("Bỏ giường"), form=inputs.CloseBed, tone="stop", order=80,
    guards=[guards.in_use, guards.nobody_in_bed],
)(_close)  # fmt: skip
action(
    Building, "reopen", label=_("Dùng lại tòa nhà"), order=20, guards=[guards.facility_open, guards.out_of_use],
)(_reopen)  # fmt: skip
action(
    Room, "reopen", label=_("Dùng lại phòng"), order=20,
    guards=[guards.facility_open, guards.out_of_use, guards.building_open],
)(_reopen)  # fmt: skip
action(
    Bed, "reopen", label=_("Dùng lại giường"), order=20,
    guards=[guards.facility_open, guards.out_of_use, guards.room_open],
)(_reopen)  # fmt: skip
