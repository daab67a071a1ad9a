"""Cơ sở: the list of facilities with its filters in the address, and entering a new one."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.access.actor import Actor
from core.access.engine import visible
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import Key
from core.catalogue.models import ClientGroup
from core.errors import Blocked, Invalid, KeyReused
from core.lifecycle.engine import perform
from core.places.models import Commune
from core.places.selectors import communes_of
from core.web import refusals
from core.web.display import vnnum
from core.web.paging import list_page
from facilities.enums import CareModel, LegalKind, Ownership
from facilities.inputs.register import RegisterFacility
from facilities.models import Facility
from facilities.selectors import facility_list as selectors

ORDER = (Key("sort_name"), Key("id"))
SIZE = 25
ANY = [("", gettext_lazy("Tất cả"))]
NARROWING = ("loai", "so_huu", "xa", "nhom", "mo_hinh")
KEEPERS = (Role.STEWARD, Role.HEAD)


class FilterForm(forms.Form):
    """The filters, named in the address as people say them."""

    q = forms.CharField(
        label=gettext_lazy("Tìm tên"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    loai = forms.ChoiceField(label=gettext_lazy("Loại hình"), required=False, choices=[*ANY, *LegalKind.choices])
    so_huu = forms.ChoiceField(label=gettext_lazy("Công lập"), required=False, choices=[*ANY, *Ownership.choices])
    xa = forms.ModelChoiceField(
        Commune.objects.none(), label=gettext_lazy("Xã, phường"), required=False, empty_label=gettext_lazy("Tất cả")
    )
    nhom = forms.ChoiceField(label=gettext_lazy("Nhận nhóm"), required=False)
    mo_hinh = forms.ChoiceField(label=gettext_lazy("Mô hình"), required=False, choices=[*ANY, *CareModel.choices])
    het = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("auto_id", "loc_%s")
        super().__init__(*args, **kwargs)
        self.fields["xa"].queryset = communes_of(settings.DH_PROVINCE_CODE)  # type: ignore[attr-defined]
        groups = ClientGroup.objects.on().order_by("law_group", "code").values_list("code", "name")
        self.fields["nhom"].choices = [*ANY, *groups]  # type: ignore[attr-defined]

    def filters(self) -> selectors.Filters:
        """What can be read of the address; a value that is none narrows nothing and is said at its field."""
        self.is_valid()
        data = self.cleaned_data
        return selectors.Filters(
            text=data.get("q", ""), kind=data.get("loai", ""), ownership=data.get("so_huu", ""),
            commune=data.get("xa"), group=data.get("nhom", ""), model=data.get("mo_hinh", ""),
            closed_too=data.get("het", False),
        )  # fmt: skip


@route("login")
@require_safe
def facility_list(request: HttpRequest) -> HttpResponse:
    """GET /co-so/?q=&loai=&so_huu=&xa=&nhom=&mo_hinh=&het="""
    by: Actor = request.actor  # type: ignore[attr-defined]
    form = FilterForm(request.GET or {"q": ""})
    rows = selectors.listed(by, form.filters())
    found = list_page(request, selectors.for_list(rows), ORDER, SIZE)
    beside = selectors.extras(found.rows)
    count = rows.count()
    closed_too = bool(form.cleaned_data.get("het"))
    context = {
        "form": form, "chips": _chips(request, form), "clear_url": request.path,
        "narrowing": [form[name] for name in NARROWING],
        "narrowed": any(form.cleaned_data.get(name) or name in form.errors for name in NARROWING),
        "count": _("%(count)s cơ sở") % {"count": vnnum(count)},
        "rows": [{"row": row, "extra": beside[row.pk], "url": _url(row)} for row in found.rows],
        "prev_url": found.previous, "next_url": found.next, "filtered": bool(form.changed_data),
        "views": [
            {"label": _("Đang hoạt động"), "url": _with(request, het=""), "current": not closed_too},
            {"label": _("Cả đã giải thể"), "url": _with(request, het="1"), "current": closed_too},
        ],
        "new_url": reverse("facility_new") if by.has(*KEEPERS) else "",
        "mine": _mine(by),
    }  # fmt: skip
    return render(request, "facilities/facility/list.html", context)


def _url(row: Facility) -> str:
    return reverse("facility", args=[row.unit_id])


def _mine(by: Actor) -> list[dict[str, Any]]:
    """The houses that this person manages, at the head of the list."""
    units = by.units(Role.FACILITY) if by.has(Role.FACILITY) else []
    rows = (
        visible(by, Facility).filter(unit__in=units).select_related("unit").defer("safe_address").order_by("unit__name")
    )
    return [{"label": row.unit.name, "url": _url(row)} for row in rows]


def _with(request: HttpRequest, **changes: str) -> str:
    """This list's address with some parameters changed or (empty) left out, from its first page."""
    params = {name: value for name, value in request.GET.items() if value and name != "cursor"}
    params.update(changes)
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _chips(request: HttpRequest, form: FilterForm) -> list[dict[str, Any]]:
    """One for each filter that is set, to take it off."""
    found = []
    for name, value in form.cleaned_data.items():
        if not value or name == "het":
            continue
        choices = dict(getattr(form.fields[name], "choices", ()) if isinstance(value, str) else ())
        found.append({"label": str(choices.get(value, value)), "url": _with(request, **{name: ""}), "remove": True})
    return found


@route("roles", roles=KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def facility_new(request: HttpRequest) -> HttpResponse:
    """GET and POST /co-so/moi/: a unit enters the register."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    form, reasons, status = RegisterFacility(by=by), [], 200
    key = uuid.uuid4().hex
    if request.method == "POST":
        try:
            done = perform(Facility, "register", by=by, key=request.POST.get("key", "")[:100], data=request.POST)
        except (Invalid, Blocked, KeyReused) as error:
            form = RegisterFacility(request.POST, by=by)
            status = 422 if isinstance(error, Invalid) else 409
            key = request.POST.get("key", key) if isinstance(error, Invalid) else key
            reasons = error.reasons if isinstance(error, Blocked) else []
            reasons = refusals.key_reused() if isinstance(error, KeyReused) else reasons
        else:
            messages.success(request, _("Đã ghi vào sổ cơ sở."))
            return redirect("facility", pk=done.result["id"])
    context = {"form": form, "reasons": reasons, "key": key, "back_url": reverse("facility_list")}
    return render(request, "facilities/facility/new.html", context, status=status)
