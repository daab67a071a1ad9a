"""Nhập danh sách: upload, look at every line, choose columns, decide, confirm; the supervisor's page of its cases."""

import json
import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework import tasks
from casework.inputs.imports import ChooseColumns, UploadList
from casework.models import BatchState, ImportBatch, ImportRow, Result, Verdict
from core.access.actor import Actor
from core.access.engine import can, fetch, visible
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import keyset
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import Blocked, Denied, DomainError, Invalid, NotVisible
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal, ProposalState
from core.web.paging import list_page

WHO = (Role.STEWARD, Role.INTAKE, Role.SUPERVISOR)
KEEPERS = (Role.STEWARD, Role.INTAKE)
METHODS = ["GET", "HEAD", "POST"]
TONES = {Verdict.NEW: "ok", Verdict.KNOWN: "info", Verdict.LIKELY: "warn", Verdict.ERROR: "danger"}
AT_ONCE = 100


@route("roles", roles=WHO)
@require_http_methods(METHODS)
def import_list(request: HttpRequest) -> HttpResponse:
    """GET: the lists read so far and a form for another; POST: read one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = UploadList(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            with unit_of_work():
                outcome = perform(
                    ImportBatch, "upload", by=actor, key=request.POST.get("key", ""), files=request.FILES
                )  # fmt: skip
                if not outcome.replayed:
                    tasks.read_list.enqueue(batch=outcome.result["id"])
        except Invalid as error:
            form = UploadList(request.POST, request.FILES)
            form.is_valid()
            for name, texts in error.errors.items():
                if not form.errors.get(name):
                    form.add_error(name if name in form.fields else None, texts)
        else:
            return redirect("import_batch", pk=outcome.result["id"])
    found = list_page(request, visible(actor, ImportBatch).defer("content"), keyset("-created_at"))
    context = {
        "form": form, "may_upload": actor.has(*KEEPERS), "key": uuid.uuid4().hex, "prev_url": found.previous,
        "next_url": found.next, "batches": found.rows,
    }  # fmt: skip
    return render(request, "casework/imports/list.html", context, status=422 if form.is_bound and form.errors else 200)


@route("record", label="casework.ImportBatch", roles=WHO)
@require_safe
def import_batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far reading or writing is; then each line with its verdict."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        batch = _batch(actor, pk)
        may_read = can(actor, "read:rows", batch)
        if may_read:
            log_read(actor, ImportBatch, [batch.pk], "read:rows", root_id=batch.pk)
        context = {"batch": batch, "key": uuid.uuid4().hex, "busy": _busy(batch), **_counts(batch)}
        if may_read and not _busy(batch):
            context.update(_preview(request, batch))
        context["cases_wait"] = _proposals(actor, batch).count()
    return render(request, "casework/imports/batch.html", context)


@route("record", label="casework.ImportBatch", roles=WHO)
@require_safe
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A fragment while the worker is at it; then the page is asked for again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    batch = _batch(actor, pk)
    response = render(request, "casework/imports/progress.html", {"batch": batch, "busy": _busy(batch)})
    if not _busy(batch):
        response["HX-Refresh"] = "true"
    return response


@route("record", label="casework.ImportBatch", action="write", roles=KEEPERS)
@require_POST
def import_act(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    """Choose columns, decide about a line, or write; what follows in the background is queued in the same work."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    following = {"choose": tasks.read_list, "write": tasks.write_list, "decide": None}
    if action not in following:
        raise NotVisible
    work = following[action]
    with unit_of_work():
        outcome = perform(
            (ImportBatch, pk), action, by=actor, version=_version(request), key=request.POST.get("key", ""),
            data=request.POST,
        )  # fmt: skip
        if work is not None and not outcome.replayed:
            work.enqueue(batch=str(pk))
    where = request.POST.get("next", "")
    return redirect(where if where.startswith(f"/nhap-danh-sach/{pk}/") else f"/nhap-danh-sach/{pk}/")


@route("record", label="casework.ImportBatch", roles=(Role.SUPERVISOR,))
@require_http_methods(METHODS)
def import_cases(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The running cases of a list that wait for a second person: confirmed together, at most a hundred at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        batch = _batch(actor, pk)
        if not actor.has(Role.SUPERVISOR):
            raise NotVisible
        waiting = list(_proposals(actor, batch).order_by("created_at", "id")[:AT_ONCE])
        lines = {row.proposal: row for row in batch.rows.filter(proposal__in=[one.pk for one in waiting])}
        log_read(actor, ImportBatch, [batch.pk], "read:rows", root_id=batch.pk)
        rows = [{"proposal": one, "line": _line(lines[one.pk])} for one in waiting]
    if request.method == "POST":
        return _confirm(request, actor, batch, waiting)
    context = {"batch": batch, "rows": rows, "key": uuid.uuid4().hex, "most": AT_ONCE}
    return render(request, "casework/imports/cases.html", context)


def _confirm(request: HttpRequest, actor: Actor, batch: ImportBatch, waiting: list[Proposal]) -> HttpResponse:
    """Each by itself: one that can no longer be does not stop the others."""
    chosen, key = set(request.POST.getlist("proposal")), request.POST.get("key", "")
    done = 0
    refused: list[Any] = []
    for proposal in waiting:
        if str(proposal.pk) not in chosen:
            continue
        try:
            perform(proposal, "confirm", by=actor, version=proposal.version, key=f"{key}:{proposal.pk.hex}"[:100])
            done += 1
        except (Blocked, Denied) as error:
            refused.extend(str(reason.text) for reason in error.reasons)
        except DomainError:
            refused.append(_("Đề nghị này vừa thay đổi."))
    if done:
        messages.success(request, _("Đã tiếp quản %(count)d ca.") % {"count": done})
    for text in list(dict.fromkeys(refused))[:5]:
        messages.error(request, text)
    return redirect("import_cases", pk=batch.pk)


def _batch(actor: Actor, pk: UUID) -> ImportBatch:
    rows = ImportBatch.objects.defer("content").select_related("unit", "made_by", "confirmed_by")
    return fetch(actor, ImportBatch, pk, within=rows)


def _busy(batch: ImportBatch) -> bool:
    return batch.state in (BatchState.READING, BatchState.WRITING)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def _counts(batch: ImportBatch) -> dict[str, Any]:
    """How many lines have each verdict and each result, 0 included."""
    verdicts = dict(batch.rows.values_list("verdict").annotate(Count("id")).order_by())
    results = dict(batch.rows.values_list("result").annotate(Count("id")).order_by())
    return {
        "verdicts": {code: verdicts.get(code, 0) for code in Verdict.values},
        "results": {code: results.get(code, 0) for code in Result.values},
    }


def _proposals(actor: Actor, batch: ImportBatch) -> QuerySet[Proposal]:
    asked = batch.rows.filter(proposal__isnull=False).values("proposal")
    return visible(actor, Proposal, "confirm").filter(pk__in=asked, state=ProposalState.OPEN)


def _preview(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    """Lines of one verdict or all, a page at a time."""
    wanted = request.GET.get("loai", "")
    rows = batch.rows.select_related("person__commune")
    if wanted in Verdict.values:
        rows = rows.filter(verdict=wanted)
    found = list_page(request, rows, keyset("number", last="number"))
    verdicts = dict(batch.rows.values_list("verdict").annotate(Count("id")).order_by())
    chips = [{"label": _("Tất cả"), "url": request.path, "current": wanted not in Verdict.values}]
    for verdict in Verdict:
        count = verdicts.get(verdict.value, 0)
        label = f"{verdict.label} {count}"
        chips.append({"label": label, "url": f"{request.path}?loai={verdict.value}", "current": wanted == verdict})
    return {
        "rows": [_line(row) for row in found.rows], "prev_url": found.previous, "next_url": found.next, "chips": chips,
        "columns_form": ChooseColumns(record=batch) if batch.doubtful_columns and batch.state == "ready" else None,
        "may_write": batch.state == BatchState.READY, "here": request.get_full_path(), "shows_rows": True,
    }  # fmt: skip


def _line(row: ImportRow) -> dict[str, Any]:
    payload = json.loads(row.payload)
    values = payload["values"]
    birth = "/".join(reversed(str(values.get("birth") or "").split("-")))
    places = [values.get("hamlet"), values.get("commune")]
    return {
        "row": row, "name": values.get("name") or _("Chưa rõ họ tên"), "birth": birth, "values": values,
        "place": ", ".join(str(place) for place in places if place), "why": payload["why"], "errors": payload["errors"],
        "warnings": payload["warnings"], "tone": TONES[Verdict(row.verdict)], "paper": values.get("id_number", ""),
    }  # fmt: skip
