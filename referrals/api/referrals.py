"""One asking of one other provider: the receiver reads a band of age and the need, the packet after acceptance."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api import filters
from casework.enums import Sex
from core.api.fields import Label, Overdue, RecordSerializer
from core.api.records import RecordViewSet
from referrals.enums import (
    AgeBand,
    ConsentBasis,
    DeclineCode,
    NextStep,
    Outcome,
    ReferralKind,
    ReferralState,
)
from referrals.models import Referral


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Packet(serializers.Field):
    """The parts that the consent covers, as they were frozen: [{"code", "title", "rows": [[label, value], …]}, …]."""

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        return json.loads(value) if value else []


class ReferralSerializer(RecordSerializer):
    model = Referral
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.CharField()
    state_label = Label(ReferralState.choices, source="state")
    kind = serializers.CharField()
    kind_label = Label(ReferralKind.choices, source="kind")
    from_unit_id = serializers.UUIDField()
    to_unit_id = serializers.UUIDField()
    to_body_id = serializers.UUIDField()
    service_type_id = serializers.IntegerField()
    group_id = serializers.IntegerField()
    emergency = serializers.BooleanField()
    sex = serializers.CharField()
    sex_label = Label(Sex.choices, source="sex")
    age_band = serializers.CharField()
    age_band_label = Label(AgeBand.choices, source="age_band")
    need = serializers.CharField()
    question = serializers.CharField()
    answer_text = serializers.CharField()
    decline_code = serializers.CharField()
    decline_code_label = Label(DeclineCode.choices, source="decline_code")
    no_shows = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField()
    accepted_by_id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    paused_at = serializers.DateTimeField()
    case_id = serializers.UUIDField()
    plan_action_id = serializers.UUIDField()
    author_id = serializers.UUIDField()
    sent_by_id = serializers.UUIDField()
    approved_by_id = serializers.UUIDField()
    approved_at = serializers.DateTimeField()
    reviewed_by_id = serializers.UUIDField()
    reviewed_at = serializers.DateTimeField()
    basis = serializers.CharField()
    basis_label = Label(ConsentBasis.choices, source="basis")
    consent_on = serializers.DateField()
    consent_by = serializers.CharField()
    consent_until = serializers.DateField()
    override_reason = serializers.CharField()
    sections = serializers.ListField(child=serializers.CharField())
    next_step = serializers.CharField()
    next_step_label = Label(NextStep.choices, source="next_step")
    packet = Packet()
    outcome = serializers.CharField()
    outcome_label = Label(Outcome.choices, source="outcome")
    outcome_note = serializers.CharField()
    decline_note = serializers.CharField()


class Referrals(RecordViewSet):
    model = Referral
    serializer_class = ReferralSerializer
    list_columns = (
        "id", "version", "number", "state", "state_label", "kind", "from_unit_id", "to_unit_id", "to_body_id",
        "service_type_id", "group_id", "emergency", "sex", "age_band", "created_at", "sent_at", "accepted_at",
        "completed_at", "due_at", "paused_at", "case_id",
    )  # fmt: skip
    filters = {
        "state": filters.choice("state", ReferralState.values),
        "kind": filters.choice("kind", ReferralKind.values),
        "to_unit": filters.key("to_unit_id"),
        "from_unit": filters.key("from_unit_id"),
        "case": filters.key("case_id"),
        "emergency": filters.flag("emergency"),
        "due": filters.due,
    }
    create_action = "draft"
