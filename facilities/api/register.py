"""Facilities, what each may do, and bodies outside the system. Everybody who is signed in reads the register."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access.engine import visible
from core.api.fields import Label, RecordSerializer
from core.api.records import RecordViewSet
from core.catalogue.models import ClientGroup
from facilities.api import narrowing
from facilities.enums import BodyKind, CareModel, LegalKind, Ownership, Zone
from facilities.models import Authority, AuthorityGroup, Facility, OutsideBody
from facilities.selectors.authority import may_take


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Codes(serializers.Field):
    """The codes of the rows that belong to a record, in their order."""

    def to_representation(self, value: Any) -> list[str]:
        return [row.code for row in value.all()]


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class Counts(serializers.Field):
    """How many of each care group: {"elderly": 12, …}."""

    def to_representation(self, value: Any) -> dict[str, int]:
        return {row.care_group: row.number for row in value.all()}


def _group_today(rows: QuerySet, text: str) -> QuerySet:
    """Facilities that may take the group today."""
    if not ClientGroup.objects.filter(code=text).exists():
        raise ValueError(_("Không có nhóm đối tượng này."))
    return rows.filter(may_take(text))


class FacilitySerializer(RecordSerializer):
    model = Facility
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    unit_id = serializers.UUIDField()
    legal_kind = serializers.CharField()
    legal_kind_label = Label(LegalKind.choices, source="legal_kind")
    ownership = serializers.CharField()
    ownership_label = Label(Ownership.choices, source="ownership")
    commune_code = serializers.CharField(source="commune_id")
    address = serializers.CharField()
    hidden_address = serializers.BooleanField()
    safe_address = serializers.CharField()
    head_name = serializers.CharField()
    phone = serializers.CharField()
    capacity = serializers.IntegerField()
    note = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    zone = serializers.CharField()
    zone_label = Label(Zone.choices, source="zone")
    land_area = serializers.DecimalField(max_digits=12, decimal_places=2)
    care_models = Codes()
    client_counts = Counts()
    accessible = serializers.BooleanField()
    accessibility = serializers.CharField()
    amenities = serializers.CharField()
    opening_hours = serializers.CharField()
    email = serializers.CharField()
    website = serializers.CharField()
    founded_on = serializers.DateField()
    foreign_founder = serializers.BooleanField()
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    closed_on = serializers.DateField()


class Facilities(RecordViewSet):
    model = Facility
    serializer_class = FacilitySerializer
    list_columns = (
        "id", "version", "unit_id", "legal_kind", "legal_kind_label", "ownership", "commune_code", "address",
        "hidden_address", "phone", "capacity", "closed_on",
    )  # fmt: skip
    filters = {
        "q": narrowing.named("unit__name_folded"),
        "legal_kind": narrowing.one_of("legal_kind", LegalKind.values),
        "ownership": narrowing.one_of("ownership", Ownership.values),
        "commune": narrowing.commune,
        "model": narrowing.one_of("care_models__code", CareModel.values),
        "group": _group_today,
        "open": narrowing.open_today("closed_on"),
    }
    create_action = "register"


class AuthoritySerializer(RecordSerializer):
    model = Authority
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    groups = Codes()
    capacity = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    stopped_on = serializers.DateField()
    stop_reason = serializers.CharField()
    paper_number = serializers.CharField()
    paper_date = serializers.DateField()
    paper_issuer = serializers.CharField()


class Authorities(RecordViewSet):
    """What a facility may do from a day on. `valid_to` is the first day on which it no longer holds."""

    model = Authority
    serializer_class = AuthoritySerializer
    list_columns = ("id", "version", "facility_id", "capacity", "valid_from", "valid_to", "stopped_on", "paper_number")
    filters = {"facility": narrowing.key("facility_id"), "group": narrowing.group("groups__code")}
    field_class = ""
    ordering = "-valid_from"
    create_action = "set"

    def browse(self, request: Request) -> Response:
        """The groups of each line too: they are rows of their own, read for the whole page at once."""
        response = super().browse(request)
        lines = {line["id"]: line for line in response.data["results"]}
        for line in lines.values():
            line["groups"] = []
        named = visible(self.actor, AuthorityGroup).filter(authority__in=list(lines)).order_by("code")
        for authority, code in named.values_list("authority_id", "code"):
            lines[str(authority)]["groups"].append(code)
        return response


class BodySerializer(RecordSerializer):
    model = OutsideBody
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_label = Label(BodyKind.choices, source="kind")
    commune_code = serializers.CharField(source="commune_id")
    address = serializers.CharField()
    phone = serializers.CharField()
    is_active = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]


class Bodies(RecordViewSet):
    """Hospitals, schools, legal aid: nobody there signs in."""

    model = OutsideBody
    serializer_class = BodySerializer
    list_columns = ("id", "version", "name", "kind", "kind_label", "commune_code", "phone", "is_active")
    filters = {
        "q": narrowing.named("name_folded"),
        "kind": narrowing.one_of("kind", BodyKind.values),
        "commune": narrowing.commune,
    }
    field_class = ""
    ordering = ("name",)
    create_action = "register"
