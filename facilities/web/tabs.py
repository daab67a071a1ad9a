"""The tabs of a facility's page. Each is a page of its own; a part of the register adds its tab from its module."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility


@dataclass(frozen=True)
class Tab:
    """`route` takes the key of the unit; `right` is what one must be allowed on the facility to be shown the tab."""

    route: str
    label: Any
    right: str = "view"
    order: int = 50


_tabs: dict[str, Tab] = {}


def register_tab(route: str, label: Any, right: str = "view", order: int = 50) -> None:
    """Show a tab that leads to `route`; `right` is one of `selectors.facility_page.RIGHTS`."""
    _tabs[route] = Tab(route, label, right, order)


def tabs_for(facility: Facility, may: Iterable[str], current: str) -> list[dict[str, Any]]:
    """What the component `tabs` of the page shows."""
    rights = set(may)
    shown = sorted((tab for tab in _tabs.values() if tab.right in rights), key=lambda tab: tab.order)
    return [
        {"label": tab.label, "url": reverse(tab.route, args=[facility.unit_id]), "current": tab.route == current}
        for tab in shown
    ]


register_tab("facility", _("Tổng quan"), order=10)
register_tab("facility_premises", _("Nhà và giường"), order=20)
register_tab("facility_staff", _("Nhân sự"), "read:inside", order=30)
register_tab("facility_services", _("Dịch vụ và giá"), order=40)
register_tab("facility_papers", _("Giấy tờ"), "read:inside", order=50)
register_tab("facility_photos", _("Ảnh"), "read:papers", order=60)
register_tab("facility_oversight", _("Kiểm tra"), "read:inside", order=70)
register_tab("facility_history", _("Lịch sử"), "read:inside", order=90)
