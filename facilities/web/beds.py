"""Giường: the board of every facility's free beds on a day, and the rooms and beds of one."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.access.actor import Actor
from core.access.engine import fetch
from core.access.routes import route
from core.catalogue.selectors import client_groups
from core.web.display import daymonth, vndatetime, vnnum
from core.web.fields import VietnameseDateField
from facilities.enums import BedAge, BedNeed, BedSex
from facilities.models import Facility
from facilities.selectors import board
from facilities.selectors.occupancy import BedRow, Tally
from facilities.web.norms import norms_panel

SIZE = 40
ANY = [("", gettext_lazy("Tất cả"))]


def _but_any(choices: Any) -> list[tuple[Any, Any]]:
    return [*ANY, *[(code, label) for code, label in choices if code != "any"]]


class BoardFilter(forms.Form):
    """The filters, named in the address as people say them."""

    q = forms.CharField(
        label=gettext_lazy("Tìm cơ sở"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    ngay = VietnameseDateField(label=gettext_lazy("Ngày"), required=False, past_only=True)
    nhom = forms.ChoiceField(label=gettext_lazy("Được nhận nhóm"), required=False)
    gioi = forms.ChoiceField(label=gettext_lazy("Giới tính"), required=False, choices=_but_any(BedSex.choices))
    tuoi = forms.ChoiceField(label=gettext_lazy("Lứa tuổi"), required=False, choices=_but_any(BedAge.choices))
    can = forms.ChoiceField(label=gettext_lazy("Nhu cầu"), required=False, choices=[*ANY, *BedNeed.choices])

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("auto_id", "loc_%s")
        super().__init__(*args, **kwargs)
        groups = client_groups().order_by("law_group", "code").values_list("code", "name")
        self.fields["nhom"].choices = [*ANY, *groups]  # type: ignore[attr-defined]

    def wanted(self) -> tuple[date, board.Wanted]:
        """The day and what is looked for; a value that is none narrows nothing and is said at its field."""
        self.is_valid()
        data = self.cleaned_data
        day = data.get("ngay") or timezone.localdate()
        return day, board.Wanted(
            data.get("nhom", ""), data.get("gioi", ""), data.get("tuoi", ""), data.get("can", ""), data.get("q", "")
        )


@route("login")
@require_safe
def bed_board(request: HttpRequest) -> HttpResponse:
    """GET /giuong/?ngay=&nhom=&gioi=&tuoi=&can=&q=&trang=: past days as they ended, today as it is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = BoardFilter(request.GET)
    day, wanted = form.wanted()
    found = board.board(actor, day, wanted)
    page = _page_number(request, len(found.lines))
    shown = found.lines[(page - 1) * SIZE : page * SIZE]
    columns = [(code, label) for code, label in board.sexes() if code in found.by_sex]
    context = {
        "form": form, "day": day, "today": day == timezone.localdate(), "columns": [label for _code, label in columns],
        "lines": [
            {
                "line": line, "cells": [(label, cell(line.by_sex.get(code))) for code, label in columns],
                "total": cell(line.total), "url": _with(reverse("bed_rooms", args=[line.facility.pk]), day),
                "groups": [row.code for row in line.authority.groups.all()] if line.authority else [],
            }
            for line in shown
        ],
        "totals": [(label, cell(found.by_sex.get(code))) for code, label in columns], "total": found.total,
        "all": cell(found.total), "without_beds": found.without_beds, "filtered": bool(form.changed_data),
        "clear_url": request.path, "chips": _chips(request, form),
        "count_text": _("%(n)s cơ sở có giường phù hợp") % {"n": vnnum(len(found.lines))},
        "prev_url": _to_page(request, page - 1) if page > 1 else "",
        "next_url": _to_page(request, page + 1) if page * SIZE < len(found.lines) else "",
    }  # fmt: skip
    return render(request, "facilities/beds/board.html", context)


def cell(counts: Tally | None) -> dict[str, Any]:
    """How a group of beds stands, by word, shape and colour: free, held, full, or not there."""
    if counts is None or not counts.beds:
        return {"tone": "na", "shape": "–", "word": _("không có"), "counts": None}
    if counts.free:
        return {"tone": "free", "shape": "●", "word": _("còn %(n)s") % {"n": vnnum(counts.free)}, "counts": counts}
    if counts.held:
        return {"tone": "held", "shape": "◐", "word": _("đang giữ %(n)s") % {"n": vnnum(counts.held)}, "counts": counts}
    return {"tone": "full-up", "shape": "■", "word": _("hết"), "counts": counts}


@route("record", "facilities.Facility")
@require_safe
def bed_rooms(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /giuong/<facility>/?ngay=: its rooms and beds on the day, and the norms it is held to."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Facility.objects.select_related("unit", "commune").defer("safe_address")
    facility = fetch(actor, Facility, pk, within=rows)
    form = DayFilter(request.GET)
    day = (form.cleaned_data.get("ngay") if form.is_valid() else None) or timezone.localdate()
    buildings = board.rooms(actor, facility, day)
    total = sum((line.total for _name, lines in buildings for line in lines), Tally())
    context = {
        "facility": facility, "form": form, "day": day, "today": day == timezone.localdate(), "total": total,
        "state": cell(total), "norms": norms_panel(facility, day),
        "buildings": [
            {"name": name, "rooms": [{"line": line, "beds": [_bed(row) for row in line.beds]} for line in lines]}
            for name, lines in buildings
        ],
        "back": _with(reverse("bed_board"), day), "home": reverse("facility", args=[facility.pk]),
    }  # fmt: skip
    return render(request, "facilities/beds/rooms.html", context)


class DayFilter(forms.Form):
    ngay = VietnameseDateField(label=gettext_lazy("Ngày"), required=False, past_only=True)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("auto_id", "loc_%s")
        super().__init__(*args, **kwargs)


def _bed(row: BedRow) -> dict[str, Any]:
    """One bed in words: for whom, and whether it is free."""
    meant = [BedSex(row.sex).label, BedAge(row.age).label, BedNeed(row.need).label]
    plain = (BedSex.ANY.label, BedAge.ANY.label, BedNeed.STANDARD.label)
    named = [str(word) for word, usual in zip(meant, plain, strict=True) if word != usual]
    about = ", ".join([*named[:1], *[word[:1].lower() + word[1:] for word in named[1:]]])
    if row.taken == "stay":
        shape, tone, word = "■", "full", _("đang ở")
    elif not row.usable:
        shape, tone = "✕", "na"
        word = _("không dùng được: %(why)s") % {"why": row.reason} if row.reason else _("không dùng được")
    elif row.taken:
        shape, tone = "◐", "held"
        word = _("giữ đến %(until)s") % {"until": vndatetime(row.until)}
    else:
        shape, tone, word = "●", "free", _("trống")
    if not row.licensed:
        about = ", ".join(part for part in (about, _("ngoài quy mô được cấp phép")) if part)
    return {"code": row.code, "shape": shape, "tone": tone, "word": word, "about": about}


def _page_number(request: HttpRequest, lines: int) -> int:
    text = request.GET.get("trang", "")
    last = max(1, -(-lines // SIZE))
    return min(max(1, int(text)), last) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _to_page(request: HttpRequest, number: int) -> str:
    return _changed(request, trang=str(number))


def _changed(request: HttpRequest, **changes: str) -> str:
    params = {name: value for name, value in request.GET.items() if value and name != "trang"}
    params.update(changes)
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _with(url: str, day: date) -> str:
    """The address on that day; today needs no mention."""
    return url if day == timezone.localdate() else f"{url}?ngay={day:%d/%m/%Y}"


def _chips(request: HttpRequest, form: BoardFilter) -> list[dict[str, Any]]:
    """One chip for each filter in force; its link takes the filter away."""
    chips = []
    for name in ("q", "ngay", "nhom", "gioi", "tuoi", "can"):
        value = form.cleaned_data.get(name)
        if not value:
            continue
        field = form.fields[name]
        choices = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
        label = f"“{value}”" if name == "q" else daymonth(value) if name == "ngay" else str(choices.get(value, value))
        chips.append({"label": label, "url": _changed(request, **{name: ""}), "remove": True})
    return chips
