"""The file that was handed in, sealed until what stands in it has been written."""

import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from core.sealed import derived_key

_KEY = "seal:import"


def seal_file(content: bytes, owner: UUID) -> bytes:
    """Bound to the record that owns it: moved to another it does not open."""
    nonce = os.urandom(12)
    return nonce + AESGCM(derived_key(settings.DH_SEAL_KEY, _KEY)).encrypt(nonce, content, owner.bytes)


def unseal_file(sealed: bytes | memoryview, owner: UUID) -> bytes:
    raw = memoryview(sealed)
    return AESGCM(derived_key(settings.DH_SEAL_KEY, _KEY)).decrypt(bytes(raw[:12]), raw[12:], owner.bytes)
