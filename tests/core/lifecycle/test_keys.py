"""A repeated request, numbers of files, and the fields that many actions ask for."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

from core.access.actor import SYSTEM, Actor
from core.errors import KeyReused
from core.lifecycle import idempotency
from core.lifecycle.fields import EffectiveField, NoteField
from core.lifecycle.models import IdempotencyKey
from core.lifecycle.numbers import Counter, next_number
from tests.factories.accounts import UserFactory

DIGEST = idempotency.fingerprint("a")


# --- what is asked ---


def test_the_same_request_has_the_same_digest_whatever_the_order_of_its_fields():
    one, other = idempotency.fingerprint("x", {"a": 1, "b": 2}), idempotency.fingerprint("x", {"b": 2, "a": 1})
    assert one == other and len(one) == 64 and int(one, 16)
    assert one != idempotency.fingerprint("x", {"a": 1, "b": 3})
    assert idempotency.fingerprint("x", "y") != idempotency.fingerprint("y", "x")
    assert idempotency.fingerprint(uuid.UUID(int=1), datetime(2026, 1, 1, tzinfo=UTC))


def test_a_file_is_known_by_what_it_holds_and_can_still_be_read():
    first, same, other = (SimpleUploadedFile("a.pdf", text) for text in (b"mot" * 50_000, b"mot" * 50_000, b"hai"))
    assert idempotency.fingerprint({"f": first}) == idempotency.fingerprint({"f": same})
    assert idempotency.fingerprint({"f": first}) != idempotency.fingerprint({"f": other})
    assert first.tell() == 0 and first.read() == b"mot" * 50_000
    kept = SimpleUploadedFile("b.pdf", b"mot" * 50_000)
    kept.DEFAULT_CHUNK_SIZE = 7  # read in many pieces
    assert idempotency.fingerprint({"f": kept}) == idempotency.fingerprint({"f": first})


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError):
        idempotency.fingerprint(object())


def test_the_token_and_the_key_are_no_content():
    sent = QueryDict("csrfmiddlewaretoken=t&key=k&name=a&name=b&other=")
    assert idempotency.content(sent) == {"name": ["a", "b"], "other": [""]}
    assert idempotency.content({"key": "x"}) == {"key": "x"}, "a field of the API may be called so"
    assert idempotency.content(None) == {} and idempotency.content([]) == {}


# --- claiming a key ---


@pytest.fixture
def by(db):
    return Actor(user=UserFactory())


def age(row, hours, seconds=0):
    moment = timezone.now() - timedelta(hours=hours, seconds=seconds)
    IdempotencyKey.objects.filter(pk=row.pk).update(created_at=moment)


def test_without_a_key_or_a_person_nothing_is_claimed(by):
    assert idempotency.claim(by, "", DIGEST) is None and idempotency.claim(SYSTEM, "k", DIGEST) is None
    assert not IdempotencyKey.objects.exists()


def test_the_first_owns_the_key_and_the_second_gets_its_answer(by):
    first = idempotency.claim(by, "k", DIGEST)
    row = IdempotencyKey.objects.get()
    assert (first.row, first.result) == (row, None)
    assert (row.actor, row.key, row.fingerprint, row.result, str(row)) == (by.user, "k", DIGEST, None, "k")
    moment = datetime(2026, 5, 20, tzinfo=UTC)
    first.settle({"id": uuid.UUID(int=5), "at": moment})
    row.refresh_from_db()
    assert row.result == {"id": str(uuid.UUID(int=5)), "at": "2026-05-20T00:00:00Z"}
    again = idempotency.claim(by, "k", DIGEST)
    assert (again.row, again.result) == (row, row.result)
    assert IdempotencyKey.objects.count() == 1


def test_settling_writes_the_answer_alone(by, django_assert_num_queries):
    claim = idempotency.claim(by, "k", DIGEST)
    IdempotencyKey.objects.update(key="other")
    claim.settle({"a": 1})
    assert IdempotencyKey.objects.get().key == "other"


def test_the_key_of_another_request_is_refused(by):
    idempotency.claim(by, "k", DIGEST)
    with pytest.raises(KeyReused, match="^k$"):
        idempotency.claim(by, "k", idempotency.fingerprint("b"))
    other = Actor(user=UserFactory())
    assert idempotency.claim(other, "k", idempotency.fingerprint("b")).result is None, "everybody has keys of their own"
    assert idempotency.claim(by, "k2", idempotency.fingerprint("b")).result is None


def test_an_answer_is_that_of_the_own_request(by):
    """Others use the same keys, and one person many: each gets its own answer again."""
    other = Actor(user=UserFactory())
    for who, key, answer in ((other, "k", 1), (by, "k", 2), (by, "l", 3), (other, "l", 4)):
        idempotency.claim(who, key, idempotency.fingerprint(answer)).settle({"a": answer})
    for who, key, answer in ((by, "l", 3), (other, "l", 4), (by, "k", 2), (other, "k", 1)):
        assert idempotency.claim(who, key, idempotency.fingerprint(answer)).result == {"a": answer}


def test_a_free_key_costs_one_statement(by, django_assert_num_queries):
    with django_assert_num_queries(1):
        idempotency.claim(by, "k", DIGEST)


@pytest.mark.parametrize(("seconds", "forgotten"), [(-60, False), (60, True)])
def test_a_key_is_kept_72_hours(by, seconds, forgotten):
    first = idempotency.claim(by, "k", DIGEST)
    first.settle({"a": 1})
    age(first.row, 72, seconds)
    again = idempotency.claim(by, "k", DIGEST)
    assert (again.row.pk != first.row.pk) is forgotten
    assert again.result == (None if forgotten else {"a": 1})
    assert IdempotencyKey.objects.count() == 1


def test_at_72_hours_to_the_moment_a_key_still_holds(by, monkeypatch):
    first = idempotency.claim(by, "k", DIGEST)
    row = IdempotencyKey.objects.get()
    monkeypatch.setattr(timezone, "now", lambda: row.created_at + timedelta(hours=72))
    assert idempotency.claim(by, "k", DIGEST).row.pk == first.row.pk
    assert idempotency.forget_old() == 0


def test_an_old_key_may_stand_for_something_else(by):
    first = idempotency.claim(by, "k", DIGEST)
    age(first.row, 73)
    assert idempotency.claim(by, "k", idempotency.fingerprint("b")).result is None
    assert IdempotencyKey.objects.get().fingerprint == idempotency.fingerprint("b")


def test_a_key_forgotten_between_two_looks_is_claimed_anew(by, monkeypatch):
    """The worker forgets old keys at any moment: also between the insert, which meets the old one, and the look."""
    idempotency.claim(by, "k", idempotency.fingerprint("old"))
    real, looks = IdempotencyKey.objects.filter, []

    def filter_(**conditions):
        looks.append(conditions)
        if len(looks) == 1:
            IdempotencyKey.objects.all().delete()
        return real(**conditions)

    monkeypatch.setattr(IdempotencyKey.objects, "filter", filter_)
    claim = idempotency.claim(by, "k", DIGEST)
    assert claim.result is None and claim.row.fingerprint == DIGEST and len(looks) == 1


def test_old_keys_are_forgotten(by):
    rows = [idempotency.claim(by, name, DIGEST).row for name in "abc"]
    age(rows[0], 73)
    age(rows[1], 72, 60)
    assert idempotency.forget_old() == 2
    assert IdempotencyKey.objects.get() == rows[2]


# --- numbers ---


def test_numbers_count_by_series_and_year_of_local_time(db):
    # 17:30 UTC on the last day of the year is half past midnight here.
    new_year = datetime(2025, 12, 31, 17, 30, tzinfo=UTC)
    assert next_number("HS", new_year) == "HS-2026-000001"
    assert next_number("HS", new_year + timedelta(days=100)) == "HS-2026-000002"
    assert next_number("HS", new_year - timedelta(hours=1)) == "HS-2025-000001"
    assert next_number("CT", new_year, width=3) == "CT-2026-001"
    assert {(str(row), row.last) for row in Counter.objects.all()} == {("HS-2026", 2), ("HS-2025", 1), ("CT-2026", 1)}


def test_a_number_is_never_given_twice(db):
    Counter.objects.create(series="HS", year=2026, last=999_999)
    assert next_number("HS", datetime(2026, 6, 1, tzinfo=UTC)) == "HS-2026-1000000"


# --- fields ---


def test_a_note_is_asked_for_trimmed_and_not_endless():
    field = NoteField("Vì sao")
    assert (field.label, field.required, field.help_text, field.max_length, field.strip) == (
        "Vì sao",
        True,
        "",
        4000,
        True,
    )
    assert field.clean("  lời  ") == "lời" and field.widget.attrs["rows"] == 3
    assert isinstance(field.widget, forms.Textarea)
    for text, words in (("   ", "Ghi vài lời để người khác hiểu."), ("x" * 4001, "4000")):
        with pytest.raises(forms.ValidationError) as caught:
            field.clean(text)
        assert words in caught.value.messages[0]
    loose = NoteField("Vì sao", required=False, help_text="Ngắn thôi", max_length=5)
    assert loose.clean("") == "" and loose.help_text == "Ngắn thôi" and loose.max_length == 5


def test_when_it_happened_is_never_later_than_now(monkeypatch):
    now = timezone.make_aware(datetime(2026, 5, 20, 10))
    monkeypatch.setattr(timezone, "now", lambda: now)
    field = EffectiveField()
    assert field.label == "Xảy ra lúc (nếu trước lúc này)" and not field.required
    assert EffectiveField("Lúc", required=True).required and EffectiveField("Lúc").label == "Lúc"
    assert field.clean("") is None
    assert field.clean("2026-05-20 10:00") == now
    with pytest.raises(forms.ValidationError, match="Giờ này chưa tới"):
        field.clean("2026-05-20 10:01")
    with pytest.raises(forms.ValidationError):
        EffectiveField("Lúc", required=True).clean("")
