"""Fields that are stored encrypted: AES-256-GCM, one key per class of data, bound to table, column and row.

A sealed column copied to another row, column or table does not open. Keys are derived (HKDF-SHA256) from
`DH_SEAL_KEY`; the blind index that finds an identity number uses `DH_INDEX_KEY`, which never lives in the database.
Which fields are sealed is stated in trust.md §4. Stored form: "v1." + base64url(nonce 12 bytes + ciphertext + tag).
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_MARK = "v1."


class SealBroken(Exception):
    """The stored value does not open: wrong key, or moved or altered outside the application."""


class Sealed(str):
    """A value as stored. A subclass of str so that it can be told from plain text."""


@lru_cache(maxsize=64)
def derived_key(master: str, name: str) -> bytes:
    try:
        raw = base64.b64decode(master, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: the key is not base64") from error
    if len(raw) != 32:
        raise ImproperlyConfigured(f"{name}: the key must be 32 bytes in base64")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=name.encode()).derive(raw)


def seal(text: str, kind: str, place: str) -> Sealed:
    """Encrypt. `kind` names the class of data (and so the key), `place` is table:column:row."""
    nonce = os.urandom(12)
    box = AESGCM(derived_key(settings.DH_SEAL_KEY, f"seal:{kind}")).encrypt(nonce, text.encode(), place.encode())
    return Sealed(_MARK + base64.urlsafe_b64encode(nonce + box).decode())


def unseal(stored: str, kind: str, place: str) -> str:
    """Decrypt, or raise SealBroken."""
    try:
        raw = base64.urlsafe_b64decode(stored.removeprefix(_MARK))
        key = AESGCM(derived_key(settings.DH_SEAL_KEY, f"seal:{kind}"))
        return key.decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(place.rsplit(":", 1)[0]) from error


def blind_index(text: str, kind: str) -> str:
    """A keyed digest by which an exact value can be found without storing it: 64 hex digits, "" for nothing."""
    if not text:
        return ""
    return hmac.new(derived_key(settings.DH_INDEX_KEY, f"index:{kind}"), text.encode(), hashlib.sha256).hexdigest()


class _Opening:
    """Descriptor: keeps what the row was loaded with and opens it when it is first read."""

    def __init__(self, field: "SealedTextField"):
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = unseal(value, self.field.kind, self.field.place(instance))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.TextField):
    """Text that only the application reads. It cannot be filtered or ordered by; look it up by its blind index."""

    def __init__(self, *args: Any, kind: str = "narrative", **kwargs: Any):
        self.kind = kind
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.kind}

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))

    def place(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}:{self.column}:{instance.pk}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname, "")
        if not value or isinstance(value, Sealed):
            return value or ""
        return seal(str(value), self.kind, self.place(model_instance))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value and not isinstance(value, Sealed):
            raise TypeError(f"{self.model.__name__}.{self.name} is sealed: save the row, do not update() it")
        return super().get_db_prep_save(value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
