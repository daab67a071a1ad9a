"""Applications for recognition, the papers of their dossiers, and the visits on site. What the applicant asks for and
what the authority finds are fields of their own, given to those who read them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accreditation.enums import ApplicationKind, ApplicationState, PaperVerdict, Recommendation
from accreditation.models import Application, ApplicationPaper, SiteVisit
from accreditation.selectors import dossier, procedures, terms
from casework.api import filters
from core.api.fields import Label, Overdue, RecordSerializer
from core.api.paging import Key
from core.api.records import RecordViewSet
from facilities.enums import Verdict


@extend_schema_field({"type": "object", "nullable": True})
class Days(serializers.Field):
    """{"used", "left", "total", "paused"}: working days of the legal term; null while none runs or ran."""

    def to_representation(self, row: Application) -> dict[str, Any] | None:
        counted = terms.days(row)
        return None if counted is None else counted._asdict()


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class CalendarWarnings(serializers.Field):
    """[{"code", "year", "on", "text"}]: days off within the term that were not announced yet; the deadline may move."""

    def to_representation(self, row: Application) -> list[dict[str, Any]]:
        return [
            {"code": one.code, "year": one.year, "on": one.on.isoformat() if one.on else None, "text": one.text}
            for one in terms.warnings(row)
        ]


@extend_schema_field({"type": "string", "format": "date", "nullable": True})
class Appointment(serializers.Field):
    """The day on which the result is promised."""

    def to_representation(self, row: Application) -> str | None:
        day = procedures.appointment(row)
        return None if day is None else day.isoformat()


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Checklist(serializers.Field):
    """The papers that this application needs: [{"code", "name", "required", "paper", "problem"}, …]."""

    def to_representation(self, row: Application) -> list[dict[str, Any]]:
        return [
            {
                "code": entry.component.code, "name": entry.component.name, "required": entry.component.required,
                "paper": str(entry.paper.pk) if entry.paper is not None else None, "problem": entry.problem,
            }
            for entry in dossier.checklist(row)
        ]  # fmt: skip


class ApplicationDefectSerializer(serializers.Serializer):
    """One item of the list with which a file came back, or of what must be mended."""

    id = serializers.IntegerField()
    round = serializers.IntegerField()
    on_site = serializers.BooleanField()
    component = serializers.CharField()
    condition = serializers.CharField()
    text = serializers.CharField()
    late = serializers.BooleanField()
    late_reason = serializers.CharField()
    answer = serializers.CharField()
    contested = serializers.BooleanField()
    answered_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField()


class ConditionAnswerSerializer(serializers.Serializer):
    code = serializers.CharField()
    verdict = serializers.CharField()
    verdict_label = Label(Verdict.choices, source="verdict")
    measured = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    note = serializers.CharField()
    visit_id = serializers.UUIDField()
    by_id = serializers.UUIDField()
    at = serializers.DateTimeField()


class ApplicationSerializer(RecordSerializer):
    model = Application
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.CharField()
    state_label = Label(ApplicationState.choices, source="state")
    kind = serializers.CharField()
    kind_label = Label(ApplicationKind.choices, source="kind")
    facility_id = serializers.UUIDField()
    to_unit_id = serializers.UUIDField()
    licence_id = serializers.UUIDField()
    copied_from_id = serializers.UUIDField()
    round = serializers.IntegerField()
    receipt_number = serializers.CharField()
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField()
    first_submitted_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField()
    recommended_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField()
    appealed_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    legal_days = serializers.IntegerField()
    extended_days = serializers.IntegerField()
    days_used = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    paused_at = serializers.DateTimeField()
    waiting_since = serializers.DateTimeField()
    fix_by = serializers.DateField()
    conditions_by = serializers.DateField()
    apologised_at = serializers.DateTimeField()
    promised_on = serializers.DateField()
    days = Days(source="*")
    appointment_on = Appointment(source="*")
    calendar_warnings = CalendarWarnings(source="*")
    asked = serializers.DictField()
    checklist = Checklist(source="*")
    defects = ApplicationDefectSerializer(many=True)
    signed_name = serializers.CharField()
    author_id = serializers.UUIDField()
    submitted_by_id = serializers.UUIDField()
    conditions = serializers.CharField()
    conditions_evidence = serializers.CharField()
    appeal_text = serializers.CharField()
    decided_by_id = serializers.UUIDField()
    refused_by_id = serializers.UUIDField()
    appeal_decided_by_id = serializers.UUIDField()
    officer_id = serializers.UUIDField()
    former_officer_id = serializers.UUIDField()
    recommended_by_id = serializers.UUIDField()
    recommendation = serializers.CharField()
    recommendation_label = Label(Recommendation.choices, source="recommendation")
    report = serializers.CharField()
    answers = ConditionAnswerSerializer(many=True)


class Applications(RecordViewSet):
    """The applicant's own, and those at the desks of whoever decides. `due` as elsewhere: overdue, today, soon, …"""

    model = Application
    serializer_class = ApplicationSerializer
    list_columns = (
        "id", "version", "number", "state", "state_label", "kind", "kind_label", "facility_id", "to_unit_id", "round",
        "receipt_number", "created_at", "submitted_at", "decided_at", "legal_days", "extended_days", "days_used",
        "due_at", "overdue", "paused_at", "fix_by", "conditions_by",
    )  # fmt: skip
    filters = {
        "state": filters.choice("state", ApplicationState.values),
        "kind": filters.choice("kind", ApplicationKind.values),
        "facility": filters.key("facility_id"),
        "to_unit": filters.key("to_unit_id"),
        "due": filters.due,
    }
    create_action = "draft"


class ApplicationPaperSerializer(RecordSerializer):
    model = ApplicationPaper
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    application_id = serializers.UUIDField()
    component = serializers.CharField()
    document_id = serializers.UUIDField()
    pages = serializers.IntegerField()
    issued_on = serializers.DateField()
    expires_on = serializers.DateField()
    round = serializers.IntegerField()
    replaced = serializers.BooleanField()
    verdict = serializers.CharField()
    verdict_label = Label(PaperVerdict.choices, source="verdict")
    verdict_note = serializers.CharField()
    created_at = serializers.DateTimeField()


class ApplicationPapers(RecordViewSet):
    """What was handed in for each component; a former paper stays readable."""

    model = ApplicationPaper
    serializer_class = ApplicationPaperSerializer
    list_columns = (
        "id", "version", "application_id", "component", "document_id", "pages", "issued_on", "expires_on", "round",
        "replaced", "created_at",
    )  # fmt: skip
    filters = {"application": filters.key("application_id"), "replaced": filters.flag("replaced")}
    create_action = "upload"


class SiteVisitSerializer(RecordSerializer):
    model = SiteVisit
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    application_id = serializers.UUIDField()
    planned_on = serializers.DateField()
    lead_id = serializers.UUIDField()
    held_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField()
    met_whom = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class SiteVisits(RecordViewSet):
    """Visits on site: made and signed off by actions of the application."""

    model = SiteVisit
    serializer_class = SiteVisitSerializer
    list_columns = (
        "id", "version", "application_id", "planned_on", "lead_id", "held_at", "cancelled_at", "created_at",
    )  # fmt: skip
    filters = {"application": filters.key("application_id"), "lead": filters.key("lead_id")}
    ordering = (Key("planned_on", descending=True),)
