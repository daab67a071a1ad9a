"""Cases, work entries, follow-ups."""

from rest_framework import serializers

from casework.api import filters
from casework.enums import Contacted, FollowUpResult, LegalBasis, Programme, ReportSource, Track, WorkKind
from casework.models import Case, FollowUp, WorkEntry
from casework.states.case import CaseState
from core.api.fields import Label, Overdue, RecordSerializer
from core.api.paging import Key
from core.api.records import RecordViewSet
from core.worklist.models import RiskLevel


class CaseSerializer(RecordSerializer):
    model = Case
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    old_number = serializers.CharField()
    state = serializers.CharField()
    state_label = Label(CaseState.choices, source="state")
    track = serializers.CharField()
    track_label = Label(Track.choices, source="track")
    programme = serializers.CharField()
    programme_label = Label(Programme.choices, source="programme")
    risk = serializers.CharField()
    risk_label = Label(RiskLevel.choices, source="risk")
    episode = serializers.IntegerField()
    person_id = serializers.UUIDField()
    group_id = serializers.IntegerField()
    commune_code = serializers.CharField(source="commune_id")
    is_child = serializers.BooleanField()
    prior_case_id = serializers.UUIDField()
    registered_by_id = serializers.UUIDField()
    registered_unit_id = serializers.UUIDField()
    to_unit_id = serializers.UUIDField()
    owner_unit_id = serializers.UUIDField()
    worker_id = serializers.UUIDField()
    handover_to_id = serializers.UUIDField()
    handover_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_label = Label(ReportSource.choices, source="source")
    received_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    paused_at = serializers.DateTimeField()
    resume_by = serializers.DateField()
    hold_reason = serializers.CharField()
    review_due = serializers.DateField()
    selection = serializers.ListField(child=serializers.CharField())
    legal_basis = serializers.CharField()
    legal_basis_label = Label(LegalBasis.choices, source="legal_basis")
    consent_on = serializers.DateField()
    consent_by = serializers.CharField()
    closure_reason = serializers.CharField()
    client_told_on = serializers.DateField()
    decision_number = serializers.CharField()
    decision_on = serializers.DateField()
    emergency_reviewed_at = serializers.DateTimeField()
    problem = serializers.CharField()
    needs = serializers.ListField(child=serializers.CharField())
    dangers = serializers.ListField(child=serializers.CharField())
    safety_note = serializers.CharField()
    wishes = serializers.CharField()
    closure_statement = serializers.CharField()
    reporter = serializers.CharField()
    reporter_phone = serializers.CharField()
    found_at = serializers.CharField()


class Cases(RecordViewSet):
    """The file of one person in one programme; everything of it changes by its actions."""

    model = Case
    serializer_class = CaseSerializer
    list_columns = (
        "id", "version", "number", "old_number", "state", "state_label", "track", "programme", "risk", "episode",
        "person_id", "group_id", "commune_code", "is_child", "to_unit_id", "owner_unit_id", "worker_id", "opened_at",
        "closed_at", "due_at", "paused_at", "review_due",
    )  # fmt: skip
    filters = {
        "state": filters.choice("state", CaseState.values),
        "stage": filters.stage,
        "risk": filters.choice("risk", RiskLevel.values),
        "track": filters.choice("track", Track.values),
        "programme": filters.choice("programme", Programme.values),
        "worker": filters.key("worker_id"),
        "unit": filters.key("owner_unit_id"),
        "person": filters.key("person_id"),
        "commune": filters.code("commune_id"),
        "due": filters.due,
        "q": filters.case_text,
    }
    ordering = (Key("opened_at", descending=True, nullable=True),)
    create_action = "register"


class EntrySerializer(RecordSerializer):
    model = WorkEntry
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    case_id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = Label(WorkKind.choices, source="kind")
    at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    contacted = serializers.CharField()
    contacted_label = Label(Contacted.choices, source="contacted")
    with_whom = serializers.CharField()
    text = serializers.CharField()
    confidential = serializers.BooleanField()
    by_id = serializers.UUIDField()
    colleagues = serializers.CharField()
    plan_action_id = serializers.UUIDField()
    quantity = serializers.DecimalField(max_digits=10, decimal_places=2)
    unit_text = serializers.CharField()
    corrects_id = serializers.UUIDField()


class Entries(RecordViewSet):
    """The work log: visits, calls, counselling, conferences, services, notes."""

    model = WorkEntry
    serializer_class = EntrySerializer
    list_columns = (
        "id", "version", "case_id", "kind", "kind_label", "at", "minutes", "contacted", "confidential", "by_id",
        "plan_action_id", "quantity", "unit_text", "corrects_id",
    )  # fmt: skip
    filters = {
        "case": filters.key("case_id"),
        "kind": filters.choice("kind", WorkKind.values),
        "by": filters.key("by_id"),
        "plan_action": filters.key("plan_action_id"),
    }
    ordering = "-at"
    create_action = "add"


class FollowUpSerializer(RecordSerializer):
    model = FollowUp
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    case_id = serializers.UUIDField()
    episode = serializers.IntegerField()
    due_on = serializers.DateField()
    done_on = serializers.DateField()
    result = serializers.CharField()
    result_label = Label(FollowUpResult.choices, source="result")
    note = serializers.CharField()


class FollowUps(RecordViewSet):
    """Visits after the closure; done by the case's action `follow_up`."""

    model = FollowUp
    serializer_class = FollowUpSerializer
    list_columns = ("id", "version", "case_id", "episode", "due_on", "done_on", "result")
    filters = {"case": filters.key("case_id")}
    ordering = "due_on"
