"""The day of one person: what is due, what others wait for, what the person itself waits for. Few queries, whatever the
number of items."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Case, Person
from casework.selectors import staff
from core import hooks
from core.access.actor import Actor
from core.access.engine import model_of, visible
from core.accounts.enums import Role
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.clock.due import Remaining
from core.lifecycle.actions import find
from core.lifecycle.models import Proposal
from core.worklist.kinds import Kind, kind, waiting_kinds
from core.worklist.models import RISK_RANK, WorkItem
from core.worklist.selectors import mine, open_items

MOST = 300
SHOWN = 60  # lines that are drawn unless all are asked for: more than anybody does in a day
WAITING = 8
WEEK = 5  # working days shown in the chart
PROPOSAL = Proposal._meta.label
LEVELS = {rank: str(level) for level, rank in RISK_RANK.items()}


@dataclass(frozen=True)
class Line:
    """One work item with what it is about. `case` is None where the person may not see one."""

    item: WorkItem
    kind: Kind
    remaining: Remaining
    case: Case | None
    name: str
    sub: str
    risk: str
    about: str
    stands_for: str = ""


@dataclass
class Day:
    """`groups` are the person's own items by due date, the most pressing of them; `counts` are all. Others wait for
    `waiting` (`waiting_count` of them), it waits for `submitted`."""

    groups: dict[str, list[Line]]
    counts: dict[str, int]
    waiting: list[Line]
    waiting_count: int
    submitted: list[Line]
    done: int
    week: list[tuple[date, int]] = field(default_factory=list)
    held: int | None = None
    cap: int | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def shown(self) -> int:
        return sum(len(lines) for lines in self.groups.values())


GROUPS = ("overdue", "today", "soon", "later", "paused")


def read_day(by: Actor, now: datetime, most: int = SHOWN) -> Day:
    """The day with its most pressing items. Must run in a unit of work: the read of the cases shown is logged."""
    calendar = Calendar()
    items = list(open_items(by).select_related("user")[:MOST])
    waiting = [item for item in items if kind(item.kind).waiting]
    groups: dict[str, list[WorkItem]] = {name: [] for name in GROUPS}
    for item in items:
        if not kind(item.kind).waiting:
            groups[_group(_remaining(item, now, calendar))].append(item)
    pressing = [item for name in GROUPS for item in groups[name]][:most]
    submitted = list(_submitted(by))
    lines = lines_of(by, [*pressing, *waiting[:WAITING], *submitted], now, calendar)
    drawn, rest = lines[: len(pressing)], lines[len(pressing) :]
    shown: dict[str, list[Line]] = {name: [] for name in GROUPS}
    for line in drawn:
        shown[_group(line.remaining)].append(line)
    day = Day(
        shown, {name: len(groups[name]) for name in GROUPS}, rest[: len(waiting[:WAITING])], len(waiting),
        rest[len(waiting[:WAITING]) :], _done_today(by, now), _week(items, now, calendar),
    )  # fmt: skip
    if by.has(Role.WORKER) and by.user is not None:
        day.held, day.cap = staff.caseload(by.user), staff.cap_of(by.user)
    return day


def lines_of(by: Actor, items: list[WorkItem], now: datetime, calendar: Calendar | None = None) -> list[Line]:
    """The items with their cases and persons, read in one query for each kind of record."""
    calendar = calendar or Calendar()
    cases = _cases(by, {item.root_id for item in items if item.root_model == Case._meta.label})
    told = _others(item for item in items if item.root_id not in cases)
    return [_line(by, item, cases.get(item.root_id), told.get(item.subject_id), now, calendar) for item in items]


def _cases(by: Actor, keys: set[UUID]) -> dict[UUID, Case]:
    if not keys:
        return {}
    log_read(by, Case, sorted(keys), "view")
    rows = visible(by, Case).filter(pk__in=keys).select_related("person__commune", "worker")
    return {case.pk: case for case in rows}


def _others(items: Iterable[WorkItem]) -> dict[UUID, tuple[str, str]]:
    """What upper apps and proposals say of their records: (which, more)."""
    by_label: dict[str, list[UUID]] = defaultdict(list)
    for item in items:
        by_label[item.subject_model].append(item.subject_id)
    told: dict[UUID, tuple[str, str]] = {}
    for label, keys in sorted(by_label.items()):
        if label == PROPOSAL:
            for row in Proposal.objects.filter(pk__in=keys).select_related("proposed_by"):
                what = find(model_of(row.model), row.action).label
                told[row.pk] = (str(what), _("%(name)s đề nghị") % {"name": row.proposed_by.full_name})
        else:
            told.update({key: (words, more) for key, words, more in hooks.ask(f"describe.{label}", keys)})
    return told


def _line(
    by: Actor, item: WorkItem, case: Case | None, told: tuple[str, str] | None, now: datetime, calendar: Calendar
) -> Line:
    left = _remaining(item, now, calendar)
    absent = item.user.full_name if item.user and item.user_id != by.id and item.user_id in by.stands_for else ""
    if case is None:
        name, sub = told or (_("Hồ sơ"), "")
        return Line(item, kind(item.kind), left, None, name, sub, LEVELS.get(item.risk, ""), "", absent)
    return Line(item, kind(item.kind), left, case, str(case.person), facts(case.person), case.risk, case.number, absent)


def _remaining(item: WorkItem, now: datetime, calendar: Calendar) -> Remaining:
    return due.remaining(item.due_at, now, item.paused_at is not None, hours=item.hours, calendar=calendar)


def facts(person: Person) -> str:
    """ "9 tuổi · xã Định Quán"; what is known of somebody unidentified."""
    age = person.age()
    parts = [_("%(age)d tuổi") % {"age": age}] if age is not None else []
    if person.commune:
        parts.append(person.commune.label)
    if person.unidentified and person.known_as:
        parts.append(person.known_as)
    return " · ".join(parts)


def _group(left: Remaining) -> str:
    return "later" if left.kind == "none" else left.kind


def _submitted(by: Actor) -> Any:
    """What the person asked others to decide and is still open: on its cases, its proposals, what it registered."""
    live = Case.objects.filter(closed_at__isnull=True)
    # As parts of a union: an OR would be answered by reading every item of these kinds.
    roots = (
        live.filter(worker_id__in=by.identities)
        .values("pk")
        .union(
            live.filter(registered_by_id=by.id, state="intake").values("pk"),
            Proposal.objects.filter(proposed_by_id=by.id, state="open").values("pk"),
        )
    )
    return (
        WorkItem.objects.filter(root_id__in=roots, closed_at__isnull=True, kind__in=waiting_kinds())
        .exclude(mine(by))
        .select_related("user")
        .order_by("due_at", "id")[:20]
    )  # fmt: skip


def _done_today(by: Actor, now: datetime) -> int:
    start = timezone.make_aware(datetime.combine(due.local_date(now), datetime.min.time()))
    return WorkItem.objects.filter(closed_by_user_id=by.id, closed_at__gte=start, outcome="done").count()


def _week(items: list[WorkItem], now: datetime, calendar: Calendar) -> list[tuple[date, int]]:
    """How many items fall due on each of the next working days; what is overdue counts today."""
    today = due.local_date(now)
    days = [today]
    while len(days) < WEEK:
        days.append(calendar.next_working_day(days[-1] + timedelta(days=1)))
    counts = dict.fromkeys(days, 0)
    for item in items:
        if item.due_at is None or item.paused_at is not None:
            continue
        on = max(due.local_date(item.due_at), today)
        if on in counts:
            counts[on] += 1
    return list(counts.items())
