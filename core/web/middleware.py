"""The first gate of every page: a route must say who may come in, a session ends, a second factor is kept."""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.access.routes import RoutePolicy, policy_of
from core.accounts import second_factor
from core.api import throttling
from core.api.authentication import by_token
from core.errors import DomainError, Reason
from core.web import refusals

log = logging.getLogger(__name__)

BEGAN, SEEN = "dh_began", "dh_seen"
NOTED_EVERY = 60  # seconds
CLOCKS_DIFFER = 300  # seconds, between machines that serve together
API = "/api/"
# What somebody without a second factor may still open, so that one can be set up.
SETTING_UP = {
    "account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_reauthenticate", "set_language",
}  # fmt: skip
# What the browser keeps of these pages goes when somebody leaves a shared machine. Not "cookies": that reaches every
# name of the same domain, and the session's cookie is worthless by then.
CLEAR = '"cache", "storage"'


class SignInMiddleware(LoginRequiredMiddleware):
    """Pages for everybody open no session: whether a view wants somebody is asked before who it is."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Any:
        if not getattr(view, "login_required", True):
            return None
        return super().process_view(request, view, args, kwargs)


class ActorMiddleware:
    """`request.actor` is read anew for each request: rights outlive nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", False) and _leads_to_login(response):
            back = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
            response = HttpResponse(status=401, headers={"HX-Redirect": _login(back)})
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(request, "dh_left", False):
            response.headers["Clear-Site-Data"] = CLEAR
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        assert match is not None
        policy = policy_of(view, match.view_name)
        api = request.path.startswith(API)
        if api and by_token(request):
            return None
        if policy is None:
            log.warning("route without a policy: %s", match.route)
            return refusals.not_found(request)
        if policy.kind == "public":
            # Not even who is there is asked: health checks must not touch the database.
            return None
        if not request.user.is_authenticated:
            return None if api else redirect(_login(request.get_full_path()))
        return self._let_in(request, policy, match.view_name, api)

    def _let_in(self, request: HttpRequest, policy: RoutePolicy, name: str, api: bool) -> HttpResponse | None:
        if name == "account_logout" and request.method == "POST":
            request.dh_left = True  # type: ignore[attr-defined]
        if _timed_out(request):
            logout(request)
            request.dh_left = True  # type: ignore[attr-defined]
            if api:
                return None  # it meets a stranger now and says so itself
            messages.info(request, _("Phiên làm việc đã hết vì để lâu không dùng. Đăng nhập lại để làm tiếp."))
            return redirect(_login(request.get_full_path() if request.method == "GET" else "/"))
        if name not in SETTING_UP:
            wanted = second_factor.wanted(request, request.user, policy.fresh)  # type: ignore[arg-type]
            if wanted:
                return second_factor_page(request, wanted, api)
        actor = _actor(request, name)
        request.actor = actor  # type: ignore[attr-defined]
        if policy.kind == "roles" and not api and not actor.has(*policy.roles):
            return refusals.denied(request, [Reason("not_your_duty", _("Vai trò đang giữ không mở được trang này."))])
        if not api and policy.rate in throttling.RATES and policy.rate != throttling.USUAL:
            seconds = throttling.spend(actor.id, policy.rate)  # type: ignore[arg-type]
            return refusals.too_often(request, seconds) if seconds else None
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError) or request.path.startswith(API):
            return None
        return refusals.page_for(request, error)


def _actor(request: HttpRequest, route: str) -> Actor:
    actor = Actor.of(request.user)  # type: ignore[arg-type]
    actor.route = route
    return actor


def _timed_out(request: HttpRequest) -> bool:
    """Idle too long or open too long, or begun or last seen at a time that is still to come: then the clock has gone
    back, and how long it has been nobody can say. The moment of the last request is noted at most once a minute."""
    now = int(time.time())
    session = request.session
    began, seen = session.setdefault(BEGAN, now), session.get(SEEN, now)
    if now - seen > settings.DH_IDLE_MINUTES * 60 or now - began > settings.DH_SESSION_HOURS * 3600:
        return True
    if max(seen, began) - now > CLOCKS_DIFFER:
        return True
    if SEEN not in session or now - seen >= NOTED_EVERY:
        session[SEEN] = now
    return False


def second_factor_page(request: HttpRequest, wanted: str, api: bool = False) -> HttpResponse:
    """Where to set up the second factor or to show it; a page that was only read is come back to."""
    if api:
        title = _("Cần bật bảo mật hai bước") if wanted == second_factor.SET_UP else _("Cần xác nhận bước thứ hai")
        body = {"type": "/problems/second_factor", "title": title, "status": 403}
        return JsonResponse(body, status=403, content_type="application/problem+json")
    if wanted == second_factor.SET_UP:
        messages.info(request, _("Bật bảo mật hai bước trước khi làm việc với hồ sơ."))
        where = resolve_url("mfa_activate_totp")
    else:
        messages.info(request, _("Việc này cần gõ lại mã bảo mật, để chắc rằng chính mình đang ngồi máy."))
        back = request.get_full_path() if request.method in ("GET", "POST") else "/"
        where = f"{resolve_url('mfa_reauthenticate')}?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    return redirect(where)


def _login(back: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"


def _leads_to_login(response: HttpResponse) -> bool:
    where = response.headers.get("Location", "")
    return response.status_code == 302 and where.partition("?")[0] == resolve_url(settings.LOGIN_URL)
