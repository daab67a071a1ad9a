"""Lists of cases: filters, the numbers of a supervisor's desk. Everything starts at `visible()`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from casework.models import Case
from casework.states.case import LIVE, RUNNING, CaseState
from core.access.actor import Actor
from core.access.engine import visible
from core.accounts.enums import Role, WorkerGrade
from core.accounts.models import RoleAssignment, User
from core.clock import due, parameters
from core.clock.calendar import Calendar
from core.folding import fold
from core.worklist.kinds import waiting_kinds
from core.worklist.models import RISK_RANK, Delegation, WorkItem
from core.worklist.selectors import open_items

COUNTED = 1000  # above it a list only says "more than"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty values do not narrow. `stage` is a state, "live" or "all"."""

    words: str = ""
    stage: str = "live"
    risk: str = ""
    due: str = ""
    commune: Any = None
    worker: Any = None


def cases(by: Actor, filters: Filters, now: datetime, calendar: Calendar | None = None) -> QuerySet[Case]:
    """Visible cases under the filters, unordered."""
    rows = visible(by, Case)
    if filters.stage == "live":
        rows = rows.filter(closed_at__isnull=True, state__in=LIVE)
    elif filters.stage != "all":
        rows = rows.filter(state=filters.stage)
    if filters.words:
        rows = rows.filter(named(filters.words))
    if filters.risk:
        rows = rows.filter(risk="" if filters.risk == "none" else filters.risk)
    if filters.due:
        rows = rows.filter(due.where(filters.due, now, calendar))  # type: ignore[arg-type]
    if filters.commune is not None:
        rows = rows.filter(commune=filters.commune)
    if filters.worker is not None:
        rows = rows.filter(worker=filters.worker)
    return rows


def named(text: str) -> Q:
    """The person's name with all the words, in any order and without marks; or the number, old or new."""
    plain = text.strip()
    by_name = Q()
    for word in fold(plain).split():
        by_name &= Q(person__name_folded__contains=word)
    by_number = Q(number__iexact=plain) | Q(old_number__iexact=plain)
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        by_number |= Q(number__endswith=f"-{plain.zfill(6)}")
    return (by_name | by_number) if by_name else by_number


def for_list(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("person__commune", "worker", "commune")


def count_up_to(rows: QuerySet[Case]) -> int:
    """The number of rows, at most COUNTED + 1, so that no list waits for a full count."""
    return rows.order_by()[: COUNTED + 1].count()


def workers_below(by: Actor) -> QuerySet[User]:
    """Those who carry cases in the units that the actor supervises."""
    held = RoleAssignment.objects.filter(
        RoleAssignment.current(timezone.localdate()), role=Role.WORKER, unit__in=by.tree(Role.SUPERVISOR)
    )
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True)


@dataclass
class Load:
    """What one worker carries: cases, their weight by risk (4 emergency … 1 low or unknown), what is overdue."""

    worker: User
    cap: int
    cases: int = 0
    weight: int = 0
    overdue: int = 0
    by_risk: dict[str, int] = field(default_factory=dict)
    away: bool = False
    deputy: str = ""

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.cases / self.cap)) if self.cap else 0


def loads(by: Actor, now: datetime) -> list[Load]:
    """One row for each worker below the supervisor, the heaviest first; six queries for any number of workers."""
    today = due.local_date(now)
    caps = parameters.value("caseload.cap", today)
    found = {
        worker.pk: Load(worker, int(caps.get(worker.grade, caps[WorkerGrade.ASSISTANT.value])))
        for worker in workers_below(by)
    }
    rows = visible(by, Case).filter(worker__in=found, closed_at__isnull=True, state__in=LIVE)
    for worker, risk, count in rows.order_by().values_list("worker_id", "risk").annotate(n=Count("pk")):
        load = found[worker]
        load.cases += count
        load.weight += max(1, RISK_RANK.get(risk, 0)) * count
        load.by_risk[risk] = count
    overdue = WorkItem.objects.filter(
        user__in=found, closed_at__isnull=True, paused_at__isnull=True, due_at__lt=now
    ).order_by()
    for worker, count in overdue.values_list("user_id").annotate(n=Count("pk")):
        found[worker].overdue = count
    _mark_absence(found, today)
    return sorted(found.values(), key=lambda load: (-load.weight, load.worker.sort_name, str(load.worker.pk)))


def _mark_absence(found: dict[UUID, Load], today: date) -> None:
    for load in found.values():
        load.away = load.worker.is_away(today)
    for row in Delegation.objects.filter(Delegation.current(today), principal__in=found).select_related("deputy"):
        found[row.principal_id].away = True
        found[row.principal_id].deputy = row.deputy.full_name


def lost(by: Actor) -> QuerySet[Case]:
    """On hold because the person is missing."""
    rows = visible(by, Case).filter(state=CaseState.ON_HOLD, hold_reason="missing")
    return for_list(rows).order_by("resume_by", "pk")


def without_risk(by: Actor) -> QuerySet[Case]:
    """Running, and nobody has said how great the danger is."""
    rows = visible(by, Case).filter(state__in=RUNNING, closed_at__isnull=True, risk="")
    return for_list(rows).order_by("opened_at", "pk")


def versions(by: Actor, keys: Iterable[UUID]) -> dict[UUID, Case]:
    """The chosen cases that the actor may give to somebody else."""
    rows = visible(by, Case, "reassign").filter(pk__in=list(keys))
    return {case.pk: case for case in for_list(rows)}


def waiting(by: Actor) -> list[WorkItem]:
    """What waits for a decision of this person, the most pressing first."""
    return list(open_items(by).filter(kind__in=waiting_kinds()).select_related("user")[:200])
