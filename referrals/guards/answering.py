"""Guards of the receiver, and of the clock."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.enums import UnitKind
from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.models import Facility
from facilities.selectors import authority_on, may_admit
from referrals.enums import ReferralKind
from referrals.models import Referral
from referrals.selectors.loads import is_overdue, running_count

Reasons = Iterable[Reason]


def receiver_is_another(referral: Referral, act: Act) -> Reasons:
    """Who asked does not answer, unless nobody of the other side can sign in."""
    if referral.to_unit_id is not None and act.by.id == referral.sent_by_id:
        yield Reason("own_referral", _("Người gửi không tự nhận được."))


def authority_live(referral: Referral, act: Act) -> Reasons:
    """Recognised for the group on the very day of acceptance (NĐ 103/2017/NĐ-CP Đ.29, Đ.32). The facility's row is the
    lock under which an acceptance meets a suspension, and another acceptance of the last place: it comes first."""
    unit = referral.to_unit
    if unit is not None and not act.asking:
        Facility.objects.select_for_update(of=("self",)).filter(unit=unit).first()
    if unit is None or referral.group is None:
        return
    if referral.kind == ReferralKind.TRANSFER and unit.kind not in (UnitKind.PUBLIC, UnitKind.PRIVATE):
        return
    yield from may_admit(unit, referral.group.code)


def has_room(referral: Referral, act: Act) -> Reasons:
    """Accepted and served together never pass the number of the paper; counted under the lock that `authority_live`
    took."""
    if referral.to_unit is None or referral.kind == ReferralKind.TRANSFER:
        return
    held = authority_on(referral.to_unit)
    if held is None or held.capacity is None:
        return
    capacity = held.capacity
    used = running_count(referral.to_unit)
    if used >= capacity:
        yield Reason(
            "full", _("Đang có %(used)d người, được nhận %(capacity)d.") % {"used": used, "capacity": capacity}
        )


def still_shared(referral: Referral, act: Act) -> Reasons:
    """Accepting opens the packet: the consent must still run."""
    if referral.consent_until is not None and referral.consent_until < timezone.localdate():
        yield Reason("until_past", _("Thời gian được chia sẻ đã hết; nơi gửi cần hỏi lại sự đồng ý."))


def took_too_long(referral: Referral, act: Act) -> Reasons:
    if not is_overdue(referral, act.at):
        yield Reason("not_overdue", _("Chưa hết hạn trả lời."))
