"""Refusals as RFC 9457 problem details. Whatever may not be seen answers with the very bytes of what does not exist."""

import logging
import sys
import traceback
from collections.abc import Callable
from typing import Any

from django.core import signals
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import Blocked, Denied, DomainError, Invalid, KeyReused, NotVisible, Stale, VersionMissing
from core.outages import RETRY_SECONDS, is_outage

logger = logging.getLogger("core.api")
MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal of the door itself, before or beside the domain: `code` is stable, the words are for people."""

    def __init__(self, status: int, code: str, title: Any, detail: Any = "", **extra: Any):
        self.status, self.code, self.title, self.detail, self.extra = status, code, str(title), str(detail), extra
        self.headers: dict[str, str] = extra.pop("headers", {})
        super().__init__(code)

    def body(self) -> dict[str, Any]:
        said = {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}
        if self.detail:
            said["detail"] = self.detail
        return {**said, **self.extra}

    def as_response(self) -> Response:
        return Response(self.body(), self.status, headers=self.headers, content_type=MEDIA_TYPE)


def not_found() -> Problem:
    return Problem(404, "not_found", _("Không tìm thấy"), _("Không có nội dung này, hoặc bạn không được xem."))


def bad_field(code: str, /, **errors: Any) -> Problem:
    told = {name: [str(sentence)] for name, sentence in errors.items()}
    return Problem(400, code, _("Yêu cầu chưa đúng"), _("Xem từng trường trong “errors”."), errors=told)


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """Django REST framework's EXCEPTION_HANDLER."""
    if isinstance(error, Problem):
        return error.as_response()
    made = next((make(error) for kinds, make in _KNOWN if isinstance(error, kinds)), None)
    return (made or _unexpected(error, context)).as_response()


def _reasons(error: Denied | Blocked) -> list[dict[str, str]]:
    return [reason.as_json() for reason in error.reasons]


def _stale(error: Stale) -> Problem:
    detail = _("Hồ sơ đã thay đổi từ khi bạn đọc. Đọc lại rồi làm lại.")
    return Problem(
        409, "stale", _("Hồ sơ đã thay đổi"), detail, current_version=error.current, changed_by=error.changed_by,
        changed_at=error.changed_at,
    )  # fmt: skip


def _anonymous(error: Any) -> Problem:
    refused = isinstance(error, exceptions.AuthenticationFailed)
    detail = str(error.detail) if refused else _("Gửi “Authorization: Token …”, hoặc đăng nhập.")
    headers = {"WWW-Authenticate": getattr(error, "auth_header", "Token")}
    return Problem(401, "not_authenticated", _("Chưa đăng nhập"), detail, headers=headers)


def _throttled(error: Any) -> Problem:
    headers = {"Retry-After": str(max(1, int(error.wait or 1)))}
    return Problem(429, "throttled", _("Quá nhiều yêu cầu"), _("Đợi rồi gửi lại."), headers=headers)


def _denied(error: Any) -> Problem:
    return Problem(403, "denied", _("Bạn không được làm việc này"), reasons=_reasons(error))


def _blocked(error: Any) -> Problem:
    return Problem(409, "blocked", _("Chưa làm được việc này"), reasons=_reasons(error))


def _version_missing(error: Any) -> Problem:
    return Problem(428, "version_missing", _("Thiếu số phiên bản"), _("Gửi “version” của hồ sơ mà bạn đã đọc."))


def _invalid(error: Any) -> Problem:
    return Problem(400, "invalid", _("Dữ liệu chưa đúng"), _("Xem từng trường trong “errors”."), errors=error.errors)


def _key_reused(error: Any) -> Problem:
    detail = _("Khoá này đã dùng cho một yêu cầu khác. Mỗi yêu cầu mới cần một khoá mới.")
    return Problem(422, "key_reused", _("Idempotency-Key đã dùng"), detail)


def _malformed(error: Any) -> Problem:
    return Problem(400, "malformed", _("Không đọc được yêu cầu"), _("Thân yêu cầu phải là một đối tượng JSON."))


def _media_type(error: Any) -> Problem:
    return Problem(415, "unsupported_media_type", _("Chỉ nhận JSON"), _("Gửi Content-Type: application/json."))


_KNOWN: list[tuple[Any, Callable[[Any], Problem]]] = [
    (Denied, _denied),
    (Blocked, _blocked),
    (Stale, _stale),
    (VersionMissing, _version_missing),
    (Invalid, _invalid),
    (KeyReused, _key_reused),
    ((NotVisible, DomainError, Http404, exceptions.NotFound), lambda error: not_found()),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), _anonymous),
    (
        (exceptions.PermissionDenied, PermissionDenied),
        lambda error: Problem(403, "denied", _("Bạn không được làm việc này"), reasons=[]),
    ),
    (exceptions.Throttled, _throttled),
    (exceptions.MethodNotAllowed, lambda error: Problem(405, "method_not_allowed", _("Không có cách gọi này"))),
    (exceptions.UnsupportedMediaType, _media_type),
    (RequestDataTooBig, lambda error: Problem(413, "too_large", _("Yêu cầu quá lớn"))),
    ((exceptions.ParseError, exceptions.ValidationError), _malformed),
]


def _unexpected(error: Exception, context: dict[str, Any]) -> Problem:
    """A fault of ours. Logged by class and lines of code, never by its message: that may hold what somebody typed."""
    request = context.get("request")
    match = getattr(getattr(request, "_request", None), "resolver_match", None)
    route = match.view_name if match else ""
    lines = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s at %s\n%s", type(error).__qualname__, route, lines)
    if not is_outage(error):
        signals.got_request_exception.send(sender=None, request=getattr(request, "_request", None))
    return fault(error)


def fault(error: BaseException | None) -> Problem:
    """503 where the machine has failed and not the program, else 500."""
    if is_outage(error):
        detail = _("Máy chủ không ghi được lúc này. Gửi lại với cùng Idempotency-Key.")
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return Problem(503, "unavailable", _("Tạm thời không phục vụ được"), detail, headers=headers)
    return Problem(500, "failed", _("Có lỗi ở phía máy chủ"))


def failed(request: HttpRequest) -> JsonResponse:
    """What befell a call before or after its view (a session that cannot be read, say), as a problem."""
    problem = fault(sys.exc_info()[1])
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return JsonResponse(problem.body(), status=problem.status, headers=headers, content_type=MEDIA_TYPE)
