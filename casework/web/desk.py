"""Bàn kiểm huấn viên: what waits for a decision, what each worker carries, who is away, what must not be forgotten."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.models import Case
from casework.selectors import caseload
from casework.selectors.today import facts, lines_of
from casework.web.today import row_of
from core.access.actor import Actor
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock.calendar import Calendar

SHOWN = 10


@route("roles", roles=(Role.SUPERVISOR,))
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now, calendar = timezone.now(), Calendar()
    with unit_of_work():
        lines = lines_of(actor, caseload.waiting(actor), now, calendar)
        lost, unrated = list(caseload.lost(actor)[: SHOWN + 1]), list(caseload.without_risk(actor)[: SHOWN + 1])
        log_read(actor, Case, [case.pk for case in [*lost, *unrated]], "view")
        loads = caseload.loads(actor, now)
    context = {
        "waiting": [row_of(line, request.path) for line in lines], "loads": loads,
        "lost": _listed(lost), "more_lost": len(lost) > SHOWN,
        "unrated": _listed(unrated), "more_unrated": len(unrated) > SHOWN,
        "away": [load for load in loads if load.away], "overdue": sum(load.overdue for load in loads),
    }  # fmt: skip
    return render(request, "casework/desk.html", context)


def _listed(cases: list[Case]) -> list[dict[str, object]]:
    return [{"case": case, "facts": facts(case.person)} for case in cases[:SHOWN]]
