"""The ground of every endpoint: closed by default, JSON only, refusals as problems, no unknown parameter."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from core.access.actor import Actor
from core.access.routes import RoutePolicy, route
from core.accounts import second_factor
from core.api.parsers import AlwaysJson, JsonObjectParser, JsonRenderer
from core.api.problems import Problem, bad_field, not_found
from core.api.schema import ApiSchema
from core.api.throttling import RouteThrottle

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class ApiView(ViewSetMixin, APIView):
    """`tag`, `summary` and the methods below them are what the OpenAPI document says of the endpoint."""

    schema = ApiSchema()
    parser_classes = [JsonObjectParser]
    renderer_classes = [JsonRenderer]
    content_negotiation_class = AlwaysJson
    throttle_classes = [RouteThrottle]
    http_method_names = ["get", "head", "post"]
    route_policy: RoutePolicy | None = None
    route_id = ""
    tag = ""
    summary: Any = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        known = self.query_schemas() if request.method in ("GET", "HEAD") else {}
        unknown = sorted(set(request.query_params) - set(known))
        if unknown:
            raise bad_field("unknown_parameter", **dict.fromkeys(unknown, _("Không có tham số này.")))
        if any("\x00" in value for values in request.query_params.lists() for value in values[1]):
            raise Problem(400, "malformed", _("Không đọc được yêu cầu"))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    @property
    def actor(self) -> Actor:
        """Who asks, with the rights of this very moment."""
        return self.request.actor  # type: ignore[attr-defined]

    def query_schemas(self) -> dict[str, dict[str, Any]]:
        """Name and JSON schema of each query parameter of this operation; any other is refused."""
        return {}

    def words(self) -> str:
        return str(self.summary)

    def takes(self) -> dict[str, Any]:
        """The JSON schema of what a POST sends."""
        return {"type": "object"}

    def form_with_files(self) -> Any:
        """The form of a POST that takes files beside its JSON; None for JSON alone."""
        return None

    def answers(self, method: str) -> dict[int, Any]:
        """What comes back, by status: see ApiSchema._schema."""
        return {200: {"type": "object"}}


def ask_second_factor(request: Request, fresh: bool) -> None:
    """A 403 problem where an action wants a second factor that was shown just now; a token can show none."""
    if fresh and second_factor.wanted(request._request, request.user, fresh=True):  # type: ignore[arg-type]
        detail = _("Xác nhận bước thứ hai trên trang web rồi làm lại; mã truy cập API không làm được việc này.")
        raise Problem(403, "second_factor", _("Cần xác nhận bước thứ hai"), detail)


def idempotency_key(request: Request) -> str:
    """The key of this POST; a 400 problem if it is missing or cannot be one."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        detail = _("Gửi tiêu đề Idempotency-Key, mỗi yêu cầu một khoá mới (ví dụ một UUID).")
        raise Problem(400, "key_missing", _("Thiếu Idempotency-Key"), detail)
    if not _KEY.fullmatch(key):
        raise Problem(
            400, "key_invalid", _("Idempotency-Key không hợp lệ"), _("Từ 1 đến 100 ký tự ASCII, không dấu cách.")
        )
    return key


def take_version(body: dict[str, Any]) -> int | None:
    """`version` out of the body; None if it is not there."""
    version = body.pop("version", None)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int) or not 0 < version < 2**31):
        raise bad_field("invalid", version=_("Cần một số nguyên dương."))
    return version


@route("login")
class Nothing(ApiView):
    """Whatever route there is not: 401 for a stranger, 404 for everybody else, by any method."""

    schema = None  # type: ignore[assignment]
    http_method_names = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        APIView.initial(self, request, *args, **kwargs)
        raise not_found()

    def nothing(self, request: Request) -> Response:
        raise not_found()
