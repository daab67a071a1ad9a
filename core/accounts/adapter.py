"""How signing in differs from allauth's defaults: nobody registers themselves, accounts are given; who guesses at a
name locks out the own address, not the person (trust.md §4, settings ACCOUNT_RATE_LIMITS)."""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.accounts import second_factor

APP, ANYWHERE = "allauth.account", "login_failed_anywhere"
KNOWN_FOR = 30 * 86400  # seconds


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        return "/"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Name and address together: by the name alone any stranger could keep anybody out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{ratelimit.get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError when this address, this name from it, or this name from all strange addresses was
        tried too often. Where the person has signed in before, what others do elsewhere does not count."""
        super().pre_authenticate(request, **credentials)
        name = str(credentials.get("username", ""))
        if cache.get(_known(name, request)):
            return
        used = ratelimit.consume(request, app=APP, action=ANYWHERE, key=name.lower())
        if used is None:
            raise self.validation_error("too_many_login_attempts")
        assert self._login_failed_rl_usage is not None
        self._login_failed_rl_usage.usage += used.usage  # given back together when the password is right

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        cache.set(_known(user.username, request), True, KNOWN_FOR)
        begins = second_factor.begins_on()
        if begins and not second_factor.has_one(user):
            text = _("Từ %(day)s phải bật bảo mật hai bước mới làm việc được. Bật ngay trong mục Bảo mật hai bước.")
            messages.warning(request, text % {"day": f"{begins:%d/%m/%Y}"})

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        """Whoever has a second factor confirms by it: the password alone may be what was stolen."""
        found = super().get_reauthentication_methods(user)
        if user.is_authenticated and second_factor.has_one(user):
            return [method for method in found if method["id"] != "reauthenticate"]
        return found


def _known(name: str, request: HttpRequest) -> str:
    where = f"{name.lower()}|{ratelimit.get_ip(request)}"
    return f"signed-in-from:{hashlib.sha256(where.encode()).hexdigest()}"
