"""Addresses that everybody may open, under /cong-khai/, and the applicant's own forms."""

from django.urls import path

from accreditation.web import public_directory, public_licences, public_procedures

urlpatterns = [
    path("cong-khai/", public_directory.directory, name="public_directory"),
    path("cong-khai/co-so/<uuid:pk>/", public_directory.facility, name="public_facility"),
    path("cong-khai/giay-phep/", public_licences.licence, name="public_licence"),
    path("cong-khai/giay-phep/khoa/", public_licences.public_key, name="public_key"),
    path("cong-khai/thu-tuc/", public_procedures.procedures, name="public_procedures"),
    path("cong-khai/thu-tuc/<slug:code>/", public_procedures.procedure, name="public_procedure"),
    path("cong-khai/mau/<slug:template>/", public_procedures.blank_form, name="public_form"),
    path("mau/<uuid:pk>/<slug:component>/", public_procedures.own_form, name="application_form"),
]
