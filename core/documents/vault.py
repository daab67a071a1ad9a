"""Files at rest: AES-256-GCM, one derived key for the class "file", bound to the document. Same keys as core.sealed.

Stored form: "DHF1" + nonce (12 bytes) + ciphertext with tag. A file copied to the place of another does not open.
"""

import os
from itertools import takewhile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from core.documents.models import Document
from core.sealed import SealBroken, derived_key

FOLDER = "documents"
_MARK = b"DHF1"
_NONCE = 12


def _cipher() -> AESGCM:
    return AESGCM(derived_key(settings.DH_SEAL_KEY, "seal:file"))


def _place(document: Document) -> bytes:
    return f"{Document._meta.db_table}:file:{document.pk}".encode()


def put(document: Document, content: bytes) -> str:
    """Encrypt and store; returns the path, which tells nothing but the document's key."""
    nonce = os.urandom(_NONCE)
    box = _MARK + nonce + _cipher().encrypt(nonce, content, _place(document))
    # The last digits of a time-ordered key are random: they spread the files over 256 folders.
    name = document.pk.hex
    path = f"{FOLDER}/{name[-2:]}/{name}"
    try:
        path = default_storage.save(path, ContentFile(box))
        _settle(path)
    except OSError:
        default_storage.delete(path)  # half a file would keep the room that is missing
        raise
    return path


def _settle(name: str) -> None:
    """Have the disk hold the file and its name before anybody is told that it is kept: the row in the database is
    safe from a power cut at its commit, and must not outlive its file."""
    if not isinstance(default_storage, FileSystemStorage):
        return  # storage that is no folder keeps by its own means
    path, root = Path(default_storage.path(name)), Path(default_storage.path(""))
    for place in (path, *takewhile(lambda folder: folder != root.parent, path.parents)):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def get(document: Document) -> bytes:
    """The content as it was put. Raises FileNotFoundError or SealBroken."""
    with default_storage.open(document.path) as stored:
        box = stored.read()
    start = len(_MARK) + _NONCE
    if not box.startswith(_MARK):
        raise SealBroken(Document._meta.db_table)
    try:
        return _cipher().decrypt(box[len(_MARK) : start], box[start:], _place(document))
    except InvalidTag as error:
        raise SealBroken(Document._meta.db_table) from error
