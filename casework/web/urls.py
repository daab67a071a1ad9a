"""Pages of case work."""

from django.urls import include, path

urlpatterns = [
    path("", include("casework.web.case_urls")),
    path("", include("casework.web.print_urls")),
]
