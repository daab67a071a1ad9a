"""Mạng lưới: facilities on a map, a table of communes, who waits for a provider, and indicator I4 read both ways."""

import csv
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access.actor import Actor
from core.access.routes import route
from core.audit.exports import log_export
from core.places.selectors import communes_of
from core.web.context import PLANS_NETWORK
from core.web.display import vndate, vnnum
from facilities.selectors import network as selectors
from facilities.selectors.network import HIDDEN, Growth, Network, Published, Row
from facilities.web.network_shapes import bars_of, growth_bars, map_of

ORDERS = ("ten", "cho", "giuong")
# What a spreadsheet would take for a formula when it begins a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@route("roles", roles=PLANS_NETWORK)
@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """GET /mang-luoi/?nhom=<group>&xep=ten|cho|giuong&het=1: as it is today. Communes with neither facility nor
    anybody waiting are folded away until `het`."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = selectors.network(actor)
    growth = selectors.growth(found)
    group = found.group(request.GET.get("nhom", ""))
    code = group.code if group else ""
    order = request.GET.get("xep", "") if request.GET.get("xep", "") in ORDERS else "cho"
    rows = [row for row in found.rows if row.facilities or row.unmet_total.number != 0 or request.GET.get("het")]
    context = {
        "found": found, "growth": growth, "group": group, "order": order,
        "map": map_of(found.dots, list(communes_of(settings.DH_PROVINCE_CODE))),
        "rows": [_line(row, found.small, code) for row in _ordered(rows, order, code)],
        "left_out": len(found.rows) - len(rows), "all_url": _with(request, het="1"),
        "group_rows": [
            {"row": row, "waits": told(row.unmet, found.small), "url": _with(request, nhom=row.code)}
            for row in found.groups if row.facilities or row.unmet.number != 0
        ],
        "uncovered": found.communes - found.covered,
        "total_shown": told(group.unmet if group else found.total.unmet_total, found.small),
        "orders": [
            {"label": label, "url": _with(request, xep=code), "current": order == code}
            for code, label in zip(ORDERS, (_("Theo tên"), _("Chờ nhiều trước"), _("Nhiều giường trước")), strict=True)
        ],
        "growth_words": growth_words(growth), "coverage_words": coverage_words(found),
        "growth_bars": growth_bars(growth, _("Mốc %(day)s") % {"day": vndate(growth.since)}, _("Hiện nay")),
        "coverage_bars": bars_of(
            [(_("Xã, phường"), [("public", found.covered), ("rest", found.communes - found.covered)],
              f"{vnnum(found.covered)}/{vnnum(found.communes)}")],
            -(-found.communes * growth.target // 100),
        ),
        "coverage_target": -(-found.communes * growth.target // 100),
        "coverage_percent": _percent(found.covered, found.communes),
        "total_unmet": told(found.total.unmet_total, found.small),
        "csv_url": reverse("network_csv"), "clear_url": _with(request, nhom=""),
    }  # fmt: skip
    return render(request, "facilities/network/network.html", context)


def told(number: Published, small: int) -> str:
    """A number of people as it may be shown; "dưới 10" or "từ 34" where it may not be told exactly."""
    if number.number is not None:
        return vnnum(number.number)
    words = _("từ %(n)s") if number.least else _("dưới %(n)s")
    return words % {"n": vnnum(number.least or small)}


def _line(row: Row, small: int, group: str = "") -> dict[str, Any]:
    name = _("Địa chỉ giữ kín") if row.code == HIDDEN else row.name or _("Chưa rõ xã, phường")
    waits = row.unmet.get(group, Published(0)) if group else row.unmet_total
    of_groups = [f"{code or '?'}: {told(cell, small)}" for code, cell in sorted(row.unmet.items())]
    return {
        "row": row, "name": name, "recognised": row.recognised.get(group, 0), "waits": told(waits, small),
        "any_wait": waits.number != 0, "by_owner": _by_owner(row),
        "waits_by": [] if group else of_groups,
    }  # fmt: skip


def _by_owner(row: Row) -> str:
    told_of = [(row.public, _("%(n)s công lập")), (row.private, _("%(n)s ngoài công lập"))]
    return ", ".join(words % {"n": number} for number, words in told_of if number)


def _ordered(rows: list[Row], order: str, group: str) -> list[Row]:
    """Those without a commune of their own last. Hidden numbers of people count as the least they may be."""

    def waits(row: Row) -> int:
        cell = row.unmet.get(group, Published(0)) if group else row.unmet_total
        return cell.number if cell.number is not None else max(1, cell.least)

    keys = {
        "ten": lambda row: 0, "cho": lambda row: -waits(row), "giuong": lambda row: -row.beds.licensed,
    }  # fmt: skip
    return sorted(rows, key=lambda row: (row.code in ("", HIDDEN), keys[order](row)))


def growth_words(found: Growth) -> str:
    """The finding, as the title of its chart."""
    words = {
        "now": vnnum(found.now), "before": vnnum(found.before), "target": found.target, "year": found.target_year,
    }  # fmt: skip
    if found.percent is None:
        return _("%(now)s cơ sở đang hoạt động; không có số mốc để so") % words
    words["percent"] = vnnum(abs(found.percent), 1)
    if found.percent >= found.target:
        return _("Đạt chỉ tiêu: mạng lưới tăng %(percent)s%% so với mốc, từ %(before)s lên %(now)s cơ sở") % words
    if found.percent >= 0:
        return _("Mạng lưới tăng %(percent)s%% so với mốc, chỉ tiêu %(year)s là %(target)s%%") % words
    return _("Mạng lưới giảm %(percent)s%% so với mốc, chỉ tiêu %(year)s là tăng %(target)s%%") % words


def coverage_words(found: Network) -> str:
    words = {
        "covered": vnnum(found.covered), "all": vnnum(found.communes),
        "percent": vnnum(_percent(found.covered, found.communes), 1),
    }  # fmt: skip
    return _("%(covered)s trên %(all)s xã, phường có cơ sở đang hoạt động (%(percent)s%%)") % words


def _percent(part: int, whole: int) -> float:
    return round(part * 100 / whole, 1) if whole else 0.0


def _with(request: HttpRequest, **changes: str) -> str:
    params = request.GET.copy()
    for name in list(params):
        if name not in ("nhom", "xep", "het"):
            del params[name]
    for name, value in changes.items():
        params[name] = value
        if not value:
            del params[name]
    query = params.urlencode()
    return f"{request.path}?{query}" if query else request.path


@route("roles", roles=PLANS_NETWORK, rate="export", fresh=True)
@require_safe
def network_csv(request: HttpRequest) -> HttpResponse:
    """GET /mang-luoi/xa.csv: the table by commune and client group, UTF-8 with a mark, so that spreadsheets read it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = selectors.network(actor)
    log_export(actor, len(found.rows))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mang-luoi-{found.day:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    writer = csv.writer(response)
    groups = [row for row in found.groups if row.facilities or row.unmet.number != 0]
    head = [
        _("Ngày"), _("Mã xã"), _("Xã, phường"), _("Cơ sở công lập"), _("Cơ sở ngoài công lập"),
        _("Giường được cấp phép"), _("Giường dùng được"), _("Đang ở"), _("Đang giữ"), _("Còn trống"),
        _("Người chờ nơi nhận"),
        *[_("Được nhận: %(group)s") % {"group": row.name} for row in groups],
        *[_("Người chờ: %(group)s") % {"group": row.name} for row in groups],
    ]  # fmt: skip
    writer.writerow([plain(word) for word in head])
    for row in [*found.rows]:
        line = _line(row, found.small)
        writer.writerow([
            vndate(found.day), plain("" if row.code == HIDDEN else row.code), plain(line["name"]), row.public,
            row.private, row.beds.licensed, row.beds.usable, row.beds.occupied, row.beds.held, row.beds.free,
            _figure(row.unmet_total, found.small),
            *[row.recognised.get(group.code, 0) for group in groups],
            *[_figure(row.unmet.get(group.code, Published(0)), found.small) for group in groups],
        ])  # fmt: skip
    return response


def _figure(number: Published, small: int) -> int | str:
    return number.number if number.number is not None else told(number, small)


def plain(text: Any) -> str:
    """Text that no spreadsheet runs: a leading sign of a formula, also behind blanks, is kept from being one by an
    apostrophe."""
    word = str(text)
    return f"'{word}" if word.startswith(FORMULA) or word.lstrip().startswith(FORMULA) else word
