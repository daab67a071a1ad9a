"""Addresses of inspections and incidents."""

from django.urls import path

from facilities.web import incidents, inspections, prints

urlpatterns = [
    path("kiem-tra/", inspections.inspection_list, name="inspection_list"),
    path("kiem-tra/ke-hoach/", inspections.inspection_year, name="inspection_year"),
    path("kiem-tra/<uuid:pk>/", inspections.inspection, name="inspection"),
    path("su-viec/", incidents.incident_list, name="incident_list"),
    path("su-viec/<uuid:pk>/", incidents.incident, name="incident"),
    path("in/bien-ban-kiem-tra/<uuid:pk>/", prints.print_inspection, name="print_inspection"),
]
