"""The second factor: who must have one, whether this session has shown it, and how lately (trust.md §4).

allauth makes, keeps and checks it (codes of an app, recovery codes). Here is only asked what a session has shown: one
that began before the factor was set up has shown nothing, however well its password was known.
"""

import time
from datetime import date
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core.accounts.models import User

SET_UP, SHOW = "set_up", "show"


def compulsory(on: date | None = None) -> bool:
    """Whether everybody must have one on that day, today by default."""
    start: date | None = settings.DH_SECOND_FACTOR_FROM
    return bool(settings.DH_REQUIRE_SECOND_FACTOR) and (start is None or start <= (on or timezone.localdate()))


def begins_on() -> date | None:
    """The day in the future from which everybody must have one; None if there is no such day."""
    start: date | None = settings.DH_SECOND_FACTOR_FROM
    return start if settings.DH_REQUIRE_SECOND_FACTOR and start and start > timezone.localdate() else None


def has_one(user: User) -> bool:
    """Recovery codes alone are none: they stand in for a lost telephone."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def shown_at(request: HttpRequest, user: User) -> float | None:
    """When this session last showed the factor of this person, in seconds since 1970."""
    if getattr(request, "session", None) is None:
        return None
    moments = [entry["at"] for entry in get_authentication_records(request, user) if entry.get("method") == "mfa"]
    return max(moments, default=None)


def wanted(request: HttpRequest, user: User, fresh: bool = False) -> str:
    """What stands between this session and what it asks for: "" nothing; SET_UP a factor; SHOW it (again).

    `fresh` asks for one shown in the last DH_STEP_UP_MINUTES: before carrying lists off and before giving rights away.
    Whoever has none and need not have one yet is not held up.
    """
    must = compulsory()
    if not must and not fresh:
        return ""
    if not has_one(user):
        return SET_UP if must else ""
    at = shown_at(request, user)
    if at is None or (fresh and time.time() - at > settings.DH_STEP_UP_MINUTES * 60):
        return SHOW
    return ""


def note_set_up(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Whoever has just set up the app has typed a code of it: this session has shown it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
