"""The applicant's list of applications, and the choice of what to apply for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accreditation.enums import ApplicationState
from accreditation.models import Application
from accreditation.selectors import choices, lists
from accreditation.web.shown import FOR_APPLICANT, TONES
from core.access.actor import Actor
from core.access.engine import visible
from core.access.routes import route
from core.accounts.enums import Role
from core.api.paging import Key
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.ids import new_id
from core.web.pages import act_under_url, page_url
from core.web.paging import list_page
from facilities.models import Facility

S = ApplicationState
ORDER = (Key("ended"), Key("updated_at", descending=True), Key("id", descending=True))


@route("roles", roles=(Role.FACILITY,))
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """GET /ho-so/: the applications of one's own facilities."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        found = list_page(request, lists.own(by), ORDER)
        log_read(by, Application, [row.pk for row in found.rows], "view")
        calendar = Calendar()
        context = {
            "rows": [_line(row, calendar) for row in found.rows], "prev_url": found.previous, "next_url": found.next,
            "many": len(by.units(Role.FACILITY)) > 1,
        }  # fmt: skip
        return render(request, "accreditation/applications.html", context)


def _line(row: Application, calendar: Calendar) -> dict[str, Any]:
    state = S(row.state)
    now = str(FOR_APPLICANT[state])
    unanswered: int = row.unanswered  # type: ignore[attr-defined]
    if state in (S.RETURNED, S.CORRECTION) and unanswered:
        now = _("%(what)s: còn %(n)d mục") % {"what": now, "n": unanswered}
    mine = state in (S.DRAFT, S.RETURNED, S.CORRECTION, S.CONDITIONAL)
    verbs = {S.DRAFT: _("Soạn tiếp"), S.RETURNED: _("Sửa, nộp lại"), S.CORRECTION: _("Báo khắc phục")}
    return {
        "row": row, "url": page_url(row), "now": now, "mine": mine, "tone": TONES.get(state, ""),
        "remaining": due.remaining_of(row, calendar=calendar), "verb": verbs.get(state, _("Xem")),
        "left_label": _left_label(state), "by_day": row.fix_by or row.conditions_by,
    }  # fmt: skip


def _left_label(state: ApplicationState) -> str:
    """Whose time the badge counts."""
    if state in (S.DRAFT, S.RETURNED):
        return _("trước khi hồ sơ tự dừng")
    return _("để cơ quan trả lời") if state not in (S.CORRECTION, S.CONDITIONAL) else ""


@route("roles", roles=(Role.FACILITY,))
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """GET /ho-so/moi/: for each own facility the procedures that make sense now; the others with the reason."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        rows = visible(by, Facility, "application.draft").select_related("unit").order_by("unit__name", "id")
        groups = [{"facility": facility, **_split(facility)} for facility in rows]
        return render(request, "accreditation/choose.html", {"groups": groups})


def _split(facility: Facility) -> dict[str, Any]:
    options = choices.options(facility)
    return {
        "open": [{"option": one, "key": str(new_id())} for one in options if not one.reasons],
        "closed": [one for one in options if one.reasons],
        "url": act_under_url(facility, Application._meta.label, "draft"),
    }
