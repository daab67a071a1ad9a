"""The signature on a licence: Ed25519 over a compact text, verified by anybody who has the public key, without us.

The text is `DH1.<payload>.<signature>`, both parts base64url without padding; the payload is JSON with short keys:
v version, n number, c code, f facility, k kind, q capacity, g groups, d [issued, starts, ends or null], i issuer,
s state and t day when it was signed. What has happened since is known to the public page only.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError

MARK = "DH1"
KEY_BYTES = 32
MAX_TEXT = 4000
# Where the public checks a licence; the text follows in the query (`?ky=`), or the number or code (`?so=`).
CHECK_PATH = "/cong-khai/giay-phep/"


class BadSignature(DomainError):
    """The text was not signed by this key, or was changed since."""


@dataclass(frozen=True)
class Signed:
    """What was signed, as it stood on the day `signed_on`."""

    number: str
    code: str
    facility: str
    kind: str
    capacity: int | None
    groups: tuple[str, ...]
    issued_on: date
    starts_on: date
    ends_on: date | None
    issuer: str
    state: str
    signed_on: date


def sign(licence: Any, groups: Iterable[str] | None = None, state: str = "", on: date | None = None) -> str:
    """The signed text of a licence as it stands; `groups` and `state` where they are not stored yet."""
    codes = sorted(groups) if groups is not None else sorted(licence.groups.values_list("code", flat=True))
    payload = {
        "v": 1, "n": licence.number, "c": licence.code, "f": licence.facility_name, "k": licence.kind,
        "q": licence.capacity, "g": codes, "i": licence.issuer, "s": str(state or licence.state),
        "d": [_day(licence.issued_on), _day(licence.starts_on), _day(licence.ends_on)],
        "t": _day(on or timezone.localdate()),
    }  # fmt: skip
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return f"{MARK}.{_encode(data)}.{_encode(_private_key().sign(_covered(data)))}"


def verify(text: str, public_key: str = "") -> Signed:
    """What the text says, if the key (base64; ours by default) signed it. Raises BadSignature. Needs no database."""
    parts = text.strip().split(".")
    if len(parts) != 3 or parts[0] != MARK or len(text) > MAX_TEXT:
        raise BadSignature(_("Đây không phải là mã ký của giấy phép."))
    try:
        data, signature = _decode(parts[1]), _decode(parts[2])
        _public_key(public_key).verify(signature, _covered(data))
        return _read(json.loads(data))
    except (InvalidSignature, binascii.Error, UnicodeDecodeError, KeyError, TypeError, ValueError, IndexError):
        raise BadSignature(_("Chữ ký không đúng: nội dung đã bị sửa hoặc không do cơ quan này ký.")) from None


def signature_of(text: str) -> str:
    """The part that is kept with the licence."""
    return text.rsplit(".", 1)[1]


def public_key() -> str:
    """Our public key, base64: published, so that others verify."""
    return base64.b64encode(_private_key().public_key().public_bytes_raw()).decode()


def check_url(base: str, text: str) -> str:
    """The address in the QR code; `base` is the beginning of our addresses ("https://…", no slash at the end)."""
    return f"{base.rstrip('/')}{CHECK_PATH}?ky={text}"


def qr_svg(content: str) -> str:
    """The QR code as SVG (no script, no style), for the page and for Typst."""
    import io

    import segno

    out = io.BytesIO()
    code = segno.make(content, error="m", micro=False)
    code.save(out, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue().decode()


def _covered(data: bytes) -> bytes:
    return MARK.encode() + b"." + data


def _read(payload: dict[str, Any]) -> Signed:
    issued, starts, ends = payload["d"]
    if payload["v"] != 1:
        raise ValueError("unknown version")
    return Signed(
        number=payload["n"], code=payload["c"], facility=payload["f"], kind=payload["k"], capacity=payload["q"],
        groups=tuple(payload["g"]), issued_on=date.fromisoformat(issued), starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends) if ends else None, issuer=payload["i"], state=payload["s"],
        signed_on=date.fromisoformat(payload["t"]),
    )  # fmt: skip


def _private_key() -> Ed25519PrivateKey:
    try:
        raw = base64.b64decode(str(getattr(settings, "DH_LICENCE_KEY", "")), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured("DH_LICENCE_KEY must be 32 random bytes in base64; see deploy/env.example")
    return Ed25519PrivateKey.from_private_bytes(raw)


def _public_key(text: str) -> Ed25519PublicKey:
    if not text:
        return _private_key().public_key()
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    if not text or not all(char.isascii() and (char.isalnum() or char in "-_") for char in text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(data) != text:  # one text, one meaning: no spare bits
        raise ValueError("not canonical")
    return data


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
