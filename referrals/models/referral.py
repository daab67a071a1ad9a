"""One asking of one other provider, for one client."""

import json
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.enums import Sex
from core.sealed import SealedTextField
from referrals.enums import OPEN, WITH_RECEIVER, AgeBand, ReferralState
from referrals.states.referral import ReferralLifecycle

_UNTARGETED = [ReferralState.DRAFT.value, ReferralState.WITHDRAWN.value]
_AWAITED = [state.value for state in [*WITH_RECEIVER, ReferralState.ACCEPTED]]
_ASKED = [state.value for state in OPEN if state != ReferralState.DRAFT]
_OPEN = [state.value for state in OPEN]


class Referral(ReferralLifecycle):
    """Chuyển tuyến. `sex` and `age_band` are copied from the person when it is drafted and sent, so that the receiver
    reads nothing of the person; `packet` is what the consent covers, frozen when it is sent."""

    number = models.CharField(_("số"), max_length=20, unique=True)
    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="referrals")
    plan_action = models.ForeignKey(
        "casework.PlanAction", models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    from_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    to_body = models.ForeignKey(
        "facilities.OutsideBody", models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    author = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    sent_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    service_type = models.ForeignKey("catalogue.ServiceType", models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey("catalogue.ClientGroup", models.PROTECT, null=True, blank=True, related_name="+")
    emergency = models.BooleanField(_("khẩn cấp"), default=False)
    need = SealedTextField(_("cần trợ giúp gì"), kind="narrative")
    sex = models.CharField(_("giới tính"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    age_band = models.CharField(_("độ tuổi"), max_length=10, choices=AgeBand.choices, default=AgeBand.UNKNOWN)

    consent_on = models.DateField(_("đồng ý ngày"), null=True, blank=True)
    consent_by = models.CharField(_("người đồng ý"), max_length=150, blank=True)
    consent_until = models.DateField(_("chia sẻ đến hết ngày"), null=True, blank=True)
    override_reason = SealedTextField(_("vì sao chia sẻ không cần đồng ý"), kind="narrative")
    sections = models.JSONField(_("phần được chia sẻ"), default=list, blank=True)
    packet = SealedTextField(_("gói thông tin"), kind="narrative")

    question = SealedTextField(_("nơi nhận hỏi"), kind="narrative")
    answer_text = SealedTextField(_("nơi gửi trả lời"), kind="narrative")
    decline_note = SealedTextField(_("giải thích của nơi từ chối"), kind="narrative")
    outcome_note = SealedTextField(_("kết quả cụ thể"), kind="narrative")
    no_shows = models.PositiveSmallIntegerField(_("số lần không đến"), default=0)

    class Meta(ReferralLifecycle.Meta):
        abstract = False
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReferralState.values), name="referral_state"),
            models.CheckConstraint(
                condition=Q(to_unit__isnull=True) | Q(to_body__isnull=True), name="referral_not_to_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_UNTARGETED) | Q(to_unit__isnull=False) | Q(to_body__isnull=False),
                name="referral_has_target",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("sent_by")),
                name="referral_approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("sent_by")),
                name="referral_reviewer_is_another",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(decline_code=""), name="decline_has_code"),
            models.CheckConstraint(condition=~Q(state="completed") | ~Q(outcome=""), name="completed_has_outcome"),
            models.CheckConstraint(
                condition=Q(state__in=_UNTARGETED) | (Q(sent_by__isnull=False) & Q(consent_until__isnull=False)),
                name="sent_by_someone_until_a_day",
            ),
            models.CheckConstraint(condition=Q(kind="service") | Q(to_body__isnull=True), name="transfer_to_a_unit"),
            models.UniqueConstraint(
                fields=["plan_action", "to_unit"], condition=Q(state__in=_ASKED), name="one_open_referral_per_unit"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind="transfer", state__in=_ASKED), name="one_open_transfer"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_unit", "state", "due_at", "id"], condition=Q(state__in=_OPEN), name="referral_inbox"
            ),
            models.Index(fields=["from_unit", "state", "-created_at"], name="referral_outbox"),
            models.Index(fields=["case", "-created_at"], name="referral_case"),
            models.Index(fields=["due_at"], condition=Q(state__in=_AWAITED), name="referral_awaited"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def target(self) -> Any:
        """The unit or the outside body; None in a draft that has none yet."""
        return self.to_unit if self.to_unit_id else self.to_body

    @property
    def target_name(self) -> str:
        return str(self.target) if self.target else ""

    @property
    def packet_parts(self) -> list[dict[str, Any]]:
        """[{"code", "title", "rows": [[label, value], …]}, …], as it was frozen."""
        return json.loads(self.packet) if self.packet else []
