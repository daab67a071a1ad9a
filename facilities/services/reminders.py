"""Telling the house that a paper or a practice certificate is about to end (parameter `facility.paper_reminders`)."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import Role
from core.lifecycle.actions import Act, action
from core.worklist import kinds, services
from facilities.models import StaffMember, WalletPaper
from facilities.selectors import upkeep

PAPER, CERTIFICATE = "facility.paper", "facility.certificate"
kinds.register(PAPER, _("Gia hạn giấy tờ của cơ sở"), _("Xem giấy tờ"))
kinds.register(CERTIFICATE, _("Gia hạn chứng nhận hành nghề của nhân viên"), _("Xem"))


def _managers(row: Any, act: Act) -> list[UUID]:
    return upkeep.managers_of(row.facility.unit_id)


@action(WalletPaper, "remind", label=_("Giấy tờ của cơ sở sắp hết hạn"), internal=True, notify=_managers)
def remind_paper(paper: WalletPaper, act: Act) -> None:
    paper.reminded = _ask(PAPER, paper, paper.expires_on, act)


@action(
    StaffMember, "remind", label=_("Chứng nhận hành nghề của nhân viên sắp hết hạn"), internal=True, notify=_managers
)
def remind_certificate(member: StaffMember, act: Act) -> None:
    member.certificate_reminded = _ask(CERTIFICATE, member, member.certificate_expires, act)


def _ask(code: str, row: Any, expires: date | None, act: Act) -> int | None:
    """Put it on the managers' desk, due at the end of its last day; returns the reminder that this was."""
    if expires is None:
        return None
    today = timezone.localdate(act.at)
    mark = upkeep.mark_of((expires - today).days, upkeep.marks(today))
    due_at = timezone.make_aware(datetime.combine(expires, time(23, 59, 59)))
    services.open_item(
        code, row, event=act.event, root=row.facility, unit=row.facility.unit, role=Role.FACILITY, due_at=due_at
    )
    act.facts.update(days=mark, expires_on=expires)
    return mark
