"""A call by token carries no cookies: it reads none, and so the answer sets none (trust.md 16)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.api.authentication import by_token


class TokenCallsMiddleware:
    """Stands before the session's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/") and by_token(request):
            request.COOKIES = {}
        return self.get_response(request)
