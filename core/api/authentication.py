"""Who calls: a program with a token, or the browser's session. Rights are read anew for each request."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from core.access.actor import Actor
from core.accounts.models import User
from core.api import tokens
from core.api.models import ApiToken
from core.api.problems import Problem


def _attach(request: Request, actor: Actor) -> None:
    match = request._request.resolver_match
    actor.route = match.view_name if match else ""
    request.actor = actor  # type: ignore[attr-defined]


def by_token(request: Any) -> bool:
    """Whether the call names a token, good or bad: then no session counts. Read as TokenAuthentication reads it, for
    what only one of the two took for a token would pass between them."""
    words = authentication.get_authorization_header(request).split()
    return bool(words) and words[0].lower() == TokenAuthentication.keyword.encode()


class TokenAuthentication(authentication.BaseAuthentication):
    """ "Authorization: Token <secret>". Never sets a cookie."""

    keyword = "token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        if not by_token(request):
            return None
        words = authentication.get_authorization_header(request).split()
        token = tokens.find(_text(words[1])) if len(words) == 2 else None
        if token is None:
            raise exceptions.AuthenticationFailed(_("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."))
        tokens.note_use(token)
        _attach(request, Actor.of(token.user, scopes=frozenset(token.scopes)))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages. Unsafe methods need the CSRF token; the second factor is the pages' middleware's."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        ready = getattr(request._request, "actor", None)
        # The pages' middleware may have read this person's duties for this very request.
        same = isinstance(ready, Actor) and ready.user is not None and ready.user.pk == user.pk
        _attach(request, ready if same else Actor.of(user))  # type: ignore[arg-type]
        return user, None

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise Problem(
                403, "csrf", _("Thiếu mã chống giả mạo"), _("Gửi kèm tiêu đề X-CSRFToken của phiên.")
            ) from error


def _text(raw: Any) -> str:
    return bytes(raw).decode("latin-1")
