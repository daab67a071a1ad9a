"""Addresses of the register."""

from django.urls import include, path

from core.web.pages import register_page
from facilities.models import Facility
from facilities.web import facility, facility_list, facility_tabs

urlpatterns = [
    path("", include("facilities.web.oversight_urls")),
    path("", include("facilities.web.bed_urls")),
    path("co-so/", facility_list.facility_list, name="facility_list"),
    path("co-so/moi/", facility_list.facility_new, name="facility_new"),
    path("co-so/giay-to/<uuid:pk>/", facility_tabs.paper, name="facility_paper"),
    path("co-so/nhan-su/<uuid:pk>/", facility_tabs.member, name="facility_member"),
    path("co-so/<uuid:pk>/", facility.facility, name="facility"),
    path("co-so/<uuid:pk>/nha-giuong/", facility_tabs.premises, name="facility_premises"),
    path("co-so/<uuid:pk>/nhan-su/", facility_tabs.staff, name="facility_staff"),
    path("co-so/<uuid:pk>/dich-vu/", facility_tabs.services, name="facility_services"),
    path("co-so/<uuid:pk>/giay-to/", facility_tabs.papers, name="facility_papers"),
    path("co-so/<uuid:pk>/anh/", facility_tabs.photos, name="facility_photos"),
    path("co-so/<uuid:pk>/kiem-tra/", facility_tabs.oversight, name="facility_oversight"),
    path("co-so/<uuid:pk>/lich-su/", facility_tabs.history, name="facility_history"),
]


def _page(row: Facility) -> str:
    """By the key of its unit where that is at hand; the page finds it by its own key too."""
    return f"/co-so/{row.unit_id or row.pk}/"


register_page("facilities.Facility", _page, lambda row: row.unit.name)
register_page("facilities.WalletPaper", lambda row: f"/co-so/giay-to/{row.pk}/")
register_page("facilities.StaffMember", lambda row: f"/co-so/nhan-su/{row.pk}/")
