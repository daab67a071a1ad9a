"""Work items and notices that licences bring."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.models import Licence
from casework.selectors.staff import holders
from core.accounts.enums import Role, UnitKind
from core.accounts.models import RoleAssignment, Unit
from core.lifecycle.actions import Act
from core.outbox.messages import queue_notices
from core.worklist import kinds, services

REPLY, DECIDE, MEND, RECHECK = "licence.reply", "licence.decide", "licence.mend", "licence.recheck"
RENEW, VISIT, RELOCATE = "licence.renew", "licence.visit", "licence.relocate"
INSPECTED = "licence.inspected"
kinds.register(REPLY, _("Giải trình trước khi bị đình chỉ"), _("Giải trình"), action="reply_suspension", waiting=True)
kinds.register(DECIDE, _("Quyết định sau thông báo đình chỉ"), _("Xem và quyết định"), action="suspend", waiting=True)
kinds.register(MEND, _("Khắc phục để được hoạt động trở lại"), _("Xem"))
kinds.register(RECHECK, _("Kiểm tra lại cơ sở bị đình chỉ"), _("Xem"))
kinds.register(RENEW, _("Giấy phép sắp hết thời hạn"), _("Xem"))
kinds.register(VISIT, _("Thăm từng người đang ở cơ sở bị đình chỉ"), _("Ghi đã thăm"), action="settle_residents")
kinds.register(RELOCATE, _("Chuyển chỗ ở cho người đang ở cơ sở"), _("Ghi đã chuyển"), action="settle_residents")
kinds.register(INSPECTED, _("Xử lý giấy phép theo đề nghị của đoàn kiểm tra"), _("Xem"))

ALL = [REPLY, DECIDE, MEND, RECHECK, RENEW, VISIT, RELOCATE, INSPECTED]
NOTICE = [REPLY, DECIDE, INSPECTED]
SUSPENSION = [MEND, RECHECK, VISIT]


def close(licence: Licence, act: Act, codes: list[str]) -> None:
    assert act.event is not None
    services.close_items(event=act.event, codes=codes, subject_id=licence.pk)


def for_facility(code: str, licence: Licence, act: Act, due_at: datetime | None = None) -> None:
    services.open_item(
        code, licence, event=act.event, unit=licence.facility.unit, role=Role.FACILITY, due_at=due_at
    )  # fmt: skip


def for_officer(code: str, licence: Licence, act: Act, due_at: datetime | None = None) -> None:
    services.open_item(code, licence, event=act.event, unit=licence.to_unit, role=Role.LICENSING, due_at=due_at)


def for_decider(code: str, licence: Licence, act: Act, due_at: datetime | None = None) -> None:
    services.open_item(code, licence, event=act.event, unit=licence.to_unit, role=decider(licence), due_at=due_at)


def decider(licence: Licence) -> Role:
    """The chair for what a commune issued, the head elsewhere."""
    return Role.COMMUNE if licence.to_unit.kind == UnitKind.COMMUNE else Role.HEAD


def confirming_unit(licence: Licence, data: dict[str, Any]) -> Unit:
    """Where a head confirms a two-person action: the unit that issued, else (a commune has none above it) the
    department."""
    return _with_head(licence.to_unit)


def taking_unit(licence: Licence, data: dict[str, Any]) -> Unit:
    """The same for a licence of before, whose unit stands in the form."""
    return _with_head(data["to_unit"])


def _with_head(unit: Unit) -> Unit:
    codes = [code for code in unit.path.split("/") if code]
    held = RoleAssignment.objects.filter(
        RoleAssignment.current(timezone.localdate()), role=Role.HEAD, unit__code__in=codes
    )
    if held.exists():
        return unit
    return Unit.objects.filter(kind=UnitKind.DEPARTMENT, is_active=True).order_by("path").first() or unit


def managers(licence: Licence) -> list[UUID]:
    return list(holders(Role.FACILITY, licence.facility.unit).values_list("pk", flat=True))


def officers(licence: Licence) -> list[UUID]:
    return list(holders(Role.LICENSING, licence.to_unit).values_list("pk", flat=True))


def deciders(licence: Licence) -> list[UUID]:
    return list(holders(decider(licence), licence.to_unit).values_list("pk", flat=True))


def concerned(licence: Licence, act: Act) -> Iterable[UUID]:
    """The facility and the officers: whoever must learn what was decided."""
    return [*managers(licence), *officers(licence)]


def tell(users: Iterable[UUID], licence: Licence, act: Act) -> None:
    told = {user for user in users if user != act.by.id}
    if told and act.event is not None:
        queue_notices(act.event, licence, told)


def end_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(17)))
