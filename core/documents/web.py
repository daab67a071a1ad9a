"""GET /giay-to/<document>/: a paper as it was sent, to be saved and opened elsewhere, never shown by the browser."""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.documents import vault
from core.documents.models import Document
from core.documents.sniffing import EXTENSIONS
from core.errors import Blocked, Reason
from core.sealed import SealBroken

log = logging.getLogger(__name__)


@route("record", "documents.Document")
@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file, after its reading was logged; Blocked (409) when what is stored cannot be opened."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        document = fetch(actor, Document, pk)
        log_read(actor, Document, [document.pk], "file", root_id=document.root_id)
    try:
        content = vault.get(document)
    except (FileNotFoundError, SealBroken) as error:
        log.error("stored file of %s cannot be opened: %s", document.pk, type(error).__name__)
        reason = Reason("file_broken", _("Không mở được tệp đã lưu. Báo người quản trị khôi phục từ bản sao lưu."))
        raise Blocked([reason]) from None
    response = HttpResponse(content, content_type=document.mime)
    name = f"giay-to-{document.pk.hex[-8:]}.{EXTENSIONS[document.mime]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
