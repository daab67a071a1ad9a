"""The inbox of referrals and the page of one: triage before acceptance, the packet after."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.models import Case, Person
from casework.web.actions_shown import record_box
from casework.web.case_page import called
from core.access.actor import Actor
from core.access.engine import fields_readable, visible_one
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.ids import new_id
from core.lifecycle.engine import Possibility, available
from core.web.pages import act_url
from referrals import selectors
from referrals.enums import DeclineCode, NextStep, ReferralKind, ReferralState, Section
from referrals.models import Referral
from referrals.web.rows import TONES, what_of

R = ReferralState
SIZE = 25
LISTS = {"den": gettext_lazy("Gửi đến"), "di": gettext_lazy("Đã gửi đi"), "duyet": gettext_lazy("Chờ tôi duyệt")}
# Their form asks for nothing that must be filled.
ONE_PRESS = {"accept", "start", "send", "approve", "review_sent"}
TITLES = {
    R.DRAFT: gettext_lazy("Hoàn chỉnh rồi gửi đi"),
    R.PENDING_APPROVAL: gettext_lazy("Chờ kiểm huấn viên duyệt"),
    R.SENT: gettext_lazy("Chờ nơi nhận trả lời"),
    R.INFO_REQUESTED: gettext_lazy("Chờ nơi gửi trả lời câu hỏi"),
    R.WAITLISTED: gettext_lazy("Chờ xếp chỗ"),
    R.ACCEPTED: gettext_lazy("Gặp và bắt đầu phục vụ"),
    R.IN_SERVICE: gettext_lazy("Đang phục vụ; báo kết quả khi xong"),
    R.COMPLETED: gettext_lazy("Nơi gửi xem kết quả rồi khép lại"),
    R.DECLINED: gettext_lazy("Bị từ chối: chọn việc tiếp theo"),
    R.EXPIRED: gettext_lazy("Không ai trả lời: chọn việc tiếp theo"),
}
_FIRST = {R.DRAFT: "send", R.PENDING_APPROVAL: "approve"}


@route("roles", roles=(Role.WORKER, Role.SUPERVISOR, Role.FACILITY))
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """GET /chuyen-tuyen/?muc=den|di|duyet&sau=<key>: what came, the most pressing first; what was sent; approvals."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("muc", "")
    wanted = wanted if wanted in LISTS else _default(by)
    with unit_of_work():
        rows, next_key = _page(by, wanted, request.GET.get("sau", ""))
        if wanted != "den":
            log_read(by, Referral, [row.pk for row in rows], "read:file")
        base, calendar = reverse("referral_inbox"), Calendar()
        context = {
            "rows": [_row(row, wanted, calendar) for row in rows], "wanted": wanted, "title": LISTS[wanted],
            "tabs": [
                {"label": label, "url": f"{base}?muc={code}", "current": code == wanted} for code, label in _lists(by)
            ],
            "next_url": f"{base}?{urlencode({'muc': wanted, 'sau': next_key})}" if next_key else "",
            "first_url": f"{base}?muc={wanted}" if request.GET.get("sau") else "",
        }  # fmt: skip
        return render(request, "referrals/inbox.html", context)


def _default(by: Actor) -> str:
    return "den" if by.has(Role.FACILITY, Role.WORKER) else "duyet"


def _lists(by: Actor) -> list[tuple[str, Any]]:
    roles = {"den": (Role.FACILITY, Role.WORKER), "di": (Role.WORKER,), "duyet": (Role.SUPERVISOR,)}
    return [(code, label) for code, label in LISTS.items() if by.has(*roles[code])]


def _page(by: Actor, wanted: str, after: str) -> tuple[list[Referral], str]:
    rows = {"den": selectors.inbox, "di": selectors.sent, "duyet": selectors.approvals}[wanted](by)
    key = _parse(after)
    if key is not None:
        rows = _after_new(rows, key) if wanted == "di" else _after_due(rows, key, wanted == "den")
    found = list(rows[: SIZE + 1])
    return found[:SIZE], _key(found[SIZE - 1], wanted) if len(found) > SIZE else ""


def _key(row: Referral, wanted: str) -> str:
    at = row.created_at if wanted == "di" else row.due_at
    return "~".join((str(int(row.emergency)), at.isoformat() if at else "", str(row.pk)))


def _parse(text: str) -> tuple[bool, datetime | None, UUID] | None:
    try:
        urgent, moment, pk = text.split("~")
        at = datetime.fromisoformat(moment) if moment else None
        if at is not None and timezone.is_naive(at):
            at = timezone.make_aware(at)
        return urgent == "1", at, UUID(pk)
    except ValueError:
        return None


def _after_new(rows: QuerySet[Referral], key: tuple[bool, datetime | None, UUID]) -> QuerySet[Referral]:
    _urgent, at, pk = key
    return rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=pk))


def _after_due(
    rows: QuerySet[Referral], key: tuple[bool, datetime | None, UUID], by_urgency: bool
) -> QuerySet[Referral]:
    """Rows after the key in the order (emergency first), due date (none last), key."""
    urgent, at, pk = key
    later = Q(due_at__isnull=True, id__gt=pk) if at is None else (
        Q(due_at__gt=at) | Q(due_at__isnull=True) | Q(due_at=at, id__gt=pk)
    )  # fmt: skip
    if not by_urgency:
        return rows.filter(later)
    same = Q(emergency=urgent) & later
    return rows.filter(same | Q(emergency=False)) if urgent else rows.filter(same)


def _row(row: Referral, wanted: str, calendar: Calendar) -> dict[str, Any]:
    """Triage fields; the person's name only on the sending side."""
    shown = {
        "row": row, "url": reverse("referral", args=[row.pk]), "what": what_of(row),
        "tone": TONES.get(R(row.state), ""), "remaining": due.remaining_of(row, calendar=calendar),
        "told": f"{row.get_sex_display()}, {row.get_age_band_display().lower()}",
        "verb": _("Trả lời") if row.state in (R.SENT, R.WAITLISTED) and wanted == "den" else _("Mở"), "who": "",
    }  # fmt: skip
    if wanted != "den":
        shown["who"] = called(row.case.person)
    return shown


@route("record", "referrals.Referral")
@require_safe
def referral(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /chuyen-tuyen/<uuid>/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row = selectors.referral(by, pk)
        readable = fields_readable(by, row)
        file, outcome, need = "case" in readable, "outcome" in readable, "need" in readable
        log_read(by, Referral, [pk], "view", root_id=row.case_id)
        for shown, kind in ((need, "read:need"), (file, "read:file"), (outcome, "read:outcome")):
            if shown:
                log_read(by, Referral, [pk], kind, root_id=row.case_id)
        packet = selectors.open_packet(by, row)
        case = _case(by, row) if file else None
        context = {
            "row": row, "what": what_of(row), "tone": TONES.get(R(row.state), ""), "file": file, "packet": packet,
            "outcome": outcome, "need": need, "remaining": due.remaining_of(row), "box": _box(row, available(by, row)),
            "case": row, "case_row": case, "who": called(case.person) if case is not None else "",
            "decline": _label(DeclineCode, row.decline_code),
            "next_step": _label(NextStep, row.next_step) if file else "",
            "sections": [Section(code).label for code in row.sections] if file else [],
            "transfer": row.kind == ReferralKind.TRANSFER, "back": reverse("referral_inbox"),
        }  # fmt: skip
        return render(request, "referrals/referral.html", context)


def _case(by: Actor, row: Referral) -> Case | None:
    """The case with the person's name, where the actor may see the case itself."""
    found = visible_one(by, Case, row.case_id, within=Case.objects.select_related("person")).first()
    if found is not None:
        log_read(by, Person, [found.person_id], "view", root_id=found.pk)
    return found


def _label(codes: Any, code: str) -> str:
    return str(dict(codes.choices).get(code, code)) if code else ""


def _box(row: Referral, possible: list[Possibility]) -> dict[str, Any]:
    """What can be done now. What asks for nothing is done by one press; the rest opens its form."""
    back = reverse("referral", args=[row.pk])
    box = record_box(row, possible, Case(pk=row.case_id), back)
    ready = [one for one in possible if one.status == "ready"]
    for one, button in zip(ready, box.actions, strict=True):
        if one.spec.name in ONE_PRESS and not (one.spec.name == "accept" and row.kind == ReferralKind.TRANSFER):
            button.update(post=True, url=act_url("referrals.Referral", row.pk, one.spec.name))
            button["fields"] = {"key": str(new_id()), "version": row.version, "next": back}
    wanted = _FIRST.get(R(row.state), "")
    missing = next((one.reasons for one in possible if one.spec.name == wanted and one.status == "missing"), ())
    blocked = [one for one in box.blocked if not (missing and list(one["reasons"]) == list(missing))]
    if not missing:
        accept = next((one for one in possible if one.spec.name == "accept" and one.status == "missing"), None)
        missing = accept.reasons if accept is not None else ()
    title = _("Trả lời: nhận hay không nhận") if any(one.spec.name == "accept" for one in ready) else ""
    title = title or str(TITLES.get(R(row.state), row.get_state_display()))
    return {"title": title, "missing": missing, "actions": box.actions, "blocked": blocked, "more": [], "note": ""}
