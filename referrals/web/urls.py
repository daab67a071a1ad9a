"""Addresses of referrals."""

from django.urls import path

from core.web.pages import register_page
from referrals.web import pages, rows  # noqa: F401  (the rows answer hooks of case work)

urlpatterns = [
    path("chuyen-tuyen/", pages.inbox, name="referral_inbox"),
    path("chuyen-tuyen/<uuid:pk>/", pages.referral, name="referral"),
]

register_page("referrals.Referral", lambda row: f"/chuyen-tuyen/{row.pk}/", str)
