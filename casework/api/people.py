"""Persons, households, contacts."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from casework.api import filters
from casework.enums import ContactSafety, DisabilityLevel, DisabilityType, HouseholdStatus, IdKind, Marital, Sex
from casework.models import Contact, Household, Person
from core.access.engine import visible
from core.api.fields import Label, RecordSerializer
from core.api.records import RecordViewSet


class PersonSerializer(RecordSerializer):
    model = Person
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    unidentified = serializers.BooleanField()
    known_as = serializers.CharField()
    birth_year = serializers.IntegerField()
    birth_month = serializers.IntegerField()
    birth_day = serializers.IntegerField()
    birth_estimated = serializers.BooleanField()
    sex = serializers.CharField()
    sex_label = Label(Sex.choices, source="sex")
    ethnicity = serializers.CharField()
    marital = serializers.CharField()
    marital_label = Label(Marital.choices, source="marital")
    commune_code = serializers.CharField(source="commune_id")
    hamlet = serializers.CharField()
    household_id = serializers.UUIDField()
    education = serializers.CharField()
    school = serializers.CharField()
    job = serializers.CharField()
    deceased_on = serializers.DateField()
    merged_into_id = serializers.UUIDField()
    id_kind = serializers.CharField()
    id_kind_label = Label(IdKind.choices, source="id_kind")
    id_number = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()
    address_stated = serializers.CharField()
    income = serializers.IntegerField()
    policies = serializers.CharField()
    illness = serializers.CharField()
    disability_type = serializers.CharField()
    disability_type_label = Label(DisabilityType.choices, source="disability_type")
    disability_level = serializers.CharField()
    disability_level_label = Label(DisabilityLevel.choices, source="disability_level")
    disability_paper = serializers.CharField()
    work_ability = serializers.CharField()
    selfcare_ability = serializers.CharField()
    treatment = serializers.CharField()
    condition = serializers.CharField()


class Persons(RecordViewSet):
    """Persons of the cases that the reader sees."""

    model = Person
    serializer_class = PersonSerializer
    list_columns = (
        "id", "version", "name", "unidentified", "birth_year", "birth_month", "birth_day", "sex", "commune_code",
        "hamlet", "deceased_on",
    )  # fmt: skip
    filters = {
        "q": filters.name("name_folded"),
        "commune": filters.code("commune_id"),
        "household": filters.key("household_id"),
        "sex": filters.choice("sex", Sex.values),
        "unidentified": filters.flag("unidentified"),
    }
    ordering = ("sort_name",)

    def _filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Who lives together is found by those alone who read with whom each one lives."""
        rows = super()._filtered(rows)
        asked = "household" in self.request.query_params
        return visible(self.actor, Person, "read:contact", within=rows) if asked else rows


class HouseholdSerializer(RecordSerializer):
    model = Household
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    head_name = serializers.CharField()
    head_id_number = serializers.CharField()
    head_relation = serializers.CharField()
    head_job = serializers.CharField()
    status = serializers.CharField()
    status_label = Label(HouseholdStatus.choices, source="status")
    size = serializers.IntegerField()
    position = serializers.CharField()
    income_sources = serializers.CharField()
    income = serializers.IntegerField()
    spend_food = serializers.IntegerField()
    spend_clothing = serializers.IntegerField()
    spend_school = serializers.IntegerField()
    spend_medical = serializers.IntegerField()
    housing = serializers.CharField()
    caring_capacity = serializers.CharField()
    commune_code = serializers.CharField(source="commune_id")


class Households(RecordViewSet):
    """They change by the person's action `edit_household`."""

    model = Household
    serializer_class = HouseholdSerializer
    list_columns = ("id", "version", "head_name", "status", "size", "income", "commune_code")
    filters = {
        "status": filters.choice("status", HouseholdStatus.values),
        "commune": filters.code("commune_id"),
    }


class ContactSerializer(RecordSerializer):
    model = Contact
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    person_id = serializers.UUIDField()
    name = serializers.CharField()
    relation = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()
    safety = serializers.CharField()
    safety_label = Label(ContactSafety.choices, source="safety")
    is_main = serializers.BooleanField()
    is_guardian = serializers.BooleanField()
    lives_with = serializers.BooleanField()
    job = serializers.CharField()
    note = serializers.CharField()


class Contacts(RecordViewSet):
    """People around the client; an unsafe one is marked in the list, and no telephone is listed."""

    model = Contact
    serializer_class = ContactSerializer
    list_columns = ("id", "version", "person_id", "name", "relation", "safety", "is_main", "is_guardian", "lives_with")
    filters = {"person": filters.key("person_id"), "safety": filters.choice("safety", ContactSafety.values)}
    create_action = "add"
