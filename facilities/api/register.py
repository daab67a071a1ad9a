"""Facilities, what each may do, and bodies outside the system. Everybody who is signed in reads the register."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access.engine import visible
from core.api.fields import Label, RecordSerializer
from core.api.records import Filter, RecordViewSet
from core.catalogue.models import ClientGroup
from core.folding import fold
from facilities.enums import BodyKind, LegalKind, Ownership
from facilities.models import Authority, AuthorityGroup, Facility, OutsideBody


def _named(column: str) -> Filter:
    def narrow(rows: QuerySet, text: str) -> QuerySet:
        if len(fold(text)) < 2:
            raise ValueError(_("Gõ ít nhất 2 chữ."))
        return rows.filter(**{f"{column}__contains": fold(text)})

    return narrow


def _one_of(column: str, codes: list[str]) -> Filter:
    def narrow(rows: QuerySet, text: str) -> QuerySet:
        if text not in codes:
            raise ValueError(_("Giá trị không dùng được. Chọn: %(allowed)s.") % {"allowed": ", ".join(codes)})
        return rows.filter(**{column: text})

    return narrow


def _facility(rows: QuerySet, text: str) -> QuerySet:
    try:
        return rows.filter(facility_id=UUID(text))
    except ValueError as error:
        raise ValueError(_("Cần một mã (UUID).")) from error


def _group(rows: QuerySet, text: str) -> QuerySet:
    if not ClientGroup.objects.filter(code=text).exists():
        raise ValueError(_("Không có nhóm đối tượng này."))
    return rows.filter(groups__code=text)


def _commune(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(commune_id=text)


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


class Facilities(RecordViewSet):
    model = Facility
    serializer_class = FacilitySerializer
    list_columns = (
        "id", "version", "unit_id", "legal_kind", "legal_kind_label", "ownership", "commune_code", "address",
        "hidden_address", "phone", "capacity",
    )  # fmt: skip
    filters = {
        "q": _named("unit__name_folded"),
        "legal_kind": _one_of("legal_kind", LegalKind.values),
        "ownership": _one_of("ownership", Ownership.values),
        "commune": _commune,
    }
    create_action = "register"


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Groups(serializers.Field):
    """The codes of the client groups that an authority names, in their order."""

    def to_representation(self, value: Any) -> list[str]:
        return [group.code for group in value.all()]


class AuthoritySerializer(RecordSerializer):
    model = Authority
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    groups = Groups()
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
    filters = {"facility": _facility, "group": _group}
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
    filters = {"q": _named("name_folded"), "kind": _one_of("kind", BodyKind.values), "commune": _commune}
    field_class = ""
    ordering = ("name",)
    create_action = "register"
