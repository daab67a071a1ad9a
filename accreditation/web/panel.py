"""What the page of a facility says of its recognition, asked through a hook because the register does not know this
app. A row is (label, value, address or "")."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accreditation.enums import APPLICATION_OPEN
from accreditation.models import Application, Licence, Registration
from accreditation.selectors.asked import group_names
from accreditation.selectors.licences import Phase, living, phase_of
from core.access.actor import Actor
from core.access.engine import can, visible
from core.audit.reads import log_read
from core.hooks import provide
from core.web.display import vndate, vnnum
from core.web.pages import page_url
from facilities.enums import Ownership
from facilities.models import Facility

Row = tuple[Any, Any, str]


@provide("facility.panels")
def licence_panel(by: Actor, facility: Facility) -> Iterable[dict[str, Any]]:
    """{"title", "rows"}; nothing for a public facility, which works by its founding decision."""
    if facility.ownership == Ownership.PUBLIC:
        return []
    rows = [*_licence(by, facility), *_registration(by, facility), *_applications(by, facility)]
    return [{"title": _("Đăng ký, giấy phép"), "rows": rows}]


def _licence(by: Actor, facility: Facility) -> Iterator[Row]:
    held = living(facility)
    if held is None or not can(by, "view", held):
        yield _("Giấy phép"), _("chưa có giấy phép đang dùng"), reverse("licences")
        return
    log_read(by, Licence, [held.pk], "view", root_id=held.pk)
    words = {"n": held.number, "day": vndate(held.issued_on)}
    yield _("Giấy phép"), _("%(n)s, cấp ngày %(day)s") % words, page_url(held)
    phase = phase_of(held)
    told = [held.get_state_display(), *([phase.label] if phase != Phase.OPEN_ENDED else [])]
    yield _("Trạng thái"), " · ".join(str(part) for part in told), ""
    names = "; ".join(group_names([one.code for one in held.groups.all()]))
    size = _("%(n)s người") % {"n": vnnum(held.capacity)} if held.capacity else ""
    yield _("Được nhận"), " · ".join(part for part in (names, size) if part) or _("không ghi"), ""


def _registration(by: Actor, facility: Facility) -> Iterator[Row]:
    row = visible(by, Registration).filter(facility=facility, ended_on__isnull=True).first()
    if row is not None:
        paper = reverse("print_registration", args=[row.pk])
        yield _("Đăng ký thành lập"), f"{row.number}, {vndate(row.issued_on)}", paper


def _applications(by: Actor, facility: Facility) -> Iterator[Row]:
    """The open ones, for those who read them; the manager is led to a new one."""
    rows = list(visible(by, Application).filter(facility=facility, state__in=APPLICATION_OPEN).order_by("created_at"))
    log_read(by, Application, [row.pk for row in rows], "view")
    for row in rows:
        yield row.get_kind_display(), f"{row.number} · {row.get_state_display()}", page_url(row)
    if can(by, "application.draft", facility):
        yield _("Đề nghị việc khác"), _("Lập hồ sơ mới"), reverse("application_new")
