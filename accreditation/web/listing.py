"""Nhập sổ cơ sở: upload a register, look at every line, choose columns, decide, confirm; the head confirms the papers
of all its houses together."""

import uuid
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import tasks
from accreditation.inputs.listing import UploadRegister
from accreditation.models.listing import RegisterList, RegisterRow, RowPaper
from accreditation.selectors.listing import waiting
from accreditation.services.listing_writing import settle
from core.access.actor import Actor
from core.access.engine import can
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.catalogue.selectors import client_groups
from core.errors import DomainError, NotVisible, sentence
from core.staging import pages
from facilities.enums import LegalKind, Ownership

WHO = (Role.LICENSING, Role.HEAD)


def _read(pk: str) -> object:
    return tasks.read_register.enqueue(register=pk)


def _write(pk: str) -> object:
    return tasks.write_register.enqueue(register=pk)


@route("roles", roles=WHO)
@require_http_methods(pages.METHODS)
def register_lists(request: HttpRequest) -> HttpResponse:
    """GET: the registers read so far and a form for another; POST: read one."""
    may = request.actor.has(Role.LICENSING)  # type: ignore[attr-defined]
    template = "accreditation/listing/list.html"
    return pages.lists_page(request, RegisterList, UploadRegister, _read, template, may_upload=may)


@route("record", label="accreditation.RegisterList", roles=WHO)
@require_safe
def register_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far reading or writing is; then each line with its verdict."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        register = pages.one(actor, RegisterList, pk)
        context = {"batch": register, "key": uuid.uuid4().hex, "busy": register.is_busy}
        context.update({f"{name}s": pages.counted(register, name) for name in ("verdict", "result")})
        if can(actor, "read:rows", register):
            log_read(actor, RegisterList, [register.pk], "read:rows", root_id=register.pk)
            if not register.is_busy:
                rows, names = register.rows.select_related("facility__unit"), _group_names()
                shown = pages.lines_shown(request, register, rows, may_write=can(actor, "write", register))
                context.update(shown, rows=[_line(row, names) for row in shown["found"]])
        context["papers_wait"] = waiting(register).count()
        context["may_confirm"] = can(actor, "read:papers", register)
    return render(request, "accreditation/listing/register.html", context)


@route("record", label="accreditation.RegisterList", roles=WHO)
@require_safe
def register_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    register = pages.one(request.actor, RegisterList, pk)  # type: ignore[attr-defined]
    return pages.progress_fragment(request, register)


@route("record", label="accreditation.RegisterList", action="write", roles=(Role.LICENSING,))
@require_POST
def register_act(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    return pages.act_on(request, RegisterList, pk, action, {"choose": _read, "write": _write, "decide": None})


@route("record", label="accreditation.RegisterList", roles=(Role.HEAD,))
@require_http_methods(pages.METHODS)
def register_papers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Licences and founding decisions of a register that wait for the head: confirmed together, at most a hundred at a
    time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        register = pages.one(actor, RegisterList, pk)
        if not can(actor, "read:papers", register):
            raise NotVisible
        rows = list(waiting(register)[: pages.AT_ONCE])
        log_read(actor, RegisterList, [register.pk], "read:rows", root_id=register.pk)
        names = _group_names()
        lines = [_line(row, names) for row in rows]
    if request.method == "POST":
        return _confirm(request, actor, register, rows)
    context = {"register": register, "rows": lines, "key": uuid.uuid4().hex, "most": pages.AT_ONCE}
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
    pages.tell_confirmed(request, _("Đã xác nhận %(count)d cơ sở.") % {"count": done} if done else "", refused)
    return redirect("register_papers", pk=register.pk)


def _group_names() -> dict[str, str]:
    return {group.code: group.name for group in client_groups()}


def _line(row: RegisterRow, names: dict[str, str]) -> dict[str, Any]:
    values = row.told["values"]
    kind, owner = values.get("legal_kind"), values.get("ownership")
    founding = row.paper == RowPaper.FOUNDING or owner == Ownership.PUBLIC
    prefix = "founding" if founding else "licence"
    places = [_("Địa chỉ giữ kín") if values.get("hidden") else values.get("address"), values.get("commune")]
    return {
        **pages.line_shown(row, places, _("Chưa rõ tên")), "kind": LegalKind(kind).label if kind else "",
        "owner": Ownership(owner).label if owner else "", "number": values.get(f"{prefix}_number", ""),
        "issued": parse_date(values[f"{prefix}_date"]) if values.get(f"{prefix}_date") else None,
        "issuer": values.get(f"{prefix}_issuer", ""), "capacity": values.get("capacity"), "founding": founding,
        "ends": parse_date(values["ends_on"]) if values.get("ends_on") else None,
        "groups": [names[code] for code in values.get("groups") or [] if code in names],
    }  # fmt: skip
