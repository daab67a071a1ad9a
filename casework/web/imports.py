"""Nhập danh sách: upload, look at every line, choose columns, decide, confirm; the supervisor's page of its cases."""

import uuid
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework import tasks
from casework.inputs.imports import UploadList
from casework.models import ImportBatch, ImportRow
from core.access.actor import Actor
from core.access.engine import can, visible
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import Blocked, Denied, DomainError, NotVisible
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal, ProposalState
from core.staging import pages

WHO = (Role.STEWARD, Role.INTAKE, Role.SUPERVISOR)
KEEPERS = (Role.STEWARD, Role.INTAKE)


def _read(pk: str) -> object:
    return tasks.read_list.enqueue(batch=pk)


def _write(pk: str) -> object:
    return tasks.write_list.enqueue(batch=pk)


@route("roles", roles=WHO)
@require_http_methods(pages.METHODS)
def import_list(request: HttpRequest) -> HttpResponse:
    """GET: the lists read so far and a form for another; POST: read one."""
    may = request.actor.has(*KEEPERS)  # type: ignore[attr-defined]
    return pages.lists_page(request, ImportBatch, UploadList, _read, "casework/imports/list.html", may_upload=may)


@route("record", label="casework.ImportBatch", roles=WHO)
@require_safe
def import_batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far reading or writing is; then each line with its verdict."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        batch = pages.one(actor, ImportBatch, pk)
        context = {"batch": batch, "key": uuid.uuid4().hex, "busy": batch.is_busy}
        context.update({f"{name}s": pages.counted(batch, name) for name in ("verdict", "result")})
        if can(actor, "read:rows", batch):
            log_read(actor, ImportBatch, [batch.pk], "read:rows", root_id=batch.pk)
            if not batch.is_busy:
                shown = pages.lines_shown(request, batch, batch.rows.select_related("person__commune"), may_write=True)
                context.update(shown, rows=[_line(row) for row in shown["found"]])
        context["cases_wait"] = _proposals(actor, batch).count()
    return render(request, "casework/imports/batch.html", context)


@route("record", label="casework.ImportBatch", roles=WHO)
@require_safe
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = pages.one(request.actor, ImportBatch, pk)  # type: ignore[attr-defined]
    return pages.progress_fragment(request, batch)


@route("record", label="casework.ImportBatch", action="write", roles=KEEPERS)
@require_POST
def import_act(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    return pages.act_on(request, ImportBatch, pk, action, {"choose": _read, "write": _write, "decide": None})


@route("record", label="casework.ImportBatch", roles=(Role.SUPERVISOR,))
@require_http_methods(pages.METHODS)
def import_cases(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The running cases of a list that wait for a second person: confirmed together, at most a hundred at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        batch = pages.one(actor, ImportBatch, pk)
        if not actor.has(Role.SUPERVISOR):
            raise NotVisible
        waiting = list(_proposals(actor, batch).order_by("created_at", "id")[: pages.AT_ONCE])
        lines = {row.proposal: row for row in batch.rows.filter(proposal__in=[one.pk for one in waiting])}
        log_read(actor, ImportBatch, [batch.pk], "read:rows", root_id=batch.pk)
        rows = [{"proposal": one, "line": _line(lines[one.pk])} for one in waiting]
    if request.method == "POST":
        return _confirm(request, actor, batch, waiting)
    context = {"batch": batch, "rows": rows, "key": uuid.uuid4().hex, "most": pages.AT_ONCE}
    return render(request, "casework/imports/cases.html", context)


def _confirm(request: HttpRequest, actor: Actor, batch: ImportBatch, waiting: list[Proposal]) -> HttpResponse:
    """Each by itself: one that can no longer be does not stop the others."""
    chosen, key = set(request.POST.getlist("proposal")), request.POST.get("key", "")
    done = 0
    refused: list[str] = []
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
    pages.tell_confirmed(request, _("Đã tiếp quản %(count)d ca.") % {"count": done} if done else "", refused)
    return redirect("import_cases", pk=batch.pk)


def _proposals(actor: Actor, batch: ImportBatch) -> QuerySet[Proposal]:
    asked = batch.rows.filter(proposal__isnull=False).values("proposal")
    return visible(actor, Proposal, "confirm").filter(pk__in=asked, state=ProposalState.OPEN)


def _line(row: ImportRow) -> dict[str, Any]:
    values = row.told["values"]
    line = pages.line_shown(row, [values.get("hamlet"), values.get("commune")], _("Chưa rõ họ tên"))
    birth = "/".join(reversed(str(values.get("birth") or "").split("-")))
    return {**line, "birth": birth, "paper": values.get("id_number", "")}
