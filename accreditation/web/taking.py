"""Taking an action from a page of one's own: done, or the form again with what was typed and what stood in the way."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.errors import Blocked, Invalid, KeyReused, Reason, Stale, VersionMissing
from core.lifecycle import engine
from core.lifecycle.actions import find
from core.lifecycle.engine import Outcome, perform
from core.web import drafts, refusals


@dataclass
class Refused:
    """What the page shows again. `form` keeps the typed text; it has errors only where they were the reason."""

    name: str
    form: Any
    status: int
    reasons: list[Reason] = field(default_factory=list)
    stale: Stale | None = None
    key: str = ""
    data: QueryDict | None = None


def take(request: HttpRequest, row: Any, name: str, draft_key: str = "", said: str = "") -> Outcome | Refused:
    """Take an action of the record with what was posted; what nobody may see or do is raised."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    post, spec = request.POST, find(type(row), name)
    key = post.get("key", "")[:100]
    try:
        outcome = perform(
            (type(row), row.pk), name, by=by, version=version_of(post), key=key, data=post, files=request.FILES
        )
    except (Blocked, Invalid, KeyReused, Stale, VersionMissing) as error:
        form = spec.form(post, request.FILES, record=row, by=by) if spec.form is not None else None
        return _refused(name, form, error, row, key, post)
    if draft_key:
        drafts.forget(by, draft_key)
    messages.success(request, said or _("Đã xong: %(what)s.") % {"what": spec.label})
    return outcome


def version_of(post: QueryDict) -> int | None:
    text = post.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _refused(name: str, form: BaseForm | None, error: Exception, row: Any, key: str, post: QueryDict) -> Refused:
    if isinstance(error, Invalid):
        if form is not None:
            form.is_valid()
        return Refused(name, form, 422, key=key, data=post)
    typed = unchecked(form)
    if isinstance(error, Blocked):
        return Refused(name, typed, 409, reasons=error.reasons, data=post)
    if isinstance(error, KeyReused):
        return Refused(name, typed, 409, reasons=refusals.key_reused(), data=post)
    stale = error if isinstance(error, Stale) else engine.stale(row)
    return Refused(name, typed, 409, stale=stale, data=post)


def unchecked(form: BaseForm | None) -> BaseForm | None:
    """The typed text without complaints about it: it was not what stood in the way."""
    if form is not None and form.is_bound:
        form.initial = {**form.initial, **drafts.typed(form.fields, form.data)}
        form.is_bound = False
    return form


def form_of(row: Any, name: str, by: Actor, draft_key: str = "") -> tuple[Any, drafts.Kept | None]:
    """The empty form of an action, or with what was typed and not sent."""
    spec = find(type(row), name)
    assert spec.form is not None
    form = spec.form(record=row, by=by)
    kept = drafts.find(by, draft_key) if draft_key else None
    if kept is not None:
        form.initial.update(drafts.typed(form.fields, kept.fields))
    return form, kept
