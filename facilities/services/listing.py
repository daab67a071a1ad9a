"""A facility that enters the register from a list: its unit is made with it, under the unit that keeps the list."""

import re

from django.utils.translation import gettext_lazy as _

from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.folding import fold
from core.lifecycle.actions import Act, action
from facilities.enums import LegalKind, Ownership
from facilities.models import Facility

_COLUMNS = ("legal_kind", "ownership", "commune", "head_name", "phone", "capacity", "founded_on", "note", "source")


def _make_unit(facility: Facility, act: Act) -> None:
    """`parent`: the unit that keeps the register. The unit carries a code of its own."""
    public = act.data["ownership"] == Ownership.PUBLIC
    kind = UnitKind.PUBLIC if public else UnitKind.PRIVATE
    if public and act.data["legal_kind"] == LegalKind.SOCIAL_WORK:
        kind = UnitKind.CENTRE
    name, commune = act.data["unit_name"], act.data["commune"]
    facility.unit = Unit.objects.create(
        code=_free_code(name), name=name, kind=kind, parent=act.data["parent"], commune=commune,
        phone=act.data["phone"] or "",
    )  # fmt: skip


def _free_code(name: str) -> str:
    """The initials of the name, with a number behind where they are taken."""
    letters = "".join(word[0] for word in re.findall(r"[a-z0-9]+", fold(name)))[:10].upper() or "CS"
    taken = set(Unit.objects.filter(code__startswith=letters).values_list("code", flat=True))
    code, number = letters, 1
    while code in taken:
        number += 1
        code = f"{letters}{number}"
    return code


@action(
    Facility, "enter_from_list", label=_("Ghi vào sổ từ danh sách"), creates=True, internal=True, prepare=_make_unit,
)  # fmt: skip
def enter_from_list(facility: Facility, act: Act) -> None:
    for name in _COLUMNS:
        setattr(facility, name, act.data[name])
    facility.hidden_address = act.data["hidden_address"]
    where = "safe_address" if facility.hidden_address else "address"
    setattr(facility, where, act.data["address"])
    act.facts.update(unit=facility.unit_id, hidden_address=facility.hidden_address)
