"""Guards of the register."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Reason
from core.folding import fold
from core.hooks import ask
from core.lifecycle.actions import Act
from facilities.models import Authority, Facility, OutsideBody


def not_yet_registered(facility: Facility, act: Act) -> Iterable[Reason]:
    unit = act.data.get("unit")
    other = Facility.objects.filter(unit=unit).first() if unit else None
    if other is not None and unit is not None:
        yield Reason("registered", _("%(unit)s đã có trong sổ cơ sở.") % {"unit": unit}, f"/co-so/{unit.pk}/")


def set_by_hand(authority: Authority, act: Act) -> Iterable[Reason]:
    """Where a licence says what the facility may do, nobody says it beside the licence."""
    if act.cause is None and authority.facility_id:
        yield from ask("authority.blockers", authority.facility)


def no_later_authority(authority: Authority, act: Act) -> Iterable[Reason]:
    """A new authority takes over from the one in force; it may not reach into one that begins on its day or later."""
    if act.asking or not authority.facility_id:
        return
    start, end = act.data["valid_from"], act.data.get("valid_to")
    later = Authority.objects.filter(facility=authority.facility_id, valid_from__gte=start)
    for other in later.order_by("valid_from"):
        if other.ends is not None and other.ends <= other.valid_from:
            continue  # stopped before it began: it never held
        if end is None or other.valid_from < end:
            words = {"paper": other.paper_number, "day": f"{other.valid_from:%d/%m/%Y}"}
            yield Reason(
                "overlaps", _("Văn bản %(paper)s có hiệu lực từ ngày %(day)s, trùng thời gian này.") % words,
                f"/co-so/{authority.facility.unit_id}/",
            )  # fmt: skip
            return


def not_stopped(authority: Authority, act: Act) -> Iterable[Reason]:
    """What is to stop on a later day may be stopped earlier."""
    day = None if act.asking else act.data.get("stopped_on")
    if authority.stopped_on is not None and (day is None or day >= authority.stopped_on):
        yield Reason("stopped", _("Văn bản này đã dừng từ ngày %(day)s.") % {"day": f"{authority.stopped_on:%d/%m/%Y}"})


def one_body_of_that_name(body: OutsideBody, act: Act) -> Iterable[Reason]:
    name, commune = act.data.get("name"), act.data.get("commune")
    if not name or commune is None:
        return
    if OutsideBody.objects.filter(name_folded=fold(name), commune=commune).exclude(pk=body.pk).exists():
        yield Reason("known", _("“%(name)s” đã có trong danh sách ở nơi này.") % {"name": name})
