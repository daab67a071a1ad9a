"""The handover sheet: what the next worker must know of a case before the first call, dangers first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from casework.enums import Contacted, ContactSafety, LegalBasis, PlanKind, Signature, WorkKind
from casework.models import Case, Contact, Goal, Person, PlanAction, ServicePlan, WorkEntry
from casework.selectors.timeline import Line, entry_line
from casework.states.plan import GOAL_OPEN, PlanState
from core.access.actor import Actor
from core.access.engine import visible
from core.audit.models import Event
from core.audit.reads import log_read
from core.clock import due
from core.clock.calendar import Calendar
from core.documents.models import DocumentKind
from core.documents.selectors import kinds_on_file
from core.worklist.kinds import kind
from core.worklist.models import WorkItem

LAST = 5
FIRST_DAYS = timedelta(days=14)
_OPEN_STEPS = (PlanAction.Status.PLANNED, PlanAction.Status.WAITING, PlanAction.Status.RUNNING)


def is_new_to(by: Actor, case: Case, now: datetime) -> bool:
    """Whether the case is offered to this person, or was taken over by it in the last days."""
    if case.handover_to_id is not None:
        return case.handover_to_id in by.identities or case.worker_id in by.identities
    if case.worker_id not in by.identities:
        return False
    taken = Event.objects.filter(subject_id=case.pk, verb="case.accept_handover", effective_at__gte=now - FIRST_DAYS)
    return taken.exists()


@dataclass(frozen=True)
class Item:
    """An open work item; `holder` is the person or the duty that has it."""

    title: Any
    remaining: due.Remaining
    due_at: datetime | None
    holder: str


def open_items(case: Case, now: datetime) -> list[Item]:
    """All that is open of the case, whoever has it, the most pressing first."""
    rows = WorkItem.objects.filter(root_id=case.pk, closed_at__isnull=True).select_related("user", "unit")
    calendar = Calendar()
    items = [
        Item(
            kind(row.kind).title,
            due.remaining(row.due_at, now, row.paused_at is not None, hours=row.hours, calendar=calendar), row.due_at,
            str(row.user) if row.user else f"{row.get_role_display()}, {row.unit}",
        )
        for row in rows
    ]  # fmt: skip
    return sorted(items, key=lambda item: (item.due_at is None, item.due_at, str(item.title)))


@dataclass(frozen=True)
class People:
    """Those around the person, by whether they may be called."""

    safe: list[Contact]
    unknown: list[Contact]
    unsafe: list[Contact]


def people(by: Actor, case: Case) -> People:
    rows = list(visible(by, Contact).filter(person_id=case.person_id))
    log_read(by, Contact, [row.pk for row in rows], "view", root_id=case.pk)
    grouped: dict[str, list[Contact]] = {code.value: [] for code in ContactSafety}
    for row in rows:
        grouped[row.safety].append(row)
    return People(grouped[ContactSafety.SAFE], grouped[ContactSafety.UNKNOWN], grouped[ContactSafety.UNSAFE])


def last_contacts(by: Actor, case: Case) -> list[Line]:
    """The newest entries of the work log that the reader may read, corrected ones left out."""
    rows = visible(by, WorkEntry).filter(case=case, corrected_by__isnull=True).exclude(kind=WorkKind.NOTE)
    found = list(rows.select_related("by", "corrected_by").order_by("-at", "-id")[:LAST])
    log_read(by, WorkEntry, [row.pk for row in found], "view", root_id=case.pk)
    return [entry_line(row) for row in found]


def not_reached(lines: list[Line]) -> int:
    """How many of the newest attempts in a row reached nobody."""
    count = 0
    for line in lines:
        if line.entry is None or line.entry.contacted != Contacted.NOT_REACHED:
            break
        count += 1
    return count


def plans(by: Actor, case: Case) -> list[ServicePlan]:
    """Plans in force or in preparation; each goal with `steps`, what is not done yet."""
    steps = PlanAction.objects.filter(status__in=_OPEN_STEPS).select_related("service_type")
    goals = Goal.objects.filter(state__in=GOAL_OPEN).prefetch_related(Prefetch("actions", steps, to_attr="steps"))
    rows = visible(by, ServicePlan).filter(case=case, episode=case.episode)
    rows = rows.exclude(state__in=(PlanState.COMPLETED, PlanState.SUPERSEDED, PlanState.CANCELLED))
    found: list[ServicePlan] = list(
        rows.prefetch_related(Prefetch("goals", goals, to_attr="open_goals")).order_by("kind", "-number")
    )
    log_read(by, ServicePlan, [row.pk for row in found], "view", root_id=case.pk)
    return found


def missing_papers(case: Case, person: Person, found: list[ServicePlan], reads_identity: bool) -> list[str]:
    """What the file still lacks on paper. Of the identity number only those hear who may read it."""
    on_file = kinds_on_file(case)
    told = []
    if reads_identity and not person.id_number and not person.unidentified:
        told.append(_("Chưa có số định danh hoặc giấy tờ tùy thân của người được trợ giúp."))
    if person.unidentified:
        told.append(_("Chưa xác định được người này là ai."))
    if case.legal_basis == LegalBasis.CONSENT and case.consent_on is None:
        told.append(_("Chưa ghi ngày đồng ý cho xử lý dữ liệu."))
    if case.legal_basis == LegalBasis.CONSENT and DocumentKind.CONSENT not in on_file:
        told.append(_("Chưa có giấy đồng ý trong hồ sơ."))
    service = next((row for row in found if row.kind == PlanKind.SERVICE and row.state == PlanState.ACTIVE), None)
    if service is not None and service.signature == Signature.OVERRIDE:
        told.append(_("Kế hoạch đang làm chưa có chữ ký: bổ sung khi ký được."))
    elif service is not None and DocumentKind.PLAN not in on_file:
        told.append(_("Chưa có bản kế hoạch đã ký trong hồ sơ."))
    return told


def note_of_handover(case: Case) -> Event | None:
    """What the last person who gave the case away wrote; for readers of the history and of the narrative."""
    rows = Event.objects.filter(subject_id=case.pk, verb="case.reassign").select_related("actor")
    return rows.order_by("-seq").first()
