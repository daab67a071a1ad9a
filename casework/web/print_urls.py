"""Routes of printed papers, under /in/."""

from django.urls import path

from casework.web import prints

urlpatterns = [
    path("in/phieu-tiep-nhan/<uuid:pk>/", prints.intake_sheet, name="print_intake_sheet"),
    path("in/ke-hoach/<uuid:pk>/", prints.service_plan, name="print_service_plan"),
    path("in/quyet-dinh-ket-thuc/<uuid:pk>/", prints.closure_decision, name="print_closure_decision"),
]
