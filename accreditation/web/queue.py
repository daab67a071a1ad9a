"""The officer's queue: files by working days left, the overdue ones first; what stands still comes after."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accreditation.enums import WITH_AUTHORITY, ApplicationKind, ApplicationState
from accreditation.models import Application
from accreditation.selectors import lists, terms
from accreditation.web.shown import FOR_OFFICE, TONES
from core.access.actor import Actor
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import Key
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.web.paging import list_page

S = ApplicationState
OFFICE = (Role.LICENSING, Role.HEAD, Role.COMMUNE, Role.AUDITOR)
ORDER = (Key("waits"), Key("due_at", nullable=True), Key("id"))
COUNTED = (*WITH_AUTHORITY, S.CORRECTION)
ANY = [("", gettext_lazy("Tất cả"))]
DUE = [
    ("overdue", gettext_lazy("Quá hạn")), ("today", gettext_lazy("Hạn hôm nay")),
    ("soon", gettext_lazy("Trong 3 ngày tới")), ("later", gettext_lazy("Sau đó")),
    ("paused", gettext_lazy("Tạm dừng tính hạn")),
]  # fmt: skip
MINE = [("mine", gettext_lazy("Tôi thẩm định")), ("nobody", gettext_lazy("Chưa ai nhận"))]


class FilterForm(forms.Form):
    """The filters, named in the address as people say them."""

    q = forms.CharField(
        label=gettext_lazy("Tìm tên cơ sở, số hồ sơ"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    thu_tuc = forms.ChoiceField(label=gettext_lazy("Thủ tục"), required=False, choices=[*ANY, *ApplicationKind.choices])
    trang_thai = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False,
        choices=[
            ("", gettext_lazy("Đang giải quyết")), ("all", gettext_lazy("Cả đã xong")),
            *[(state.value, state.label) for state in S if state != S.DRAFT],
        ],
    )  # fmt: skip
    cua = forms.ChoiceField(label=gettext_lazy("Của ai"), required=False, choices=[*ANY, *MINE])
    han = forms.ChoiceField(label=gettext_lazy("Hạn"), required=False, choices=[*ANY, *DUE])

    def filters(self) -> lists.Filters:
        """What can be read of the address; a value that is none narrows nothing and is said at its field."""
        self.is_valid()
        data = self.cleaned_data
        return lists.Filters(
            words=data.get("q", ""), kind=data.get("thu_tuc", ""), state=data.get("trang_thai", ""),
            mine=data.get("cua", ""), due=data.get("han", ""),
        )  # fmt: skip


@route("roles", roles=OFFICE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """GET /tham-dinh/?q=&thu_tuc=&trang_thai=&cua=&han="""
    by: Actor = request.actor  # type: ignore[attr-defined]
    now, calendar = timezone.now(), Calendar()
    form = FilterForm(request.GET or {"q": ""}, auto_id="loc_%s")
    with unit_of_work():
        found = list_page(request, lists.queue(by, form.filters(), now, calendar), ORDER)
        log_read(by, Application, [row.pk for row in found.rows], "view")
        counts = lists.counts(by, now, calendar)
        context = {
            "form": form, "chips": _chips(request, form), "clear_url": request.path,
            "rows": [line(row, by, calendar) for row in found.rows], "prev_url": found.previous,
            "next_url": found.next, "filtered": any(form.cleaned_data.values()), "counts": _counts(counts),
        }  # fmt: skip
        return render(request, "accreditation/queue.html", context)


def line(row: Application, by: Actor, calendar: Calendar) -> dict[str, Any]:
    """One row of a list of the authority."""
    state = S(row.state)
    mine = row.officer_id in by.identities
    days = terms.days(row, calendar=calendar) if state in COUNTED else None
    return {
        "row": row, "url": reverse("dossier", args=[row.pk]), "tone": TONES.get(state, ""),
        "remaining": due.remaining_of(row, calendar=calendar), "days": days,
        "now": FOR_OFFICE[state], "mine": mine,
    }  # fmt: skip


def _counts(found: dict[str, int]) -> list[dict[str, Any]]:
    base = reverse("queue")
    labels = {
        "overdue": (_("quá hạn"), "over"), "today": (_("hạn hôm nay"), "today"), "soon": (_("trong 3 ngày tới"), ""),
        "paused": (_("chờ cơ sở"), ""),
    }  # fmt: skip
    return [
        {"n": found[kind], "label": label, "tone": tone if found[kind] else "", "url": f"{base}?han={kind}"}
        for kind, (label, tone) in labels.items()
    ]


def _chips(request: HttpRequest, form: FilterForm) -> list[dict[str, Any]]:
    """One chip for each filter in force; its link takes the filter away."""
    chips = []
    for name, value in form.cleaned_data.items():
        if not value:
            continue
        field: Any = form.fields[name]
        label = f"“{value}”" if name == "q" else str(dict(field.choices).get(value, value))
        rest = {key: text for key, text in request.GET.items() if text and key not in (name, "cursor")}
        query = f"?{urlencode(rest)}" if rest else ""
        chips.append({"label": label, "url": f"{request.path}{query}", "remove": True})
    return chips
