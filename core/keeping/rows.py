"""What only the keys and the files outside the database can tell, row by row: sealed columns open, files are there."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import Model, QuerySet

from core.documents import vault
from core.documents.models import Document
from core.keeping.sampling import some
from core.sealed import SealBroken, Sealed, SealedTextField

Seen = Iterator[tuple[Any, str]]  # (key of the row, what is wrong: a code, "" when nothing is)
AROUND = len(vault._MARK) + vault._NONCE + 16  # what the vault adds to the content: mark, nonce, tag


def sealed_models() -> list[tuple[type[Model], list[SealedTextField]]]:
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]
        if fields and model._meta.managed and not model._meta.proxy:
            found.append((model, fields))
    return sorted(found, key=lambda pair: pair[0]._meta.label)


def sealed_columns(model: type[Model], fields: list[SealedTextField], limit: int | None) -> Seen:
    """Rows that hold anything sealed; `sealed` when a value does not open, `plain` when it was never sealed."""
    table = model._meta.db_table
    held = " OR ".join(f"{table}.{field.column} <> ''" for field in fields)
    # A sealed column is not filtered on by the ORM; whether it is empty may be asked. Names of columns, no input.
    rows: QuerySet[Any] = model._base_manager.extra(where=[f"({held})"])  # noqa: S610
    rows = rows.only("pk", *(field.name for field in fields))
    for row in some(rows, limit):
        yield row.pk, next((code for field in fields if (code := _opens(row, field))), "")


def _opens(row: Any, field: SealedTextField) -> str:
    stored = row.__dict__.get(field.attname)
    if not stored:
        return ""
    if not isinstance(stored, Sealed) or not stored.startswith("v1."):
        return "plain"
    try:
        getattr(row, field.attname)
    except SealBroken:
        return "sealed"
    return ""


def files_there() -> Seen:
    """Every paper's file: `missing`, or `size` when it is not as long as what was handed in."""
    rows = Document.objects.order_by("pk").values_list("pk", "path", "size")
    for key, path, size in rows.iterator(chunk_size=2000):
        try:
            stored = default_storage.size(path)
        except (FileNotFoundError, OSError):
            yield key, "missing"
            continue
        yield key, "" if stored == size + AROUND else "size"


def file_contents(limit: int | None) -> Seen:
    """Papers opened and hashed: `sealed` when the file does not open, `sha256` when the content is another."""
    for document in some(Document.objects.only("pk", "path", "sha256"), limit):
        try:
            same = hashlib.sha256(vault.get(document)).hexdigest() == document.sha256
            yield document.pk, "" if same else "sha256"
        except SealBroken:
            yield document.pk, "sealed"
        except (FileNotFoundError, OSError):
            yield document.pk, "missing"
