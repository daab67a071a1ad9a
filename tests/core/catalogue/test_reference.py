from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import ProjectState

from core import reference
from core.audit import triggers
from core.catalogue.models import ClientGroup, ReferenceFile
from core.clock.models import Parameter
from core.places.models import Commune, Province

pytestmark = pytest.mark.django_db


def counts():
    return {table.model: apps.get_model(table.model).objects.count() for table in reference.TABLES}


def test_loading_again_does_nothing(django_assert_num_queries):
    before = counts()
    assert min(before.values()) > 0
    with django_assert_num_queries(3):  # savepoint, checksums, release
        assert reference.load_all() == {}
    assert counts() == before


def test_every_row_is_found_again_by_its_key():
    before = counts()
    loaded = reference.load_all(force=True)
    assert counts() == before
    assert loaded == {table.file: before[table.model] for table in reference.TABLES}


def test_a_row_is_brought_up_to_date_and_local_rows_stay():
    Province.objects.filter(code="75").update(name="Sai", name_folded="sai")
    Parameter.objects.create(code="due.intake", value=2, unit="wd", valid_from=date(2026, 12, 1), article="setting")
    ReferenceFile.objects.filter(name__contains="provinces.csv").update(sha256="0" * 64)
    assert set(reference.load_all()) == {"places/data/provinces.csv"}
    assert Province.objects.get(code="75").name_folded == "dong nai"
    reference.load_all(force=True)
    assert Parameter.objects.get(code="due.intake", valid_from=date(2026, 12, 1)).value == 2


def test_a_lost_database_is_filled_again():
    reference.load_all()
    Commune.objects.all()._raw_delete("default")
    ReferenceFile.objects.all().delete()
    assert reference.load_all()["places/data/communes.csv"] == 3321


def test_a_partial_or_older_database_is_left_alone():
    ReferenceFile.objects.all().delete()
    reference.after_migrate(apps=ProjectState().apps)
    assert not ReferenceFile.objects.exists()
    reference.after_migrate()
    assert ReferenceFile.objects.count() == len(reference.TABLES)


def test_a_broken_file_names_the_line_and_changes_nothing(monkeypatch, tmp_path):
    file = tmp_path / "calendar_days.csv"
    file.write_text(
        "date,effect,kind,name,basis,provisional\n2026-01-01,off,x,x,x,0\n2026-02-30,off,x,x,x,0\n", encoding="utf-8"
    )
    good = next(table for table in reference.TABLES if table.model == "clock.CalendarDay")
    bad = reference.table(str(file), good.model, good.key, good.read)
    monkeypatch.setattr(reference, "TABLES", [bad])
    before = counts()
    with pytest.raises(reference.BadReference, match="dòng 3"):
        reference.load_all()
    assert counts() == before


def test_every_value_fits_its_column_and_choices():
    # SQLite takes any length; PostgreSQL does not.
    for table in reference.TABLES:
        model = apps.get_model(table.model)
        for row in reference.rows_of(table):
            record = model(**row)
            record.clean_fields(exclude=[field.name for field in model._meta.fields if field.is_relation])


def test_the_command_says_what_it_did():
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert "không có gì thay đổi" in out.getvalue()
    out = StringIO()
    call_command("load_reference", "--force", stdout=out)
    assert "communes.csv: 3321 dòng" in out.getvalue()


def test_flush_leaves_reference_data(committed):
    triggers.drop(connection)  # the log refuses to be emptied
    call_command("flush", interactive=False, verbosity=0)
    assert Commune.objects.count() == 3321
    assert ClientGroup.objects.exists()
