"""Assessments, plans, goals, what is done for them, comments of the approver."""

from typing import Any

from rest_framework import serializers

from casework.api import filters
from casework.enums import Domain, PlanKind, ProviderKind, Severity, Signature
from casework.models import Assessment, Goal, PlanAction, PlanComment, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.plan import GoalState, PlanState
from core.api.fields import Label, RecordSerializer
from core.api.records import RecordViewSet
from core.worklist.models import RiskLevel


class FindingSerializer(serializers.Serializer):
    domain = serializers.CharField(read_only=True)
    domain_label = Label(Domain.choices, source="domain")
    severity = serializers.IntegerField(read_only=True, allow_null=True)
    severity_label = Label(Severity.choices, source="severity")
    need = serializers.CharField(read_only=True)
    strength = serializers.CharField(read_only=True)
    resource = serializers.CharField(read_only=True)
    priority = serializers.IntegerField(read_only=True, allow_null=True)


class AssessmentSerializer(RecordSerializer):
    model = Assessment
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    case_id = serializers.UUIDField()
    state = serializers.CharField()
    state_label = Label(AssessmentState.choices, source="state")
    number = serializers.IntegerField()
    episode = serializers.IntegerField()
    tool_id = serializers.IntegerField()
    author_id = serializers.UUIDField()
    risk = serializers.CharField()
    risk_label = Label(RiskLevel.choices, source="risk")
    locked_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    answers = serializers.DictField(child=serializers.CharField())
    risk_reason = serializers.CharField()
    summary = serializers.CharField()
    findings = FindingSerializer(many=True)


class _WithMore(RecordViewSet):
    """Some fields of `more_fields` actions depend on the record; its `…/actions/` lists them with their choices."""

    more_fields: tuple[str, ...] = ()

    def takes(self) -> dict[str, Any]:
        schema = super().takes()
        if self.action_name in self.more_fields:
            schema["additionalProperties"] = True
        return schema


class Assessments(_WithMore):
    """`answer` takes item_<code>, <domain>_severity, _need, _strength, _resource, _priority beside what is listed."""

    model = Assessment
    serializer_class = AssessmentSerializer
    list_columns = (
        "id",
        "version",
        "case_id",
        "state",
        "number",
        "episode",
        "author_id",
        "risk",
        "locked_at",
        "created_at",
    )
    filters = {
        "case": filters.key("case_id"),
        "state": filters.choice("state", AssessmentState.values),
        "risk": filters.choice("risk", RiskLevel.values),
    }
    create_action = "draft"
    more_fields = ("answer",)


class PlanSerializer(RecordSerializer):
    model = ServicePlan
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    case_id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = Label(PlanKind.choices, source="kind")
    state = serializers.CharField()
    state_label = Label(PlanState.choices, source="state")
    number = serializers.IntegerField()
    episode = serializers.IntegerField()
    assessment_id = serializers.UUIDField()
    author_id = serializers.UUIDField()
    submitted_by_id = serializers.UUIDField()
    submitted_at = serializers.DateTimeField()
    approved_by_id = serializers.UUIDField()
    approved_at = serializers.DateTimeField()
    active_from = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    revises_id = serializers.UUIDField()
    reason = serializers.CharField()
    signature = serializers.CharField()
    signature_label = Label(Signature.choices, source="signature")
    signed_on = serializers.DateField()
    created_at = serializers.DateTimeField()
    client_view = serializers.CharField()
    summary = serializers.CharField()


class Plans(_WithMore):
    """Service and safety plans. `return` takes goal_<id without dashes> beside what is listed: a comment per goal."""

    model = ServicePlan
    serializer_class = PlanSerializer
    list_columns = (
        "id", "version", "case_id", "kind", "state", "state_label", "number", "episode", "author_id", "submitted_at",
        "approved_at", "active_from", "ended_at", "revises_id", "created_at",
    )  # fmt: skip
    filters = {
        "case": filters.key("case_id"),
        "state": filters.choice("state", PlanState.values),
        "kind": filters.choice("kind", PlanKind.values),
    }
    create_action = "draft"
    more_fields = ("return",)


class GoalSerializer(RecordSerializer):
    model = Goal
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    plan_id = serializers.UUIDField()
    order = serializers.IntegerField()
    domain = serializers.CharField()
    domain_label = Label(Domain.choices, source="domain")
    text = serializers.CharField()
    measure = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.CharField()
    state_label = Label(GoalState.choices, source="state")
    judged_at = serializers.DateTimeField()
    judgement = serializers.CharField()


class Goals(RecordViewSet):
    model = Goal
    serializer_class = GoalSerializer
    list_columns = ("id", "version", "plan_id", "order", "domain", "text", "measure", "due_on", "state", "judged_at")
    filters = {
        "plan": filters.key("plan_id"),
        "case": filters.key("plan__case_id"),
        "state": filters.choice("state", GoalState.values),
        "domain": filters.choice("domain", Domain.values),
    }
    ordering = ("order",)
    create_action = "add"


class PlanActionSerializer(RecordSerializer):
    model = PlanAction
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    goal_id = serializers.UUIDField()
    text = serializers.CharField()
    service_type_id = serializers.IntegerField()
    provider = serializers.CharField()
    provider_label = Label(ProviderKind.choices, source="provider")
    who = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    cost = serializers.IntegerField()
    funding = serializers.CharField()
    expected = serializers.CharField()
    status = serializers.CharField()
    status_label = Label(PlanAction.Status.choices, source="status")


class PlanActions(RecordViewSet):
    model = PlanAction
    serializer_class = PlanActionSerializer
    list_columns = (
        "id", "version", "goal_id", "text", "service_type_id", "provider", "who", "starts_on", "ends_on", "cost",
        "status",
    )  # fmt: skip
    filters = {
        "goal": filters.key("goal_id"),
        "plan": filters.key("goal__plan_id"),
        "status": filters.choice("status", PlanAction.Status.values),
        "provider": filters.choice("provider", ProviderKind.values),
    }
    create_action = "add"


class CommentSerializer(RecordSerializer):
    model = PlanComment
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    plan_id = serializers.UUIDField()
    goal_id = serializers.UUIDField()
    text = serializers.CharField()
    by_id = serializers.UUIDField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class Comments(RecordViewSet):
    """What the approver said when returning a plan, until it is answered."""

    model = PlanComment
    serializer_class = CommentSerializer
    list_columns = ("id", "version", "plan_id", "goal_id", "by_id", "answered_at", "created_at")
    filters = {"plan": filters.key("plan_id")}
