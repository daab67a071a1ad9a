"""What trust.md §4 names is ciphertext in the database, bound to its row, and found only by its blind index."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection

from casework.models import Case, Person
from core.sealed import SealBroken, SealedTextField, blind_index
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db
NUMBER = "075150123456"


@pytest.fixture
def person(world):
    story = Story(world).register(
        id_number=NUMBER, phone="0912 345 678", address="12 đường Canh Nhà", reporter="Bà Canh Báo",
        reporter_phone="0909 111 222", problem="Canh chuyện kể riêng.",
    )  # fmt: skip
    return story.case.person


def stored(model, pk, column):
    shown = pk.hex if connection.vendor == "sqlite" else pk
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} WHERE id = %s", [shown])
        return cursor.fetchone()[0]


def test_the_columns_hold_ciphertext(person):
    case = person.cases.get()
    for model, pk, names in (
        (Person, person.pk, ("id_number", "phone", "address")),
        (Case, case.pk, ("reporter", "reporter_phone", "problem")),
    ):
        for name in names:
            text = stored(model, pk, name)
            assert text.startswith("v1."), name
            assert getattr(model.objects.get(pk=pk), name), name


def test_no_table_holds_the_plain_text(person):
    """Every column of every table is read and searched."""
    canaries = (NUMBER, "Canh Nhà", "Canh Báo", "0909111222", "Canh chuyện")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(("django_", "auth_", "account_", "places_")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            dump = repr(cursor.fetchall())
            assert not [word for word in canaries if word in dump], table


def test_the_same_text_is_sealed_differently_each_time(person):
    person.refresh_from_db()
    before = stored(Person, person.pk, "id_number")
    person.id_number = NUMBER
    person.save()
    assert stored(Person, person.pk, "id_number") != before


@pytest.mark.parametrize(("source", "target"), [("phone", "address"), ("id_number", "phone")])
def test_ciphertext_moved_to_another_column_does_not_open(person, source, target):
    text = stored(Person, person.pk, source)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE casework_person SET {target} = %s", [text])
    with pytest.raises(SealBroken):
        str(getattr(Person.objects.get(pk=person.pk), target))


def test_ciphertext_moved_to_another_row_does_not_open(person, world):
    other = Story(world).register().case.person
    text = stored(Person, person.pk, "id_number")
    shown = other.pk.hex if connection.vendor == "sqlite" else other.pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_person SET id_number = %s WHERE id = %s", [text, shown])
    with pytest.raises(SealBroken):
        str(Person.objects.get(pk=other.pk).id_number)


def test_update_refuses_plain_text(person):
    with pytest.raises(TypeError, match="sealed"):
        Person.objects.filter(pk=person.pk).update(id_number="1")
    with pytest.raises(TypeError, match="sealed"):
        Person.objects.bulk_update([_changed(person)], ["phone"])


def _changed(person):
    person.phone = "0900000000"
    return person


def test_it_is_found_by_the_index_and_by_nothing_else(person):
    assert Person.objects.get(id_index=blind_index(NUMBER, "identity")) == person
    with pytest.raises(FieldError):
        Person.objects.filter(id_number=NUMBER).exists()
    with pytest.raises(FieldError):
        Person.objects.filter(id_number__contains="123").exists()


def test_another_key_finds_and_opens_nothing(person, settings):
    index = person.id_index
    settings.DH_INDEX_KEY = settings.DH_AUDIT_KEY
    assert blind_index(NUMBER, "identity") != index
    settings.DH_SEAL_KEY = "YW5vdGhlci1rZXktb2YtdGhpcnR5LXR3by1ieXRlcyE="
    with pytest.raises(SealBroken):
        str(Person.objects.get(pk=person.pk).id_number)


def test_every_text_that_trust_names_is_sealed():
    """trust.md §4: id number, phone, bank, safe address, reporter, narrative, diagnosis."""
    wanted = {
        "casework.Person": {"id_number", "phone", "address", "illness", "treatment", "condition"},
        "casework.Household": {"head_id_number"},
        "casework.Contact": {"phone", "address", "note"},
        "casework.Case": {
            "reporter", "reporter_phone", "found_at", "problem", "safety_note", "wishes", "closure_statement",
        },
        "casework.Assessment": {"summary", "risk_reason"},
        "casework.DomainFinding": {"need", "strength", "resource"},
        "casework.ServicePlan": {"client_view", "summary"},
        "casework.Goal": {"judgement"},
        "casework.PlanComment": {"text", "answer"},
        "casework.WorkEntry": {"text", "with_whom"},
        "casework.FollowUp": {"note"},
        "audit.Event": {"note"},
        "core.Proposal": {"payload", "summary"},
    }  # fmt: skip
    for label, names in wanted.items():
        sealed = {f.name for f in apps.get_model(label)._meta.fields if isinstance(f, SealedTextField)}
        assert names <= sealed, (label, names - sealed)
