"""Licences, certificates of registration and written decisions. What stands on a licence is everybody's to read; what
was proposed, noticed and replied is given to those who decide and to the facility itself."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accreditation import signing
from accreditation.enums import DecisionKind, LicenceKind, LicenceState
from accreditation.models import Decision, Licence, LicenceGroup, Registration
from accreditation.selectors.licences import end_of, phase_of
from casework.api import filters
from core.access.engine import visible
from core.api.fields import Label, RecordSerializer
from core.api.paging import Key
from core.api.records import RecordViewSet
from core.folding import fold
from facilities.enums import LegalKind


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Codes(serializers.Field):
    """The codes of the groups that the licence names."""

    def to_representation(self, value: Any) -> list[str]:
        return [row.code for row in value.all()]


@extend_schema_field({"type": "string", "enum": ["open_ended", "running", "renewal_due", "grace", "expired"]})
class PhaseField(serializers.Field):
    """Where it stands in time today, derived from its dates."""

    def to_representation(self, row: Licence) -> str:
        return phase_of(row).value


@extend_schema_field({"type": "string", "format": "date", "nullable": True})
class End(serializers.Field):
    """The first day on which it no longer holds, days of grace included; null without a term."""

    def to_representation(self, row: Licence) -> str | None:
        day = end_of(row)
        return None if day is None else day.isoformat()


@extend_schema_field({"type": "string"})
class SignedText(serializers.Field):
    """The licence as it stands, signed (Ed25519): verified offline with the public key under /cong-khai/."""

    def to_representation(self, row: Licence) -> str:
        return signing.sign(row)


class LicenceSerializer(RecordSerializer):
    model = Licence
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    code = serializers.CharField()
    state = serializers.CharField()
    state_label = Label(LicenceState.choices, source="state")
    phase = PhaseField(source="*")
    holds_until = End(source="*")
    kind = serializers.CharField()
    kind_label = Label(LicenceKind.choices, source="kind")
    facility_id = serializers.UUIDField()
    to_unit_id = serializers.UUIDField()
    predecessor_id = serializers.UUIDField()
    facility_name = serializers.CharField()
    address = serializers.CharField()
    head_name = serializers.CharField()
    legal_kind = serializers.CharField()
    legal_kind_label = Label(LegalKind.choices, source="legal_kind")
    groups = Codes()
    capacity = serializers.IntegerField()
    tasks = serializers.CharField()
    conditions = serializers.CharField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    limit_groups = serializers.ListField(child=serializers.CharField())
    limit_capacity = serializers.IntegerField()
    mend_by = serializers.DateField()
    suspended_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    signature = serializers.CharField()
    signed = SignedText(source="*")
    source = serializers.CharField()  # type: ignore[assignment]
    created_at = serializers.DateTimeField()
    application_id = serializers.UUIDField()
    issued_by_id = serializers.UUIDField()
    authority_id = serializers.UUIDField()
    suspended_from = serializers.CharField()
    revoked_from = serializers.CharField()
    limit_reason = serializers.CharField()
    notice = serializers.CharField()
    noticed_at = serializers.DateTimeField()
    reply_by = serializers.DateTimeField()
    reply = serializers.CharField()
    replied_at = serializers.DateTimeField()
    reminded = serializers.IntegerField()


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Licences of facilities of that name, with or without accents."""
    if len(fold(text)) < 2:
        raise ValueError(_("Gõ ít nhất 2 chữ."))
    return rows.filter(facility__unit__name_folded__contains=fold(text))


def _of(column: str) -> Any:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(**{column: text.strip()})

    return narrow


class Licences(RecordViewSet):
    """Every licence ever given or taken over. POST takes over a licence on paper; two persons agree to it."""

    model = Licence
    serializer_class = LicenceSerializer
    list_columns = (
        "id", "version", "number", "code", "state", "state_label", "kind", "kind_label", "facility_id", "to_unit_id",
        "facility_name", "legal_kind", "capacity", "issuer", "issued_on", "starts_on", "ends_on", "mend_by", "ended_at",
    )  # fmt: skip
    filters = {
        "q": _named,
        "number": _of("number"),
        "code": _of("code"),
        "state": filters.choice("state", LicenceState.values),
        "kind": filters.choice("kind", LicenceKind.values),
        "facility": filters.key("facility_id"),
        "to_unit": filters.key("to_unit_id"),
    }
    field_class = ""
    ordering = (Key("issued_on", descending=True), Key("id", descending=True))
    create_action = "take_over"

    def browse(self, request: Request) -> Response:
        """The groups of each line too: they are rows of their own, read for the whole page at once."""
        response = super().browse(request)
        lines = {line["id"]: line for line in response.data["results"]}
        for line in lines.values():
            line["groups"] = []
        named = visible(self.actor, LicenceGroup).filter(licence__in=list(lines)).order_by("code")
        for licence, code in named.values_list("licence_id", "code"):
            lines[str(licence)]["groups"].append(code)
        return response


class RegistrationSerializer(RecordSerializer):
    model = Registration
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    facility_id = serializers.UUIDField()
    application_id = serializers.UUIDField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField()
    facts = serializers.DictField()
    replaced_by_id = serializers.UUIDField()
    ended_on = serializers.DateField()


class Registrations(RecordViewSet):
    """Certificates of registration; a change gives a new one that replaces the former."""

    model = Registration
    serializer_class = RegistrationSerializer
    list_columns = ("id", "version", "number", "facility_id", "issuer", "issued_on", "replaced_by_id", "ended_on")
    filters = {"facility": filters.key("facility_id"), "number": _of("number")}
    field_class = ""
    ordering = (Key("issued_on", descending=True), Key("id", descending=True))


class DecisionSerializer(RecordSerializer):
    model = Decision
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    kind_label = Label(DecisionKind.choices, source="kind")
    application_id = serializers.UUIDField()
    licence_id = serializers.UUIDField()
    unit_id = serializers.UUIDField()
    signed_by_id = serializers.UUIDField()
    signed_on = serializers.DateField()
    effective_on = serializers.DateField()
    basis = serializers.CharField()
    reasons = serializers.CharField()
    facts = serializers.DictField()


class Decisions(RecordViewSet):
    """Written decisions on applications and licences, as they were signed."""

    model = Decision
    serializer_class = DecisionSerializer
    list_columns = (
        "id", "version", "number", "kind", "kind_label", "application_id", "licence_id", "unit_id", "signed_by_id",
        "signed_on", "effective_on",
    )  # fmt: skip
    filters = {
        "kind": filters.choice("kind", DecisionKind.values),
        "application": filters.key("application_id"),
        "licence": filters.key("licence_id"),
        "number": _of("number"),
    }
    ordering = (Key("signed_on", descending=True), Key("id", descending=True))
