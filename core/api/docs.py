"""The OpenAPI document, and a page to read and try it.

The page loads only files of this server and has no inline script or style: the content policy of all pages holds.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView

from core.access.routes import route
from core.api.parsers import AlwaysJson
from core.api.permissions import DenyByDefault


@route("login")
class SchemaView(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer2]
    content_negotiation_class = AlwaysJson
    permission_classes = [DenyByDefault]
    http_method_names = ["get", "head"]
    schema = None
    route_policy: Any


schema = SchemaView.as_view()


@route("login")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")
