"""Making, finding and revoking tokens."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access.actor import SYSTEM
from core.accounts.models import User
from core.api.models import ApiToken
from core.audit.chain import record, unit_of_work
from core.errors import Invalid
from core.prepared import Prepared

SCOPES = frozenset({"read", "write"})
MOST_DAYS = 366
PREFIX = 8
# Letters and digits only, so that a token is one word in every shell: 62^43 > 2^256.
_ALPHABET = string.ascii_letters + string.digits
LENGTH = 43
_SECRET = re.compile(rf"[A-Za-z0-9]{{{LENGTH}}}")


_TOKEN = [field.attname for field in ApiToken._meta.concrete_fields]
_USER = [field.attname for field in User._meta.concrete_fields]
_BY_PREFIX = Prepared(
    lambda prefix: ApiToken.objects.filter(prefix=prefix).values_list(*_TOKEN, *(f"user__{name}" for name in _USER))
)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    user: User, name: str = "", scopes: Iterable[str] = ("read", "write"), days: int = 90
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can read again. Raises Invalid."""
    wanted = sorted(set(scopes))
    errors: dict[str, list[str]] = {}
    if not wanted or not SCOPES.issuperset(wanted):
        errors["scopes"] = [_("Phạm vi chỉ gồm read, write hoặc cả hai.")]
    if not 1 <= days <= MOST_DAYS:
        errors["days"] = [_("Số ngày hiệu lực từ 1 đến %(most)d.") % {"most": MOST_DAYS}]
    if not user.is_active:
        errors["user"] = [_("Tài khoản đã bị khoá, không cấp mã truy cập được.")]
    if errors:
        raise Invalid(errors)
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    token = ApiToken(
        user=user, name=name[:100] or _("Mã truy cập"), prefix=secret[:PREFIX], digest=_digest(secret), scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    with unit_of_work():
        token.save(force_insert=True)
        record(
            "apitoken.issue", token, SYSTEM, data={"user": user.pk, "scopes": wanted, "expires_at": token.expires_at}
        )
    return token, secret


def find(secret: str) -> ApiToken | None:
    """The token of this secret if it may be used now. Compared in constant time."""
    if not _SECRET.fullmatch(secret):
        return None
    digest = _digest(secret)
    width = len(_TOKEN)
    for row in _BY_PREFIX(prefix=secret[:PREFIX]):
        token = ApiToken.from_db(connection.alias, _TOKEN, row[:width])
        token.user = User.from_db(connection.alias, _USER, row[width:])
        if hmac.compare_digest(token.digest, digest) and token.holds(timezone.now()):
            return token
    return None


def note_use(token: ApiToken) -> None:
    """Keep the day of the last use: one write a day, not one a request."""
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


def revoke(token: ApiToken) -> None:
    """It no longer works from the next request on."""
    with unit_of_work():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            record("apitoken.revoke", token, SYSTEM, data={"user": token.user_id})
