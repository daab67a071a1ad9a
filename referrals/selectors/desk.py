"""What a person sees: the inbox of the receiver, what was sent, what waits for approval, the list of a case."""

from typing import Any

from django.db.models import F, QuerySet

from casework.models import Case
from core.access.actor import Actor
from core.access.engine import can, fetch, visible
from core.accounts.enums import Role
from core.audit.reads import log_read
from referrals.enums import OPEN, RUNNING, WITH_RECEIVER, ReferralState
from referrals.models import Referral

_SEALED = ("packet", "override_reason", "decline_note", "outcome_note")
_NAMES = ("from_unit", "to_unit", "to_body", "service_type", "group")


def _rows(by: Actor) -> QuerySet[Referral]:
    return visible(by, Referral).select_related(*_NAMES).defer(*_SEALED)


def inbox(by: Actor, states: list[str] | None = None) -> QuerySet[Referral]:
    """What came to the units where the actor receives, the most pressing first; triage fields only, no person. Without
    `states` all that waits for an answer, a beginning or a report."""
    units = {*by.units(Role.FACILITY), *by.units(Role.WORKER)}
    wanted = states or [state.value for state in (*WITH_RECEIVER, *RUNNING)]
    rows = _rows(by).filter(to_unit__in=units, state__in=wanted)
    return rows.order_by("-emergency", F("due_at").asc(nulls_last=True), "id")


def sent(by: Actor, states: list[str] | None = None) -> QuerySet[Referral]:
    """What the actor's own cases ask of others, newest first; without `states` all that is open."""
    rows = _rows(by).filter(state__in=states or [state.value for state in OPEN], case__worker__in=by.identities)
    return rows.select_related("case__person").order_by("-created_at", "-id")


def approvals(by: Actor) -> QuerySet[Referral]:
    """What waits for the actor's approval, the oldest deadline first."""
    rows = visible(by, Referral, "approve").select_related(*_NAMES, "case__person", "sent_by").defer(*_SEALED)
    waiting = rows.filter(state=ReferralState.PENDING_APPROVAL).exclude(sent_by=by.id)
    return waiting.order_by(F("due_at").asc(nulls_last=True), "id")


def of_case(by: Actor, case: Case) -> QuerySet[Referral]:
    """The referrals of a case, newest first, as its page lists them."""
    rows = visible(by, Referral, "read:file").filter(case=case).select_related(*_NAMES, "plan_action", "sent_by")
    return rows.defer(*_SEALED).order_by("-created_at", "-id")


def referral(by: Actor, pk: Any) -> Referral:
    """One referral, or NotVisible; which of its fields may be shown says `core.access.engine.fields_readable`."""
    return fetch(by, Referral, pk, within=Referral.objects.select_related(*_NAMES))


def open_packet(by: Actor, row: Referral) -> list[dict[str, Any]] | None:
    """What the sender shared, logged as read; None where the actor may not (or no longer) read it."""
    if not can(by, "read:packet", row):
        return None
    log_read(by, Referral, [row.pk], "read:packet", root_id=row.case_id, purpose="referral")
    return row.packet_parts
