"""Ca phụ trách: the list of cases with its filters in the address, and giving many cases to another worker at once."""

import uuid
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from casework.inputs.progress import Reassign
from casework.models import Case
from casework.selectors import caseload
from casework.selectors.today import facts
from casework.states.case import CaseState
from core.access.actor import Actor
from core.access.legs import legs
from core.access.routes import route
from core.accounts.enums import Role
from core.accounts.models import User
from core.api.paging import Key, keyset
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.errors import Blocked, Denied, DomainError, Invalid, NotVisible, Stale
from core.lifecycle.engine import perform
from core.places.models import Commune
from core.places.selectors import communes_of
from core.web.context import READS_CASES
from core.web.display import vnnum
from core.web.paging import list_page
from core.worklist.models import RiskLevel

MOST_AT_ONCE = 100
ORDERS = {
    "han": (Key("due_at", nullable=True), Key("id")),
    "moi": keyset(Key("opened_at", descending=True, nullable=True), Key("id", descending=True), last="id"),
}
ANY = [("", gettext_lazy("Tất cả"))]
DUE = [
    ("overdue", gettext_lazy("Quá hạn")), ("today", gettext_lazy("Hôm nay")), ("soon", gettext_lazy("Trong 3 ngày")),
    ("later", gettext_lazy("Sau đó")), ("paused", gettext_lazy("Tạm dừng")),
]  # fmt: skip


class FilterForm(forms.Form):
    """The filters, named in the address as people say them."""

    q = forms.CharField(
        label=gettext_lazy("Tìm"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    chang = forms.ChoiceField(
        label=gettext_lazy("Chặng"), required=False,
        choices=[("", gettext_lazy("Đang mở")), ("all", gettext_lazy("Cả đã kết thúc")), *CaseState.choices],
    )  # fmt: skip
    nguy_co = forms.ChoiceField(
        label=gettext_lazy("Nguy cơ"), required=False,
        choices=[*ANY, *RiskLevel.choices, ("none", gettext_lazy("Chưa đánh giá"))],
    )  # fmt: skip
    han = forms.ChoiceField(label=gettext_lazy("Hạn"), required=False, choices=[*ANY, *DUE])
    xa = forms.ModelChoiceField(
        Commune.objects.none(), label=gettext_lazy("Xã, phường"), required=False, empty_label=gettext_lazy("Tất cả")
    )
    nguoi = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Phụ trách"), required=False, empty_label=gettext_lazy("Tất cả")
    )
    xep = forms.ChoiceField(
        required=False, choices=[("", ""), *[(name, name) for name in ORDERS]], widget=forms.HiddenInput
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any):
        kwargs.setdefault("auto_id", "loc_%s")
        super().__init__(*args, **kwargs)
        self.fields["xa"].queryset = communes_of(settings.DH_PROVINCE_CODE)  # type: ignore[attr-defined]
        if actor.has(Role.SUPERVISOR):
            self.fields["nguoi"].queryset = caseload.workers_below(actor)  # type: ignore[attr-defined]
        else:
            del self.fields["nguoi"]

    def filters(self) -> caseload.Filters:
        """What can be read of the address; a value that is none narrows nothing and is said at its field."""
        self.is_valid()
        data = self.cleaned_data
        return caseload.Filters(
            words=data.get("q", ""), stage=data.get("chang") or "live", risk=data.get("nguy_co", ""),
            due=data.get("han", ""), commune=data.get("xa"), worker=data.get("nguoi"),
        )  # fmt: skip


@route("roles", roles=READS_CASES)
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now, calendar = timezone.now(), Calendar()
    form = FilterForm(actor, request.GET or {"chang": ""})
    with unit_of_work():
        rows, rights = caseload.narrowed(Case.objects.all(), form.filters(), now, calendar), legs(actor, Case)
        order = form.cleaned_data.get("xep") or ("han" if actor.has(Role.WORKER, Role.SUPERVISOR) else "moi")
        found = list_page(request, caseload.for_list(rows), ORDERS[order], legs=rights)
        log_read(actor, Case, [case.pk for case in found.rows], "view")
        # The one page that there is has been counted by being read.
        whole = not (found.next or found.previous)
        total = len(found.rows) if whole else caseload.count_up_to(rows, rights)
    context = {
        "form": form, "chips": _chips(request, form), "clear_url": request.path, "count": _count(total), "order": order,
        "orders": [
            {"label": label, "url": _with(request, xep=name), "current": order == name}
            for name, label in (("han", _("Theo hạn")), ("moi", _("Mới mở trước")))
        ],
        "rows": [
            {"case": case, "remaining": due.remaining_of(case, now, calendar), "facts": facts(case.person)}
            for case in found.rows
        ],
        "prev_url": found.previous, "next_url": found.next, "may_reassign": actor.has(Role.SUPERVISOR),
        "shows_worker": not actor.has(Role.WORKER) or actor.has(Role.SUPERVISOR) or bool(actor.stands_for),
        "stands_for": actor.stands_for,
        "here": request.get_full_path(), "filtered": bool(form.changed_data),
    }  # fmt: skip
    return render(request, "casework/caseload.html", context)


def _count(total: int) -> str:
    if total > caseload.COUNTED:
        return _("Hơn %(count)s ca") % {"count": vnnum(caseload.COUNTED)}
    return _("%(count)s ca") % {"count": vnnum(total)}


def _with(request: HttpRequest, **changes: str) -> str:
    """This list's address with some parameters changed or (empty) left out, from its first page."""
    params = {name: value for name, value in request.GET.items() if value and name != "cursor"}
    params.update(changes)
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _chips(request: HttpRequest, form: FilterForm) -> list[dict[str, Any]]:
    """One chip for each filter in force; its link takes the filter away."""
    chips = []
    for name in ("q", "chang", "nguy_co", "han", "xa", "nguoi"):
        value = form.cleaned_data.get(name)
        if not value:
            continue
        field = form.fields[name]
        choices: dict[Any, Any] = dict(field.choices) if type(field) is forms.ChoiceField else {}  # type: ignore[arg-type]
        label = f"“{value}”" if name == "q" else str(choices.get(value, value))
        chips.append({"label": label, "url": _with(request, **{name: ""}), "remove": True})
    return chips


class BulkForm(forms.Form):
    """To whom many cases go."""

    worker = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Người nhận"))
    over_cap = Reassign.base_fields["over_cap"]
    note = Reassign.base_fields["note"]

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = caseload.workers_below(actor)  # type: ignore[attr-defined]


@route("roles", roles=(Role.SUPERVISOR,))
@require_POST
def reassign_many(request: HttpRequest) -> HttpResponse:
    """First the chosen cases with the question to whom, then one `reassign` for each, with its own result."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = _chosen(request)
    if not chosen:
        return redirect(f"{request.POST.get('from') or '/ca/'}" if _local(request.POST.get("from")) else "case_list")
    with unit_of_work():
        log_read(actor, Case, list(chosen), "view")
        cases = caseload.versions(actor, chosen)
    go = "go" in request.POST
    form = BulkForm(actor, request.POST if go else None)
    if go and form.is_valid():
        results = [_reassign(request, actor, cases[pk], version) for pk, version in chosen.items() if pk in cases]
        return render(request, "casework/reassigned.html", {"results": results, "back": _back(request)})
    context = {
        "form": form,
        "cases": [{"case": cases[pk], "version": version} for pk, version in chosen.items() if pk in cases],
        "key": request.POST.get("key") or uuid.uuid4().hex, "back": _back(request), "most": MOST_AT_ONCE,
        "left_out": max(0, len(request.POST.getlist("case")) - MOST_AT_ONCE),
    }  # fmt: skip
    return render(request, "casework/reassign.html", context, status=422 if go else 200)


def _local(path: str | None) -> bool:
    return bool(path) and path.startswith("/ca/")  # type: ignore[union-attr]


def _back(request: HttpRequest) -> str:
    path = request.POST.get("from", "")
    return path if _local(path) else "/ca/"


def _chosen(request: HttpRequest) -> dict[UUID, int]:
    """The ticked rows, "key:version" each; what cannot be read is passed over, no more than a hundred are taken."""
    found: dict[UUID, int] = {}
    for text in request.POST.getlist("case")[:MOST_AT_ONCE]:
        key, _sign, version = text.partition(":")
        try:
            found[UUID(key)] = int(version)
        except ValueError:
            continue
    return found


def _reassign(request: HttpRequest, actor: Actor, case: Case, version: int) -> dict[str, Any]:
    data = {name: request.POST.get(name, "") for name in ("worker", "over_cap", "note")}
    key = f"{request.POST.get('key', '')[:60]}:{case.pk.hex}"
    try:
        perform((Case, case.pk), "reassign", by=actor, version=version, key=key, data=data)
    except DomainError as error:
        return {"case": case, "ok": False, "reasons": _why(error)}
    return {"case": case, "ok": True, "reasons": []}


def _why(error: DomainError) -> list[str]:
    if isinstance(error, Invalid):
        return [text for sentences in error.errors.values() for text in sentences]
    if isinstance(error, Blocked | Denied):
        return [str(reason.text) for reason in error.reasons]
    if isinstance(error, Stale):
        return [_("Hồ sơ vừa có người sửa. Mở lại danh sách rồi giao lại.")]
    if isinstance(error, NotVisible):
        return [_("Không còn thấy hồ sơ này.")]
    return [_("Lần giao này đã gửi rồi, với nội dung khác.")]
