"""Looking up a number of an identity paper: rare for each person, or it would be a way to try numbers (trust.md §4)."""

from django.core.cache import cache

from casework.models.person import IDENTITY
from core.access.actor import Actor
from core.api.throttling import spend
from core.sealed import blind_index

ID_LENGTHS = {9, 12}
REMEMBERED = 3600  # seconds


def looks_like_id(text: str) -> bool:
    """Whether this is the number of an identity paper: 9 or 12 digits, spaces and dots left out."""
    plain = digits(text)
    return plain.isascii() and plain.isdigit() and len(plain) in ID_LENGTHS


def digits(text: str) -> str:
    return "".join(text.replace(".", " ").split())


def may_look_up(actor: Actor, number: str) -> bool:
    """Count one look-up; the same number asked again within the hour (a form sent twice) is one."""
    if actor.id is None or not looks_like_id(number):
        return False
    known = f"looked-up:{actor.id}:{blind_index(digits(number), IDENTITY)}"
    if cache.get(known):
        return True
    if spend(actor.id, "lookup"):
        return False
    cache.set(known, True, REMEMBERED)
    return True
