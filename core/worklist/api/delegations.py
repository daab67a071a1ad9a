"""Absences with their stand-ins; `parent` of a new one is the absent person."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.fields import Label, RecordSerializer
from core.api.paging import Key
from core.api.records import RecordViewSet
from core.worklist.models import AbsenceReason, Delegation


class DelegationSerializer(RecordSerializer):
    model = Delegation
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    principal_id = serializers.UUIDField()
    deputy_id = serializers.UUIDField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    reason = serializers.CharField()
    reason_label = Label(AbsenceReason.choices, source="reason")
    created_by_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    ended_by_id = serializers.UUIDField()


def _of(column: str) -> Any:
    return lambda rows, text: rows.filter(**{column: UUID(text)})


def _on(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Delegation.current(date.fromisoformat(text)))


class Delegations(RecordViewSet):
    """Who is away, from when to when, and who does the work meanwhile."""

    model = Delegation
    serializer_class = DelegationSerializer
    list_columns = ("id", "version", "principal_id", "deputy_id", "valid_from", "valid_to", "reason", "ended_at")
    filters = {"principal": _of("principal_id"), "deputy": _of("deputy_id"), "on": _on}
    ordering = (Key("valid_from", descending=True), Key("id", descending=True))
    create_action = "set"
