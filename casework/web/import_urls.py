"""Pages of lists of persons."""

from django.urls import path

from casework.web import imports

urlpatterns = [
    path("nhap-danh-sach/", imports.import_list, name="import_list"),
    path("nhap-danh-sach/<uuid:pk>/", imports.import_batch, name="import_batch"),
    path("nhap-danh-sach/<uuid:pk>/tien-do/", imports.import_progress, name="import_progress"),
    path("nhap-danh-sach/<uuid:pk>/ca/", imports.import_cases, name="import_cases"),
    path("nhap-danh-sach/<uuid:pk>/lam/<slug:action>/", imports.import_act, name="import_act"),
]
