"""What must hold of referrals at any moment (lifecycles.md, "Invariants"; tests/spec/invariants.csv)."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from casework.states.case import CaseState
from core.keeping.invariants import invariant
from facilities.models import Authority
from referrals.enums import OPEN, ReferralKind, ReferralState
from referrals.models import Referral


def _accepted() -> QuerySet[Referral]:
    return Referral.objects.filter(
        accepted_at__isnull=False, kind=ReferralKind.SERVICE, to_unit__facility__isnull=False, group__isnull=False
    )


@invariant(
    "closed_no_open_referral", _("Hồ sơ đã kết thúc không còn chuyển tuyến đang mở"),
    of=lambda: Referral.objects.filter(state__in=OPEN),
)  # fmt: skip
def closed_no_open_referral() -> QuerySet[Referral]:
    ended = [CaseState.CLOSED, CaseState.SCREENED_OUT, CaseState.VOID]
    return Referral.objects.filter(state__in=OPEN, case__state__in=ended)


@invariant("referral_admission_allowed", _("Nơi nhận được phép nhận nhóm đối tượng đó vào ngày nhận"), of=_accepted)
def referral_admission_allowed() -> QuerySet[Referral]:
    """The paper may have ended on the very day, after the acceptance: then that day still counts."""
    day = OuterRef("day")
    held = Authority.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), Q(stopped_on__isnull=True) | Q(stopped_on__gte=day),
        facility=OuterRef("to_unit__facility"), valid_from__lte=day, groups__code=OuterRef("group__code"),
    )  # fmt: skip
    return _accepted().annotate(day=TruncDate("accepted_at")).exclude(Exists(held))


@invariant(
    "referral_has_due_date", _("Chuyển tuyến chưa khép lại nào cũng có hạn, hoặc đang chờ trả lời câu hỏi"),
    of=lambda: Referral.objects.exclude(state__in=Referral.TERMINAL),
)  # fmt: skip
def referral_has_due_date() -> QuerySet[Referral]:
    open_rows = Referral.objects.exclude(state__in=Referral.TERMINAL)
    return open_rows.filter(due_at__isnull=True, paused_at__isnull=True)


@invariant(
    "sent_with_consent", _("Chuyển tuyến đã gửi có căn cứ chia sẻ và người gửi"),
    of=lambda: Referral.objects.exclude(state__in=[ReferralState.DRAFT, ReferralState.WITHDRAWN]),
)  # fmt: skip
def sent_with_consent() -> QuerySet[Referral]:
    sent = Referral.objects.exclude(state__in=[ReferralState.DRAFT, ReferralState.WITHDRAWN])
    return sent.filter(Q(basis="") | Q(sent_by__isnull=True) | Q(consent_until__isnull=True))
