"""What every page gets: the ways through the product that this person's duties open."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access.actor import Actor
from core.accounts.access import PERSONAL
from core.accounts.enums import Role

IN, SW, SV, FM = Role.INTAKE, Role.WORKER, Role.SUPERVISOR, Role.FACILITY
READS_CASES = (IN, SW, SV, FM, Role.COMMUNE, Role.STEWARD, Role.AUDITOR)
TAKES_CALLS = (IN, SW, FM)
PLANS_NETWORK = (Role.LEADER, Role.HEAD, SV, Role.LICENSING)

# Letters of labels that a bar of 1081 px holds beside the search; without it; and what the edges of an entry take.
BAR_ROOM, BAR_ROOM_ALONE, ENTRY_EDGE = 68, 88, 3

# Most used first; what finds no room folds away under "Thêm".
# label, route, key (second letter of "g h"), duties (none: everybody)
NAV: list[tuple[Any, str, str, tuple[Role, ...]]] = [
    (gettext_lazy("Hôm nay"), "today", "h", ()),
    (gettext_lazy("Ca phụ trách"), "case_list", "c", READS_CASES),
    (gettext_lazy("Tiếp nhận"), "intake", "t", TAKES_CALLS),
    (gettext_lazy("Bàn kiểm huấn viên"), "desk", "", (SV,)),
    (gettext_lazy("Quyết định"), "decision_desk", "", (Role.HEAD, Role.COMMUNE)),
    (gettext_lazy("Thẩm định"), "queue", "", (Role.LICENSING, Role.HEAD, Role.COMMUNE, Role.AUDITOR)),
    (gettext_lazy("Giấy phép"), "licences", "", (Role.LICENSING, Role.HEAD, Role.COMMUNE, Role.AUDITOR, Role.LEADER)),
    (gettext_lazy("Chuyển tuyến"), "referral_inbox", "", (SW, SV, FM)),
    (gettext_lazy("Hồ sơ đề nghị"), "applications", "", (FM,)),
    (gettext_lazy("Kiểm tra"), "inspection_list", "", (Role.LICENSING, Role.HEAD, Role.AUDITOR, FM)),
    (gettext_lazy("Sự việc ở cơ sở"), "incident_list", "", (SV,)),
    (gettext_lazy("Giường"), "bed_board", "", (IN, SW, SV, FM, Role.LICENSING, Role.HEAD, Role.LEADER)),
    (gettext_lazy("Mạng lưới"), "network", "", PLANS_NETWORK),
    (gettext_lazy("Cơ sở"), "facility_list", "", ()),
    (gettext_lazy("Nhập danh sách"), "import_list", "", (Role.STEWARD,)),
]


def actor_of(request: HttpRequest) -> Actor | None:
    """The actor of the request, read now where the middleware has not (error pages); None for strangers."""
    actor = getattr(request, "actor", None)
    if actor is not None:
        return actor
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    request.actor = Actor.of(user)  # type: ignore[attr-defined]
    return request.actor  # type: ignore[attr-defined]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, `nav_bar`, `nav_more`, `shell`, `demo` (components.md)."""
    actor = actor_of(request)
    if actor is None or actor.user is None:
        return {"nav": [], "nav_bar": [], "nav_more": [], "shell": {}, "demo": settings.DH_DEMO}
    home = actor.home
    entries = list(_nav(request, actor))
    search_url = _path("search") if actor.has(*READS_CASES) else ""
    shown = _fitting(entries, BAR_ROOM if search_url else BAR_ROOM_ALONE)
    return {
        "nav": entries,
        "nav_bar": entries[:shown],
        "nav_more": entries[shown:],
        "shell": {
            "search_url": search_url,
            "role": str(Role(home.role).label) if home else _("Chưa được giao vai trò nào"),
            "unit": home.unit_name if home else "",
            "profile_url": "",
            "draft_url": _path("draft"),
            "absence_url": _path("absences") if actor.has(*PERSONAL) else "",
        },
        "demo": settings.DH_DEMO,
    }


def _nav(request: HttpRequest, actor: Actor) -> Any:
    for label, name, key, roles in NAV:
        url = _path(name)
        if url and (not roles or actor.has(*roles)):
            current = request.path == url or (url != "/" and request.path.startswith(url))
            yield {"label": label, "url": url, "current": current, "key": key}


def _fitting(entries: list[dict[str, Any]], room: int) -> int:
    """How many entries stand in the bar: all, or as many as leave room for "Thêm"."""
    widths = [len(str(entry["label"])) + ENTRY_EDGE for entry in entries]
    if sum(widths) <= room:
        return len(entries)
    room -= len(_("Thêm")) + ENTRY_EDGE
    return sum(1 for upto in range(1, len(widths) + 1) if sum(widths[:upto]) <= room)


def _path(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
