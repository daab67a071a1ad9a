"""Events are only added, in one chain; whoever alters one is found."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from core.access.actor import SYSTEM
from core.audit import chain, reads, triggers
from core.audit.models import ChainHead, Event, ReadLog
from tests.factories.accounts import UserFactory
from tests.factories.cases import Story
from tests.factories.world import build_world


@pytest.fixture
def story(world):
    return Story(world).in_assessment()


def write(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("table", triggers.TABLES)
@pytest.mark.parametrize("sql", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_events_and_reads(story, world, table, sql):
    with chain.unit_of_work():
        reads.log_read(world.actor("worker"), type(story.case), [story.case.pk], "read:narrative", story.case.pk)
    column = "verb = 'x'" if table == "audit_event" else "purpose = 'x'"
    counts = Event.objects.count(), ReadLog.objects.count()
    with pytest.raises(DatabaseError, match="append-only"):
        write(sql.format(table, column))
    assert (Event.objects.count(), ReadLog.objects.count()) == counts


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no TRUNCATE")
@pytest.mark.django_db
@pytest.mark.parametrize("table", triggers.TABLES)
def test_truncate_is_refused(table):
    with pytest.raises(DatabaseError, match="append-only"):
        write(f"TRUNCATE {table} CASCADE")


@pytest.mark.django_db
def test_the_orm_is_refused_too(story):
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(note="")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()


class TestTampering:
    """Somebody with the rights of the database's owner takes the triggers away."""

    @pytest.fixture(autouse=True)
    def unguarded(self, story):
        self.story = story
        assert chain.verify() == (Event.objects.count(), [])
        triggers.drop(connection)
        yield
        triggers.install(connection)

    def test_an_altered_column(self):
        middle = Event.objects.order_by("seq")[1]
        for column, value in [
            ("reason", "khác"), ("target", "closed"), ("version", 9), ("data", '{"x": 1}'), ("actor_id", None),
            ("recorded_at", timezone.now()), ("note", "v1.AAAA"), ("subject_id", self.story.world.user("intake").pk),
        ]:  # fmt: skip
            with transaction.atomic():
                shown = value.hex if connection.vendor == "sqlite" and hasattr(value, "hex") else value
                write(f"UPDATE audit_event SET {column} = %s WHERE seq = %s", shown, middle.seq)
                assert chain.verify()[1] == [middle.seq], column
                transaction.set_rollback(True)

    def test_a_row_taken_out(self):
        first = Event.objects.order_by("seq")[0]
        write("DELETE FROM audit_event WHERE seq = %s", first.seq)
        assert chain.verify()[1] == [first.seq + 1]

    def test_a_cut_tail(self):
        last = Event.objects.order_by("seq").last()
        write("DELETE FROM audit_event WHERE seq = %s", last.seq)
        assert chain.verify()[1] == [last.seq]

    def test_two_rows_exchanged(self):
        first, second = Event.objects.order_by("seq")[:2]
        for seq, new in ((first.seq, 900), (second.seq, first.seq), (900, second.seq)):
            write("UPDATE audit_event SET seq = %s WHERE seq = %s", new, seq)
        assert set(chain.verify()[1]) >= {first.seq, second.seq}

    def test_a_forged_hash_without_the_key(self, settings):
        """Whoever owns the database but not the audit key cannot make a link that holds."""
        event, real = Event.objects.order_by("seq").last(), settings.DH_AUDIT_KEY
        event.reason = "khác"
        settings.DH_AUDIT_KEY = settings.DH_SEAL_KEY
        forged = chain.link(event)
        write("UPDATE audit_event SET reason = %s, hash = %s WHERE seq = %s", "khác", forged, event.seq)
        write("UPDATE audit_chainhead SET hash = %s", forged)
        settings.DH_AUDIT_KEY = real
        assert chain.verify()[1] == [event.seq]


@pytest.mark.django_db
def test_nothing_is_written_outside_a_unit_of_work():
    with pytest.raises(chain.OutsideWork):
        chain.record("x.y", UserFactory(), by=SYSTEM)


@pytest.mark.django_db
def test_work_that_fails_leaves_no_event(world):
    before = Event.objects.count()
    with pytest.raises(RuntimeError), chain.unit_of_work():
        chain.record("x.y", world.user("worker"), world.actor("worker"))
        raise RuntimeError
    assert Event.objects.count() == before and not chain.in_work()


@pytest.mark.django_db
def test_the_note_is_sealed_and_opens(world):
    story = Story(world).register()
    story.do("supervisor", "ask_more", note="Bà Nguyễn Thị Canh ở đâu?")
    event = Event.objects.get(verb="case.ask_more")
    with connection.cursor() as cursor:
        cursor.execute("SELECT note, data FROM audit_event WHERE seq = %s", [event.seq])
        stored, data = cursor.fetchone()
    assert stored.startswith("v1.") and "Canh" not in stored + str(data)


@pytest.mark.django_db(transaction=True)
def test_writers_queue_for_the_head(committed):
    world = build_world()

    def run(name):
        try:
            for _number in range(10):
                with chain.unit_of_work():
                    chain.record("x.y", world.user(name), world.actor(name))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("worker", "supervisor", "intake", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert chain.verify() == (40, [])
    assert ChainHead.objects.get().seq == 40
