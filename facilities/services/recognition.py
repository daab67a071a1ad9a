"""What recognition brings about in the register. Internal: a licence or a dissolution is the cause, never a button."""

from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import Act, action
from facilities.models import Facility

_COLUMNS = ("legal_kind", "head_name", "capacity")


@action(Facility, "close", label=_("Giải thể, thôi hoạt động"), internal=True)
def close(facility: Facility, act: Act) -> None:
    """Dissolved (NĐ 103/2017/NĐ-CP Đ.22): from the day on it takes nobody and applies for nothing."""
    facility.closed_on = act.data["closed_on"]
    act.facts["closed_on"] = facility.closed_on


@action(Facility, "take_licence", label=_("Ghi theo giấy phép"), internal=True)
def take_licence(facility: Facility, act: Act) -> None:
    """The register says what the licence in force says. A hidden address is not on a licence and stays as it is."""
    for name in _COLUMNS:
        if act.data.get(name):
            setattr(facility, name, act.data[name])
    if act.data.get("address") and not facility.hidden_address:
        facility.address = act.data["address"]
    if act.data.get("commune") is not None:
        facility.commune = act.data["commune"]
    name = act.data.get("unit_name", "")
    if name and name != facility.unit.name:
        act.facts["name"] = name
        facility.unit.name = name
        facility.unit.save(update_fields=["name", "name_folded"])
    act.facts["number"] = act.data.get("number", "")
