"""The head's desk: what waits for a decision, overdue first; what is late elsewhere; conditions, appeals, proposals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accreditation.models import Application, Licence
from accreditation.selectors import lists
from accreditation.web import printed
from accreditation.web.queue import line
from core.access.actor import Actor
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.lifecycle.actions import find
from core.lifecycle.models import Proposal
from core.web.pages import page_url

MOST = 50  # rows of each list; the queue has all of them


@route("roles", roles=(Role.HEAD, Role.COMMUNE))
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """GET /quyet-dinh/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    calendar = Calendar()
    with unit_of_work():
        waiting = list(lists.to_decide(by)[:MOST])
        late, conditional = list(lists.late(by)[:MOST]), list(lists.with_conditions(by)[:MOST])
        appeals, noticed = list(lists.appeals(by)[:MOST]), list(lists.noticed(by)[:MOST])
        shown = [*waiting, *late, *conditional, *appeals]
        log_read(by, Application, sorted({row.pk for row in shown}), "view")
        log_read(by, Application, [row.pk for row in waiting], "read:appraisal")
        log_read(by, Licence, [row.pk for row in noticed], "view")
        context = {
            "waiting": [_decision(row, by, calendar) for row in waiting],
            "late": [{**line(row, by, calendar), "letter": printed.apology(row)} for row in late],
            "conditional": [line(row, by, calendar) for row in conditional],
            "appeals": [{**line(row, by, calendar), "not_me": row.refused_by_id == by.id} for row in appeals],
            "proposals": [_proposal(row, calendar) for row in lists.proposals(by)[:MOST]],
            "noticed": [{"row": row, "url": page_url(row)} for row in noticed],
            "most": MOST,
        }  # fmt: skip
        return render(request, "accreditation/desk.html", context)


def _decision(row: Application, by: Actor, calendar: Calendar) -> dict[str, Any]:
    mine = by.id in (row.officer_id, row.recommended_by_id, row.submitted_by_id)
    why = _("Anh/chị đã thẩm định hồ sơ này; người khác quyết định.") if mine else ""
    return {**line(row, by, calendar), "not_me": why, "letter": printed.apology(row)}


def _proposal(row: Proposal, calendar: Calendar) -> dict[str, Any]:
    return {
        "row": row, "label": find(Licence, row.action).label, "url": page_url(row),
        "remaining": due.remaining_of(row, calendar=calendar),
    }  # fmt: skip
