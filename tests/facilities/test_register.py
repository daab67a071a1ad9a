"""The register of facilities and outside bodies."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from core.access.engine import fields_readable, rules_of
from core.accounts.enums import Role
from core.errors import Blocked, Denied, Invalid
from core.lifecycle.engine import perform
from core.places.models import Commune
from facilities import selectors
from facilities.models import Facility, OutsideBody


@pytest.fixture
def commune(db):
    return Commune.objects.filter(province="75").order_by("code")[0]


def test_a_facility_is_entered_once_with_its_source(facility, home, steward, form):
    assert facility.unit == home and facility.version == 1 and str(facility) == "Mái ấm Hoa Mai"
    with pytest.raises(Blocked) as refused:
        perform(Facility, "register", by=steward, data={**form, "unit": str(home.pk)})
    assert refused.value.reasons[0].code == "registered"
    with pytest.raises(Invalid) as invalid:
        perform(Facility, "register", by=steward, data={**form, "unit": str(home.pk), "source": ""})
    assert "source" in invalid.value.errors


def test_others_do_not_enter_or_edit(facility, home, someone, form):
    worker = someone(Role.WORKER)
    with pytest.raises(Denied):
        perform(Facility, "register", by=worker, data={})
    with pytest.raises(Denied):
        perform(facility, "edit", by=worker, version=1, data=form)


def test_a_hidden_address_is_sealed_and_read_by_few(facility, home, steward, someone, form):
    perform(facility, "edit", by=steward, version=1, data={**form, "hidden_address": "on", "address": "Hẻm 7 Tam Hiệp"})
    row = Facility.objects.get(pk=facility.pk)
    assert (row.address, row.safe_address) == ("", "Hẻm 7 Tam Hiệp")
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, safe_address FROM facilities_facility")
        assert "Tam Hi" not in str(cursor.fetchall())
    readers = {role for role in Role if role != Role.SYSTEM and role != Role.STEWARD}
    allowed = {role for role in readers if "safe_address" in fields_readable(someone(role), row)}
    assert allowed == {Role.SUPERVISOR, Role.HEAD}
    assert "safe_address" in fields_readable(someone(Role.FACILITY, home), row)


def test_editing_without_reading_keeps_what_is_hidden(facility, steward, form):
    hidden = {**form, "hidden_address": "on"}
    perform(facility, "edit", by=steward, version=1, data={**hidden, "address": "Hẻm 7 Tam Hiệp"})
    perform(facility, "edit", by=steward, version=2, data={**hidden, "address": "", "head_name": "Lê C"})
    row = Facility.objects.get(pk=facility.pk)
    assert (row.head_name, row.safe_address, row.version) == ("Lê C", "Hẻm 7 Tam Hiệp", 3)
    perform(row, "edit", by=steward, version=3, data={**form, "address": ""})
    row = Facility.objects.get(pk=facility.pk)
    assert (row.address, row.safe_address) == ("", "")  # opened again, but nothing leaks by it


def test_the_database_refuses_an_open_address_of_a_hidden_place(facility):
    with pytest.raises(IntegrityError), transaction.atomic():
        Facility.objects.filter(pk=facility.pk).update(hidden_address=True)


def test_lists_find_without_accents_and_cost_one_query(facility, someone, django_assert_num_queries):
    actor = someone(Role.AUDITOR)
    with django_assert_num_queries(1):
        assert [str(row) for row in selectors.facilities(actor, "hoa mai")] == ["Mái ấm Hoa Mai"]
    assert not selectors.facilities(actor, "hoa cúc").exists()
    assert not selectors.facilities(actor, ownership="public").exists()
    assert selectors.facility(actor, facility.pk) == facility


def test_outside_bodies_are_kept_once_per_commune(someone, steward, commune, form):
    boss, worker = someone(Role.SUPERVISOR), someone(Role.WORKER)
    asked = {"name": "Trung tâm Trợ giúp pháp lý", "kind": "legal_aid", "commune": commune.pk, "source": "Sở Tư pháp"}
    body = perform(OutsideBody, "register", by=boss, data=asked).record
    with pytest.raises(Blocked) as refused:
        perform(OutsideBody, "register", by=steward, data={**asked, "name": "trung tâm  TRỢ GIÚP pháp lý"})
    assert refused.value.reasons[0].code == "known"
    with pytest.raises(Denied):
        perform(OutsideBody, "register", by=worker, data=asked)
    assert list(selectors.bodies(worker, "phap ly")) == [body]
    perform(body, "edit", by=boss, version=1, data=asked)  # is_active left out: no longer working
    assert not selectors.bodies(worker).exists()


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("facilities").get_models()), ids=lambda model: model.__name__
)
def test_every_column_of_the_register_is_declared_once(model):
    declared = sorted(name for names in rules_of(model).fields.values() for name in names)
    # Rows of their own that are told with the record.
    parts = {"Authority": ["groups"], "Facility": ["care_models", "client_counts"]}.get(model.__name__, [])
    assert declared == sorted([*(field.name for field in model._meta.concrete_fields), *parts])
