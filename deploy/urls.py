"""Every address of the product. Sign-in pages are listed one by one: allauth offers more than is wanted here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.defaults import bad_request
from django.views.generic import TemplateView
from django.views.i18n import set_language

from core.access.routes import route
from core.api import problems
from core.api.views import Nothing
from core.health import views as health
from core.outages import is_outage
from core.web import refusals
from core.web.middleware import API

handler404 = "core.web.refusals.not_found"


def handler500(request: HttpRequest) -> HttpResponse:
    """What no view has caught: a problem at the API's door, a page at the other."""
    return problems.failed(request) if request.path.startswith(API) else refusals.failed(request)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself takes for a bad request; a session that the machine could not keep is none."""
    return handler500(request) if is_outage(exception) else bad_request(request, exception)


for _machine in (health.healthz, health.readyz):
    route("public")(_machine)
_reset = TemplateView.as_view(template_name="account/password_reset.html")

urlpatterns = [
    path("", include("core.health.urls")),
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("dang-nhap/tam-khoa/", account.account_inactive, name="account_inactive"),
    path("dang-nhap/quen-mat-khau/", route("public")(_reset), name="account_reset_password"),
    path("dang-nhap/xac-nhan-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/mat-khau/", account.password_change, name="account_change_password"),
    path("tai-khoan/phien/", sessions.list_usersessions, name="usersessions_list"),
    path("dang-nhap/buoc-hai/", mfa.authenticate, name="mfa_authenticate"),
    path("tai-khoan/hai-buoc/", mfa.index, name="mfa_index"),
    path("tai-khoan/hai-buoc/xac-nhan-lai/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("tai-khoan/hai-buoc/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("tai-khoan/hai-buoc/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tai-khoan/hai-buoc/ma-du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tai-khoan/hai-buoc/ma-du-phong/tao/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("tai-khoan/hai-buoc/ma-du-phong/tai/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("ngon-ngu/", set_language, name="set_language"),
    path("api/v1/", include("core.api.urls")),
    re_path("^api/", Nothing.as_view(dict.fromkeys(Nothing.http_method_names, "nothing")), name="api_nothing"),
    path("", include("core.documents.urls")),
    path("", include("core.web.urls")),
    path("", include("core.worklist.urls")),
    path("", include("facilities.web.urls")),
    path("", include("casework.web.urls")),
    path("", include("referrals.web.urls")),
    path("", include("accreditation.web.urls")),
]
