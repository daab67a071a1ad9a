"""The OpenAPI document, made from the same declarations that the endpoints run on."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from core.api import shapes
from core.api.forms import multipart_schema
from core.api.problems import MEDIA_TYPE

_REFUSALS = {
    400: "Dữ liệu chưa đúng, tham số lạ, hoặc thiếu Idempotency-Key.",
    401: "Chưa đăng nhập.",
    403: "Được xem nhưng không được làm; có lý do.",
    404: "Không có, hoặc không được xem.",
    409: "Còn thiếu điều kiện, hoặc phiên bản đã cũ.",
    422: "Idempotency-Key đã dùng cho yêu cầu khác.",
    428: "Thiếu version.",
    429: "Quá nhiều yêu cầu.",
}
_READING, _WRITING = (400, 401, 403, 404, 429), tuple(_REFUSALS)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "core.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <mã truy cập>"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class ApiSchema(AutoSchema):
    """Asks the view for what it takes and gives: `answers()`, `takes()`, `query_schemas()`, `words()`."""

    view: Any

    def get_summary(self) -> str | None:
        return self.view.words() or None

    def get_description(self) -> str:  # type: ignore[override]
        return ""

    def get_tags(self) -> list[str]:
        return [self.view.tag or super().get_tags()[0]]

    def get_operation_id(self) -> str:
        name = self.view.route_id or super().get_operation_id()
        return f"{name}_create" if self.method == "POST" and getattr(self.view, "action", "") == "create" else name

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        if self.method == "POST":
            found.append(
                OpenApiParameter(
                    "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 100}, OpenApiParameter.HEADER,
                    required=True, description="Mỗi yêu cầu một khoá; gửi lại cùng khoá thì nhận lại đúng kết quả cũ.",
                )
            )  # fmt: skip
        else:
            found += [OpenApiParameter(name, schema) for name, schema in self.view.query_schemas().items()]
        return found

    def get_request_serializer(self) -> Any:
        if self.method != "POST":
            return None
        form = self.view.form_with_files()
        if form is not None:
            return {"multipart/form-data": multipart_schema(form, self.view.takes())}
        return {"application/json": self.view.takes()}

    def get_response_serializers(self) -> Any:
        answers = {
            (status, "application/json"): self._body(body) for status, body in self.view.answers(self.method).items()
        }
        problem = self._named("Problem")
        for status in _WRITING if self.method == "POST" else _READING:
            answers[status, MEDIA_TYPE] = OpenApiResponse(problem, _REFUSALS[status])
        answers["default", MEDIA_TYPE] = OpenApiResponse(problem, "Lỗi khác.")
        return answers

    def _get_request_body(self, direction: Any = "request") -> Any:
        body = super()._get_request_body(direction)
        if body and any(content["schema"].get("required") for content in body["content"].values()):
            body["required"] = True
        return body

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema = super()._map_basic_serializer(serializer, direction)
        # Docstrings are for programmers of this project, not for readers of the document.
        schema.pop("description", None)
        return schema

    def _body(self, body: Any) -> OpenApiResponse:
        """`body` is a name of shapes.NAMES, a schema, a serializer class, or [serializer class] for a page of them."""
        return OpenApiResponse(self._schema(body), "")

    def _schema(self, body: Any) -> dict[str, Any]:
        if isinstance(body, str):
            return self._named(body)
        if isinstance(body, list):
            return shapes.paged(self._schema(body[0]))
        if isinstance(body, type) and issubclass(body, serializers.Serializer):
            return self.resolve_serializer(body, "response").ref
        return body

    def _named(self, name: str) -> dict[str, Any]:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=shapes.NAMES[name], object=name)
        self.registry.register_on_missing(component)
        return component.ref

    def _is_list_view(self, serializer: Any = None) -> bool:
        # Pages say themselves what they hold.
        return False

    def _get_response_headers_for_code(self, status_code: str, direction: Any = "response") -> dict[str, Any]:
        if self.method != "POST" or not status_code.startswith("2"):
            return {}
        return {"Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}}}
