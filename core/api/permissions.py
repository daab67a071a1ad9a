"""The first gate of every endpoint: closed unless its route says who may come in."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from core.access.routes import RoutePolicy
from core.api.problems import not_found
from core.errors import Denied, Reason


class DenyByDefault(BasePermission):
    """Anonymous: 401. A route without a policy: 404, and the build fails. A token without the scope: 403."""

    def has_permission(self, request: Request, view: Any) -> bool:
        policy: RoutePolicy | None = getattr(view, "route_policy", None)
        if policy is not None and policy.kind == "public":
            return True
        if not request.user:
            raise exceptions.NotAuthenticated
        if policy is None:
            raise not_found()
        actor = request.actor  # type: ignore[attr-defined]
        needed = "read" if request.method in SAFE_METHODS else "write"
        if needed not in actor.scopes:
            raise Denied(
                [Reason("token_scope", _("Mã truy cập này không có phạm vi “%(scope)s”.") % {"scope": needed})]
            )
        if policy.kind == "roles" and not actor.has(*policy.roles):
            raise Denied([Reason("not_your_duty", _("Việc này không thuộc nhiệm vụ của bạn."))])
        return True
