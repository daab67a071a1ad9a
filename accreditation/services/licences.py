"""The licence from issue to its successor (lifecycles.md (d)); what stops it stands in `stopping.py`."""

import secrets

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation import signing
from accreditation.enums import LicenceState
from accreditation.guards import licences as guards
from accreditation.inputs import licences as inputs
from accreditation.models import Licence, LicenceGroup
from accreditation.selectors.licences import living
from accreditation.services import authority, decisions
from accreditation.services import licence_items as items
from core.hooks import ask
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from facilities.models import Facility

SERIES = SYMBOL = "GPHĐ"
# Without 0 O 1 I L and without vowels, so that no word comes out.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
_REGISTER = ("legal_kind", "head_name", "capacity")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def new_number(unit_code: str, act: Act) -> str:
    """One series for all who issue, so that a number is never used again; one that a paper of before bears is left
    out."""
    while Licence.objects.filter(number=(made := decisions.numbered(SYMBOL, unit_code, act, series=SERIES))).exists():
        continue
    return made


# --- it begins ---
def _prepare_issue(licence: Licence, act: Act) -> None:
    licence.number, licence.code = new_number(licence.to_unit.code, act), new_code()
    licence.signature = signing.signature_of(_signed(licence, LicenceState.ISSUED, act))


def _signed(licence: Licence, state: str, act: Act) -> str:
    """Signed as it will stand: the groups are stored after the row."""
    return signing.sign(licence, groups=act.data["groups"], state=state, on=timezone.localdate(act.at))


@action(
    Licence, "issue", label=_("Cấp giấy phép"), creates=True, prepare=_prepare_issue,
    guards=[guards.application_approved, guards.facility_open, guards.predecessor_in_force, guards.none_waiting],
    notify=items.concerned,
)  # fmt: skip
def issue(licence: Licence, act: Act) -> None:
    """On an approved application; in force at once where its first day has come, else by the daily job."""
    _store_groups(licence, act)
    if licence.starts_on <= timezone.localdate(act.at):
        follow(licence, "activate", act)


def _store_groups(licence: Licence, act: Act) -> None:
    codes = sorted(set(act.data["groups"]))
    LicenceGroup.objects.bulk_create(LicenceGroup(licence=licence, code=code) for code in codes)
    act.facts.update(
        number=licence.number, groups=codes, capacity=licence.capacity, starts_on=licence.starts_on,
        ends_on=licence.ends_on, predecessor=licence.predecessor_id,
    )  # fmt: skip


def _prepare_take_over(licence: Licence, act: Act) -> None:
    for name in ("number", "kind", "capacity", "tasks", "conditions", "issuer", "issued_on", "starts_on", "ends_on",
                 "head_name", "source"):  # fmt: skip
        value = act.data.get(name)
        setattr(licence, name, value if value is not None or name in ("capacity", "ends_on") else "")
    facility = licence.facility
    licence.head_name = licence.head_name or facility.head_name
    licence.facility_name, licence.legal_kind = facility.unit.name, facility.legal_kind
    licence.address = "" if facility.hidden_address else facility.address
    licence.code, licence.to_unit = new_code(), act.data["to_unit"]
    licence.signature = signing.signature_of(_signed(licence, LicenceState.ACTIVE, act))


@action(
    Licence, "take_over", label=_("Nhập giấy phép giấy đang có hiệu lực"), creates=True, parent=Facility,
    form=inputs.TakeOver, confirm_by="deciding_head", confirm_unit=items.taking_unit, prepare=_prepare_take_over,
    guards=[guards.facility_open, guards.nothing_in_force, guards.number_is_new], notify=items.concerned, order=40,
)  # fmt: skip
def take_over(licence: Licence, act: Act) -> None:
    """A licence on paper of before: the officer enters it, the head confirms it against the paper."""
    _store_groups(licence, act)
    _enter_force(licence, act)


def _predecessor_gives_way(licence: Licence, act: Act) -> None:
    """One licence of a facility lives at a time: the former ends before the next begins."""
    former = living(licence.facility)
    if former is not None and former.pk != licence.pk:
        follow(former, "supersede", act)


@action(
    Licence, "activate", label=_("Có hiệu lực"), internal=True, prepare=_predecessor_gives_way,
    guards=[guards.day_has_come, guards.facility_open, guards.predecessor_gives_way], notify=items.concerned,
)  # fmt: skip
def activate(licence: Licence, act: Act) -> None:
    """Its first day has come: the authority opens, the register says what the licence says."""
    _enter_force(licence, act)


@action(Licence, "supersede", label=_("Thay bằng giấy phép khác"), internal=True, notify=items.concerned)
def supersede(licence: Licence, act: Act) -> None:
    """Stays and beds are the facility's and go on under the next one; the authority is cut short when that opens."""
    items.close(licence, act, items.ALL)


def _enter_force(licence: Licence, act: Act) -> None:
    follow(
        licence.facility, "take_licence", act, unit_name=licence.facility_name, address=licence.address,
        number=licence.number, **{name: getattr(licence, name) for name in _REGISTER},
    )  # fmt: skip
    authority.open_for(licence, act)
    ask("authority.changed", licence.facility, act)
