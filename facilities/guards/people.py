"""Guards of staff, prices and papers. They hold under the lock of the facility."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.enums import Position
from facilities.models import PriceItem, StaffMember, WalletPaper


def one_director(member: StaffMember, act: Act) -> Iterable[Reason]:
    """One person heads the house on a day (TT 33/2017/TT-BLĐTBXH Đ.5)."""
    if act.data.get("position") != Position.DIRECTOR:
        return
    start, end = act.data["works_from"], member.left_on
    others = StaffMember.objects.filter(facility=member.facility_id, position=Position.DIRECTOR).exclude(pk=member.pk)
    others = others.filter(Q(left_on__isnull=True) | Q(left_on__gt=start))
    if end is not None:
        others = others.filter(works_from__lt=end)
    other = others.first()
    if other is not None:
        words = {"name": other.full_name, "day": f"{other.works_from:%d/%m/%Y}"}
        text = _("%(name)s đang là người đứng đầu từ ngày %(day)s. Ghi ngày nghỉ của người đó trước.") % words
        yield Reason("other_director", text)


def still_works(member: StaffMember, act: Act) -> Iterable[Reason]:
    if member.left_on is not None:
        words = {"name": member.full_name, "day": f"{member.left_on:%d/%m/%Y}"}
        yield Reason("left", _("%(name)s nghỉ từ ngày %(day)s.") % words)


def began_before_leaving(member: StaffMember, act: Act) -> Iterable[Reason]:
    start = act.data.get("works_from")
    if start is not None and member.left_on is not None and start > member.left_on:
        yield Reason("period", _("Người này đã nghỉ từ ngày %(day)s.") % {"day": f"{member.left_on:%d/%m/%Y}"})


def series_of(item: PriceItem):
    """The prices of the same service, detail and unit in this house."""
    rows = PriceItem.objects.filter(facility=item.facility_id, service_type=item.service_type_id)
    return rows.filter(detail=item.detail, per=item.per).exclude(pk=item.pk)


def no_later_price(item: PriceItem, act: Act) -> Iterable[Reason]:
    """A new price ends the one in force; it may not reach into one that begins on its day or later."""
    if act.asking:
        return
    start, end = act.data["valid_from"], act.data.get("valid_to")
    rows = PriceItem.objects.filter(
        facility=item.facility_id, service_type=act.data["service_type"], detail=act.data["detail"],
        per=act.data["per"], valid_from__gte=start,
    )  # fmt: skip
    later = rows.order_by("valid_from").first()
    if later is not None and (end is None or end > later.valid_from):
        words = {"day": f"{later.valid_from:%d/%m/%Y}"}
        text = _("Đã có giá từ ngày %(day)s. Sửa giá đó, hoặc ghi ngày kết thúc không quá ngày đó.")
        yield Reason("overlaps", text % words)


def not_charged_yet(item: PriceItem, act: Act) -> Iterable[Reason]:
    """What people have paid by is not rewritten: a new price is."""
    if item.valid_from < _today(act):
        words = {"day": f"{item.valid_from:%d/%m/%Y}"}
        yield Reason("charged", _("Giá đã áp dụng từ ngày %(day)s. Ghi giá mới từ một ngày khác.") % words)


def price_runs(item: PriceItem, act: Act) -> Iterable[Reason]:
    if item.valid_to is not None and item.valid_to <= _today(act):
        yield Reason("ended", _("Giá này thôi áp dụng từ ngày %(day)s.") % {"day": f"{item.valid_to:%d/%m/%Y}"})


def ends_earlier(item: PriceItem, act: Act) -> Iterable[Reason]:
    """Ending cuts a period short; making it longer could reach into the next one."""
    day = act.data.get("valid_to")
    if day is not None and item.valid_to is not None and day > item.valid_to:
        words = {"day": f"{item.valid_to:%d/%m/%Y}"}
        yield Reason("longer", _("Giá này chỉ áp dụng đến trước ngày %(day)s. Muốn dài hơn, ghi giá mới.") % words)


def paper_held(paper: WalletPaper, act: Act) -> Iterable[Reason]:
    if paper.withdrawn_on is not None:
        yield Reason("withdrawn", _("Giấy này đã bỏ từ ngày %(day)s.") % {"day": f"{paper.withdrawn_on:%d/%m/%Y}"})
    elif paper.replaced_by_id is not None:
        yield Reason("replaced", _("Giấy này đã có giấy mới thay."))


def _today(act: Act) -> date:
    return timezone.localdate(act.at)
