"""Phiếu bàn giao: one page for whoever takes a case over, dangers first; made when it is opened, so never stale."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.models import Case, Person
from casework.selectors import case_page as reads
from casework.selectors import handover
from casework.states.case import STAGES, CaseState
from casework.web import links
from casework.web.case_page import banner
from core import hooks
from core.access.actor import Actor
from core.access.engine import can
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import NotVisible
from core.lifecycle.engine import available
from core.web.pages import register_notice_page

NARRATIVE = "read:narrative"


@route("record", "casework.Case", NARRATIVE)
@require_safe
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /ca/<uuid>/ban-giao/: for readers of the narrative, the one to whom the case is offered among them."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    with unit_of_work():
        opened = reads.open_case(by, pk)
        if NARRATIVE not in opened.may:
            raise NotVisible
        row: Case = opened.row
        person = reads.open_person(by, row.person_id)
        row.person = person.row
        _log(by, row, opened.may, person.may)
        versions = reads.assessments_of(by, row)
        locked, before = reads.locked_pair(versions)
        lines = handover.last_contacts(by, row)
        plans = handover.plans(by, row)
        context = {
            "case": row, "who": banner(row, opened, person, versions), "now": now,
            "stage": _stage(row), "people": handover.people(by, row), "lines": lines,
            "not_reached": handover.not_reached(lines), "plans": plans, "needs": reads.needs_of(locked, before),
            "items": handover.open_items(row, now),
            "missing": handover.missing_papers(row, person.row, plans, "read:identity" in person.may),
            "referrals": list(hooks.ask("case.referral_rows", by, row)),
            "given": handover.note_of_handover(row) if "read:history" in opened.may else None,
            "answers": _answers(by, row), **_address(person),
        }  # fmt: skip
        return render(request, "casework/handover.html", context)


def _log(by: Actor, row: Case, may: frozenset[str], of_person: frozenset[str]) -> None:
    for kind in ("view", NARRATIVE, *(["read:history"] if "read:history" in may else [])):
        log_read(by, Case, [row.pk], kind, root_id=row.pk)
    if "read:contact" in of_person:
        log_read(by, Person, [row.person_id], "read:contact", root_id=row.pk)


def _stage(row: Case) -> Any:
    """The stage in the words of the case page; for a case on hold the one it waits in."""
    state = row.held_from if row.state == CaseState.ON_HOLD and row.held_from else row.state
    return next((label for label, states in STAGES if state in states), row.get_state_display())


def _address(person: reads.Opened) -> dict[str, str]:
    """How to reach the person itself, for those who may read it."""
    who: Person = person.row
    reads_contact = "read:contact" in person.may
    return {
        "phone": who.phone if reads_contact else "",
        "address": ", ".join(part for part in (who.address, who.hamlet) if part) if reads_contact else "",
    }


def _answers(by: Actor, row: Case) -> list[dict[str, Any]]:
    """The two answers of the one to whom the case is offered."""
    if row.handover_to_id not in by.identities or not can(by, "accept_handover", row):
        return []
    found = {one.spec.name: one for one in available(by, row) if one.allowed}
    return [
        {"label": found[name].spec.label, "url": links.act(row, name), "main": name == "accept_handover"}
        for name in ("accept_handover", "decline_handover")
        if name in found
    ]


register_notice_page("case.reassign", lambda root: reverse("handover", args=[root]))
