"""A repeated request has one effect: the key is claimed first, inside the transaction of the work it stands for."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from core.access.actor import Actor
from core.errors import KeyReused
from core.lifecycle.models import IdempotencyKey

KEPT = timedelta(hours=72)
_NOT_CONTENT = {"csrfmiddlewaretoken", "key"}


def fingerprint(*parts: Any) -> str:
    """A digest of what is asked; the same request gives the same digest whatever the order of its fields."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, cls=_Encoder).encode()).hexdigest()


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, UploadedFile):
            digest = hashlib.sha256()
            for chunk in o.chunks():
                digest.update(chunk)
            o.seek(0)
            return digest.hexdigest()
        return super().default(o)


def content(data: Any) -> Any:
    """The fields of a request as plain data, without the token and the key."""
    if isinstance(data, QueryDict):
        return {name: values for name, values in data.lists() if name not in _NOT_CONTENT}
    return data or {}


class Claim:
    """A key that this transaction owns, or the answer that an earlier one gave."""

    def __init__(self, row: IdempotencyKey, result: dict[str, Any] | None):
        self.row, self.result = row, result

    def settle(self, result: dict[str, Any]) -> None:
        self.row.result = json.loads(json.dumps(result, cls=DjangoJSONEncoder))
        self.row.save(update_fields=["result"])


def claim(by: Actor, key: str, digest: str) -> Claim | None:
    """Claim the key, or return the claim of the request that used it; KeyReused if that one asked something else.

    Whoever inserts first owns the key; another connection that asks at the same time waits for that transaction's end.
    """
    if not key or by.user is None:
        return None
    mine = IdempotencyKey(actor=by.user, key=key, fingerprint=digest)
    if _insert(mine):
        return Claim(mine, None)
    found = IdempotencyKey.objects.filter(actor=by.user, key=key).first()
    if found is None:  # an old one that was forgotten this moment
        return claim(by, key, digest)
    if found.created_at < timezone.now() - KEPT:
        found.delete()
        return claim(by, key, digest)
    if found.fingerprint != digest:
        raise KeyReused(key)
    return Claim(found, found.result)


def _insert(mine: IdempotencyKey) -> bool:
    """Whether the key was free. One statement: `bulk_create` would not tell, `create` would need a savepoint."""
    fields = mine._meta.local_concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = [field.get_db_prep_save(field.pre_save(mine, add=True), connection) for field in fields]
    table = connection.ops.quote_name(mine._meta.db_table)
    with connection.cursor() as cursor:
        # The names come from the model, the values are bound.
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING"  # noqa: S608
        cursor.execute(statement, values)
        mine._state.adding = cursor.rowcount != 1
    return not mine._state.adding


def forget_old() -> int:
    """Drop keys older than 72 hours (the worker does this hourly)."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
