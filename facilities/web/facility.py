"""The page of a facility: what it may do today, the one next thing to see to, and what it says of itself."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import hooks
from core.access.actor import Actor
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.web.pages import act_under_url
from facilities.models import Authority, Facility, StaffMember
from facilities.selectors import authority_on, upkeep
from facilities.selectors import facility_page as pages
from facilities.selectors.authority import why_none
from facilities.selectors.facility_list import group_names
from facilities.web import links
from facilities.web.tabs import tabs_for

SHOWN = 6  # gaps and ending papers in the box; the others are counted


def frame(by: Actor, row: Facility, may: frozenset[str], current: str) -> dict[str, Any]:
    """What every tab of the page shows around its own part."""
    return {
        "row": row, "may": may, "tabs": tabs_for(row, may, current), "today": timezone.localdate(),
        "list_url": reverse("facility_list"), "here": reverse(current, args=[row.unit_id]),
        "closed": row.closed_on is not None and row.closed_on <= timezone.localdate(),
    }  # fmt: skip


@route("record", "facilities.Facility")
@require_safe
def facility(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key of the unit or of the facility>/?hien=dia-chi"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        asked = request.GET.get("hien") == "dia-chi"
        row, may = pages.find(by, pk, opened=asked)
        opened = asked and row.hidden_address and "read:safe_address" in may
        if opened:
            log_read(by, Facility, [row.pk], "read:safe_address", root_id=row.pk)
        base = frame(by, row, may, "facility")
        context = {
            **base, "authority": _authority(row), "box": _box(row, base["here"]) if "describe" in may else None,
            "models": [str(model) for model in row.care_models.all()],
            "counts": [(count.get_care_group_display(), count.number) for count in row.client_counts.all()],
            "safe_address": row.safe_address if opened else "",
            "reveal_url": f"{base['here']}?hien=dia-chi"
            if row.hidden_address and not opened and "read:safe_address" in may
            else "",
            "deeds": _deeds(row, may, base["here"]), "panels": hooks.ask("facility.panels", by, row),
            "set_authority_url": act_under_url(row, Authority._meta.label, "set") if "authority.set" in may else "",
        }  # fmt: skip
        return render(request, "facilities/facility/overview.html", context)


def _authority(row: Facility) -> dict[str, Any]:
    """What it may do today, or why nothing."""
    held = authority_on(row)
    if held is None:
        return {"held": None, "why": why_none(row).text, "groups": []}
    names = group_names()
    return {"held": held, "why": "", "groups": [names.get(group.code, group.code) for group in held.groups.all()]}


def _deeds(row: Facility, may: frozenset[str], back: str) -> list[dict[str, Any]]:
    wanted = [
        ("describe", _("Tả cơ sở")), ("count_clients", _("Ghi số người theo nhóm")),
        ("edit", _("Sửa thông tin cơ sở")),
    ]  # fmt: skip
    return [{"label": label, "url": links.act(row, name, back)} for name, label in wanted if name in may]


def _box(row: Facility, here: str) -> dict[str, Any]:
    """The one next thing to do: papers that are over, then what the description lacks, then papers that end soon."""
    today, calendar, now = timezone.localdate(), Calendar(), timezone.now()
    ending, lacks = upkeep.ending(row, today), upkeep.gaps(row, here)
    lost = [pair for pair in ending if pair[0] < today]
    soon = [pair for pair in ending if pair[0] >= today]
    missing = [_renewal(row, day, what, here, over=True) for day, what in lost]
    missing += [
        {"text": gap.text, "fix": _back_to(gap.fix, here), "fix_label": "", "verb": _("Bổ sung")} for gap in lacks
    ]
    missing += [_renewal(row, day, what, here, over=False) for day, what in soon]
    if lost:
        title = _("Gia hạn giấy tờ đã hết hạn")
    elif lacks:
        title = _("Bổ sung thông tin cơ sở")
    elif soon:
        title = _("Gia hạn giấy tờ sắp hết hạn")
    else:
        title = _("Thông tin cơ sở đã đủ")
    first = ending[0][0] if ending and (lost or not lacks) else None
    due_at = timezone.make_aware(datetime.combine(first, time(23, 59, 59))) if first else None
    done = _("Giấy tờ còn hạn, hồ sơ cơ sở đủ cho một đề nghị.") if not missing else ""
    more = len(missing) - SHOWN
    return {
        "title": title, "missing": missing[:SHOWN], "met_text": done, "due_at": due_at,
        "due": due.remaining(due_at, now, calendar=calendar) if due_at else None,
        "note": _("Và %(n)d mục khác ở các thẻ bên dưới.") % {"n": more} if more > 0 else "",
        "actions": [{"label": missing[0]["verb"], "url": missing[0]["fix"], "main": True}] if missing else [],
    }  # fmt: skip


def _renewal(row: Facility, day: Any, what: Any, here: str, over: bool) -> dict[str, Any]:
    words = {"day": f"{day:%d/%m/%Y}"}
    if isinstance(what, StaffMember):
        words["what"] = what.full_name
        text = _("Chứng nhận hành nghề của %(what)s") % words
        fix = links.act(what, "edit", here)
    else:
        text = " ".join(part for part in (str(what), what.number) if part)
        fix = links.add(row, what._meta.label, here, kind=what.kind, replaces=what.pk)
    ends = _("đã hết hạn ngày %(day)s") % words if over else _("hết hạn ngày %(day)s") % words
    return {"text": f"{text}: {ends}", "fix": fix, "fix_label": _("Gia hạn"), "verb": _("Ghi giấy tờ mới")}


def _back_to(fix: str, here: str) -> str:
    return f"{fix}?next={here}" if fix.startswith("/lam/") else fix
