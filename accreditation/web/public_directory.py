"""The list of recognised facilities with its map and filter, and the page of one."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.selectors import public_register as register
from accreditation.selectors.public_map import map_of
from accreditation.web.public_pages import kept, not_here, same_for_all
from core.access.routes import route
from facilities.enums import CareModel, LegalKind

PER_PAGE = 50
LONGEST_NAME = 80
Choices = Sequence[tuple[str, Any]]


class Filter(forms.Form):
    """What is asked for, by GET; every field may be left out."""

    ten = forms.CharField(
        label=_("Tên cơ sở"), required=False, max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"class": "in", "type": "search"}),
    )  # fmt: skip
    xa = forms.ChoiceField(label=_("Xã, phường"), required=False)
    nhom = forms.ChoiceField(label=_("Nhóm đối tượng"), required=False)
    loai = forms.ChoiceField(label=_("Loại hình"), required=False)
    mo_hinh = forms.ChoiceField(label=_("Mô hình"), required=False)

    def __init__(self, data: Any, communes: Choices, groups: Choices) -> None:
        super().__init__(data, label_suffix="")
        for name, choices in (
            ("xa", communes), ("nhom", groups), ("loai", LegalKind.choices), ("mo_hinh", CareModel.choices),
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Tất cả")), *choices]
            field.widget.attrs["class"] = "in"

    def wanted(self) -> register.Wanted:
        """What is not a choice leaves its filter out; the error stands at the field."""
        self.is_valid()
        given = self.cleaned_data
        return register.Wanted(
            text=given.get("ten", ""), commune=given.get("xa", ""), group=given.get("nhom", ""),
            kind=given.get("loai", ""), model=given.get("mo_hinh", ""),
        )  # fmt: skip

    def chosen(self) -> dict[str, str]:
        """The filters that hold, for addresses."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


@route("public")
@same_for_all
def directory(request: HttpRequest) -> HttpResponse:
    """GET /cong-khai/?ten=&xa=&nhom=&loai=&mo_hinh=&trang="""
    form = Filter(request.GET, register.communes_offered(), register.groups_offered())
    wanted = form.wanted()
    page = request.GET.get("trang", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
    errors = {name: request.GET.get(name, "") for name in form.errors}
    return kept(
        request, f"{wanted}{number}{errors}{register.stamp()}{register.reference_stamp()}",
        "accreditation/public/directory.html", lambda: _directory(form, wanted, number),
    )  # fmt: skip


def _directory(form: Filter, wanted: register.Wanted, number: int) -> dict[str, Any]:
    rows = register.listed(wanted)
    page = Paginator(rows, PER_PAGE).get_page(number)
    chosen = form.chosen()

    def address(at: int) -> str:
        return f"?{urlencode({**chosen, 'trang': at})}"

    return {
        "form": form, "rows": page.object_list, "total": len(rows), "map": map_of(rows), "filtered": bool(chosen),
        "day": timezone.localdate(), "prev_url": address(page.number - 1) if page.has_previous() else "",
        "next_url": address(page.number + 1) if page.has_next() else "", "page": page.number,
        "pages": page.paginator.num_pages,
    }  # fmt: skip


@route("public")
@same_for_all
def facility(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /cong-khai/co-so/<facility>/: 404 unless it is in the list today."""
    row = register.listed_one(pk)
    if row is None:
        return not_here(request)
    return kept(
        request, f"{pk}{register.stamp()}{register.reference_stamp()}", "accreditation/public/facility.html",
        lambda: {"row": row, "prices": register.prices(pk), "day": timezone.localdate()},
    )  # fmt: skip
