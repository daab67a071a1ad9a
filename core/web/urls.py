"""Pages that every app uses."""

from django.urls import path

from core.web import actions, drafts, views

urlpatterns = [
    path("lam/<str:app>/<str:model>/<uuid:pk>/<str:action>/", actions.act, name="act"),
    path(
        "them/<str:parent_app>/<str:parent_model>/<uuid:pk>/<str:app>/<str:model>/<str:action>/",
        actions.act_under,
        name="act_under",
    ),
    path("nhap/", drafts.draft, name="draft"),
    path("thong-bao/", views.notices, name="notices"),
    path("de-nghi/<uuid:pk>/", views.proposal, name="proposal"),
]
