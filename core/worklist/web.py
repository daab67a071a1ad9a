"""Vắng mặt và ủy quyền: who is away, who stands in, and the ways to say so."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.access.actor import Actor
from core.access.engine import fetch, visible, with_rights
from core.access.routes import route
from core.accounts.access import PERSONAL
from core.accounts.enums import Role
from core.accounts.models import User
from core.audit.chain import unit_of_work
from core.audit.models import Event
from core.audit.reads import log_read
from core.web.pages import act_under_url, act_url, register_page
from core.worklist import standins
from core.worklist.models import Delegation

LABEL = Delegation._meta.label
PAST = 30


class ForSomebody(forms.Form):
    """Whom of her people the supervisor sets it for."""

    nguoi = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Người vắng"), empty_label="")

    def __init__(self, actor: Actor, **kwargs: Any):
        super().__init__(**kwargs)
        assert actor.user is not None
        rows = visible(actor, User, "delegation.set").filter(is_active=True).exclude(pk=actor.user.pk)
        self.fields["nguoi"].queryset = rows  # type: ignore[attr-defined]


@route("roles", roles=PERSONAL)
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """GET /vang-mat/?nguoi=<uuid>: the list; with a person, the form for that person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    assert actor.user is not None
    if request.GET.get("nguoi"):
        person = fetch(actor, User, request.GET["nguoi"], "delegation.set")
        return redirect(_form_for(person))
    today = timezone.localdate()
    rows = with_rights(actor, visible(actor, Delegation), ["end"])
    rows = rows.select_related("principal", "deputy", "created_by", "ended_by")
    running = rows.filter(ended_at__isnull=True, valid_to__gte=today).order_by("valid_from", "id")
    past = rows.exclude(ended_at__isnull=True, valid_to__gte=today).order_by("-valid_from", "-id")[: PAST + 1]
    with unit_of_work():
        every = [*running, *past]
        log_read(actor, Delegation, [row.pk for row in every], "view")
        notes = _notes(every)
    lines = [_line(actor, row, notes) for row in every if row.ended_at is None and row.valid_to >= today]
    old = [_line(actor, row, notes) for row in every[len(lines) :]]
    context = {
        "mine": [line for line in lines if line["own"]], "others": [line for line in lines if not line["own"]],
        "past": old[:PAST], "more_past": len(old) > PAST, "set_url": _form_for(actor.user),
        "alone": not standins.candidates(actor.user).exists(),
        "staff": ForSomebody(actor) if actor.has(Role.SUPERVISOR) else None,
    }  # fmt: skip
    return render(request, "worklist/absences.html", context)


def _form_for(person: User) -> str:
    return f"{act_under_url(person, LABEL, 'set')}?next={reverse('absences')}"


def _notes(rows: list[Any]) -> dict[UUID, str]:
    """What the deputies were asked to mind, as it stands in the event."""
    told = Event.objects.filter(subject_id__in=[row.pk for row in rows], verb="delegation.set")
    return {event.subject_id: event.note for event in told}


def _line(actor: Actor, row: Any, notes: dict[UUID, str]) -> dict[str, Any]:
    """One stand-in as this reader sees it."""
    tone, label = _state(row)
    end_url = f"{act_url(LABEL, row.pk, 'end')}?next={reverse('absences')}"
    return {
        "row": row, "own": actor.id in (row.principal_id, row.deputy_id), "is_principal": row.principal_id == actor.id,
        "is_deputy": row.deputy_id == actor.id, "tone": tone, "label": label,
        "end_url": end_url if row.may_end else "", "note": notes.get(row.pk, ""),
        "by_other": row.created_by_id not in (None, row.principal_id),
    }  # fmt: skip


def _state(row: Delegation) -> tuple[str, str]:
    today = timezone.localdate()
    if row.ended_at is not None:
        return "", _("Đã chấm dứt")
    if row.valid_to < today:
        return "", _("Đã hết hạn")
    return ("warn", _("Đang làm thay")) if row.valid_from <= today else ("info", _("Sắp tới"))


def _words(row: Delegation) -> str:
    return _("%(principal)s vắng, %(deputy)s làm thay") % {"principal": row.principal, "deputy": row.deputy}


def _page(pk: UUID | None = None) -> str:
    return f"{reverse('absences')}#lan-{pk}" if pk else reverse("absences")


register_page(LABEL, lambda row: _page(row.pk), _words)
register_page("accounts.User", lambda row: _page(), str)
