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
from core.access.legs import count_of
from core.accounts.enums import Role, WorkerGrade
from core.accounts.models import RoleAssignment, User
from core.clock import due, parameters
from core.clock.calendar import Calendar
from core.folding import fold
from core.worklist.kinds import waiting_kinds
from core.worklist.models import RISK_RANK, Delegation, WorkItem
from core.worklist.selectors import open_items

COUNTED = 1000  # above it a list only says "more than"
TRIGRAM = 3
FIRST_YEAR = 2015  # no number is older; what came from other registers is in `old_number`


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty values do not narrow. `stage` is a state, "live" or "all"."""

    words: str = ""
    stage: str = "live"
    risk: str = ""
    due: str = ""
    commune: Any = None
    worker: Any = None


def narrowed(rows: QuerySet[Case], filters: Filters, now: datetime, calendar: Calendar | None = None) -> QuerySet[Case]:
    """Those of the rows that pass the filters."""
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
    """The person's name with all the words, in any order and without marks; or the number, old or new. One word with a
    digit is looked for among the numbers alone, words without any among the names, so that one index answers."""
    plain, by_name = text.strip(), Q()
    digits = any(sign.isdigit() for sign in plain)
    if digits and " " not in plain:
        return _numbered(plain)
    for word in dict.fromkeys(fold(plain).split()):
        # Two letters are too few for an index of three; at the beginning of a word they are enough.
        if len(word) < TRIGRAM:
            by_name &= Q(person__name_folded__startswith=word) | Q(person__name_folded__contains=f" {word}")
        else:
            by_name &= Q(person__name_folded__contains=word)
    return by_name | _numbered(plain) if digits or not by_name else by_name


def _numbered(plain: str) -> Q:
    """By a whole number, old or new, or the last digits of a new one in any year since `FIRST_YEAR`."""
    wanted = [plain.upper()]
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        years = range(FIRST_YEAR, timezone.localdate().year + 1)
        wanted += [f"HS-{year}-{plain.zfill(6)}" for year in years]
    return Q(number__in=wanted) | (Q(old_number__iexact=plain) & ~Q(old_number=""))


# What a line of a list shows, and what an action on it has to name.
_SHOWN = (
    "id", "version", "number", "old_number", "state", "risk", "track", "due_at", "paused_at", "clock_hours",
    "opened_at", "closed_at", "review_due", "resume_by", "hold_reason", "worker__full_name",
    *(f"person__{name}" for name in (
        "name", "unidentified", "known_as", "birth_year", "birth_month", "birth_day", "deceased_on", "sex",
    )),
    *(f"person__commune__{name}" for name in ("code", "name", "kind")),
)  # fmt: skip


def for_list(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With the person, the place and the worker of each; nothing else is read, no sealed text above all."""
    return rows.select_related("person__commune", "worker").only(*_SHOWN)


def count_up_to(rows: QuerySet[Case], conditions: list[Q]) -> int:
    """How many of the rows meet any of the conditions, at most COUNTED + 1, so that no list waits for a full count."""
    bare = rows.order_by().values("pk")
    return count_of([bare.filter(condition)[: COUNTED + 1] for condition in conditions], COUNTED + 1)


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
