"""Pages for everybody: the same whoever asks, so that any cache between may keep them.

No session is opened, no cookie read or set, nobody is asked who they are. Rendered pages are kept in the memory of each
process and not in the shared cache, which holds the counts of sign-ins: a flood of pages would push those out.
"""

import hashlib
import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]
# Nobody sees for longer than this what has been stopped since.
FRESH = 60  # seconds
SELDOM = 300
LOOKUPS, PER_SECONDS = 20, 60
_pages = LocMemCache("accreditation.public.pages", {"OPTIONS": {"MAX_ENTRIES": 100}})
_counts = LocMemCache("accreditation.public.counts", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


def same_for_all(view: View) -> View:
    """In Vietnamese, to nobody in particular, by GET and HEAD. What sets no Cache-Control itself is not kept."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.user = AnonymousUser()
        with translation.override("vi"):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = "vi"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def kept(
    request: HttpRequest, key: str, template: str, context: Callable[[], dict[str, Any]], seconds: int = FRESH
) -> HttpResponse:
    """The page with an ETag. `key` says everything that the page depends on; while it stays the same, the page is made
    once in each process, and whoever has it is told so."""
    tag = hashlib.sha256("\n".join((template, key, static("dh/dh.css"))).encode("utf-8", "ignore")).hexdigest()[:32]
    headers = {"Cache-Control": f"public, max-age={seconds}", "ETag": quote_etag(tag)}
    if has_it(request, quote_etag(tag)):
        return HttpResponseNotModified(headers=headers)
    page = _pages.get(tag)
    if page is None:
        page = render_to_string(template, context(), request)
        _pages.set(tag, page, seconds)
    return HttpResponse(page, headers=headers)


def has_it(request: HttpRequest, tag: str) -> bool:
    """Whether whoever asks holds this version already; a proxy that packs the page marks the tag as weak."""
    return tag in [mark.removeprefix("W/") for mark in parse_etags(request.headers.get("If-None-Match", ""))]


def said(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that no cache keeps."""
    return HttpResponse(render_to_string(template, context, request), status=status)


def not_here(request: HttpRequest) -> HttpResponse:
    """404: the same for what never was, what is not public, and what was mistyped."""
    return said(request, "accreditation/public/not_found.html", {}, status=404)


def spend(request: HttpRequest) -> int:
    """Count one question of this address; 0 if it is answered, else the seconds until the next one is. Counted in each
    process: what is guarded is a public register against being combed, not a password."""
    now = int(time.time())
    key = f"{_origin(request)}:{now // PER_SECONDS}"
    _counts.add(key, 0, timeout=PER_SECONDS)
    return 0 if _counts.incr(key) <= LOOKUPS else PER_SECONDS - now % PER_SECONDS


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    response = said(request, "accreditation/public/too_often.html", {"seconds": seconds}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def forget() -> None:
    """Empty what is kept in this process."""
    _pages.clear()
    _counts.clear()


def _origin(request: HttpRequest) -> str:
    """The address that asks, as sign-in counts it: before our own web servers, and the network of an IPv6 address."""
    address = get_adapter().get_client_ip(request)
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)
