"""Addresses of recognition: applicants, officers, heads, and the public."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
