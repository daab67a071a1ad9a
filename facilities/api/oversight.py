"""Inspections, their findings, and incidents. A facility is not told of an inspection before it may know; the story of
an incident is given with the single record only."""

from datetime import date
from typing import get_args

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.fields import Label, Overdue, RecordSerializer
from core.api.paging import Key
from core.api.records import RecordViewSet
from core.clock import due
from facilities.api import narrowing
from facilities.enums import (
    IncidentKind,
    IncidentState,
    InspectionKind,
    InspectionState,
    LicenceEffect,
    Severity,
)
from facilities.models import Finding, Incident, Inspection


class InspectionSerializer(RecordSerializer):
    model = Inspection
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.CharField()
    state_label = Label(InspectionState.choices, source="state")
    kind = serializers.CharField()
    kind_label = Label(InspectionKind.choices, source="kind")
    facility_id = serializers.UUIDField()
    by_unit_id = serializers.UUIDField()
    planned_on = serializers.DateField()
    announced = serializers.BooleanField()
    subject = serializers.CharField()
    follows_id = serializers.UUIDField()
    lead_id = serializers.UUIDField()
    planned_by_id = serializers.UUIDField()
    begun_at = serializers.DateTimeField()
    concluded_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    created_at = serializers.DateTimeField()
    incident_id = serializers.UUIDField()
    concluded_by_id = serializers.UUIDField()
    summary = serializers.CharField()
    licence_effect = serializers.CharField()
    licence_effect_label = Label(LicenceEffect.choices, source="licence_effect")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("Cần một ngày dạng 2026-12-31.")) from error


def _due(rows: QuerySet, text: str) -> QuerySet:
    """How the deadline stands at this moment."""
    if text not in get_args(due.Kind):
        words = {"allowed": ", ".join(get_args(due.Kind))}
        raise ValueError(_("Giá trị không dùng được. Chọn: %(allowed)s.") % words)
    return rows.filter(due.where(text, timezone.now()))  # type: ignore[arg-type]


def _open(rows: QuerySet, text: str) -> QuerySet:
    """Findings that are neither mended nor dropped."""
    if text not in ("true", "false"):
        raise ValueError(_("Giá trị không dùng được. Chọn: %(allowed)s.") % {"allowed": "true, false"})
    standing = Q(mended_on__isnull=True, dropped=False)
    return rows.filter(standing if text == "true" else ~standing)


def _since(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(planned_on__gte=_day(text))


def _until(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(planned_on__lte=_day(text))


class Inspections(RecordViewSet):
    """`from` and `to` are days of the plan, both included."""

    model = Inspection
    serializer_class = InspectionSerializer
    list_columns = (
        "id", "version", "number", "state", "state_label", "kind", "kind_label", "facility_id", "by_unit_id",
        "planned_on", "announced", "lead_id", "begun_at", "concluded_at", "ended_at", "due_at",
    )  # fmt: skip
    filters = {
        "state": narrowing.one_of("state", InspectionState.values),
        "kind": narrowing.one_of("kind", InspectionKind.values),
        "facility": narrowing.key("facility_id"),
        "from": _since,
        "to": _until,
        "due": _due,
    }
    ordering = (Key("planned_on", descending=True),)
    create_action = "plan"


class InspectionFindingSerializer(RecordSerializer):
    model = Finding
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    inspection_id = serializers.UUIDField()
    code = serializers.CharField()
    text = serializers.CharField()
    severity = serializers.CharField()
    severity_label = Label(Severity.choices, source="severity")
    remedy_by = serializers.DateField()
    contested = serializers.BooleanField()
    reply = serializers.CharField()
    evidence = serializers.CharField()
    mended_on = serializers.DateField()
    dropped = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class Findings(RecordViewSet):
    model = Finding
    serializer_class = InspectionFindingSerializer
    list_columns = (
        "id", "version", "inspection_id", "code", "text", "severity", "remedy_by", "contested", "mended_on", "dropped",
    )  # fmt: skip
    filters = {
        "inspection": narrowing.key("inspection_id"),
        "severity": narrowing.one_of("severity", Severity.values),
        "open": _open,
    }
    create_action = "add"


class IncidentSerializer(RecordSerializer):
    model = Incident
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.CharField()
    state_label = Label(IncidentState.choices, source="state")
    kind = serializers.CharField()
    kind_label = Label(IncidentKind.choices, source="kind")
    facility_id = serializers.UUIDField()
    occurred_at = serializers.DateTimeField()
    people = serializers.IntegerField()
    reported_by_id = serializers.UUIDField()
    reviewer_id = serializers.UUIDField()
    review_begun_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    created_at = serializers.DateTimeField()
    story = serializers.CharField()
    measures = serializers.CharField()
    conclusion = serializers.CharField()
    no_inspection = serializers.CharField()


class Incidents(RecordViewSet):
    model = Incident
    serializer_class = IncidentSerializer
    list_columns = (
        "id", "version", "number", "state", "state_label", "kind", "kind_label", "facility_id", "occurred_at",
        "people", "reviewer_id", "closed_at", "due_at",
    )  # fmt: skip
    filters = {
        "state": narrowing.one_of("state", IncidentState.values),
        "kind": narrowing.one_of("kind", IncidentKind.values),
        "facility": narrowing.key("facility_id"),
        "due": _due,
    }
    ordering = (Key("occurred_at", descending=True),)
    create_action = "report"
