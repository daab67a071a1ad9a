"""The database refuses two in one bed and one person in two beds, whoever writes."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.ids import new_id
from facilities import overlaps
from facilities.models import Occupancy

pytestmark = pytest.mark.django_db
POSTGRES = connection.vendor == "postgresql"

COUNT_TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"

# The row that stands is [10, 20); each case: begins, ends, whether it is taken.
PERIODS = [
    (1, 10, True),
    (20, 25, True),
    (20, None, True),
    (1, 11, False),
    (19, 25, False),
    (12, 15, False),
    (1, 25, False),
    (10, 20, False),
    (1, None, False),
    (15, None, False),
]


def raw(bed, person, begins, ends, kind="stay"):
    """One row by SQL alone; returns whether the database took it."""
    values = {"facility": bed.facility_id, "bed": bed.pk, "person": person.pk, "id": new_id(), "ref": new_id()}
    keys = {name: value if POSTGRES else value.hex for name, value in values.items()}
    moments = [None if end is None else end.strftime("%Y-%m-%d %H:%M:%S") for end in (begins, ends)]
    if POSTGRES:
        moments = [None if text is None else f"{text}+00" for text in moments]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO facilities_occupancy (id, facility_id, bed_id, person_id, kind, begins, ends, ref) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [keys["id"], keys["facility"], keys["bed"], keys["person"], kind, *moments, keys["ref"]],
            )
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize(("begins", "ends", "taken"), PERIODS)
@pytest.mark.parametrize(("first", "second"), [("stay", "stay"), ("stay", "hold"), ("hold", "stay"), ("hold", "hold")])
def test_no_two_of_one_bed_overlap(beds, person, occupy, moment, first, second, begins, ends, taken):
    occupy(beds[0], moment(10), moment(20), kind=first)
    if second == "hold" and ends is None:
        ends = 28
    assert raw(beds[0], person("Người khác"), moment(begins), ends and moment(ends), second) is taken
    assert raw(beds[1], person("Người thứ ba"), moment(begins), ends and moment(ends), second) is True


@pytest.mark.parametrize(("begins", "ends", "taken"), PERIODS)
def test_no_two_stays_of_a_person_overlap(beds, person, occupy, moment, begins, ends, taken):
    who = person()
    occupy(beds[0], moment(10), moment(20), who=who)
    assert raw(beds[1], who, moment(begins), ends and moment(ends)) is taken


def test_one_who_stays_may_have_a_bed_held_elsewhere(beds, person, occupy, moment):
    who = person()
    occupy(beds[0], moment(10), None, who=who)
    assert raw(beds[1], who, moment(12), moment(14), "hold") is True


def test_an_open_row_keeps_everybody_out_for_ever(beds, person, occupy, moment):
    occupy(beds[0], moment(10))
    assert raw(beds[0], person("Người khác"), moment(1, month=12), None) is False
    assert raw(beds[0], person("Người khác"), moment(1), moment(10)) is True


@pytest.mark.parametrize("change", [{"bed": 0}, {"person": 0}, {"ends": None}, {"begins": 1}, {"kind": "stay"}])
def test_no_change_brings_an_overlap_about(beds, person, occupy, moment, change):
    """Each way to make two rows collide by UPDATE: another bed, another person, an end taken away, an earlier begin, a
    hold that becomes a stay."""
    who = person()
    first = occupy(beds[0], moment(10), moment(20), who=who)
    if "bed" in change:
        row, values = occupy(beds[1], moment(12), moment(14)), {"bed": first.bed}
    elif "person" in change:
        row, values = occupy(beds[1], moment(12), moment(14)), {"person": who}
    elif "ends" in change:
        row, values = occupy(beds[0], moment(1), moment(5)), {"ends": None}
    elif "begins" in change:
        row, values = occupy(beds[0], moment(20), moment(25)), {"begins": moment(19)}
    else:
        row, values = occupy(beds[1], moment(12), moment(14), kind="hold", who=who), {"kind": "stay"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Occupancy.objects.filter(pk=row.pk).update(**values)


def test_a_row_may_be_changed_within_its_own_period(beds, occupy, moment):
    row = occupy(beds[0], moment(10), moment(20))
    Occupancy.objects.filter(pk=row.pk).update(ends=moment(15), begins=moment(11))
    row.refresh_from_db()
    assert row.ends == moment(15)


def test_bulk_writes_are_refused_too(beds, person, moment):
    rows = [
        Occupancy(
            facility_id=beds[0].facility_id, bed=beds[0], person=person(name), kind="stay", begins=moment(10),
            ends=moment(20), ref=new_id(),
        )
        for name in ("Một", "Hai")
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Occupancy.objects.bulk_create(rows)


def test_a_hold_has_an_end(beds, person, moment):
    assert raw(beds[0], person(), moment(1), None, "hold") is False


@pytest.mark.skipif(POSTGRES, reason="moments are text on SQLite only")
@pytest.mark.parametrize("text", ["2026-11-10T00:00:00", "2026-11-10 00:00:00+07:00", "10/11/2026", "2026-11-10"])
def test_a_moment_that_would_be_compared_wrongly_is_refused(beds, person, text):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        keys = [
            new_id().hex,
            beds[0].facility_id.hex,
            beds[0].pk.hex,
            person().pk.hex,
            "stay",
            text,
            None,
            new_id().hex,
        ]
        cursor.execute(
            "INSERT INTO facilities_occupancy (id, facility_id, bed_id, person_id, kind, begins, ends, ref) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            keys,
        )


@pytest.mark.django_db(transaction=True)
def test_the_rules_survive_a_remade_table(committed, home, beds, person, occupy, moment):
    """What SQLite does on most changes of a table; afterwards the migrate command puts the triggers back."""
    field = Occupancy._meta.get_field("kind")
    with connection.schema_editor() as editor:
        wide = field.clone()
        wide.set_attributes_from_name("kind")
        wide.max_length, wide.model = 8, Occupancy
        editor.alter_field(Occupancy, field, wide, strict=False)
        editor.alter_field(Occupancy, wide, field, strict=False)
    if not POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [overlaps.TABLE]
            )
            assert cursor.fetchone()[0] == 0
    call_command("migrate", verbosity=0)
    occupy(beds[0], moment(10), moment(20))
    assert raw(beds[0], person("Người khác"), moment(12), moment(13)) is False


@pytest.mark.skipif(not POSTGRES, reason="exclusion constraints are PostgreSQL's")
@pytest.mark.parametrize(("begins", "ends", "taken"), PERIODS)
def test_without_the_extension_triggers_hold_the_same(beds, person, occupy, moment, begins, ends, taken):
    with connection.cursor() as cursor:
        for name in (overlaps.BED, overlaps.PERSON):
            cursor.execute(f"ALTER TABLE {overlaps.TABLE} DROP CONSTRAINT {name}")
        overlaps.install_postgres_triggers(cursor)
    who = person()
    occupy(beds[0], moment(10), moment(20), who=who)
    end = ends and moment(ends)
    assert raw(beds[0], person("Người khác"), moment(begins), end) is taken
    assert raw(beds[1], who, moment(begins), end) is taken


@pytest.mark.skipif(not POSTGRES, reason="exclusion constraints are PostgreSQL's")
def test_when_the_extension_cannot_be_made_it_says_what_is_needed(beds, monkeypatch, caplog):
    with connection.cursor() as cursor:
        for name in (overlaps.BED, overlaps.PERSON):
            cursor.execute(f"ALTER TABLE {overlaps.TABLE} DROP CONSTRAINT {name}")
    monkeypatch.setattr(overlaps, "_has_gist", lambda _connection: False)
    overlaps.install(connection)
    assert "CREATE EXTENSION btree_gist" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [overlaps.TABLE]
        )
        assert cursor.fetchone()[0] == 2
    monkeypatch.undo()
    overlaps.install(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [overlaps.TABLE]
        )
        assert cursor.fetchone()[0] == 0
