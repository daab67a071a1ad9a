"""One event, one link, one line of the read log, one trigger: each field of them."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from datetime import timezone as zones
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.access.actor import SYSTEM, Actor, Holding
from core.accounts.models import User
from core.audit import chain, reads, triggers
from core.audit.models import ChainHead, Event, ReadLog
from core.sealed import derived_key, unseal
from tests.factories.accounts import UnitFactory, UserFactory

SUBJECT = User(id=uuid4())


@pytest.fixture
def clerk(db):
    unit = UnitFactory()
    held = Holding("social_worker", unit.pk, unit.name, unit.path, None, unit.kind)
    return Actor(user=UserFactory(), holdings=(held,), route="case_page" + "x" * 200)


# --- the link ---


def event(**columns):
    """An event that is not stored, each covered column set."""
    made = {
        "seq": 7, "id": UUID(int=1), "prev": "0" * 64, "recorded_at": datetime(2026, 5, 20, 3, tzinfo=UTC),
        "effective_at": datetime(2026, 5, 19, 3, 0, 0, 5, tzinfo=UTC), "actor_id": UUID(int=2),
        "acting_for_id": UUID(int=3), "unit_id": UUID(int=4), "verb": "case.hold", "subject_model": "casework.Case",
        "subject_id": UUID(int=5), "root_id": UUID(int=6), "source": "active", "target": "on_hold", "version": 3,
        "reason": "move", "data": {"b": ["đ", None, 1.5], "a": 1}, "note": "v1.xyz", "cause_id": None,
    }  # fmt: skip
    return Event(**{**made, **columns})


def test_a_link_is_the_keyed_digest_of_the_one_before_and_of_canonical_json(settings):
    """Written out by hand, so that another program can verify the chain from its description."""
    body = (
        '{"acting_for_id":"00000000000000000000000000000003","actor_id":"00000000000000000000000000000002",'
        '"cause_id":null,"data":{"a":1,"b":["đ",null,1.5]},"effective_at":1779159600000005,'
        '"id":"00000000000000000000000000000001","note":"v1.xyz","reason":"move","recorded_at":1779246000000000,'
        '"root_id":"00000000000000000000000000000006","seq":7,"source":"active",'
        '"subject_id":"00000000000000000000000000000005","subject_model":"casework.Case","target":"on_hold",'
        '"unit_id":"00000000000000000000000000000004","verb":"case.hold","version":3}'
    )
    key = derived_key(settings.DH_AUDIT_KEY, "audit")
    assert chain.link(event()) == hmac.new(key, f"{'0' * 64}{body}".encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 8}, {"id": UUID(int=9)}, {"prev": "1" * 64}, {"recorded_at": timezone.now()},
        {"effective_at": timezone.now()}, {"actor_id": None}, {"acting_for_id": None}, {"unit_id": None},
        {"verb": "case.resume"}, {"subject_model": "casework.Plan"}, {"subject_id": UUID(int=9)}, {"root_id": None},
        {"source": ""}, {"target": ""}, {"version": 4}, {"reason": ""}, {"data": {}}, {"note": ""},
        {"cause_id": UUID(int=9)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_every_column_is_covered(change):
    assert chain.link(event(**change)) != chain.link(event())
    assert {field.attname for field in Event._meta.fields} == {*chain._COVERED, "prev", "hash"}


def test_the_same_moment_in_another_zone_is_the_same_link():
    moment = datetime(2026, 5, 20, 10, tzinfo=zones(timedelta(hours=7)))
    assert chain.link(event(recorded_at=moment)) == chain.link(event())


# --- recording ---


def test_an_event_says_who_did_what_to_which_record(clerk):
    before, root, deputy, cause = timezone.now(), uuid4(), UserFactory(), None
    with chain.unit_of_work():
        assert chain.in_work()
        cause = chain.record("case.close", SUBJECT, clerk)
        made = chain.record(
            "case.hold", SUBJECT, clerk, root_id=root, acting_for=deputy.pk, source="active", target="on_hold",
            version=3, reason="move", data={"at": datetime(2026, 5, 20, tzinfo=UTC), "id": UUID(int=5)},
            note="Bà Canh đi vắng.", effective_at=before - timedelta(days=1), cause=cause,
        )  # fmt: skip
        assert not Event.objects.exists(), "stored at the end, under the lock of the head"
    assert not chain.in_work()
    first, second = Event.objects.order_by("seq")
    assert (first.pk, first.id, second.id) == (1, cause.id, made.id)
    plain = (
        first.root_id,
        first.acting_for_id,
        first.source,
        first.target,
        first.version,
        first.reason,
        first.cause_id,
    )
    assert plain == (None, None, "", "", 0, "", None)
    assert (first.data, first.note) == ({}, "") and first.effective_at == first.recorded_at >= before
    assert (second.verb, second.subject_model, second.subject_id) == ("case.hold", "accounts.User", SUBJECT.pk)
    assert (second.actor_id, second.unit_id) == (clerk.id, clerk.home.unit_id)
    assert (second.root_id, second.acting_for_id, second.cause_id) == (root, deputy.pk, cause.id)
    assert (second.source, second.target, second.version, second.reason) == ("active", "on_hold", 3, "move")
    assert second.data == {"at": "2026-05-20T00:00:00Z", "id": str(UUID(int=5))}
    assert second.effective_at == before - timedelta(days=1) and second.recorded_at >= before
    stored = second.__dict__["note"]
    assert unseal(stored, "narrative", "audit_event:note:2") == "Bà Canh đi vắng." == second.note
    assert [first.prev, second.prev] == ["0" * 64, first.hash]
    assert [first.hash, second.hash] == [chain.link(row) for row in Event.objects.order_by("seq")]
    head = ChainHead.objects.get()
    assert (head.pk, head.seq, head.hash) == (1, 2, second.hash)


def test_the_clock_is_nobody_at_no_unit(db):
    with chain.unit_of_work():
        chain.record("case.expire", SUBJECT, SYSTEM)
    made = Event.objects.get()
    assert (made.actor_id, made.unit_id) == (None, None)


def test_work_within_work_is_one_work(db):
    with chain.unit_of_work():
        with chain.unit_of_work():
            chain.record("a.a", SUBJECT, SYSTEM)
        assert chain.in_work() and not Event.objects.exists(), "the inner end stores nothing"
        chain.record("a.b", SUBJECT, SYSTEM)
    assert list(Event.objects.order_by("seq").values_list("seq", "verb")) == [(1, "a.a"), (2, "a.b")]
    with chain.unit_of_work():
        chain.record("a.c", SUBJECT, SYSTEM)
    assert chain.verify() == (3, []) and ChainHead.objects.get().seq == 3


def test_work_without_events_leaves_the_head_alone(db, django_assert_num_queries):
    with django_assert_num_queries(2), chain.unit_of_work():  # the savepoint and its release
        assert chain.in_work()
    assert not ChainHead.objects.exists()


def test_work_that_fails_takes_everything_back_and_ends(db):
    with pytest.raises(RuntimeError), chain.unit_of_work():
        chain.record("a.a", SUBJECT, SYSTEM)
        UserFactory(username="gone")
        raise RuntimeError
    assert not chain.in_work() and not Event.objects.exists() and not User.objects.filter(username="gone").exists()
    with pytest.raises(chain.OutsideWork, match="^a.b$"):
        chain.record("a.b", SUBJECT, SYSTEM)


def test_the_walk_goes_on_over_its_batches(db):
    with chain.unit_of_work():
        for _number in range(5):
            chain.record("a.a", SUBJECT, SYSTEM)
    for batch in (1, 2, 5, 6):
        assert chain.verify(batch) == (5, []), batch


def test_a_head_behind_or_beside_its_chain_is_told(db):
    assert chain.verify() == (0, [])
    with chain.unit_of_work():
        chain.record("a.a", SUBJECT, SYSTEM)
    for wrong in ({"seq": 2}, {"seq": 0}, {"hash": "f" * 64}):
        with transaction.atomic():
            ChainHead.objects.update(**wrong)
            assert chain.verify() == (1, [2]), wrong
            transaction.set_rollback(True)
    assert chain.verify() == (1, [])


# --- the read log ---


def test_a_read_is_logged_with_its_fields_and_reason(clerk):
    keys, root, before = [uuid4(), uuid4()], uuid4(), timezone.now()
    reads.log_read(clerk, User, iter(keys), "read:history", root, "export", denied=True)
    row = ReadLog.objects.get()
    assert (row.actor_id, row.unit_id, row.model, row.root_id) == (clerk.id, clerk.home.unit_id, "accounts.User", root)
    assert row.ids == [str(key) for key in keys]
    assert (row.field_class, row.purpose, row.denied) == ("read:history", "export", True)
    assert row.route == clerk.route[:100] and len(row.route) == 100 and before <= row.at <= timezone.now()
    reads.log_read(SYSTEM, User, keys[:1])
    plain = ReadLog.objects.get(actor=None)
    assert (plain.unit_id, plain.field_class, plain.purpose, plain.denied) == (None, "view", "case_work", False)
    assert (plain.route, plain.root_id, plain.ids) == ("", None, [str(keys[0])])


def test_reading_nothing_leaves_no_line(clerk):
    reads.log_read(clerk, User, [])
    assert not ReadLog.objects.exists()


# --- the triggers ---


def refused(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def rows(clerk):
    with chain.unit_of_work():
        chain.record("a.a", SUBJECT, clerk)
        reads.log_read(clerk, User, [uuid4()])
    yield
    triggers.install(connection)


ATTEMPTS = [
    sql.format(table)
    for table in ("audit_event", "audit_readlog")
    for sql in ("UPDATE {} SET unit_id = NULL", "DELETE FROM {}")
]


def test_they_come_off_and_go_on_again_and_twice_is_no_harm(rows):
    for sql in ATTEMPTS:
        with pytest.raises(DatabaseError, match="append-only"):
            refused(sql)
    triggers.drop(connection)
    triggers.drop(connection)
    for sql in ATTEMPTS:
        with transaction.atomic():
            refused(sql)
            transaction.set_rollback(True)
    triggers.install(connection)
    triggers.install(connection)
    for sql in ATTEMPTS:
        with pytest.raises(
            DatabaseError, match=f"{'audit_event' if 'event' in sql else 'audit_readlog'} is append-only"
        ):
            refused(sql)


def test_a_database_that_lacks_a_table_gets_those_of_the_others(rows, monkeypatch):
    """A migration may be on its way that makes the second one."""
    names = [name for name in connection.introspection.table_names() if name != "audit_event"]
    triggers.drop(connection)
    monkeypatch.setattr(connection.introspection, "table_names", lambda *given: names)
    triggers.install(connection)
    refused("UPDATE audit_event SET unit_id = NULL")
    with pytest.raises(DatabaseError, match="append-only"):
        refused("UPDATE audit_readlog SET unit_id = NULL")
