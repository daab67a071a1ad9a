"""Addresses of recognition: applicants, officers, heads, licences; the public's are in `public_urls`."""

from django.urls import include, path

from accreditation.web import (
    applicant,
    application_page,
    desk,
    dossier,
    licences,
    panel,  # noqa: F401  (it answers a hook of the register)
    printed,
    queue,
    site_visit,
)
from core.web.pages import register_page

urlpatterns = [
    path("ho-so/", applicant.applications, name="applications"),
    path("ho-so/moi/", applicant.choose, name="application_new"),
    path("ho-so/<uuid:pk>/", application_page.application, name="application"),
    path("tham-dinh/", queue.queue, name="queue"),
    path("tham-dinh/<uuid:pk>/", dossier.dossier_page, name="dossier"),
    path("tham-dinh/<uuid:pk>/thuc-dia/", site_visit.site_visit, name="site_visit"),
    path("quyet-dinh/", desk.desk, name="decision_desk"),
    path("in/du-thao-quyet-dinh/<uuid:pk>/", printed.decision_draft, name="decision_draft"),
    path("giay-phep/", licences.licences, name="licences"),
    path("giay-phep/<uuid:pk>/", licences.licence, name="licence"),
    path("", include("accreditation.web.listing_urls")),
    path("", include("accreditation.web.prints")),
    path("", include("accreditation.web.public_urls")),
]

register_page("accreditation.Application", lambda row: f"/ho-so/{row.pk}/", str)
register_page("accreditation.Licence", lambda row: f"/giay-phep/{row.pk}/", str)
register_page("accreditation.RegisterList", lambda row: f"/nhap-co-so/{row.pk}/", str)
