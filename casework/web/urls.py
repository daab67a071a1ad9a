"""Pages of case work."""

from django.urls import include, path

from casework.web import caseload, desk, intake, search, today

urlpatterns = [
    path("", today.today, name="today"),
    path("ca/", caseload.case_list, name="case_list"),
    path("ca/giao/", caseload.reassign_many, name="reassign_many"),
    path("tiep-nhan/", intake.intake, name="intake"),
    path("tiep-nhan/khan-cap/", intake.emergency, name="emergency"),
    path("tiep-nhan/trung/", intake.intake_matches, name="intake_matches"),
    path("tim/", search.search, name="search"),
    path("ban-kiem-huan/", desk.desk, name="desk"),
    path("", include("casework.web.case_urls")),
    path("", include("casework.web.print_urls")),
    path("", include("casework.web.import_urls")),
]
