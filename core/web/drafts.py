"""Drafts: what somebody typed and has not sent, kept sealed on the server, by person and form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access.actor import Actor
from core.access.routes import route
from core.web.display import clock_time
from core.web.models import Draft
from core.web.pages import safe_next

MOST = 200_000  # letters
_OWN = {"csrfmiddlewaretoken", "version", "key", "next"}


@dataclass(frozen=True)
class Kept:
    """A draft as its page needs it; `version` tells which saving the page has seen."""

    fields: QueryDict
    saved_at: datetime

    @property
    def version(self) -> str:
        return _version(self.saved_at)


def _version(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1_000_000))


def find(actor: Actor, key: str) -> Kept | None:
    """The person's draft of a form."""
    row = Draft.objects.filter(user=actor.user, form=key).first()
    return Kept(QueryDict(row.content), row.saved_at) if row else None


def forget(actor: Actor, key: str) -> None:
    """Drop it: its form was sent, or the person does not want it."""
    Draft.objects.filter(user=actor.user, form=key).delete()


def keep(actor: Actor, key: str, content: str, version: str = "", anyway: bool = False) -> Kept | None:
    """Save; None if it was saved elsewhere since `version`."""
    with transaction.atomic():
        row = Draft.objects.select_for_update().filter(user=actor.user, form=key).first()
        if row is not None and not anyway and version != _version(row.saved_at):
            return None
        if row is None:
            row = Draft(user=actor.user, form=key)
        row.content = content
        row.save()
    return Kept(QueryDict(content), row.saved_at)


def typed(form_fields: dict[str, forms.Field], data: Any) -> dict[str, Any]:
    """What was typed as initial values: shown as it stands, valid or not."""
    return {
        name: field.widget.value_from_datadict(data, {}, name)
        for name, field in form_fields.items()
        if not isinstance(field, forms.FileField)
    }


def content_of(data: QueryDict) -> str:
    """The fields of a posted form as a draft keeps them."""
    kept = data.copy()
    for name in [name for name in kept if name in _OWN or name.startswith("_")]:
        del kept[name]
    return kept.urlencode()


@route("login")
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """The page's script saves here every ten seconds; `discard` drops the draft and goes back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    key, content = request.POST.get("draft_key", ""), request.POST.get("draft_data", "")
    if not 0 < len(key) <= 120 or len(content) > MOST or "\x00" in content:
        return JsonResponse({"error": _("Nháp không lưu được.")}, status=400)
    if "discard" in request.POST:
        forget(actor, key)
        return redirect(safe_next(request, "/"))
    try:
        kept = keep(actor, key, content, request.POST.get("draft_version", ""))
    except IntegrityError:
        kept = None
    if kept is None:
        return JsonResponse({"error": _("Nháp này vừa được sửa ở nơi khác.")}, status=409)
    return JsonResponse({"saved_at": clock_time(timezone.localtime(kept.saved_at)), "version": kept.version})
