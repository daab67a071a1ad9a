"""Addresses of the case page and of what belongs to a case."""

from django.urls import path

from casework.web import assessment, case_page, handover, person, plan, worklog
from core.web.pages import register_page

urlpatterns = [
    path("ca/<uuid:pk>/", case_page.case, name="case"),
    path("ca/<uuid:pk>/ghi-nhanh/", worklog.case_note, name="case_note"),
    path("ca/<uuid:pk>/ban-giao/", handover.sheet, name="handover"),
    path("ca/<uuid:pk>/<slug:tab>/", case_page.case_tab, name="case_tab"),
    path("danh-gia/<uuid:pk>/", assessment.assessment, name="assessment"),
    path("ke-hoach/<uuid:pk>/", plan.plan, name="plan"),
    path("nguoi/<uuid:pk>/", person.person, name="person"),
    path("nguoi/<uuid:pk>/sua/", person.edit, name="person_edit"),
    path("nguoi/<uuid:pk>/so-giay-to/", person.identity, name="person_identity"),
]

register_page("casework.Case", lambda row: f"/ca/{row.pk}/", str)
register_page("casework.Assessment", lambda row: f"/danh-gia/{row.pk}/")
register_page("casework.ServicePlan", lambda row: f"/ke-hoach/{row.pk}/")
register_page("casework.Goal", lambda row: f"/ke-hoach/{row.plan_id}/#goal-{row.pk}")
register_page("casework.PlanAction", lambda row: f"/ke-hoach/{row.goal.plan_id}/#goal-{row.goal_id}")
register_page("casework.PlanComment", lambda row: f"/ke-hoach/{row.plan_id}/#gop-y")
register_page("casework.WorkEntry", lambda row: f"/ca/{row.case_id}/")
register_page("casework.Person", lambda row: f"/nguoi/{row.pk}/")
register_page("casework.Contact", lambda row: f"/nguoi/{row.person_id}/#lien-he")
