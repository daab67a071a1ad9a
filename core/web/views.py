"""Pages that belong to no app: notices, proposals, absence."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access.actor import Actor
from core.access.engine import fetch, model_of
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.lifecycle.actions import find
from core.lifecycle.engine import available, parent_field
from core.lifecycle.models import Proposal
from core.lifecycle.proposals import asked
from core.web.pages import HOME, act_url, notice_page, page_of
from core.worklist import notices as notice_list
from core.worklist.models import Notice

SHOWN = 100


@route("login")
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """One's own notices, the newest first; POST marks them all as read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        notice_list.mark_read(actor)
        return redirect("notices")
    rows = [_told(row) for row in notice_list.mine(actor).order_by("-at")[:SHOWN]]
    return render(request, "core/notices.html", {"rows": rows, "unread": sum(not row["read"] for row in rows)})


def _told(row: Notice) -> dict[str, Any]:
    text = notice_list.text(row.kind) or _("Có thay đổi trong hồ sơ")
    url = notice_page(row.kind, row.root_model, row.root_id)
    return {"text": text, "at": row.at, "read": row.read_at is not None, "url": url}


@route("record", "core.Proposal")
@require_safe
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What somebody asks another person to let happen, and the two answers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        log_read(actor, Proposal, [pk], "read:narrative")
        row = fetch(actor, Proposal, pk, within=Proposal.objects.select_related("proposed_by", "decided_by", "unit"))
    model = model_of(row.model)
    spec = find(model, row.action)
    subject = _subject_page(row)
    possible = available(actor, row)
    context = {
        "row": row, "what": spec.label, "subject_url": "" if subject == HOME else subject,
        "values": _values(spec, row, model),
        "actions": [
            {"label": p.spec.label, "url": act_url("core.Proposal", row.pk, p.spec.name), "main": p.spec.tone == "main"}
            for p in possible if p.allowed
        ],
        "blocked": [{"label": p.spec.label, "reasons": p.reasons} for p in possible if p.status == "not_you"],
    }  # fmt: skip
    return render(request, "core/proposal.html", context)


def _subject_page(row: Proposal) -> str:
    """The record that it is about; of a record still to be made, the one under which it will stand."""
    if row.subject_id:
        return page_of(row.model, row.subject_id)
    return page_of(row.parent_model, row.parent_id) if row.parent_id else HOME


def _subject(row: Proposal, model: Any) -> Any:
    if row.subject_id:
        return model._base_manager.filter(pk=row.subject_id).first()
    subject = model()
    if row.parent_id:
        parent = model_of(row.parent_model)._base_manager.filter(pk=row.parent_id).first()
        setattr(subject, parent_field(model, model_of(row.parent_model)), parent)
    return subject


def _values(spec: Any, row: Proposal, model: Any) -> list[dict[str, Any]]:
    """What the form of the proposed action was given, label by label."""
    if spec.form is None:
        return []
    subject = _subject(row, model)
    form = spec.form(asked(row.payload), record=subject, by=None)
    form.is_valid()
    told = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, "", [], False) and not field.widget.is_hidden:
            told.append({"label": field.label, "value": _shown(field, value)})
    return told


def _shown(field: forms.Field, value: Any) -> Any:
    if value is True:
        return _("Có")
    choices = dict(getattr(field, "choices", ())) if isinstance(field, forms.ChoiceField) else {}
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)
    return choices.get(value, value)
