"""Keys, boxes and the sealed column by themselves, against RFC 5869 and AES-GCM as other programs would do them."""

import base64
import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from core import sealed

MASTER = base64.b64encode(bytes(range(32))).decode()


def hkdf(master: bytes, info: bytes) -> bytes:
    """RFC 5869 with SHA-256, no salt, one block."""
    secret = hmac.new(bytes(32), master, hashlib.sha256).digest()
    return hmac.new(secret, info + b"\x01", hashlib.sha256).digest()


@pytest.fixture
def box():
    """A model that no application has; it is never stored."""
    with isolate_apps("core"):

        class Box(models.Model):
            id = models.IntegerField(primary_key=True)
            plain = models.CharField(max_length=9)
            word = sealed.SealedTextField("lời", kind="narrative", db_column="kept_word")
            number = sealed.SealedTextField(kind="identity", blank=False, default="0")

            class Meta:
                app_label = "core"
                db_table = "box"

            def __str__(self):
                return self.plain

        yield Box


def test_a_key_is_derived_as_rfc_5869_says_one_for_each_name():
    assert sealed.derived_key(MASTER, "seal:identity") == hkdf(bytes(range(32)), b"seal:identity")
    assert sealed.derived_key(MASTER, "seal:narrative") != sealed.derived_key(MASTER, "seal:identity")
    assert len(sealed.derived_key(MASTER, "x")) == 32


@pytest.mark.parametrize("master", ["không phải base64", "====", base64.b64encode(bytes(31)).decode() + "!"])
def test_what_is_not_base64_is_no_key(master):
    with pytest.raises(ImproperlyConfigured, match="^audit: the key is not base64$"):
        sealed.derived_key(master, "audit")


def test_a_character_that_base64_does_not_know_spoils_the_key():
    """A decoder that is not strict would take it, as if the character were not there."""
    with pytest.raises(ImproperlyConfigured, match="not base64"):
        sealed.derived_key(f"*{MASTER}", "audit")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_32_bytes(size):
    with pytest.raises(ImproperlyConfigured, match="^audit: the key must be 32 bytes in base64$"):
        sealed.derived_key(base64.b64encode(bytes(size)).decode(), "audit")


def test_the_stored_form_is_what_the_description_says(settings):
    settings.DH_SEAL_KEY = MASTER
    stored = sealed.seal("Bà Canh", "identity", "box:word:1")
    assert isinstance(stored, sealed.Sealed) and stored.startswith("v1.")
    raw = base64.urlsafe_b64decode(stored[3:])
    assert len(raw) == 12 + len("Bà Canh".encode()) + 16
    key = AESGCM(hkdf(bytes(range(32)), b"seal:identity"))
    assert key.decrypt(raw[:12], raw[12:], b"box:word:1").decode() == "Bà Canh"
    assert sealed.unseal(stored, "identity", "box:word:1") == "Bà Canh"


@pytest.mark.parametrize(("kind", "place"), [("narrative", "box:word:1"), ("identity", "box:word:2")])
def test_another_key_or_place_does_not_open(settings, kind, place):
    stored = sealed.seal("Bà Canh", "identity", "box:word:1")
    with pytest.raises(sealed.SealBroken) as caught:
        sealed.unseal(stored, kind, place)
    assert str(caught.value) == "box:word", "the column is told, the row is not"


@pytest.mark.parametrize("stored", ["v1.A", "v1.", "v1.AAAA", "v1.đ"])
def test_what_is_no_box_does_not_open(stored):
    """Not base64, nothing, shorter than a nonce, not ASCII."""
    with pytest.raises(sealed.SealBroken):
        sealed.unseal(stored, "identity", "box:word:1")


def test_the_place_of_a_row_whose_key_has_a_colon_is_told_without_the_key():
    with pytest.raises(sealed.SealBroken, match="^a:b:c$"):
        sealed.unseal("v1.AAAA", "identity", "a:b:c:d")


def test_the_blind_index_is_the_keyed_digest_of_the_value(settings):
    settings.DH_INDEX_KEY = MASTER
    key = hkdf(bytes(range(32)), b"index:identity")
    assert sealed.blind_index("075", "identity") == hmac.new(key, b"075", hashlib.sha256).hexdigest()
    assert sealed.blind_index("", "identity") == ""
    assert sealed.blind_index("075", "phone") != sealed.blind_index("075", "identity")


def test_a_sealed_column_may_be_empty_and_says_its_kind_to_migrations(box):
    field = box._meta.get_field("word")
    assert (field.blank, field.default, field.kind, field.verbose_name) == (True, "", "narrative", "lời")
    stated = box._meta.get_field("number")
    assert (stated.blank, stated.default, stated.kind) == (False, "0", "identity")
    name, path, args, kwargs = field.deconstruct()
    assert (name, path, args) == ("word", "core.sealed.SealedTextField", [])
    assert kwargs == {
        "blank": True,
        "default": "",
        "db_column": "kept_word",
        "kind": "narrative",
        "verbose_name": "lời",
    }
    assert sealed.SealedTextField().kind == "narrative"


def test_the_column_is_one_of_the_model(box):
    assert [field.name for field in box._meta.local_fields] == ["id", "plain", "word", "number"]
    assert box.word.field is box._meta.get_field("word")


def test_a_private_column_stays_private(box):
    """Django hands `private_only` on; a relation of a library asks for it."""
    field = sealed.SealedTextField()
    field.contribute_to_class(box, "apart", private_only=True)
    assert field in box._meta.private_fields and field not in box._meta.local_fields


def test_what_was_loaded_opens_when_it_is_read_and_once(box, monkeypatch):
    stored = sealed.seal("Bà Canh", "narrative", "box:kept_word:7")
    row = box(id=7)
    row.__dict__["word"] = box._meta.get_field("word").from_db_value(stored, None, connection)
    assert row.__dict__["word"] == stored
    assert row.word == "Bà Canh" and row.__dict__["word"] == "Bà Canh"
    assert row.word == "Bà Canh"


def test_a_deferred_column_is_fetched_when_it_is_read(box, monkeypatch):
    row, asked = box(id=7, plain="a"), []
    del row.__dict__["word"]

    def refresh(using=None, fields=None, **more):
        asked.append(fields)
        row.__dict__["word"] = sealed.seal("Bà Canh", "narrative", "box:kept_word:7")

    monkeypatch.setattr(row, "refresh_from_db", refresh)
    assert row.word == "Bà Canh"
    assert asked == [["word"]], "only what was left out"


def test_nothing_stored_stays_nothing(box):
    field = box._meta.get_field("word")
    assert field.from_db_value("", None, connection) == "" and field.from_db_value(None, None, connection) is None
    assert type(field.from_db_value("v1.x", None, connection)) is sealed.Sealed


def test_saving_seals_what_is_new_and_keeps_what_was_not_read(box):
    field = box._meta.get_field("word")
    row = box(id=7, word="Bà Canh")
    written = field.pre_save(row, add=True)
    assert sealed.unseal(written, "narrative", "box:kept_word:7") == "Bà Canh"
    row.__dict__["word"] = written
    assert field.pre_save(row, add=False) is written, "sealed anew only when it was opened"
    for nothing in ("", None):
        row.__dict__["word"] = nothing
        assert field.pre_save(row, add=False) == ""
    del row.__dict__["word"]
    assert field.pre_save(row, add=False) == ""


def test_what_is_no_text_is_sealed_as_text(box):
    written = box._meta.get_field("word").pre_save(box(id=7, word=12), add=True)
    assert sealed.unseal(written, "narrative", "box:kept_word:7") == "12"


def test_plain_text_is_never_handed_to_the_database(box):
    field = box._meta.get_field("word")
    with pytest.raises(TypeError, match=r"^Box\.word is sealed: save the row, do not update\(\) it$"):
        field.get_db_prep_save("Bà Canh", connection)
    assert field.get_db_prep_save(sealed.Sealed("v1.x"), connection) == "v1.x"
    assert field.get_db_prep_save("", connection) == ""


def test_only_absence_can_be_asked_of_it(box):
    field = box._meta.get_field("word")
    assert field.get_lookup("isnull") is models.TextField().get_lookup("isnull")
    assert field.get_lookup("exact") is None and field.get_lookup("icontains") is None
