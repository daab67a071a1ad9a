"""Facts about referrals that guards and services ask: what runs, who has room, what is overdue. No person's data."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from casework.models import Case
from casework.states.case import LIVE, CaseState
from core.accounts.models import Unit
from core.clock import due
from core.clock.parameters import term
from facilities import selectors as register
from referrals.enums import OPEN, RUNNING, WITH_RECEIVER, WITH_SENDER, ReferralKind, ReferralState
from referrals.models import Referral

R = ReferralState


@dataclass(frozen=True)
class Target:
    """A unit that may take the group. `capacity` None: its paper names no number; `free` None likewise."""

    unit: Unit
    capacity: int | None
    used: int
    declined: bool = False

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.used)


def still_open(case: Case) -> QuerySet[Referral]:
    """Referrals of the case that somebody still works on or may (states `OPEN`)."""
    return Referral.objects.filter(case=case, state__in=OPEN).order_by("created_at", "id")


def running_in(case: Case) -> QuerySet[Referral]:
    """Referrals of the case that a provider has accepted and not finished."""
    return Referral.objects.filter(case=case, state__in=RUNNING).order_by("created_at", "id")


def running_count(unit: Unit) -> int:
    """How many clients the unit has through referrals: accepted and not finished, transfers of the file aside."""
    return Referral.objects.filter(to_unit=unit, state__in=RUNNING, kind=ReferralKind.SERVICE).count()


def next_targets(referral: Referral, on: date | None = None) -> list[Target]:
    """Where the referral could go: recognised for its group that day, those with most room first; units that have
    declined this need stand last, units that have been asked and not answered are left out."""
    if referral.group is None:
        return []
    units = list(register.recognised_units(referral.group.code, on).exclude(pk=referral.from_unit_id))
    same_need = Q(plan_action=referral.plan_action_id) if referral.plan_action_id else Q(pk=referral.pk)
    others = Referral.objects.filter(same_need, case=referral.case_id)
    waiting = others.filter(state__in=OPEN).exclude(pk=referral.pk, state=R.DRAFT)
    asked = set(waiting.values_list("to_unit_id", flat=True))
    declined = set(others.filter(state__in=[R.DECLINED, R.EXPIRED, R.CLOSED]).values_list("to_unit_id", flat=True))
    places, used = register.places_of([unit.pk for unit in units], on), _used(units)
    found = [
        Target(unit, places.get(unit.pk), used.get(unit.pk, 0), unit.pk in declined)
        for unit in units
        if unit.pk not in asked
    ]
    return sorted(found, key=lambda target: (target.declined, target.free == 0, -(target.free or 0), target.unit.name))


def _used(units: list[Unit]) -> dict[UUID, int]:
    rows = Referral.objects.filter(to_unit__in=units, state__in=RUNNING, kind=ReferralKind.SERVICE)
    return dict(rows.order_by().values_list("to_unit").annotate(count=Count("id")))


def answer_code(referral: Referral) -> str:
    """The parameter that says how long an answer, or a beginning, may take."""
    return "due.referral_answer_emergency" if referral.emergency else "due.referral_answer"


def is_overdue(referral: Referral, now: datetime) -> bool:
    """Whether nobody answered or began in time. A question stops the receiver's clock; the sender has as long again."""
    if referral.state == R.INFO_REQUESTED and referral.paused_at is not None:
        return due.end_of(referral.paused_at, term(answer_code(referral))) <= now
    return referral.due_at is not None and referral.due_at <= now


def overdue(now: datetime | None = None, limit: int = 200) -> list[Referral]:
    """Referrals that are to expire, the longest overdue first."""
    moment = now or timezone.now()
    late = Q(state__in=[R.SENT, R.WAITLISTED, R.ACCEPTED], due_at__lte=moment) | Q(state=R.INFO_REQUESTED)
    handed_over = Q(kind=ReferralKind.TRANSFER, state=R.ACCEPTED)
    rows = Referral.objects.filter(late).exclude(handed_over).order_by("due_at", "id")
    return [row for row in rows.iterator(chunk_size=500) if is_overdue(row, moment)][:limit]


def waiting_people() -> list[tuple[str, str, int]]:
    """(commune code, client group, people): those with an open case whose plan or referral waits for a provider. A need
    that another referral of the same plan action answers waits no more."""
    asking = [*WITH_SENDER, *WITH_RECEIVER, R.DECLINED, R.EXPIRED]
    answered = Q(state__in=[*RUNNING, R.COMPLETED]) | (Q(state=R.CLOSED) & ~Q(outcome=""))
    service = Referral.objects.filter(kind=ReferralKind.SERVICE)
    met = service.filter(answered, plan_action=OuterRef("plan_action"))
    waiting = service.filter(~Exists(met), case=OuterRef("pk"), state__in=asking)
    cases = Case.objects.filter(Q(state=CaseState.REFERRAL) | Exists(waiting), state__in=LIVE).order_by()
    rows = cases.values_list("commune_id", "group__code").annotate(people=Count("person", distinct=True))
    return [(commune or "", group or "", people) for commune, group, people in rows]
