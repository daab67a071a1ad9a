"""The other tabs of a facility's page, each a page of its own with its own right."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.access.routes import route
from core.api.paging import Key
from core.audit.chain import unit_of_work
from core.audit.models import Event
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.documents.models import Document, DocumentKind
from core.documents.selectors import documents_of, withdrawable
from core.web.paging import list_page
from core.worklist.notices import text as words_of_verb
from facilities.enums import PaperKind, Position
from facilities.models import Bed, Building, Facility, PriceItem, Room, StaffMember, WalletPaper
from facilities.selectors import facility_page as pages
from facilities.selectors import upkeep
from facilities.web import links
from facilities.web.facility import frame
from facilities.web.oversight import oversight_tab

SHOWN_INLINE = {"image/jpeg", "image/png"}
# What a fact of an event is called, by its code.
LABELS = {"kind": dict(PaperKind.choices), "position": dict(Position.choices)}
LATEST = (Key("seq", descending=True),)
SIZE = 30


class Ends:
    """Badges of last days that are near or past; the calendar and the horizon are read once."""

    def __init__(self) -> None:
        self.now, self.calendar = timezone.now(), Calendar()
        self.horizon = timezone.localdate() + timedelta(days=max(upkeep.marks()))

    def of(self, day: date | None) -> Any:
        """How long it is until the end of the day; None while that is far."""
        if day is None or day > self.horizon:
            return None
        at = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
        return due.remaining(at, self.now, calendar=self.calendar)


@route("record", "facilities.Facility")
@require_safe
def premises(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/nha-giuong/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row, may = pages.find(by, pk)
    base = frame(by, row, may, "facility_premises")
    houses, edits, here = pages.premises(by, row), "bed.add" in may and not base["closed"], base["here"]
    totals = pages.bed_totals(houses)
    for house in houses:
        house["deeds"] = _house_deeds(row, house["building"], here) if edits else []
        for part in house["rooms"]:
            part["deeds"] = _room_deeds(part["room"], here) if edits else []
            part["beds"] = [{"bed": bed, "deeds": _bed_deeds(bed, here) if edits else []} for bed in part["beds"]]
    adds = [
        {"label": _("Thêm tòa nhà"), "url": links.add(row, Building._meta.label, here)},
        {"label": _("Thêm phòng"), "url": links.add(row, Room._meta.label, here)},
    ]  # fmt: skip
    context = {
        **base, "houses": houses, "totals": totals, "adds": (adds if houses else adds[:1]) if edits else [],
        "board_url": reverse("bed_rooms", args=[row.pk]),
    }  # fmt: skip
    return render(request, "facilities/facility/premises.html", context)


def _house_deeds(row: Facility, building: Building, here: str) -> list[dict[str, Any]]:
    if building.closed_on is not None:
        return links.deeds(building, here, ("reopen", _("Dùng lại")))
    add = {
        "label": _("Thêm phòng"), "about": str(building),
        "url": links.add(row, Room._meta.label, here, building=building.pk),
    }  # fmt: skip
    return [add, *links.deeds(building, here, ("edit", _("Sửa")), ("close", _("Thôi dùng")))]


def _room_deeds(room: Room, here: str) -> list[dict[str, Any]]:
    if room.closed_on is not None:
        return links.deeds(room, here, ("reopen", _("Dùng lại")))
    more = [("add_beds", _("Kê giường"))] if room.sleeping else []
    return links.deeds(room, here, *more, ("edit", _("Sửa")), ("close", _("Thôi dùng")))


def _bed_deeds(bed: Bed, here: str) -> list[dict[str, Any]]:
    if bed.closed_on is not None:
        return links.deeds(bed, here, ("reopen", _("Dùng lại")))
    use = ("set_unusable", _("Báo hỏng")) if bed.usable else ("set_usable", _("Dùng lại được"))
    return links.deeds(bed, here, use, ("edit", _("Sửa")), ("close", _("Bỏ")))


@route("record", "facilities.Facility", "read:inside")
@require_safe
def staff(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/nhan-su/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row, may = pages.find(by, pk, "read:inside")
        base = frame(by, row, may, "facility_staff")
        here, gone = pages.staff(by, row)
        keys = [one.pk for one in (*here, *gone)]
        log_read(by, StaffMember, keys, "view", root_id=row.pk)
        open_phones = set(visible(by, StaffMember, "read:contact").filter(pk__in=keys).values_list("pk", flat=True))
        log_read(by, StaffMember, sorted(open_phones), "read:contact", root_id=row.pk)
        edits, ends = "staffmember.add" in may and not base["closed"], Ends()
        context = {
            **base, "here_now": [_member(one, open_phones, base["here"], edits, ends) for one in here],
            "gone": [_member(one, set(), base["here"], False, ends) for one in gone],
            "add_url": links.add(row, StaffMember._meta.label, base["here"]) if edits else "",
        }  # fmt: skip
        return render(request, "facilities/facility/staff.html", context)


def _member(one: StaffMember, open_phones: set[UUID], here: str, edits: bool, ends: Ends) -> dict[str, Any]:
    deeds = links.deeds(one, here, ("edit", _("Sửa")), ("leave", _("Nghỉ việc"))) if edits else []
    return {
        "member": one, "phone": one.phone if one.pk in open_phones else "", "deeds": deeds,
        "ends": ends.of(one.certificate_expires) if one.left_on is None else None,
    }  # fmt: skip


@route("record", "facilities.Facility")
@require_safe
def services(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/dich-vu/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row, may = pages.find(by, pk)
    base = frame(by, row, may, "facility_services")
    now, over = pages.prices(by, row)
    edits = "priceitem.add" in may and not base["closed"]
    context = {
        **base, "over": over, "add_url": links.add(row, PriceItem._meta.label, base["here"]) if edits else "",
        "prices": [
            {
                "item": item, "to_come": item.valid_from > base["today"],
                "deeds": _price_deeds(row, item, base) if edits else [],
            }
            for item in now
        ],
    }  # fmt: skip
    return render(request, "facilities/facility/services.html", context)


def _price_deeds(row: Facility, item: PriceItem, base: dict[str, Any]) -> list[dict[str, Any]]:
    here = base["here"]
    start = {"service_type": item.service_type.code, "detail": item.detail, "per": item.per}
    new = {"label": _("Giá mới"), "url": links.add(row, item._meta.label, here, **start), "about": str(item)}
    if item.valid_from >= base["today"]:
        return links.deeds(item, here, ("edit", _("Sửa")))
    return [new, *links.deeds(item, here, ("end", _("Thôi áp dụng")))]


@route("record", "facilities.Facility", "read:inside")
@require_safe
def papers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/giay-to/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row, may = pages.find(by, pk, "read:inside")
    base = frame(by, row, may, "facility_papers")
    held, former = pages.wallet(by, row)
    edits, ends = "walletpaper.add" in may and not base["closed"], Ends()
    context = {
        **base, "papers": [_paper(row, one, base["here"], edits, ends) for one in held],
        "former": [_paper(row, one, base["here"], False, ends) for one in former],
        "add_url": links.add(row, WalletPaper._meta.label, base["here"]) if edits else "",
    }  # fmt: skip
    return render(request, "facilities/facility/papers.html", context)


def _paper(row: Facility, one: WalletPaper, here: str, edits: bool, ends: Ends) -> dict[str, Any]:
    deeds = []
    if edits:
        renew = links.add(row, one._meta.label, here, kind=one.kind, replaces=one.pk)
        deeds = [{"label": _("Gia hạn"), "url": renew, "about": str(one)}]
        deeds += links.deeds(one, here, ("edit", _("Sửa")), ("withdraw", _("Bỏ")))
    held = one.replaced_by_id is None and one.withdrawn_on is None
    shown = one.document is not None and one.document.withdrawn_at is None
    return {
        "paper": one, "deeds": deeds, "ends": ends.of(one.expires_on) if held else None,
        "file_url": reverse("document", args=[one.document_id]) if shown else "",
    }  # fmt: skip


@route("record", "facilities.Facility", "read:papers")
@require_safe
def photos(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/anh/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row, may = pages.find(by, pk, "read:papers")
        base = frame(by, row, may, "facility_photos")
        found = list(documents_of(by, row, row).filter(kind=DocumentKind.PHOTO))
        log_read(by, Document, [one.pk for one in found], "view", root_id=row.pk)
        mine = {one.pk for one in withdrawable(by, found)}
        edits = "document.add_photo" in may and not base["closed"]
        context = {
            **base, "photos": [
                {
                    "photo": one, "url": reverse("document", args=[one.pk]), "inline": one.mime in SHOWN_INLINE,
                    "withdraw_url": links.act(one, "withdraw", base["here"]) if one.pk in mine else "",
                }
                for one in found
            ],
            "add_url": links.add(row, Document._meta.label, base["here"]) if edits else "",
        }  # fmt: skip
        return render(request, "facilities/facility/photos.html", context)


@route("record", "facilities.Facility", "read:inside")
@require_safe
def oversight(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/kiem-tra/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row, may = pages.find(by, pk, "read:inside")
    base = frame(by, row, may, "facility_oversight")
    context = {**base, "oversight": oversight_tab(by, row)}
    return render(request, "facilities/facility/oversight.html", context)


@route("record", "facilities.Facility", "read:inside")
@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/<key>/lich-su/: what was entered and changed, the latest first."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row, may = pages.find(by, pk, "read:inside")
    base = frame(by, row, may, "facility_history")
    found = list_page(request, pages.story(row), LATEST, SIZE)
    context = {
        **base, "entries": list(_entries(found.rows)), "next_url": found.next, "prev_url": found.previous,
    }  # fmt: skip
    return render(request, "facilities/facility/history.html", context)


def _entries(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        who = event.actor.full_name if event.actor else _("Hệ thống")
        yield {
            "at": timezone.localtime(event.recorded_at), "title": words_of_verb(event.verb) or event.verb, "who": who,
            "text": _told(event), "system": event.cause_id is not None or event.actor is None, "icon": "pen",
        }  # fmt: skip


def _told(event: Event) -> str:
    """What the facts of an event say that a reader wants to know: which thing, which columns."""
    data = event.data
    said = [str(data["name"])] if data.get("name") else []
    said += [str(words[data[name]]) for name, words in LABELS.items() if data.get(name) in words]
    if columns := data.get("changed"):
        said.append(", ".join(_column(name) for name in columns))
    return ": ".join(said)


def _column(name: str) -> str:
    if name == "care_models":
        return _("mô hình hoạt động")
    return str(getattr(Facility._meta.get_field(name), "verbose_name", name))


@route("record", "facilities.WalletPaper")
@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/giay-to/<key>/: to the paper's place among the papers of its facility."""
    row = fetch(request.actor, WalletPaper, pk, within=WalletPaper.objects.select_related("facility"))  # type: ignore[attr-defined]
    return redirect(f"{reverse('facility_papers', args=[row.facility.unit_id])}#p-{row.pk}")


@route("record", "facilities.StaffMember")
@require_safe
def member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /co-so/nhan-su/<key>/: to the person's place among the staff of the facility."""
    rows = StaffMember.objects.select_related("facility").defer("phone")
    row = fetch(request.actor, StaffMember, pk, within=rows)  # type: ignore[attr-defined]
    return redirect(f"{reverse('facility_staff', args=[row.facility.unit_id])}#n-{row.pk}")
