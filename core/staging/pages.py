"""What the pages of a list have in common: upload, look at every line, choose columns, decide, confirm."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.api.paging import keyset
from core.audit.chain import unit_of_work
from core.errors import Invalid, NotVisible
from core.lifecycle.engine import perform
from core.staging.inputs import ChooseColumns
from core.staging.models import BatchState, StagedList
from core.web.paging import list_page

METHODS = ["GET", "HEAD", "POST"]
AT_ONCE = 100  # how many lines are confirmed with one press
TOLD = 5  # how many refusals are told
TONES = {"new": "ok", "known": "info", "likely": "warn", "error": "danger"}
Queue = Callable[[str], object]


def lists_page(
    request: HttpRequest, model: type[StagedList], form_class: Any, queue: Queue, template: str, **more: Any
) -> HttpResponse:
    """GET: the lists read so far and a form for another; POST: read one, with `queue` given its key."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            with unit_of_work():
                key = request.POST.get("key", "")
                outcome = perform(model, "upload", by=actor, key=key, files=request.FILES)
                if not outcome.replayed:
                    queue(outcome.result["id"])
        except Invalid as error:
            form = form_class(request.POST, request.FILES)
            form.is_valid()
            for name, texts in error.errors.items():
                if not form.errors.get(name):
                    form.add_error(name if name in form.fields else None, texts)
        else:
            return redirect(f"{model.FOLDER}{outcome.result['id']}/")
    found = list_page(request, visible(actor, model).defer("content"), keyset("-created_at"))
    context = {
        "form": form, "key": uuid.uuid4().hex, "prev_url": found.previous, "next_url": found.next,
        "batches": found.rows, **more,
    }  # fmt: skip
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def one(actor: Actor, model: type[StagedList], pk: UUID) -> Any:
    """The list without its file."""
    rows = model._default_manager.defer("content").select_related("unit", "made_by", "confirmed_by")
    return fetch(actor, model, pk, within=rows)


def progress_fragment(request: HttpRequest, batch: StagedList) -> HttpResponse:
    """A fragment while the worker is at it; then the page is asked for again."""
    response = render(request, "core/staging/progress.html", {"batch": batch, "busy": batch.is_busy})
    if not batch.is_busy:
        response["HX-Refresh"] = "true"
    return response


def act_on(
    request: HttpRequest, model: type[StagedList], pk: UUID, action: str, following: Mapping[str, Queue | None]
) -> HttpResponse:
    """Choose columns, decide about a line, or write; what follows in the background is queued in the same work."""
    if action not in following:
        raise NotVisible
    queue, text = following[action], request.POST.get("version", "")
    with unit_of_work():
        outcome = perform(
            (model, pk), action, by=request.actor, version=int(text) if text.isdigit() else None,  # type: ignore[attr-defined]
            key=request.POST.get("key", ""), data=request.POST,
        )  # fmt: skip
        if queue is not None and not outcome.replayed:
            queue(str(pk))
    where, page = request.POST.get("next", ""), f"{model.FOLDER}{pk}/"
    return redirect(where if where.startswith(page) else page)


def counted(batch: StagedList, column: str) -> dict[str, int]:
    """How many lines have each value of the column, 0 included."""
    found = dict(batch.rows.values_list(column).annotate(Count("id")).order_by())
    choices = batch.rows.model._meta.get_field(column).choices
    return {code: found.get(code, 0) for code, _label in choices}


def lines_shown(request: HttpRequest, batch: StagedList, rows: QuerySet[Any], may_write: bool) -> dict[str, Any]:
    """Lines of one verdict or all, a page at a time: {"found", "chips", ...}."""
    verdicts = dict(rows.model._meta.get_field("verdict").choices)
    wanted, counts = request.GET.get("loai", ""), counted(batch, "verdict")
    if wanted in verdicts:
        rows = rows.filter(verdict=wanted)
    found = list_page(request, rows, keyset("number", last="number"))
    chips = [{"label": _("Tất cả"), "url": request.path, "current": wanted not in verdicts}]
    for code, label in verdicts.items():
        url = f"{request.path}?loai={code}"
        chips.append({"label": f"{label} {counts[code]}", "url": url, "current": wanted == code})
    ready = may_write and batch.state == BatchState.READY
    return {
        "found": found.rows, "prev_url": found.previous, "next_url": found.next, "chips": chips, "may_write": ready,
        "columns_form": ChooseColumns(record=batch) if batch.doubtful_columns and ready else None,
        "here": request.get_full_path(), "shows_rows": True,
    }  # fmt: skip


def line_shown(row: Any, places: Sequence[Any], nameless: str) -> dict[str, Any]:
    """What every kind of line shows; `places` from the narrow to the wide."""
    told = row.told
    return {
        "row": row, "values": told["values"], "name": told["values"].get("name") or nameless, "why": told["why"],
        "errors": told["errors"], "warnings": told["warnings"], "tone": TONES[row.verdict],
        "place": ", ".join(str(place) for place in places if place),
    }  # fmt: skip


def tell_confirmed(request: HttpRequest, done: str, refused: Sequence[str]) -> None:
    """Messages after a number of lines was confirmed; `done` is "" when none was."""
    if done:
        messages.success(request, done)
    for text in list(dict.fromkeys(refused))[:TOLD]:
        messages.error(request, text)
