"""Entering and editing facilities and outside bodies. Commands: they move no state, each leaves its event."""

from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import Act, action
from facilities.guards import register as guards
from facilities.inputs import register as inputs
from facilities.models import Facility, OutsideBody

_COLUMNS = ("legal_kind", "ownership", "commune", "hidden_address", "head_name", "phone", "capacity", "note", "source")
_BODY_COLUMNS = ("name", "kind", "commune", "address", "phone", "source")


@action(
    Facility, "register", label=_("Ghi vào sổ cơ sở"), form=inputs.RegisterFacility, creates=True,
    guards=[guards.not_yet_registered], tone="main",
)  # fmt: skip
def register(facility: Facility, act: Act) -> None:
    facility.unit = act.data["unit"]
    _fill(facility, act)


@action(Facility, "edit", label=_("Sửa thông tin cơ sở"), form=inputs.EditFacility, order=60)
def edit(facility: Facility, act: Act) -> None:
    _fill(facility, act)


def _fill(facility: Facility, act: Act) -> None:
    for name in _COLUMNS:
        setattr(facility, name, act.data.get(name) if name in ("commune", "capacity") else act.data.get(name) or "")
    facility.hidden_address = bool(act.data.get("hidden_address"))
    typed = act.data.get("address") or ""
    if facility.hidden_address:
        # Left empty by whoever may not read it: what was sealed stays.
        facility.safe_address = typed or facility.safe_address or facility.address
        facility.address = ""
        facility.lat = facility.lon = None  # the point on the map would tell it
    else:
        facility.address, facility.safe_address = typed, ""
    act.facts["hidden_address"] = facility.hidden_address


@action(
    OutsideBody, "register", label=_("Thêm nơi ngoài hệ thống"), form=inputs.BodyForm, creates=True,
    guards=[guards.one_body_of_that_name], tone="main",
)  # fmt: skip
def register_body(body: OutsideBody, act: Act) -> None:
    _fill_body(body, act)


@action(
    OutsideBody, "edit", label=_("Sửa nơi ngoài hệ thống"), form=inputs.EditBody, guards=[guards.one_body_of_that_name],
    order=60,
)  # fmt: skip
def edit_body(body: OutsideBody, act: Act) -> None:
    _fill_body(body, act)
    body.is_active = act.data["is_active"]


def _fill_body(body: OutsideBody, act: Act) -> None:
    for name in _BODY_COLUMNS:
        setattr(body, name, act.data.get(name) or "")
