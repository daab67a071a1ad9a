"""Who may do what with a referral (lifecycles.md b). The receiver sees a band of age and the need before it accepts,
the person after, and keeps what it was given when the service is over."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import declare, extend
from core.access.scopes import Scope, assigned, own_unit, system, unit_tree, where
from core.accounts.enums import Role, UnitKind
from referrals.enums import RECEIVER_SEES, RUNNING, ReferralKind
from referrals.enums import ReferralState as R

SW, SV, FM, AUDITOR, SYS = Role.WORKER, Role.SUPERVISOR, Role.FACILITY, Role.AUDITOR, Role.SYSTEM

extend(
    "casework.Case",
    {"referral.draft": {SW: [assigned("worker")]}, "change_owner": {SYS: [system()]}},
)


def _states(states: Iterable[R]) -> list[str]:
    return [state.value for state in states]


def while_shared(scope: Scope) -> Scope:
    """The scope, for as long as the consent (or the order) says."""

    def build(actor: Actor, role: str) -> Q | None:
        reach = scope.build(actor, role)
        return None if reach is None else reach & Q(consent_until__gte=timezone.localdate())

    return Scope(f"{scope.name} while shared", build)


# The sender: the worker of the case; after a transfer was accepted the case has another worker, and the one who sent it
# stays its sender.
_SENDER: Sequence[Scope] = [
    where(assigned("case__worker"), kind=ReferralKind.SERVICE.value),
    where(assigned("case__worker"), kind=ReferralKind.TRANSFER.value, accepted_at__isnull=True),
    where(assigned("sent_by"), kind=ReferralKind.TRANSFER.value, accepted_at__isnull=False),
]
_SENDER_SV = [unit_tree("from_unit")]
_CASE_SV = [unit_tree("case__owner_unit")]
_OUTSIDE = [where(scope, to_body__isnull=False) for scope in _SENDER]
_RECEIVER = [where(own_unit("to_unit"), state__in=_states(RECEIVER_SEES))]
# A centre has no facility manager: there its workers also decline.
_CENTRE = [where(own_unit("to_unit"), state__in=_states(RECEIVER_SEES), to_unit__kind=UnitKind.CENTRE.value)]
_RECEIVER_SV = [where(unit_tree("to_unit"), state__in=_states(RECEIVER_SEES))]
_OPENED = [
    while_shared(where(own_unit("to_unit"), state__in=_states(RUNNING))),
    where(own_unit("to_unit"), state__in=_states([R.COMPLETED, R.CLOSED]), completed_at__isnull=False),
]
_BOTH: Mapping[str, Sequence[Scope]] = {FM: _RECEIVER, SW: [*_RECEIVER, *_OUTSIDE]}

declare(
    "referrals.Referral",
    {
        "view": {
            SW: [*_SENDER, assigned("case__handover_to"), *_RECEIVER],
            SV: [*_SENDER_SV, *_CASE_SV, *_RECEIVER_SV],
            FM: [own_unit("from_unit"), *_RECEIVER],
            AUDITOR: _CASE_SV,
        },
        # Words about a person: for those who send, receive or answer for it, not for the auditor.
        "read:need": {
            SW: [*_SENDER, assigned("case__handover_to"), *_RECEIVER],
            SV: [*_SENDER_SV, *_CASE_SV, *_RECEIVER_SV],
            FM: [own_unit("from_unit"), *_RECEIVER],
        },
        "read:file": {
            SW: [*_SENDER, assigned("case__handover_to")],
            SV: [*_SENDER_SV, *_CASE_SV],
            FM: [own_unit("from_unit")],
            AUDITOR: _CASE_SV,
        },
        "read:packet": {SW: [*_SENDER, *_OPENED], SV: [*_SENDER_SV, *_CASE_SV], FM: [own_unit("from_unit"), *_OPENED]},
        "read:outcome": {
            SW: [*_SENDER, *_OPENED],
            SV: [*_SENDER_SV, *_CASE_SV, *_RECEIVER_SV],
            FM: [own_unit("from_unit"), *_OPENED],
        },
        "edit": {SW: _SENDER},
        "send": {SW: _SENDER},
        "approve": {SV: _SENDER_SV},
        "return": {SV: _SENDER_SV},
        "review_sent": {SV: _SENDER_SV},
        "ask": {FM: _RECEIVER, SW: _RECEIVER},
        "answer": {SW: _SENDER},
        "accept": _BOTH,
        "decline": {FM: _RECEIVER, SW: [*_CENTRE, *_OUTSIDE]},
        "no_show": _BOTH,
        "start": _BOTH,
        "complete": _BOTH,
        "drop_out": _BOTH,
        "close": {SW: _SENDER},
        "withdraw": {SW: _SENDER, SYS: [system()]},
        "consent_revoked": {SW: _SENDER},
        "expire": {SYS: [system()]},
        "relink": {SYS: [system()]},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "number", "kind", "from_unit", "to_unit", "to_body",
            "service_type", "group", "emergency", "sex", "age_band", "decline_code", "sent_at", "accepted_at",
            "started_at", "completed_at", "ended_at", "accepted_by", "no_shows", "due_at", "clock_started_at",
            "clock_days", "clock_hours", "clock_calendar_days", "clock_months", "paused_at", "paused_days",
            "paused_seconds",
        ],
        "read:need": ["need", "question", "answer_text"],
        "read:file": [
            "case", "plan_action", "author", "sent_by", "approved_by", "approved_at", "reviewed_by", "reviewed_at",
            "basis", "consent_on", "consent_by", "consent_until", "override_reason", "sections", "next_step",
        ],
        "read:packet": ["packet"],
        "read:outcome": ["outcome", "outcome_note", "decline_note"],
    },
)  # fmt: skip
