"""Hôm nay: what is due, sorted by the legal clock and the risk, each with one button to the next action."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.models import Case
from casework.selectors.today import MOST, SHOWN, Day, Line, read_day
from core.access.actor import Actor
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.clock import words
from core.web.context import TAKES_CALLS
from core.web.display import vndate
from core.web.pages import HOME, act_url, page_of
from core.worklist.notices import unread
from core.worklist.selectors import standing_in

HEADS = [
    ("overdue", "qua-han", gettext_lazy("Quá hạn")),
    ("today", "hom-nay", gettext_lazy("Hạn hôm nay")),
    ("soon", "sap-toi", gettext_lazy("Trong 3 ngày làm việc tới")),
    ("later", "sau-do", gettext_lazy("Sau đó")),
    ("paused", "tam-dung", gettext_lazy("Đang tạm dừng tính hạn")),
]


@dataclass(frozen=True)
class Row:
    """A line with its addresses."""

    line: Line
    open_url: str
    do_url: str
    main: bool = False


def row_of(line: Line, back: str = HOME, main: bool = False) -> Row:
    """Where the item leads: what one decides is read first; what one does opens the deed itself."""
    item = line.item
    record = page_of(item.subject_model, item.subject_id)
    case = page_of(Case._meta.label, item.root_id) if line.case is not None else record
    do_url = case if record == HOME else record
    if line.kind.tab and line.case is not None:
        do_url = reverse("case_tab", args=[item.root_id, line.kind.tab])
    elif line.kind.action and not line.kind.waiting and item.subject_model == Case._meta.label:
        do_url = f"{act_url(item.subject_model, item.subject_id, line.kind.action)}?{urlencode({'next': back})}"
    return Row(line, case, do_url, main)


@route("login")
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    with unit_of_work():
        day = read_day(actor, now, MOST if "het" in request.GET else SHOWN)
    groups, first = [], True
    for name, anchor, label in HEADS:
        rows = []
        for line in day.groups[name]:
            rows.append(row_of(line, main=first))
            first = False
        groups.append({"name": name, "anchor": anchor, "label": label, "rows": rows})
    context = {
        "day": day, "now": now, "title_day": _title(timezone.localdate(now)),
        "groups": [group for group in groups if group["rows"]],
        # Who works on applications and inspections has no client and no risk to read.
        "on_cases": any(line.case is not None for lines in day.groups.values() for line in lines),
        "counts": day.counts, "waiting": [row_of(line) for line in day.waiting], "waiting_count": day.waiting_count,
        "submitted": [row_of(line) for line in day.submitted], "week": _week(day, timezone.localdate(now)),
        "may_register": actor.has(*TAKES_CALLS), "has_desk": actor.has(Role.SUPERVISOR),
        "standing_in": list(standing_in(actor)) if actor.stands_for else [],
        "unread": unread(actor).count(), "has_duty": actor.home is not None,
    }  # fmt: skip
    return render(request, "casework/today.html", context)


def _title(on: date) -> str:
    """ "Thứ Hai, 23/11/2026"."""
    name = words.weekday(on)
    return f"{name[0].upper()}{name[1:]}, {vndate(on)}"


def _week(day: Day, today_: date) -> dict[str, Any]:
    """The chart: bars in a picture of 300 × 96, the finding as its title, the numbers for the table."""
    most = max((count for _on, count in day.week), default=0)
    bars = []
    for place, (on, count) in enumerate(day.week):
        height = round(58 * count / most, 1) if most else 0
        bars.append({
            "x": 8 + 60 * place, "y": round(76 - height, 1), "height": height, "middle": 28 + 60 * place,
            "over": round(71 - height, 1), "count": count, "on": on, "now": on == today_,
            "label": _("Hôm nay") if on == today_ else words.weekday_short(on),
        })  # fmt: skip
    busiest = next((on for on, count in day.week if count == most), None)
    if not most or busiest is None:
        finding = _("Tuần này chưa có việc nào đến hạn")
    elif busiest == today_:
        finding = _("Hôm nay kín nhất: %(count)d việc đến hạn") % {"count": most}
    else:
        finding = _("%(day)s kín nhất: %(count)d việc đến hạn") % {"day": _title(busiest), "count": most}
    told = ", ".join(f"{words.weekday(on)} {count}" for on, count in day.week)
    return {"bars": bars, "finding": finding, "told": told, "any": most > 0}
