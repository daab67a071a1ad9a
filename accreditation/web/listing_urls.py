"""Pages of registers that were handed in."""

from django.urls import path

from accreditation.web import listing

urlpatterns = [
    path("nhap-co-so/", listing.register_lists, name="register_lists"),
    path("nhap-co-so/<uuid:pk>/", listing.register_list, name="register_list"),
    path("nhap-co-so/<uuid:pk>/tien-do/", listing.register_progress, name="register_progress"),
    path("nhap-co-so/<uuid:pk>/giay-to/", listing.register_papers, name="register_papers"),
    path("nhap-co-so/<uuid:pk>/lam/<slug:action>/", listing.register_act, name="register_act"),
]
