"""What the OpenAPI document says of the whole API."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Đồng Hành",
    "DESCRIPTION": (
        "Quản lý trường hợp của cơ sở trợ giúp xã hội. Mỗi hồ sơ chỉ thay đổi bằng các việc (actions) của nó: "
        "đọc “…/{id}/actions/” để biết việc nào làm được hoặc còn thiếu gì, rồi gửi “…/{id}/actions/{việc}/” với "
        "“version” đã đọc và một “Idempotency-Key” mới. Lỗi theo RFC 9457 (application/problem+json)."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["core.api.permissions.DenyByDefault"],
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": False,
}
