"""Buildings, rooms and beds. A bed is offered only while it is usable; who lies in it is not told here."""

from rest_framework import serializers

from core.api.fields import Label, RecordSerializer
from core.api.records import RecordViewSet
from facilities.api import narrowing
from facilities.enums import BedAge, BedNeed, BedSex
from facilities.models import Bed, Building, Room


class BuildingSerializer(RecordSerializer):
    model = Building
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    name = serializers.CharField()
    storeys = serializers.IntegerField()
    built_year = serializers.IntegerField()
    closed_on = serializers.DateField()


class Buildings(RecordViewSet):
    model = Building
    serializer_class = BuildingSerializer
    list_columns = ("id", "version", "facility_id", "name", "storeys", "built_year", "closed_on")
    filters = {"facility": narrowing.key("facility_id"), "open": narrowing.open_today("closed_on")}
    field_class = ""
    ordering = ("name",)
    create_action = "add"


class RoomSerializer(RecordSerializer):
    model = Room
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    building_id = serializers.UUIDField()
    name = serializers.CharField()
    storey = serializers.IntegerField()
    area = serializers.DecimalField(max_digits=10, decimal_places=2)
    sleeping = serializers.BooleanField()
    round_clock = serializers.BooleanField()
    accessible = serializers.BooleanField()
    closed_on = serializers.DateField()


class Rooms(RecordViewSet):
    """`area` in square metres; `round_clock` rooms need more of it (NĐ 103/2017/NĐ-CP Đ.24)."""

    model = Room
    serializer_class = RoomSerializer
    list_columns = (
        "id", "version", "facility_id", "building_id", "name", "storey", "area", "sleeping", "round_clock",
        "accessible", "closed_on",
    )  # fmt: skip
    filters = {
        "facility": narrowing.key("facility_id"),
        "building": narrowing.key("building_id"),
        "sleeping": narrowing.yes_no("sleeping"),
        "open": narrowing.open_today("closed_on"),
    }
    field_class = ""
    ordering = ("name",)
    create_action = "add"


class BedSerializer(RecordSerializer):
    model = Bed
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    facility_id = serializers.UUIDField()
    room_id = serializers.UUIDField()
    code = serializers.CharField()
    sex = serializers.CharField()
    sex_label = Label(BedSex.choices, source="sex")
    age = serializers.CharField()
    age_label = Label(BedAge.choices, source="age")
    need = serializers.CharField()
    need_label = Label(BedNeed.choices, source="need")
    licensed = serializers.BooleanField()
    usable = serializers.BooleanField()
    unusable_reason = serializers.CharField()
    unusable_since = serializers.DateField()
    opened_on = serializers.DateField()
    closed_on = serializers.DateField()


class Beds(RecordViewSet):
    model = Bed
    serializer_class = BedSerializer
    list_columns = (
        "id", "version", "facility_id", "room_id", "code", "sex", "sex_label", "age", "age_label", "need",
        "need_label", "licensed", "usable", "unusable_since", "opened_on", "closed_on",
    )  # fmt: skip
    filters = {
        "facility": narrowing.key("facility_id"),
        "room": narrowing.key("room_id"),
        "sex": narrowing.one_of("sex", BedSex.values),
        "age": narrowing.one_of("age", BedAge.values),
        "need": narrowing.one_of("need", BedNeed.values),
        "usable": narrowing.yes_no("usable"),
        "open": narrowing.open_today("closed_on"),
    }
    field_class = ""
    ordering = ("code",)
    create_action = "add"
