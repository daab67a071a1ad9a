"""What the pages of case work show of referrals; asked through hooks, because case work does not know this app."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from casework.models import Case
from core.access.actor import Actor
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.hooks import provide
from referrals import selectors
from referrals.enums import ReferralState
from referrals.models import Referral

R = ReferralState
TONES = {
    R.PENDING_APPROVAL: "warn", R.SENT: "info", R.INFO_REQUESTED: "warn", R.WAITLISTED: "info", R.ACCEPTED: "ok",
    R.IN_SERVICE: "ok", R.COMPLETED: "ok", R.DECLINED: "danger", R.EXPIRED: "danger",
}  # fmt: skip


def what_of(row: Referral) -> str:
    """What is asked for, in the words of the catalogue."""
    if row.service_type is not None:
        return str(row.service_type.name)
    return str(row.get_kind_display())


@provide("case.referral_rows")
def rows_of_case(by: Actor, case: Case) -> Iterable[dict[str, Any]]:
    found = list(selectors.of_case(by, case))
    log_read(by, Referral, [row.pk for row in found], "read:file", root_id=case.pk)
    calendar = Calendar()
    return [
        {
            "number": row.number, "url": f"/chuyen-tuyen/{row.pk}/", "what": what_of(row), "target": row.target_name,
            "code": row.state, "state": row.get_state_display(), "tone": TONES.get(R(row.state), ""),
            "at": row.sent_at or row.created_at, "due_at": row.due_at,
            "remaining": due.remaining_of(row, calendar=calendar),
        }
        for row in found
    ]  # fmt: skip


@provide("timeline.subjects.referrals.Referral")
def subjects(ids: list[UUID]) -> list[tuple[UUID, str, str]]:
    """Number and target of the referrals that events of a case are about."""
    rows = (
        Referral.objects.filter(pk__in=ids)
        .select_related("to_unit", "to_body")
        .only("number", "to_unit__name", "to_unit__id", "to_body", "to_unit", "state")
    )
    return [
        (row.pk, " → ".join(part for part in (row.number, row.target_name) if part), f"/chuyen-tuyen/{row.pk}/")
        for row in rows
    ]
