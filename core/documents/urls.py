"""Routes of uploaded papers."""

from django.urls import path

from core.documents.web import download

urlpatterns = [path("giay-to/<uuid:pk>/", download, name="document")]
