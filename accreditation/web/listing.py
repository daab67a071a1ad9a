"""Nhập sổ cơ sở: upload a register, look at every line, choose columns, decide, confirm; the head confirms the papers
of all its houses together."""

import json
import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import tasks
from accreditation.inputs.listing import ChooseRegisterColumns, UploadRegister
from accreditation.models.listing import ListStage, RegisterList, RegisterRow, RowPaper, RowResult, RowVerdict
from accreditation.selectors.listing import waiting
from accreditation.services.listing_writing import sentence, settle
from core.access.actor import Actor
from core.access.engine import can, fetch, visible
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import keyset
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.catalogue.selectors import client_groups
from core.errors import DomainError, Invalid, NotVisible
from core.lifecycle.engine import perform
from core.web.paging import list_page
from facilities.enums import LegalKind, Ownership

WHO = (Role.LICENSING, Role.HEAD)
METHODS = ["GET", "HEAD", "POST"]
TONES = {RowVerdict.NEW: "ok", RowVerdict.KNOWN: "info", RowVerdict.LIKELY: "warn", RowVerdict.ERROR: "danger"}
AT_ONCE = 100


@route("roles", roles=WHO)
@require_http_methods(METHODS)
def register_lists(request: HttpRequest) -> HttpResponse:
    """GET: the registers read so far and a form for another; POST: read one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = UploadRegister(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            with unit_of_work():
                outcome = perform(
                    RegisterList, "upload", by=actor, key=request.POST.get("key", ""), files=request.FILES
                )  # fmt: skip
                if not outcome.replayed:
                    tasks.read_register.enqueue(register=outcome.result["id"])
        except Invalid as error:
            form = UploadRegister(request.POST, request.FILES)
            form.is_valid()
            for name, texts in error.errors.items():
                if not form.errors.get(name):
                    form.add_error(name if name in form.fields else None, texts)
        else:
            return redirect("register_list", pk=outcome.result["id"])
    found = list_page(request, visible(actor, RegisterList).defer("content"), keyset("-created_at"))
    context = {
        "form": form, "may_upload": actor.has(Role.LICENSING), "key": uuid.uuid4().hex, "prev_url": found.previous,
        "next_url": found.next, "registers": found.rows,
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accreditation/listing/list.html", context, status=status)


@route("record", label="accreditation.RegisterList", roles=WHO)
@require_safe
def register_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far reading or writing is; then each line with its verdict."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        register = _register(actor, pk)
        may_read = can(actor, "read:rows", register)
        if may_read:
            log_read(actor, RegisterList, [register.pk], "read:rows", root_id=register.pk)
        context = {"register": register, "key": uuid.uuid4().hex, "busy": _busy(register), **_counts(register)}
        if may_read and not _busy(register):
            context.update(_preview(request, register, can(actor, "write", register)))
        context["papers_wait"] = waiting(register).count()
        context["may_confirm"] = can(actor, "read:papers", register)
    return render(request, "accreditation/listing/register.html", context)


@route("record", label="accreditation.RegisterList", roles=WHO)
@require_safe
def register_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A fragment while the worker is at it; then the page is asked for again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    register = _register(actor, pk)
    context = {"register": register, "busy": _busy(register)}
    response = render(request, "accreditation/listing/progress.html", context)
    if not _busy(register):
        response["HX-Refresh"] = "true"
    return response


@route("record", label="accreditation.RegisterList", action="write", roles=(Role.LICENSING,))
@require_POST
def register_act(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    """Choose columns, decide about a line, or write; what follows in the background is queued in the same work."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    following = {"choose": tasks.read_register, "write": tasks.write_register, "decide": None}
    if action not in following:
        raise NotVisible
    work = following[action]
    with unit_of_work():
        outcome = perform(
            (RegisterList, pk), action, by=actor, version=_version(request), key=request.POST.get("key", ""),
            data=request.POST,
        )  # fmt: skip
        if work is not None and not outcome.replayed:
            work.enqueue(register=str(pk))
    where = request.POST.get("next", "")
    return redirect(where if where.startswith(f"/nhap-co-so/{pk}/") else f"/nhap-co-so/{pk}/")


@route("record", label="accreditation.RegisterList", roles=(Role.HEAD,))
@require_http_methods(METHODS)
def register_papers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Licences and founding decisions of a register that wait for the head: confirmed together, at most a hundred at a
    time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        register = _register(actor, pk)
        if not can(actor, "read:papers", register):
            raise NotVisible
        rows = list(waiting(register)[:AT_ONCE])
        log_read(actor, RegisterList, [register.pk], "read:rows", root_id=register.pk)
        names = _group_names()
        lines = [_line(row, names) for row in rows]
    if request.method == "POST":
        return _confirm(request, actor, register, rows)
    context = {"register": register, "rows": lines, "key": uuid.uuid4().hex, "most": AT_ONCE}
    return render(request, "accreditation/listing/papers.html", context)


def _confirm(request: HttpRequest, actor: Actor, register: RegisterList, rows: list[RegisterRow]) -> HttpResponse:
    """Each by itself: one that can no longer be does not stop the others."""
    chosen, key = set(request.POST.getlist("row")), request.POST.get("key", "")
    done, refused = 0, []
    for row in rows:
        if str(row.pk) not in chosen:
            continue
        try:
            with unit_of_work():
                settle(row, actor, f"{key}:{row.pk.hex}"[:100])
            done += 1
        except DomainError as error:
            refused.append(_("Dòng %(row)d: %(why)s") % {"row": row.row_number, "why": sentence(error)})
    if done:
        messages.success(request, _("Đã xác nhận %(count)d cơ sở.") % {"count": done})
    for text in refused[:5]:
        messages.error(request, text)
    return redirect("register_papers", pk=register.pk)


def _register(actor: Actor, pk: UUID) -> RegisterList:
    rows = RegisterList.objects.defer("content").select_related("unit", "made_by", "confirmed_by")
    return fetch(actor, RegisterList, pk, within=rows)


def _busy(register: RegisterList) -> bool:
    return register.stage in (ListStage.READING, ListStage.WRITING)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def _counts(register: RegisterList) -> dict[str, Any]:
    """How many lines have each verdict and each result, 0 included."""
    verdicts = dict(register.rows.values_list("verdict").annotate(Count("id")).order_by())
    results = dict(register.rows.values_list("result").annotate(Count("id")).order_by())
    return {
        "verdicts": {code: verdicts.get(code, 0) for code in RowVerdict.values},
        "results": {code: results.get(code, 0) for code in RowResult.values},
    }


def _preview(request: HttpRequest, register: RegisterList, may: bool) -> dict[str, Any]:
    """Lines of one verdict or all, a page at a time."""
    wanted = request.GET.get("loai", "")
    rows = register.rows.select_related("facility__unit")
    if wanted in RowVerdict.values:
        rows = rows.filter(verdict=wanted)
    found = list_page(request, rows, keyset("number", last="number"))
    verdicts = _counts(register)["verdicts"]
    chips = [{"label": _("Tất cả"), "url": request.path, "current": wanted not in RowVerdict.values}]
    for verdict in RowVerdict:
        label = f"{verdict.label} {verdicts[verdict.value]}"
        chips.append({"label": label, "url": f"{request.path}?loai={verdict.value}", "current": wanted == verdict})
    names, ready = _group_names(), may and register.stage == ListStage.READY
    return {
        "rows": [_line(row, names) for row in found.rows], "prev_url": found.previous, "next_url": found.next,
        "chips": chips, "may_write": ready, "here": request.get_full_path(), "shows_rows": True,
        "columns_form": ChooseRegisterColumns(record=register) if register.doubtful_columns and ready else None,
    }  # fmt: skip


def _group_names() -> dict[str, str]:
    return {group.code: group.name for group in client_groups()}


def _line(row: RegisterRow, names: dict[str, str]) -> dict[str, Any]:
    payload = json.loads(row.payload)
    values = payload["values"]
    kind, owner = values.get("legal_kind"), values.get("ownership")
    founding = row.paper == RowPaper.FOUNDING or owner == Ownership.PUBLIC
    prefix = "founding" if founding else "licence"
    places = [_("Địa chỉ giữ kín") if values.get("hidden") else values.get("address"), values.get("commune")]
    return {
        "row": row, "name": values.get("name") or _("Chưa rõ tên"), "values": values, "why": payload["why"],
        "errors": payload["errors"], "warnings": payload["warnings"], "tone": TONES[RowVerdict(row.verdict)],
        "kind": LegalKind(kind).label if kind else "", "owner": Ownership(owner).label if owner else "",
        "place": ", ".join(str(place) for place in places if place), "number": values.get(f"{prefix}_number", ""),
        "issued": parse_date(values[f"{prefix}_date"]) if values.get(f"{prefix}_date") else None,
        "issuer": values.get(f"{prefix}_issuer", ""), "capacity": values.get("capacity"), "founding": founding,
        "ends": parse_date(values["ends_on"]) if values.get("ends_on") else None,
        "groups": [names[code] for code in values.get("groups") or [] if code in names],
    }  # fmt: skip
