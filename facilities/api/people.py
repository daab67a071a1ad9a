"""Staff, prices and the wallet of papers. Files of papers go in here and out through the pages (`/giay-to/`)."""

from rest_framework import serializers

from core.api.fields import Label, RecordSerializer
from core.api.records import RecordViewSet
from facilities.api import narrowing
from facilities.enums import CareGroup, PaperKind, Position
from facilities.models import PriceItem, StaffMember, WalletPaper


class StaffSerializer(RecordSerializer):
    model = StaffMember
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    full_name = serializers.CharField()
    position = serializers.CharField()
    position_label = Label(Position.choices, source="position")
    cares_for = serializers.CharField()
    cares_for_label = Label(CareGroup.choices, source="cares_for")
    full_time = serializers.BooleanField()
    qualification = serializers.CharField()
    phone = serializers.CharField()
    certificate_number = serializers.CharField()
    certificate_issuer = serializers.CharField()
    certificate_scope = serializers.CharField()
    certificate_expires = serializers.DateField()
    works_from = serializers.DateField()
    left_on = serializers.DateField()


class Staff(RecordViewSet):
    """Who works in a facility: told to the house itself, to those who license and check it, and to the stewards."""

    model = StaffMember
    serializer_class = StaffSerializer
    list_columns = (
        "id", "version", "facility_id", "full_name", "position", "position_label", "cares_for", "cares_for_label",
        "full_time", "certificate_number", "certificate_expires", "works_from", "left_on",
    )  # fmt: skip
    filters = {
        "facility": narrowing.key("facility_id"),
        "position": narrowing.one_of("position", Position.values),
        "ends_within": narrowing.ends_within("certificate_expires"),
        "working": narrowing.open_today("left_on"),
    }
    ordering = ("full_name",)
    create_action = "add"


class PriceSerializer(RecordSerializer):
    model = PriceItem
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    service_type_id = serializers.IntegerField()
    detail = serializers.CharField()
    per = serializers.CharField()
    price = serializers.DecimalField(max_digits=14, decimal_places=0)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    basis = serializers.CharField()


class Prices(RecordViewSet):
    """`price` in đồng per `per`; `valid_to` is the first day on which it no longer holds. `on` narrows to a day."""

    model = PriceItem
    serializer_class = PriceSerializer
    list_columns = (
        "id", "version", "facility_id", "service_type_id", "detail", "per", "price", "valid_from", "valid_to",
    )  # fmt: skip
    filters = {"facility": narrowing.key("facility_id"), "on": narrowing.on_day}
    field_class = ""
    ordering = "-valid_from"
    create_action = "add"


class WalletSerializer(RecordSerializer):
    model = WalletPaper
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = Label(PaperKind.choices, source="kind")
    number = serializers.CharField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField()
    expires_on = serializers.DateField()
    document_id = serializers.UUIDField()
    replaced_by_id = serializers.UUIDField()
    withdrawn_on = serializers.DateField()


class Wallet(RecordViewSet):
    """Papers that the facility keeps; `expires_on` is the last day on which one holds."""

    model = WalletPaper
    serializer_class = WalletSerializer
    list_columns = (
        "id", "version", "facility_id", "kind", "kind_label", "number", "issued_on", "expires_on", "document_id",
        "replaced_by_id", "withdrawn_on",
    )  # fmt: skip
    filters = {
        "facility": narrowing.key("facility_id"),
        "kind": narrowing.one_of("kind", PaperKind.values),
        "ends_within": narrowing.ends_within("expires_on"),
    }
    field_class = ""
    create_action = "add"
