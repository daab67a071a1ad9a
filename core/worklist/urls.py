"""Addresses of the worklist's own pages."""

from django.urls import path

from core.worklist.web import absences

urlpatterns = [path("vang-mat/", absences, name="absences")]
