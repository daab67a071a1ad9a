"""Refusals as pages: what `core.errors` says, in the words and statuses of a web page (trust.md)."""

import sys
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Blocked, Denied, DomainError, Invalid, KeyReused, NotVisible, Reason, Stale, VersionMissing
from core.outages import RETRY_SECONDS, is_outage

_OWN = {"csrfmiddlewaretoken", "version", "key", "next"}


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, the same whether something is not there or may not be seen."""
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 where the machine has failed and not the program. No part of it may touch the database,
    as that may be what is away."""
    passing = is_outage(sys.exc_info()[1])
    page = HttpResponse(render_to_string("503.html" if passing else "500.html"), status=503 if passing else 500)
    if passing:
        page["Retry-After"] = str(RETRY_SECONDS)
    page["Cache-Control"] = "no-store"
    return page


def denied(request: HttpRequest, reasons: Iterable[Reason] = ()) -> HttpResponse:
    return render(request, "403.html", {"reasons": list(reasons)}, status=403)


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 of a route with a limit of its own: when it may be asked again."""
    again = timezone.localtime(timezone.now() + timedelta(seconds=seconds))
    response = render(request, "429.html", {"again": again}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def blocked(request: HttpRequest, reasons: Iterable[Reason]) -> HttpResponse:
    return render(request, "409.html", {"reasons": list(reasons)}, status=409)


def key_reused() -> list[Reason]:
    return [Reason("key_reused", _("Biểu mẫu này đã gửi rồi, với nội dung khác. Xem lại hồ sơ trước khi gửi tiếp."))]


def as_reasons(error: Invalid) -> list[Reason]:
    """Errors of fields as a list, for pages that show no form."""
    return [Reason("invalid", text) for sentences in error.errors.values() for text in sentences]


def page_for(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of a refusal that no view has answered itself; nothing has been written."""
    if isinstance(error, NotVisible):
        return not_found(request)
    if isinstance(error, Denied):
        return denied(request, error.reasons)
    if isinstance(error, Blocked):
        return blocked(request, error.reasons)
    if isinstance(error, KeyReused):
        return blocked(request, key_reused())
    if isinstance(error, Invalid):
        return render(request, "400.html", {"reasons": as_reasons(error)}, status=400)
    return _stale(request, error)


def _stale(request: HttpRequest, error: DomainError) -> HttpResponse:
    """409 with the typed text, so that nothing is lost."""
    kept = [
        {"label": name, "value": "\n".join(values)}
        for name, values in request.POST.lists()
        if name not in _OWN and any(values)
    ]
    said: dict[str, Any] = {"kept": kept}
    if isinstance(error, Stale):
        said.update(changed_by=error.changed_by, changed_at=error.changed_at)
    elif not isinstance(error, VersionMissing):
        raise error
    return render(request, "409.html", {**said, "retry_url": request.get_full_path()}, status=409)
