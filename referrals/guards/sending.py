"""Guards of the sender: what a referral needs before it leaves, and when another person must look first."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import Track
from casework.models import ServicePlan
from casework.states.case import RUNNING as CASE_RUNNING
from casework.states.case import CaseState
from casework.states.plan import PlanState
from core.accounts.enums import UnitKind
from core.errors import Reason
from core.folding import fold
from core.lifecycle.actions import Act
from core.worklist.models import RiskLevel
from facilities.selectors import may_admit
from referrals.enums import OPEN, RUNNING, ConsentBasis, ReferralKind, ReferralState
from referrals.models import Referral

Reasons = Iterable[Reason]
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){8,}")


def _here(referral: Referral) -> str:
    return f"/chuyen-tuyen/{referral.pk}/"


def case_is_running(referral: Referral, act: Act) -> Reasons:
    """A draft may be written from the assessment on."""
    if referral.case.state not in CASE_RUNNING:
        label = referral.case.get_state_display()
        yield Reason("case_not_running", _("Ca đang ở bước “%(state)s”, chưa chuyển tuyến được.") % {"state": label})


def case_allows(referral: Referral, act: Act) -> Reasons:
    """A service is asked for under a plan in force; in an emergency the plan may follow (NĐ 335/2026/NĐ-CP Đ.24.3), and
    a transfer needs none."""
    case = referral.case
    if case.person.deceased_on is not None:
        yield Reason("deceased", _("Người này đã mất ngày %(day)s.") % {"day": f"{case.person.deceased_on:%d/%m/%Y}"})
    yield from case_is_running(referral, act)
    if referral.kind == ReferralKind.TRANSFER or case.state not in CASE_RUNNING:
        return
    if is_emergency(referral):
        return
    active = ServicePlan.objects.filter(case=case, state=PlanState.ACTIVE).exists()
    if not active or case.state not in (CaseState.REFERRAL, CaseState.ACTIVE):
        yield Reason("no_agreed_plan", _("Chưa có kế hoạch đã được đồng ý."), f"/ca/{case.pk}/ke-hoach/")


def complete(referral: Referral, act: Act) -> Reasons:
    """Where to, what for, whom: all that the receiver must know to answer."""
    if referral.target is None:
        yield Reason("no_target", _("Chưa chọn nơi nhận."), _here(referral))
    elif referral.to_unit_id == referral.from_unit_id:
        yield Reason("own_unit", _("Nơi nhận trùng với đơn vị gửi."), _here(referral))
    elif referral.to_body is not None and not referral.to_body.is_active:
        yield Reason("target_closed", _("Nơi nhận đã ngừng hoạt động."), _here(referral))
    if not referral.need:
        yield Reason("no_need", _("Chưa ghi cần trợ giúp gì."), _here(referral))
    elif names_the_person(referral, referral.need):
        yield _names(referral)
    if referral.group is None:
        yield Reason("no_group", _("Chưa chọn nhóm đối tượng."), _here(referral))


def _names(referral: Referral) -> Reason:
    return Reason(
        "names_the_person",
        _("Phần này nơi nhận đọc trước khi nhận: bỏ họ tên, số giấy tờ, số điện thoại."), _here(referral),
    )  # fmt: skip


def names_the_person(referral: Referral, text: str) -> bool:
    """Whether a text that is read before acceptance gives away who it is: the whole name, or a long number."""
    name = referral.case.person.name_folded
    return bool(_LONG_NUMBER.search(text)) or (" " in name and f" {name} " in f" {fold(text)} ")


def answer_names_nobody(referral: Referral, act: Act) -> Reasons:
    if names_the_person(referral, act.note):
        yield _names(referral)


def consent_covers(referral: Referral, act: Act) -> Reasons:
    """Consent to these parts, for this recipient, until a day; or the law's order with its ground (Luật 91/2025/QH15
    Đ.19; NĐ 110/2024/NĐ-CP)."""
    today = timezone.localdate()
    if not referral.sections:
        yield Reason("no_sections", _("Chưa chọn phần thông tin được chia sẻ."), _here(referral))
    if referral.consent_until is None:
        yield Reason("no_until", _("Chưa ghi chia sẻ đến ngày nào."), _here(referral))
    elif referral.consent_until < today:
        yield Reason("until_past", _("Ngày hết chia sẻ đã qua."), _here(referral))
    if referral.basis == ConsentBasis.CONSENT:
        if referral.consent_on is None or not referral.consent_by:
            yield Reason("no_consent", _("Chưa ghi ai đồng ý, ngày nào."), _here(referral))
        elif referral.consent_on > today:
            yield Reason("consent_ahead", _("Ngày đồng ý chưa tới."), _here(referral))
    elif referral.basis == ConsentBasis.STATUTORY:
        if not referral.override_reason:
            yield Reason("no_ground", _("Chưa ghi vì sao chia sẻ không cần đồng ý."), _here(referral))
    else:
        yield Reason("no_basis", _("Chưa chọn căn cứ chia sẻ thông tin."), _here(referral))


def target_recognised(referral: Referral, act: Act) -> Reasons:
    """A unit of the system must be recognised for the client's group today; outside bodies are not in the register. A
    file may be transferred to a centre or a commune, which need no licence."""
    unit = referral.to_unit
    if unit is None or referral.group is None:
        return
    if referral.kind == ReferralKind.TRANSFER and unit.kind not in (UnitKind.PUBLIC, UnitKind.PRIVATE):
        return
    yield from may_admit(unit, referral.group.code)


def not_asked_already(referral: Referral, act: Act) -> Reasons:
    if referral.target is None:
        return
    asked = Referral.objects.filter(case=referral.case_id, state__in=OPEN).exclude(state=ReferralState.DRAFT)
    if referral.kind == ReferralKind.TRANSFER:
        same = asked.filter(kind=ReferralKind.TRANSFER)
    else:
        same = asked.filter(
            to_unit=referral.to_unit_id, to_body=referral.to_body_id, plan_action=referral.plan_action_id
        )
        if referral.plan_action_id is None:
            same = same.filter(service_type=referral.service_type_id)
    other = same.exclude(pk=referral.pk).first()
    if other is not None:
        words = {"number": other.number, "target": other.target_name}
        yield Reason("asked_already", _("Đã gửi %(target)s việc này: %(number)s.") % words, _here(other))


SENDABLE = (complete, case_allows, consent_covers, target_recognised, not_asked_already)


def is_emergency(referral: Referral) -> bool:
    """Marked urgent in a case that was opened as an emergency (and is reviewed as one)."""
    return referral.emergency and referral.case.track == Track.EMERGENCY


def approval_grounds(referral: Referral) -> list[str]:
    """Why a supervisor must look before it goes out: no consent, high risk, out of the province. In an emergency they
    look afterwards (lifecycles.md, "emergency: reviewed after")."""
    grounds = []
    if referral.basis == ConsentBasis.STATUTORY:
        grounds.append("statutory")
    if referral.case.risk in (RiskLevel.HIGH, RiskLevel.EMERGENCY):
        grounds.append("high_risk")
    commune = referral.target.commune if referral.target else None
    if commune is not None and commune.province_id != settings.DH_PROVINCE_CODE:
        grounds.append("out_of_province")
    return grounds


def not_handed_over(referral: Referral, act: Act) -> Reasons:
    """After an accepted transfer the receiver owns the file; only a death still ends it from here."""
    handed_over = referral.kind == ReferralKind.TRANSFER and referral.state in RUNNING
    if handed_over and act.reason != "death":
        yield Reason(
            "transferred", _("Nơi nhận đã thành đơn vị phụ trách ca. Muốn chuyển lại thì lập chuyển giao mới.")
        )


def approver_is_another(referral: Referral, act: Act) -> Reasons:
    if act.by.id == referral.sent_by_id:
        yield Reason("own_referral", _("Người gửi không tự duyệt được."))


def not_yet_reviewed(referral: Referral, act: Act) -> Reasons:
    if referral.sent_at is None or referral.approved_by_id or not approval_grounds(referral):
        yield Reason("nothing_to_review", _("Chuyển tuyến này không cần xem lại."))
    elif referral.reviewed_by_id is not None:
        yield Reason("already_reviewed", _("Đã có người xem lại."))
