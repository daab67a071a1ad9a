"""The quick note of the case page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from casework.enums import WorkKind
from casework.models import Case, WorkEntry
from casework.web.case_page import note_key
from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.errors import Invalid
from core.lifecycle.engine import perform
from core.web import drafts


@route("record", "casework.Case")
@require_POST
def case_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST /ca/<uuid>/ghi-nhanh/ {text, key}: one entry of kind "note"; its draft is dropped. An empty note is said
    so on the page, and nothing is written."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    case = fetch(by, Case, pk)
    data = {"kind": WorkKind.NOTE.value, "text": request.POST.get("text", "")}
    try:
        perform(WorkEntry, "add", by=by, parent=case, key=request.POST.get("key", ""), data=data)
    except Invalid as error:
        said = " ".join(error.errors.get("text", [])) or _("Gõ vài chữ rồi lưu.")
        drafts.keep(by, note_key(pk), drafts.content_of(request.POST), anyway=True)
        messages.error(request, _("Chưa lưu ghi nhanh. %(said)s") % {"said": said})
    else:
        drafts.forget(by, note_key(pk))
        messages.success(request, _("Đã lưu vào hồ sơ."))
    return redirect("case", pk)
